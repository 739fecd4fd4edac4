"""Frames for validation: what a table's promises speak of, sampled by key, without anything personal.

Great Expectations sees these frames only. Text shows as it is where its promise allows it and as its shape
where not (`12,50` as `99,99`, `Jane Doe` as `Aaaa Aaa`), so neither results nor pages can hold a name.
"""

from __future__ import annotations

__all__ = ["Sample", "as_text", "field_of", "mart_sample", "source_sample"]

import datetime as dt
import os
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from .contracts import Promise, TableContract
from .landing import Part, decimal_commas
from .reading import landed_value


@dataclass(frozen=True)
class Sample:
    """Rows of a table, ready to be validated.

    Attributes
    ----------
    rows
        One column per field that a promise speaks of.
    row_count
        Rows of the whole table.
    is_whole
        Whether the frame holds all of them.
    """

    rows: pd.DataFrame
    row_count: int
    is_whole: bool


def field_of(promise: Promise) -> str:
    """Name the frame's column that shows whether a promise is kept.

    >>> field_of(Promise("given", ("price", "total")))
    'price or total given'
    """
    names = " or ".join(promise.columns)
    match promise.kind:
        case "present" | "given":
            return f"{names} given"
        case "readable":
            return f"{names} unreadable"
        case "unique":
            return f"key ({', '.join(promise.columns)})"
        case "typed":
            return f"{names} {promise.pattern}"
        case _:
            return names


def source_sample(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, parts: Sequence[Part], limit: int
) -> Sample:
    """Read what a source landed, the readable parts under one roof.

    Parameters
    ----------
    connection
        Any DuckDB connection that sees the parts.
    contract
        The table's contract.
    parts
        Where the table lies; those with an error are left out.
    limit
        Rows from which the table is sampled. Rows are taken by a hash of their key, so that repeated ones
        come together, and rows without a key always come.
    """
    readable = [part for part in parts if not part.error]
    selects = [
        f"select {_source_fields(contract, part, decimal_commas(connection, part, contract.columns))} "
        f"from {part.relation} as landed"
        for part in readable
    ]
    counts = [
        connection.execute(f"select count(*) from {part.relation}").fetchall()[0][0] for part in readable
    ]
    if not selects:
        return Sample(pd.DataFrame(), 0, True)
    return _sampled(connection, " union all by name ".join(selects), sum(counts), limit)


def mart_sample(
    connection: duckdb.DuckDBPyConnection, relation: str, contract: TableContract, limit: int
) -> Sample:
    """Read a mart.

    Parameters
    ----------
    connection
        The warehouse, read-only.
    relation
        Schema and table.
    contract
        The mart's contract.
    limit
        Rows from which the mart is sampled, by a hash of its key.
    """
    described = connection.execute(f"describe select * from {relation}").fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    fields = {f"{name} {kind}": "true" for name, kind in types.items()}
    for promise in contract.promises:
        if all(name in types for name in promise.columns) and promise.kind != "typed":
            fields[field_of(promise)] = _mart_field(promise)
    rank = f'hash("{contract.key[0]}")' if contract.key and contract.key[0] in types else "hash(1)"
    select = f"select {_listed(fields)}, {rank} % 1000000 as sampling_rank from {relation} as landed"
    count = connection.execute(f"select count(*) from {relation}").fetchall()[0][0]
    return _sampled(connection, select, count, limit)


def _sampled(connection: duckdb.DuckDBPyConnection, select: str, count: int, limit: int) -> Sample:
    is_whole = count <= limit
    # one key in so many; rows without a key have rank -1, and no table is sampled beyond twice the limit
    where = "true" if is_whole else f"sampling_rank < {max(1, 1_000_000 * limit // count)}"
    rows = connection.execute(
        f"select * exclude (sampling_rank) from ({select}) as fields where {where} limit {2 * limit}"
    ).df()
    return Sample(rows, int(count), is_whole)


def _source_fields(contract: TableContract, part: Part, commas: Collection[str]) -> str:
    """Write the fields of a part's rows, those whose columns are there."""

    def typed(name: str) -> str:
        return _typed(contract, part, name, name in commas)

    fields: dict[str, str] = {}
    for promise in contract.promises:
        names = {name: part.name_of(name) for name in promise.columns}
        there = {name: own for name, own in names.items() if own is not None}
        name = promise.columns[0]
        kind = contract.columns[name]
        match promise.kind:
            case "present" | "given" if there:
                fields[field_of(promise)] = _given(list(there.values()))
            case "readable" if there:
                text = _text(there[name])
                fields[field_of(promise)] = (
                    f"case when {text} is not null and {typed(name)} is null then {_shape(text)} end"
                )
            case "unique":
                fields[field_of(promise)] = _key(contract, part, promise.columns)
            case "values" | "pattern" if there:
                fields[field_of(promise)] = _told(_text(there[name]), promise)
            case "between" if there:
                fields[field_of(promise)] = _framed(typed(name), kind)
            case "in_order" if len(there) == len(names):
                for one in names:
                    fields[one] = _framed(typed(one), contract.columns[one])
            case _:
                pass
    rank = f"hash({_key(contract, part, contract.key)}) % 1000000"
    keys = [own for own in map(part.name_of, contract.key) if own]
    lost = " or ".join(f"{own} is null" for own in keys) or "false"
    # where part of the key is often null by design, the whole key still ranks the row
    rank = f"case when {lost} and {_few(contract)} then -1 else {rank} end"
    return f"{_listed(fields)}, {rank} as sampling_rank"


def _few(contract: TableContract) -> str:
    """Tell, in SQL, whether the contract promises every part of the key: then rows without one are few."""
    given = {promise.columns for promise in contract.promises if promise.kind == "given"}
    return "true" if all((name,) in given for name in contract.key) else "false"


def _mart_field(promise: Promise) -> str:
    own = '"' + promise.columns[0] + '"'
    match promise.kind:
        case "given":
            return _given([own])
        case "unique":
            return f"cast({own} as varchar)"
        case "values":
            return f"cast({own} as varchar)"
        case _:
            return f"cast({own} as double)"


def _listed(fields: dict[str, str]) -> str:
    return ", ".join(f'{sql} as "{name}"' for name, sql in fields.items()) or "true as rows_there"


def _text(own: str) -> str:
    return f"nullif(trim(cast({own} as varchar)), '')"


def _given(owns: list[str]) -> str:
    return f"case when coalesce({', '.join(map(_text, owns))}) is not null then true end"


def _typed(contract: TableContract, part: Part, column: str, has_decimal_commas: bool) -> str:
    """Write a value as staging reads it, null where that is nothing finite."""
    own, kind = part.name_of(column) or "null", contract.columns[column]
    value = landed_value(own, column, kind, part.type_of(column), has_decimal_commas)
    if kind in ("timestamp", "date"):
        return f"case when isfinite({value}) then {value} end"
    return value


def _framed(value: str, kind: str) -> str:
    """Write a value as a type that pandas compares fast."""
    return f"cast({value} as {'timestamp' if kind in ('date', 'timestamp') else 'double'})"


def _shape(text: str) -> str:
    """Write a text's shape: letters as A and a, digits as 9, at most 40 characters."""
    shape = f"left({text}, 40)"
    for pattern, letter in ((r"[\p{Ll}\p{Lm}\p{Lo}]", "a"), (r"\p{Lu}", "A"), (r"\p{N}", "9")):
        shape = f"regexp_replace({shape}, '{pattern}', '{letter}', 'g')"
    return shape


def _told(text: str, promise: Promise) -> str:
    """Write a text as it is where the promise allows it, else its shape."""
    if promise.kind == "values":
        allowed = ", ".join("'" + value.replace("'", "''") + "'" for value in promise.values)
        text = f"lower({text})"
        is_allowed = f"{text} in ({allowed})"
    else:
        is_allowed = f"regexp_matches({text}, '{promise.pattern}')"
    return f"case when {text} is null then null when {is_allowed} then {text} else {_shape(text)} end"


def _key(contract: TableContract, part: Part, columns: Sequence[str]) -> str:
    """Write a row's key as the quarantine writes it: personal parts, and what looks so, as a hash."""
    salt = os.environ.get("SELLTHROUGH_SALT", "demo").replace("'", "''")
    texts = [f"'{part.instance.replace(chr(39), chr(39) * 2)}'"]
    for name in columns:
        own = part.name_of(name)
        kind = contract.columns[name]
        value = landed_value(own or "null", name, kind, part.type_of(name)) if kind == "string" else own
        text = "''" if own is None else f"coalesce(cast({value} as varchar), '')"
        hashed = f"left(sha256(lower(trim({text})) || '{salt}'), 16)"
        if name in contract.personal:
            texts.append(hashed)
        elif kind == "string":
            # codes have no blanks; what has is words, and words may be a person's
            is_code = f"{text} not like '% %' and not regexp_matches({text}, '@')"
            texts.append(f"case when {is_code} then {text} else {hashed} end")
        else:
            texts.append(
                f"case when regexp_matches({text}, '[[:alpha:]@]{{3}}') then {hashed} else {text} end"
            )
    return " || '|' || ".join(texts)


def as_text(value: object) -> str:
    """Show one value to people."""
    if isinstance(value, (pd.Timestamp, dt.datetime)):
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # what Great Expectations has made a text of
    return re.sub(r"T(\d\d:\d\d:\d\d)\.0+$", r" \1", str(value)).removesuffix(" 00:00:00")
