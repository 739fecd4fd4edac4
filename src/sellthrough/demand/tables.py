"""Columns of Arrow tables, checked and as arrays."""

__all__ = ["day_numbers", "floats", "refuse_nulls", "text_codes", "typed_column"]

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def typed_column(table: pa.Table, name: str, kind: pa.DataType, where: str) -> pa.Array:
    """Return one column as one array of the wanted type.

    Parameters
    ----------
    table, name
        Table and column.
    kind
        Arrow type to cast to.
    where
        What the table is called in an error.

    Returns
    -------
    pyarrow.Array
        The column.

    Raises
    ------
    ValueError
        If the column is missing or cannot be cast.
    """
    if name not in table.column_names:
        raise ValueError(f"Column {name} is missing from the {where}: add it as {kind}.")
    column = table.column(name)
    try:
        cast = column.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"Column {name} of the {where} is {column.type}: make it {kind}.") from error
    return pa.concat_arrays(cast.chunks) if cast.num_chunks else pa.array([], type=kind)


def text_codes(column: pa.Array) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Code texts by their alphabetical rank, whatever the order of rows.

    Parameters
    ----------
    column
        Texts without nulls, shape (n,).

    Returns
    -------
    codes
        Shape (n,).
    values
        The distinct texts, ascending.
    """
    encoded = pc.dictionary_encode(column)
    values = np.array(encoded.dictionary.to_pylist(), dtype=object)
    order = np.argsort(values, kind="stable") if values.size else np.zeros(0, dtype=np.int64)
    rank = np.empty(values.size, dtype=np.int64)
    rank[order] = np.arange(values.size)
    return rank[encoded.indices.to_numpy(zero_copy_only=False)], values[order]


def day_numbers(column: pa.Array) -> NDArray[np.int64]:
    """Days since 1970-01-01 of a date32 column, shape (n,)."""
    return np.asarray(column.cast(pa.int32()).to_numpy(zero_copy_only=False), dtype=np.int64)


def floats(column: pa.Array) -> NDArray[np.float64]:
    """Return a double column as an array with NaN for nulls, shape (n,)."""
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def refuse_nulls(columns: dict[str, pa.Array], where: str) -> None:
    """Refuse empty keys.

    Parameters
    ----------
    columns
        Key columns by name.
    where
        What the table is called in an error.

    Raises
    ------
    ValueError
        If a key is empty in any row.
    """
    for name, column in columns.items():
        if column.null_count:
            raise ValueError(f"{name} is empty in {column.null_count} rows of the {where}: fill it.")
