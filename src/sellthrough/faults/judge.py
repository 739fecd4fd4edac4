"""What became of planted faults: read from the warehouse that was built on them."""

from __future__ import annotations

__all__ = ["Fate", "Verdict", "clean_fates", "judged", "source_of"]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from sellthrough.faults.fault import Fault, Planted
from sellthrough.faults.world import World

TOLERANCE = 0.0002


@dataclass(frozen=True)
class Fate:
    """What became of one delivered row.

    Attributes
    ----------
    row
        Its name; empty if the line couldn't be read.
    fault
        The fault that it shows, or an empty text.
    reason
        Why it is in quarantine; empty if it counts.
    units, amount
        What it counts with in the sales, in eaches and its own currency; 0 for rows of other topics.
    is_broken
        Whether it is a line of CSV that couldn't be read.
    is_lone
        Whether no other row was delivered under its key.
    """

    row: str
    fault: str
    reason: str
    units: float
    amount: float
    is_broken: bool
    is_lone: bool


@dataclass
class Verdict:
    """How a batch ended.

    Attributes
    ----------
    right
        By fault: how many of what was planted ended as it must.
    wrong
        By fault: sentences about those that didn't.
    wrongly_quarantined
        Rows without a fault that went to quarantine.
    units_lost
        Units of rows without a fault that no longer count and aren't in quarantine, and units that the books
        don't explain.
    troubles
        Sentences about rows and books.
    """

    right: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    wrongly_quarantined: int = 0
    units_lost: float = 0.0
    troubles: list[str] = field(default_factory=list)


def source_of(path: str) -> tuple[str, str]:
    """Return system and source table of a raw path.

    Examples
    --------
    >>> source_of("shopify/uk/order_line"), source_of("pos/sales_line/2026")
    (('shopify', 'order_line'), ('pos', 'sales_line'))
    """
    parts = path.split("/")
    return parts[0], parts[1] if parts[0] == "pos" else parts[-1]


def _fates(warehouse: Path, system: str, table: str) -> list[Fate]:
    sql = f"""
        select
            coalesce(staged.x_columns ->> 'x_row', ''),
            coalesce(staged.x_columns ->> 'x_fault', ''),
            coalesce(quarantined.rejection_reason, ''),
            coalesce(sales.gross_units + sales.returned_units * (sales.gross_units = 0)::int, 0)::double,
            coalesce(sales.gross_amount, 0)::double,
            coalesce(staged.unreadable_columns like 'whole_line%', false),
            count(*) over (partition by regexp_replace(staged.delivered_row_id, '[|][0-9]+$', '')) = 1
        from main_staging.stg_{system}__{table} as staged
        left join main_marts.fct_quarantine as quarantined
            on quarantined.source_row_id = '{system}|{table}|' || staged.delivered_row_id
        left join main_marts.fct_sales as sales
            on sales.sales_line_id = '{system}|{table}|' || staged.delivered_row_id
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [Fate(*row) for row in connection.execute(sql).fetchall()]


def clean_fates(warehouse: Path, paths: Sequence[str]) -> dict[str, dict[str, Fate]]:
    """Return by raw path and name the rows that count in a build without faults."""
    by_path: dict[str, dict[str, Fate]] = {path: {} for path in paths}
    for source in sorted({source_of(path) for path in paths}):
        for fate in _fates(warehouse, *source):
            path = fate.row.rsplit(":", 1)[0]
            if path in by_path and not fate.reason:
                by_path[path][fate.row] = fate
    return by_path


def judged(
    warehouse: Path,
    world: World,
    planted: Sequence[Planted],
    faults: Sequence[Fault],
    clean: Mapping[str, Mapping[str, Fate]],
) -> Verdict:
    """Compare what became of each row with what must have, and with the build without faults.

    Parameters
    ----------
    warehouse
        The warehouse built on the world.
    world
        Where the faults were planted.
    planted
        What was planted.
    faults
        The kinds that it is of.
    clean
        By raw path and name: the rows that count in the build without faults.
    """
    verdict = Verdict({fault.name: 0 for fault in faults}, {fault.name: [] for fault in faults})
    by_name = {fault.name: fault for fault in faults}
    fates: dict[str, dict[str, list[Fate]]] = {path: {} for path in clean}
    broken: dict[tuple[str, str], list[Fate]] = {}
    for source in sorted({source_of(path) for path in clean}):
        for fate in _fates(warehouse, *source):
            path = fate.row.rsplit(":", 1)[0]
            if fate.is_broken:
                broken.setdefault(source, []).append(fate)
            elif path in fates:
                fates[path].setdefault(fate.row, []).append(fate)
            elif not fate.row:
                verdict.troubles.append(
                    f"{'.'.join(source)}: a row appeared that nobody delivered ({fate.reason})."
                )

    troubled = _bystanders(world, fates, clean, planted, by_name, verdict)
    _broken_lines(broken, planted, by_name, verdict)
    for item in planted:
        fault = by_name[item.fault]
        if item.broken_lines:
            continue
        if item.row:
            complaint = _row_complaint(
                item, fault, fates[item.path].get(item.row, []), clean[item.path][item.row]
            )
        elif fault.outcome == "quarantined":
            alone = {row for row, before in clean[item.path].items() if before.is_lone}
            shown = [fate for rows in fates[item.path].values() for fate in rows if fate.fault == item.fault]
            astray = [f for f in shown if f.row in alone and f.reason not in fault.reasons]
            complaint = (
                "" if shown and not astray else f"{len(astray)} of {len(shown)} rows have another fate"
            )
        else:
            complaint = "rows beside it suffered" if item.path in troubled else ""
        if complaint:
            verdict.wrong[item.fault].append(f"{item.row or item.path}: {complaint}")
        else:
            verdict.right[item.fault] += 1
    _books(warehouse, verdict)
    return verdict


def _bystanders(
    world: World,
    fates: Mapping[str, Mapping[str, Sequence[Fate]]],
    clean: Mapping[str, Mapping[str, Fate]],
    planted: Sequence[Planted],
    by_name: Mapping[str, Fault],
    verdict: Verdict,
) -> set[str]:
    whole = {item.path for item in planted if not item.row and by_name[item.fault].outcome == "quarantined"}
    troubled = set()
    for path, rows in clean.items():
        taken = world.taken.get(path, set())
        for row, before in rows.items():
            # of rows that were delivered twice either may count; the books tell whether one does
            if row in taken or not before.is_lone:
                continue
            after = fates[path].get(row, [])
            counting = [fate for fate in after if not fate.reason]
            if path in whole and after and after[0].fault:
                continue
            if not after:
                verdict.units_lost += abs(before.units) or 1
                verdict.troubles.append(f"{row} is lost.")
            elif not counting:
                verdict.wrongly_quarantined += 1
                verdict.troubles.append(f"{row} went to quarantine without a fault: {after[0].reason}.")
            elif _differs(counting, before.units, before.amount) or len(counting) > 1:
                verdict.units_lost += abs(sum(fate.units for fate in counting) - before.units)
                verdict.troubles.append(f"{row} counts otherwise without a fault.")
            else:
                continue
            troubled.add(path)
    return troubled


def _differs(counting: Sequence[Fate], units: float, amount: float) -> bool:
    return (
        abs(sum(fate.units for fate in counting) - units) > TOLERANCE
        or abs(sum(fate.amount for fate in counting) - amount) > TOLERANCE
    )


def _broken_lines(
    broken: Mapping[tuple[str, str], Sequence[Fate]],
    planted: Sequence[Planted],
    by_name: Mapping[str, Fault],
    verdict: Verdict,
) -> None:
    """Count a table's broken lines, as they have no name: each must be in quarantine, and no other."""
    due: dict[tuple[str, str], list[Planted]] = {}
    for item in planted:
        if item.broken_lines:
            due.setdefault(source_of(item.path), []).append(item)
    for source in sorted(set(due) | set(broken)):
        items = due.get(source, [])
        lines = broken.get(source, [])
        expected = sum(item.broken_lines for item in items)
        in_quarantine = [
            line for line in lines if any(line.reason in by_name[i.fault].reasons for i in items)
        ]
        if len(lines) == len(in_quarantine) == expected:
            for item in items:
                verdict.right[item.fault] += 1
            continue
        said = (
            f"{'.'.join(source)}: {expected} broken lines were delivered, "
            f"{len(lines)} read, {len(in_quarantine)} in quarantine"
        )
        verdict.troubles.append(f"{said}.")
        for item in items:
            verdict.wrong[item.fault].append(said)


def _row_complaint(item: Planted, fault: Fault, after: Sequence[Fate], before: Fate) -> str:
    if not after:
        return "is lost"
    counting = [fate for fate in after if not fate.reason]
    reasons = sorted({fate.reason for fate in after if fate.reason})
    if fault.outcome == "quarantined":
        if counting:
            return "counts"
        return "" if set(reasons) <= set(fault.reasons) else f"is in quarantine for '{', '.join(reasons)}'"
    if not counting:
        return f"is in quarantine for '{', '.join(reasons)}'"
    if set(reasons) - {"repeated delivery"}:
        return f"is partly in quarantine for '{', '.join(reasons)}'"
    if fault.outcome == "repaired":
        units = before.units if item.units is None else item.units
        amount = before.amount if item.amount is None else item.amount
        if _differs(counting, units, amount) or (before.units == 0 and len(counting) > 1):
            return (
                f"counts {sum(f.units for f in counting)} units for {sum(f.amount for f in counting):.4f}, "
                f"not {units} for {amount:.4f}"
            )
    return ""


def _books(warehouse: Path, verdict: Verdict) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            "select reconciliation_id, source_row_count - fact_row_count - quarantine_row_count, "
            "unexplained_units::double, unexplained_amount::double "
            "from main_marts.rpt_reconciliation where not is_tied order by 1"
        ).fetchall()
    for name, count, units, amount in rows:
        verdict.units_lost += abs(units)
        verdict.troubles.append(f"{name} doesn't tie: {count} rows, {units} units, {amount} money.")
