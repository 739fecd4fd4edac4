"""How landed values are read, in DuckDB's SQL: the macro `landed_value` and those that it calls.

Raw validation must call unreadable what staging will call so; `tests/python/trust/test_reading.py` holds both
against each other.
"""

from __future__ import annotations

__all__ = ["landed_value"]

TYPES = {
    "string": "varchar",
    "numeric": "decimal(18, 4)",
    "bigint": "bigint",
    "integer": "integer",
    "float": "double",
    "timestamp": "timestamp",
    "date": "date",
    "boolean": "boolean",
}
_FLOATS = ("DOUBLE", "FLOAT", "REAL", "FLOAT64")
_DECIMALS = ("DECIMAL", "NUMERIC", "NUMBER")
_REFERENCES = frozenset(
    (
        *("transaction", "item", "location", "vendor", "parentitem", "entity", "createdfrom"),
        *("units", "stockunit", "purchaseunit", "sku", "seller_sku", "asin", "barcode", "upccode"),
    )
)
_INVISIBLE = "\u00a0\u200b\u200c\u200d\u2060\ufeff"


def landed_value(own: str, column: str, kind: str, landed_type: str, has_decimal_commas: bool = False) -> str:
    """Write a landed value in the type of its contract, null where it can't be read as one.

    Parameters
    ----------
    own
        SQL expression of the landed value.
    column
        The contract's name of the column.
    kind
        The contract's type of it.
    landed_type
        The type in which it landed, upper case.
    has_decimal_commas
        Whether the column parts decimals by a comma elsewhere.
    """
    is_text = landed_type.split("(")[0] in ("VARCHAR", "STRING", "TEXT", "CHAR", "CHARACTER VARYING")
    match kind:
        case "string" if landed_type in _FLOATS:
            return _whole_text(own)
        case "string" if is_text and _is_id(column):
            return _clean_id(own)
        case "numeric" | "bigint" | "float" if is_text:
            return _number(own, kind, has_decimal_commas)
        case "timestamp" if "TIME ZONE" in landed_type:
            return f"timezone('UTC', {own})"
        case "timestamp" if is_text:
            # shops' exports part the offset from the time by a blank
            text = rf"regexp_replace({own}, ' ([+-][0-9]{{2}}:?([0-9]{{2}})?)$', '\1')"
            return f"timezone('UTC', try_cast({text} as timestamptz))"
        case "bigint" if landed_type.split("(")[0] in (*_FLOATS, *_DECIMALS):
            return _whole_number(own)
        case "float" if landed_type in _FLOATS:
            return f"case when isfinite({own}) then {own} end"
        case _:
            return _cast(own, kind)


def _cast(value: str, kind: str) -> str:
    return f"try_cast({value} as {TYPES[kind]})"


def _is_id(column: str) -> bool:
    return column.endswith(("id", "_code", "_number")) or column in _REFERENCES


def _clean_id(own: str) -> str:
    clean = f"trim(translate({own}, '{_INVISIBLE}', ''))"
    return (
        f"case when {clean} like '%.0' and {_cast(clean, 'bigint')} is not null "
        f"then substr({clean}, 1, length({clean}) - 2) else nullif({clean}, '') end"
    )


def _whole_text(own: str) -> str:
    return (
        f"case when {own} = floor({own}) and abs({own}) < 9e15 "
        f"then cast(cast({own} as bigint) as varchar) else cast({own} as varchar) end"
    )


def _whole_number(own: str) -> str:
    return f"case when {_cast(own, 'numeric')} = {_cast(own, 'bigint')} then {_cast(own, 'bigint')} end"


def _number(own: str, kind: str, has_decimal_commas: bool) -> str:
    doubt = r"when regexp_full_match(trim({own}), '[+-]?[1-9][0-9]{0,2}\.[0-9]{3}') then null "
    plain = (
        f"(case when contains({own}, ',') then case "
        rf"when regexp_full_match(trim({own}), '[+-]?[0-9]{{1,3}}((,[0-9]{{3}})+\.[0-9]+"
        r"|(,[0-9]{3}){2,})') "
        f"then replace({own}, ',', '') "
        rf"when regexp_full_match(trim({own}), '[+-]?([0-9]{{1,3}}(\.[0-9]{{3}})+,[0-9]+"
        r"|[0-9]+,([0-9]{1,2}|[0-9]{4,})|0,[0-9]+)') "
        f"then replace(replace({own}, '.', ''), ',', '.') end "
        f"when {own} like '%.%.%' then case "
        rf"when regexp_full_match(trim({own}), '[+-]?[0-9]{{1,3}}(\.[0-9]{{3}}){{2,}}') "
        f"then replace({own}, '.', '') end "
        f"{doubt.replace('{own}', own) if has_decimal_commas else ''}else {own} end)"
    )
    if kind == "bigint":
        return _whole_number(plain)
    value = _cast(plain, kind)
    return f"case when isfinite({value}) then {value} end" if kind == "float" else value
