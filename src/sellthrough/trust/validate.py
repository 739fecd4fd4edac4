"""Validate what lands and what leaves, and publish what may.

It runs around `dbt build`, never in it: `python -m sellthrough.trust.validate --phase raw`, then `marts`,
then `publish`. `raw` looks at the source tables and only reports: what is wrong there goes to quarantine.
`marts` looks at the warehouse read-only and fails if a mart breaks its contract. `publish` copies the
warehouse to where readers find it, if the marts' results allow it.
"""

from __future__ import annotations

__all__ = ["main", "publish", "validate_marts", "validate_raw"]

import argparse
import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from .contracts import TableContract, mart_contracts, project_vars, source_contracts
from .landing import parts_of
from .outcomes import Outcome, refused
from .sampling import mart_sample, source_sample

if TYPE_CHECKING:
    from .suites import Validator

ROWS = 200_000
_SCHEMA = pa.schema(
    [
        ("run_phase", pa.string()),
        ("source_system", pa.string()),
        ("source_table", pa.string()),
        ("expectation_id", pa.string()),
        ("expectation", pa.string()),
        ("column_names", pa.string()),
        ("severity", pa.string()),
        ("is_met", pa.bool_()),
        ("table_row_count", pa.int64()),
        ("checked_row_count", pa.int64()),
        ("unexpected_count", pa.int64()),
        ("unexpected_share", pa.float64()),
        ("unexpected_sample", pa.string()),
        ("message", pa.string()),
        ("run_at", pa.timestamp("us")),
    ]
)


def validate_raw(
    project: Path,
    warehouse: Path,
    knobs: Mapping[str, Any],
    *,
    out: Path,
    rows: int = ROWS,
    tables: Iterable[str] = (),
    run_at: dt.datetime | None = None,
    say: Callable[[str], object] = print,
) -> list[Outcome]:
    """Validate what landed, one suite per source table; write results and pages.

    Parameters
    ----------
    project
        Folder of the dbt project.
    warehouse
        The DuckDB file, which need not be there: it is asked only for systems that land in schemas.
    knobs
        The project's vars.
    out
        Folder of results and pages.
    rows
        Rows from which a table is sampled.
    tables
        `system.table` names to look at, all by default.
    run_at
        Time of the run, UTC.
    say
        Takes each line of progress.
    """
    run_at = run_at or _now()
    validator = _validator("raw", run_at)
    outcomes: list[Outcome] = []
    results: dict[str, Any] = {}
    contracts = _chosen(source_contracts(project, knobs, run_at), tables)
    with _connected(warehouse) as connection:
        for contract in contracts:
            parts = parts_of(connection, contract.system, contract.table, knobs)
            if not parts:
                continue
            for part in (part for part in parts if part.error):
                outcomes.append(
                    refused("raw", contract, f"readable file {part.instance}", part.error, run_at)
                )
            if all(part.error for part in parts):
                continue
            try:
                sample = source_sample(connection, contract, parts, rows)
            except duckdb.Error as error:
                name = f"{contract.system}.{contract.table}"
                sentence = f"{name} can't be read ({_first_line(error)}): deliver it anew."
                outcomes.append(refused("raw", contract, "readable file", sentence, run_at))
                continue
            found, results[f"{contract.system}.{contract.table}"] = validator.validate(contract, sample)
            outcomes += found
    _finish(out, "raw", outcomes, results, say)
    return outcomes


def validate_marts(
    project: Path,
    warehouse: Path,
    knobs: Mapping[str, Any],
    *,
    out: Path,
    schema: str = "main_marts",
    rows: int = ROWS,
    tables: Iterable[str] = (),
    run_at: dt.datetime | None = None,
    say: Callable[[str], object] = print,
) -> list[Outcome]:
    """Validate what leaves, one suite per contracted mart; write results and pages.

    Parameters
    ----------
    project
        Folder of the dbt project.
    warehouse
        The DuckDB file; it is opened read-only.
    knobs
        The project's vars.
    out
        Folder of results and pages.
    schema
        Schema of the marts.
    rows
        Rows from which a mart is sampled.
    tables
        Marts to look at, all by default.
    run_at
        Time of the run, UTC.
    say
        Takes each line of progress.

    Raises
    ------
    ValueError
        If the warehouse isn't there.
    """
    run_at = run_at or _now()
    if not warehouse.exists():
        raise ValueError(f"There is no warehouse at {warehouse}: run `dbt build` first.")
    validator = _validator("marts", run_at)
    outcomes: list[Outcome] = []
    results: dict[str, Any] = {}
    with _connected(warehouse) as connection:
        there = {
            str(row[0])
            for row in connection.execute(
                "select table_name from information_schema.tables where table_schema = ?", [schema]
            ).fetchall()
        }
        for contract in _chosen(mart_contracts(project, knobs), tables):
            if contract.table not in there:
                sentence = f"The mart {contract.table} is not in {warehouse}: run `dbt build` to the end."
                outcomes.append(refused("marts", contract, "present table", sentence, run_at))
                continue
            sample = mart_sample(connection, f'"{schema}"."{contract.table}"', contract, rows)
            found, results[contract.table] = validator.validate(contract, sample)
            outcomes += found
    _finish(out, "marts", outcomes, results, say)
    return outcomes


def publish(warehouse: Path, published: Path, out: Path, contracts: Sequence[TableContract]) -> None:
    """Copy the warehouse to where readers find it, in one step, if every mart kept every promise.

    Parameters
    ----------
    warehouse
        The DuckDB file.
    published
        The copy; readers that hold the old one keep it until they open it anew.
    out
        Folder of the results.
    contracts
        Marts that must have been looked at.

    Raises
    ------
    ValueError
        If a mart broke a promise, or was not looked at, or something still writes to the warehouse.
    """
    path = _results_file(out, "marts")
    if not path.exists():
        raise ValueError(f"There are no results of the marts in {out}: run the phase marts first.")
    rows = pq.read_table(path).to_pylist()
    broken = [row for row in rows if not row["is_met"]]
    if broken:
        raise ValueError(f"{len(broken)} promises of the marts are broken, so nothing was published.")
    missing = sorted({contract.table for contract in contracts} - {row["source_table"] for row in rows})
    if missing:
        raise ValueError(f"The mart {missing[0]} was not validated, so nothing was published.")
    if warehouse.with_name(warehouse.name + ".wal").exists():
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("checkpoint")
    published.parent.mkdir(parents=True, exist_ok=True)
    beside = published.with_name(published.name + ".new")
    beside.unlink(missing_ok=True)
    shutil.copyfile(warehouse, beside)
    beside.chmod(0o444)
    os.replace(beside, published)


def _finish(
    out: Path,
    phase: str,
    outcomes: Sequence[Outcome],
    results: Mapping[str, Any],
    say: Callable[[str], object],
) -> None:
    """Write results and pages; tell what is broken."""
    from .pages import write_pages

    path = _results_file(out, phase)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    pq.write_table(pa.Table.from_pylist([outcome.row() for outcome in outcomes], schema=_SCHEMA), beside)
    os.replace(beside, path)
    front = write_pages(out / "docs", phase, outcomes, results)
    for outcome in outcomes:
        if not outcome.is_met:
            say(f"{outcome.severity}: {outcome.message}")
    kept = sum(outcome.is_met for outcome in outcomes)
    say(f"{phase}: {len(results)} suites, {kept} of {len(outcomes)} promises kept; see {front}")


def _validator(phase: str, run_at: dt.datetime) -> Validator:
    """Bring in Great Expectations, which takes seconds and is an extra."""
    try:
        from .suites import Validator
    except ModuleNotFoundError as error:
        raise ValueError(f"Validation needs {error.name}: run `make validate`, which installs it.") from error
    return Validator(phase, run_at)


def _results_file(out: Path, phase: str) -> Path:
    return out / "validation_result" / f"{phase}.parquet"


def _connected(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """Open the warehouse read-only, or nothing where there is none yet."""
    if warehouse.exists():
        return duckdb.connect(str(warehouse), read_only=True)
    return duckdb.connect()


def _chosen(contracts: list[TableContract], tables: Iterable[str]) -> list[TableContract]:
    wanted = set(tables)
    if not wanted:
        return contracts
    by_name = {c.table if c.system == "marts" else f"{c.system}.{c.table}": c for c in contracts}
    strange = sorted(wanted - set(by_name))
    if strange:
        raise ValueError(f"No contract is named '{strange[0]}'; there are {', '.join(sorted(by_name))}.")
    return [contract for name, contract in by_name.items() if name in wanted]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The arguments, those of the process by default.

    Returns
    -------
    int
        0; 1 where a mart breaks a promise, or something could not be done.
    """
    parser = argparse.ArgumentParser(
        prog="python -m sellthrough.trust.validate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = os.environ.get("SELLTHROUGH_WAREHOUSE", "data/warehouse.duckdb")
    parser.add_argument("--phase", choices=["raw", "marts", "publish"], required=True)
    parser.add_argument("--project", type=Path, default=Path(), help="folder of dbt_project.yml")
    parser.add_argument("--warehouse", type=Path, default=Path(default), help="the DuckDB file")
    parser.add_argument("--schema", default="main_marts", help="schema of the marts")
    parser.add_argument("--vars", type=json.loads, default={}, help="vars as JSON, as dbt gets them")
    parser.add_argument("--out", type=Path, help="folder of results and pages, the var validation_location")
    parser.add_argument("--published", type=Path, default=Path("data/published/warehouse.duckdb"))
    parser.add_argument("--rows", type=int, default=ROWS, help="rows from which a table is sampled by key")
    parser.add_argument("--tables", nargs="*", default=[], help="tables to look at, all by default")
    options = parser.parse_args(arguments)
    try:
        knobs = project_vars(options.project, options.vars)
        out = options.out or Path(str(knobs["validation_location"]))
        if options.phase == "publish":
            contracts = _chosen(mart_contracts(options.project, knobs), options.tables)
            publish(options.warehouse, options.published, out, contracts)
            print(f"Published {options.published}.")
            return 0
        check = validate_raw if options.phase == "raw" else validate_marts
        extra = {} if options.phase == "raw" else {"schema": options.schema}
        outcomes = check(
            *(options.project, options.warehouse, knobs),
            out=out,
            rows=options.rows,
            tables=options.tables,
            **extra,
        )
    except (ValueError, OSError, duckdb.Error) as error:
        print(_first_line(error), file=sys.stderr)
        return 1
    return int(options.phase == "marts" and not all(outcome.is_met for outcome in outcomes))


if __name__ == "__main__":
    raise SystemExit(main())
