"""The door between dbt's relations and the library: Arrow tables with chosen names and types."""

__all__ = ["columns_as"]

from collections.abc import Mapping
from typing import Any

import pyarrow as pa


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
    table = relation if isinstance(relation, pa.Table) else relation.to_arrow_table()
    return pa.table(
        {
            new: table.column(old).cast(types[new]) if new in types else table.column(old)
            for new, old in names.items()
        }
    )
