"""The door between dbt's relations and the library: Arrow tables with chosen names and types."""

__all__ = ["arrow_of", "columns_as", "conformed", "first_value", "with_columns", "with_key"]

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def arrow_of(relation: Any) -> pa.Table:
    """Read a whole relation into an Arrow table.

    Parameters
    ----------
    relation
        A DuckDB relation (what `dbt.ref` gives) or an Arrow table.

    Returns
    -------
    pyarrow.Table
        All rows and columns.

    Examples
    --------
    >>> arrow_of(pa.table({"units": [1]})).num_rows
    1
    """
    return relation if isinstance(relation, pa.Table) else relation.to_arrow_table()


def columns_as(relation: Any, names: Mapping[str, str], types: Mapping[str, pa.DataType]) -> pa.Table:
    """Read columns of a relation into an Arrow table under other names and types.

    Parameters
    ----------
    relation
        A DuckDB relation (what `dbt.ref` gives) or an Arrow table.
    names
        New name to old name; the table has these columns in this order.
    types
        Arrow type by new name; a column that isn't named keeps its type.

    Returns
    -------
    pyarrow.Table
        One column per entry of `names`.

    Raises
    ------
    KeyError
        If the relation lacks a column.

    Examples
    --------
    >>> table = columns_as(pa.table({"a": [1, 2]}), {"units": "a"}, {"units": pa.float64()})
    >>> table.to_pydict()
    {'units': [1.0, 2.0]}
    """
    table = arrow_of(relation)
    return pa.table(
        {
            new: table.column(old).cast(types[new]) if new in types else table.column(old)
            for new, old in names.items()
        }
    )


def conformed(relation: Any, schema: pa.Schema) -> pa.Table:
    """Read the columns of a schema out of a relation, in its types and order.

    Parameters
    ----------
    relation
        A DuckDB relation (what `dbt.ref` gives) or an Arrow table.
    schema
        Names and types wanted; the relation may have more columns.

    Returns
    -------
    pyarrow.Table
        A table of exactly this schema.

    Raises
    ------
    KeyError
        If the relation lacks a column.

    Examples
    --------
    >>> table = conformed(pa.table({"b": ["x"], "a": [1]}), pa.schema([("a", pa.float64())]))
    >>> table.to_pydict()
    {'a': [1.0]}
    """
    if not isinstance(relation, pa.Table):
        relation = relation.select(*schema.names)
    return columns_as(
        relation, {name: name for name in schema.names}, dict(zip(schema.names, schema.types, strict=True))
    )


def first_value(relation: Any, column: str) -> Any:
    """Read the first value of a column that is the same in every row.

    Parameters
    ----------
    relation
        A DuckDB relation (what `dbt.ref` gives) or an Arrow table, with at least one row.
    column
        The column to read.

    Returns
    -------
    Any
        The value as a Python object.

    Raises
    ------
    ValueError
        If the values differ or there are none.

    Examples
    --------
    >>> first_value(pa.table({"units": [3, 3]}), "units")
    3
    """
    values = pc.unique(columns_as(relation, {column: column}, {}).column(0)).to_pylist()
    if len(values) != 1:
        raise ValueError(
            f"{column} has {len(values)} different values, one is needed: check the model that makes it."
        )
    return values[0]


def with_columns(table: pa.Table, source: pa.Table, names: Sequence[str]) -> pa.Table:
    """Append columns of another table with the same rows in the same order.

    Parameters
    ----------
    table
        The table to append to; columns of these names in it are replaced.
    source
        The table that has the columns, as long as `table`.
    names
        The columns to take over.

    Returns
    -------
    pyarrow.Table
        The table with the columns at its end.

    Raises
    ------
    ValueError
        If the tables differ in length.

    Examples
    --------
    >>> with_columns(pa.table({"a": [1]}), pa.table({"b": [2]}), ["b"]).to_pydict()
    {'a': [1], 'b': [2]}
    """
    if len(table) != len(source):
        raise ValueError(f"{len(source)} rows don't fit {len(table)}: give tables of the same rows.")
    kept = [name for name in table.column_names if name not in names]
    columns = {name: table.column(name) for name in kept} | {name: source.column(name) for name in names}
    return pa.table(columns)


def with_key(table: pa.Table, name: str, columns: Sequence[str]) -> pa.Table:
    """Put a key in front of a table: the columns that identify a row, parted by bars.

    Parameters
    ----------
    table
        The table; a null in a column counts as empty.
    name
        Name of the key.
    columns
        The columns that identify a row, in order.

    Returns
    -------
    pyarrow.Table
        The table with the key as its first column.

    Examples
    --------
    >>> with_key(pa.table({"sku": ["A"], "day": [3]}), "id", ["sku", "day"]).column("id").to_pylist()
    ['A|3']
    """
    texts = [pc.fill_null(table.column(column).cast(pa.string()), "") for column in columns]
    return table.add_column(0, name, pc.binary_join_element_wise(*texts, "|"))
