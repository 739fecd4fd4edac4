"""Public panels with stock-outs, as `recover_demand` reads them: FreshRetailNet-50K by day, VN2 by week."""

from __future__ import annotations

__all__ = ["fresh_retail_file", "read_fresh_retail", "read_vn2"]

from pathlib import Path

import duckdb
import pyarrow as pa

_FRESH = """
select
    store_id || '_' || product_id as series,
    dt as ds,
    sale_6_22 as y,
    least(greatest(1 - stockout_hours_6_22 / 16, 0), 1) as in_stock_share,
    discount,
    holiday_flag,
    activity_flag,
    precpt,
    avg_temperature,
    avg_humidity,
    avg_wind_level,
    store_id::text as store,
    third_category_id::text as category
from read_parquet('{file}')
order by store_id, product_id, dt
"""
_VN2 = """
with sales as (
    unpivot (select * from read_csv('{folder}/Week 0 - 2024-04-08 - Sales.csv'))
    on columns(* exclude (Store, Product)) into name ds value y
),
stock as (
    unpivot (select * from read_csv('{folder}/Week 0 - In Stock.csv'))
    on columns(* exclude (Store, Product)) into name ds value is_in_stock
),
panel as (
    select
        Store || '_' || Product as series,
        ds::date as ds,
        y::double as y,
        is_in_stock::boolean::int::double as in_stock_share,
        master.Department::text as department
    from sales
    inner join stock using (Store, Product, ds)
    inner join read_csv('{folder}/Week 0 - Master.csv') as master using (Store, Product)
)
select panel.*
from panel
inner join (select series, min(ds) as first_ds from panel where y > 0 group by series) using (series)
where ds >= first_ds
order by series, ds
"""


def fresh_retail_file(folder: Path) -> Path:
    """Find FreshRetailNet-50K.

    Parameters
    ----------
    folder
        Where daily.parquet lies, or its parent.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileNotFoundError
        If it isn't there.
    """
    files = [folder / "daily.parquet", folder / "freshretail" / "daily.parquet"]
    for file in files:
        if file.is_file():
            return file
    raise FileNotFoundError(f"{files[0]} isn't there: give the folder of FreshRetailNet-50K.")


def read_fresh_retail(folder: Path) -> pa.Table:
    """Read FreshRetailNet-50K as a panel for `recover_demand`.

    Parameters
    ----------
    folder
        Where daily.parquet lies, or its parent.

    Returns
    -------
    pyarrow.Table
        By series and day. Units and shares are those of the hours from 6 to 22, which hold 95 % of sales.

    Raises
    ------
    FileNotFoundError
        If the file isn't there.
    """
    with duckdb.connect() as connection:
        return connection.sql(_FRESH.format(file=fresh_retail_file(folder).as_posix())).to_arrow_table()


def read_vn2(folder: Path) -> pa.Table:
    """Read the VN2 challenge's weeks as a panel for `recover_demand`.

    Parameters
    ----------
    folder
        Where its CSV files lie.

    Returns
    -------
    pyarrow.Table
        By series and week, from the first sale of each store-product on.

    Raises
    ------
    FileNotFoundError
        If a file isn't there.
    """
    try:
        with duckdb.connect() as connection:
            return connection.sql(_VN2.format(folder=folder.as_posix())).to_arrow_table()
    except duckdb.IOException as error:
        raise FileNotFoundError(
            f"A file of VN2 isn't in {folder}: give the folder of the challenge."
        ) from error
