"""What the project promises of its tables, read from the YAML that dbt reads.

A source's promises stand in its contract (`models/staging/<system>/_<system>__sources.yml`, under
`config.meta.expect`), a mart's in its columns, types and data tests. There is no second list.
"""

from __future__ import annotations

__all__ = ["Promise", "TableContract", "mart_contracts", "project_vars", "source_contracts"]

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_TYPES = {
    "string": "VARCHAR",
    "bigint": "BIGINT",
    "integer": "INTEGER",
    "numeric(18,4)": "DECIMAL(18,4)",
    "numeric(18,6)": "DECIMAL(18,6)",
    "float": "FLOAT",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}
_KEYS = {"not_null", "any_of", "values", "between", "pattern", "dated", "dated_ahead", "in_order", "unique"}


@dataclass(frozen=True)
class Promise:
    """One thing that a table's rows must hold.

    Attributes
    ----------
    kind
        `present` (the column is delivered), `given` (not null), `readable` (as its type), `unique`, `values`,
        `between`, `pattern`, `in_order` or `typed`.
    columns
        The columns it speaks of; of `given` any one is enough, of `unique` all together are the key.
    severity
        `critical` where the row can't count, else `warning`.
    values, low, high, pattern
        What is allowed; `typed` names its type in `pattern`.
    """

    kind: str
    columns: tuple[str, ...]
    severity: str = "critical"
    values: tuple[str, ...] = ()
    low: float | dt.datetime | None = None
    high: float | dt.datetime | None = None
    pattern: str = ""


@dataclass(frozen=True)
class TableContract:
    """A table with its columns and promises.

    Attributes
    ----------
    system
        The source system, or `marts`.
    table
        Name of the table.
    columns
        Type by column, as the YAML names it.
    personal
        Columns that hold personal data; their values never leave the database.
    key
        Columns that sample rows together: all rows of a key, or none.
    promises
        What the rows must hold.
    """

    system: str
    table: str
    columns: Mapping[str, str]
    personal: frozenset[str] = frozenset()
    key: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = field(default=())


def project_vars(project: Path, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Read the vars of `dbt_project.yml`, with those of the command line on top.

    Parameters
    ----------
    project
        Folder of the dbt project.
    overrides
        What `dbt --vars` would get.
    """
    declared: dict[str, Any] = yaml.safe_load((project / "dbt_project.yml").read_text("utf-8"))["vars"]
    return {**declared, **(overrides or {})}


def source_contracts(
    project: Path, knobs: Mapping[str, Any], now: dt.datetime | None = None
) -> list[TableContract]:
    """Read the contracts of all source tables, in the order of their files.

    Parameters
    ----------
    project
        Folder of the dbt project.
    knobs
        The project's vars; a bound that is a text names one of them.
    now
        Time of the run, UTC; two days later is the future.

    Raises
    ------
    ValueError
        If a contract's promise is of an unknown kind or of an unknown column.
    """
    now = now or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    found = []
    for path in sorted((project / "models" / "staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text("utf-8"))["sources"]:
            if source["name"] == "validation":
                continue
            for table in source["tables"]:
                found.append(_source_contract(source["name"], table, knobs, now))
    return found


def _source_contract(
    system: str, table: Mapping[str, Any], knobs: Mapping[str, Any], now: dt.datetime
) -> TableContract:
    meta = table["config"]["meta"]
    columns = {column["name"]: column["data_type"] for column in table["columns"]}
    expect: Mapping[str, Any] = meta.get("expect", {})
    strange = sorted(set(expect) - _KEYS)
    if strange:
        raise ValueError(
            f"The contract of {system}.{table['name']} expects '{strange[0]}', which is none of "
            f"{', '.join(sorted(_KEYS))}: mend it in models/staging/{system}/_{system}__sources.yml."
        )
    key = (*meta["row_key"], *(name for name in meta["row_version"] if name not in meta["row_key"]))
    promises = [*_source_promises(expect, columns, key, knobs, now)]
    for promise in promises:
        for name in promise.columns:
            if name not in columns:
                raise ValueError(
                    f"The contract of {system}.{table['name']} expects something of the column '{name}', "
                    f"which it doesn't list: mend it in models/staging/{system}/_{system}__sources.yml."
                )
    return TableContract(
        system=system,
        table=table["name"],
        columns=columns,
        personal=frozenset(c["name"] for c in table["columns"] if _meta(c).get("is_personal")),
        key=tuple(meta["row_key"]),
        promises=tuple(promises),
    )


def _source_promises(
    expect: Mapping[str, Any],
    columns: Mapping[str, str],
    key: tuple[str, ...],
    knobs: Mapping[str, Any],
    now: dt.datetime,
) -> Iterator[Promise]:
    required = [(name,) for name in expect.get("not_null", [])]
    required += [tuple(names) for names in expect.get("any_of", [])]
    for names in required:
        yield Promise("present", names)
        yield Promise("given", names)
    for name, data_type in columns.items():
        if data_type != "string":
            yield Promise("readable", (name,))
    if expect.get("unique", True):
        yield Promise("unique", key, severity="warning")
    for name, values in expect.get("values", {}).items():
        yield Promise(
            "values", (name,), severity="warning", values=tuple(str(value).lower() for value in values)
        )
    for name, (low, high) in expect.get("between", {}).items():
        yield Promise("between", (name,), "warning", low=_bound(low, knobs), high=_bound(high, knobs))
    for name, pattern in expect.get("pattern", {}).items():
        yield Promise("pattern", (name,), severity="warning", pattern=pattern)
    earliest = _midnight(knobs["earliest_date"])
    for name in expect.get("dated", []):
        yield Promise("between", (name,), "warning", low=earliest, high=now + dt.timedelta(days=2))
    for name in expect.get("dated_ahead", []):
        yield Promise("between", (name,), "warning", low=earliest, high=_midnight(knobs["calendar_ends_on"]))
    for first, second in expect.get("in_order", []):
        yield Promise("in_order", (first, second), severity="warning")


def mart_contracts(project: Path, knobs: Mapping[str, Any]) -> list[TableContract]:
    """Read the contracts of all public marts: columns, types, tests of columns, ranges.

    Parameters
    ----------
    project
        Folder of the dbt project.
    knobs
        The project's vars.
    """
    found = []
    for path in sorted((project / "models" / "marts").glob("*/_*__models.yml")):
        for model in yaml.safe_load(path.read_text("utf-8"))["models"]:
            if model.get("config", {}).get("contract", {}).get("enforced"):
                found.append(_mart_contract(model, knobs))
    return found


def _mart_contract(model: Mapping[str, Any], knobs: Mapping[str, Any]) -> TableContract:
    columns = {column["name"]: column["data_type"] for column in model["columns"]}
    promises = [Promise("typed", (name,), pattern=_TYPES[kind]) for name, kind in columns.items()]
    key: tuple[str, ...] = ()
    for column in model["columns"]:
        name = column["name"]
        if {"type": "not_null"} in column.get("constraints", []):
            promises.append(Promise("given", (name,)))
        for test in column.get("data_tests", []):
            kind, arguments = (test, {}) if isinstance(test, str) else next(iter(test.items()))
            if kind in {"not_null", "primary_key"}:
                promises.append(Promise("given", (name,)))
            if kind in {"unique", "primary_key"}:
                promises.append(Promise("unique", (name,)))
                key = key or (name,)
            elif kind == "accepted_values":
                allowed = tuple(map(str, arguments.get("arguments", arguments)["values"]))
                promises.append(Promise("values", (name,), values=allowed))
    for name, (low, high) in _meta(model).get("expect", {}).get("between", {}).items():
        if name not in columns:
            raise ValueError(
                f"The contract of {model['name']} expects something of '{name}', which it lacks."
            )
        promises.append(Promise("between", (name,), low=_bound(low, knobs), high=_bound(high, knobs)))
    return TableContract("marts", model["name"], columns, key=key, promises=tuple(promises))


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what stands under a node's `config.meta`."""
    meta: Mapping[str, Any] = node.get("config", {}).get("meta", {})
    return meta


def _bound(value: float | str | None, knobs: Mapping[str, Any]) -> float | None:
    """Return a bound as a number; a text names a var, with a minus before it if it is the negative."""
    if value is None or isinstance(value, (int, float)):
        return value
    name = value.lstrip("-")
    if name not in knobs:
        raise ValueError(f"A contract's bound '{value}' is neither a number nor a var of dbt_project.yml.")
    return -float(knobs[name]) if value.startswith("-") else float(knobs[name])


def _midnight(day: object) -> dt.datetime:
    return dt.datetime.fromisoformat(str(day))
