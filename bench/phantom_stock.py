"""How many of the demo's phantom stocks the count list finds: `python -m bench.phantom_stock`."""

from __future__ import annotations

__all__ = ["main", "measure"]

import argparse
from collections.abc import Sequence
from pathlib import Path

import duckdb

NAIVE_DAYS = (14, 21, 28, 42, 56)

# what the naive rule sees: records and the days since the last sale, by themselves
_RECORDS = """
create temp table records as
with cut_off as (
    select max(demand_on) as cut_off_on from main_marts.fct_demand_daily
),
sales as (
    select
        sku_id,
        location_id,
        max(demand_on) as last_sold_on,
        sum(case when demand_on > cut_off_on - 182 then sold_units else 0 end) as sold_units
    from main_marts.fct_demand_daily
    cross join cut_off
    where sold_units > 0
    group by sku_id, location_id
),
newest as (
    select sku_id, location_id, available_units as record_units
    from main_marts.fct_stock_daily
    cross join cut_off
    where stock_on between cut_off_on - 7 and cut_off_on
    qualify row_number() over (partition by sku_id, location_id order by stock_on desc) = 1
)
select
    newest.sku_id,
    newest.location_id,
    newest.record_units,
    newest.record_units * coalesce(skus.unit_cost_amount, 0) as value_amount,
    sales.sold_units,
    cut_off.cut_off_on - sales.last_sold_on as silent_days
from newest
cross join cut_off
join sales using (sku_id, location_id)
join main_marts.dim_sku as skus using (sku_id)
where newest.record_units > 0
"""
_HITS = """
with listed as (
    select sku_id, location_id from ({source}) limit {top}
)
select count(*), count(truth.sku_id), count(case when shelves.is_empty then 1 end)
from listed
left join read_parquet('{truth}/phantom.parquet') as truth using (sku_id, location_id)
left join shelves using (sku_id, location_id)
"""
_SHELVES = """
create temp table shelves as
select sku_id, location_id, max(in_stock_share) = 0 as is_empty
from read_parquet('{truth}/demand.parquet')
where date = (select max(demand_on) from main_marts.fct_demand_daily)
group by sku_id, location_id
"""


def _rules() -> list[tuple[str, str]]:
    """Return the names and the SQL of the lists to compare, each in its own order."""
    count_list = "select sku_id, location_id from main_marts.fct_stock_count_list order by "
    rules = [
        ("count list, by expected money", count_list + "count_rank"),
        ("count list, by probability", count_list + "probability_share desc, count_id"),
    ]
    record = (
        "select sku_id, location_id from records where record_units >= 3 and silent_days >= {days}"
        " order by {order} desc, sku_id, location_id"
    )
    rules.append(("no sales, longest silence first", record.format(days=1, order="silent_days")))
    for words, order in (("dearest stock", "value_amount"), ("best seller of half a year", "sold_units")):
        rules += [
            (f"no sales for {days} days, {words} first", record.format(days=days, order=order))
            for days in NAIVE_DAYS
        ]
    return rules


def measure(warehouse: Path, truth: Path) -> tuple[int, list[tuple[str, tuple[int, ...], tuple[int, ...]]]]:
    """Compare the count list and the naive rules with the phantom stocks that were planted.

    Parameters
    ----------
    warehouse
        The DuckDB file that `make demo` builds.
    truth
        The folder of the demo's truth.

    Returns
    -------
    int
        Number of planted phantom stocks.
    list of tuple
        Per rule its name; of its first 50 rows how many there are, how many were planted and how many
        stand over an empty shelf, planted or not; and the same three of as many rows as were planted.

    Raises
    ------
    FileNotFoundError
        If one of the two isn't there.
    """
    for path in (warehouse, truth / "phantom.parquet"):
        if not path.exists():
            raise FileNotFoundError(f"{path} isn't there: run `make demo` first.")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(_RECORDS)
        connection.execute(_SHELVES.replace("{truth}", truth.as_posix()))

        def one(sql: str) -> tuple[int, ...]:
            row = connection.execute(sql).fetchone()
            assert row is not None
            return tuple(int(value) for value in row)

        planted = one(f"select count(*) from read_parquet('{truth.as_posix()}/phantom.parquet')")[0]
        rows = []
        for name, source in _rules():
            found = [
                one(_HITS.format(source=source, top=top, truth=truth.as_posix())) for top in (50, planted)
            ]
            rows.append((name, found[0], found[1]))
    return planted, rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The arguments, those of the process by default.

    Returns
    -------
    int
        0, or 1 where there is nothing to measure.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.phantom_stock", description=__doc__)
    parser.add_argument("--warehouse", type=Path, default=Path("data/warehouse.duckdb"))
    parser.add_argument("--truth", type=Path, default=Path("data/truth"))
    options = parser.parse_args(arguments)
    try:
        planted, rows = measure(options.warehouse, options.truth)
    except FileNotFoundError as error:
        print(error)
        return 1
    print(f"planted: {planted}; precision of the first 50 rows, and of the first {planted}")
    part = f"{'rows':>7}{'planted':>9}{'precision':>11}{'empty':>7}"
    print(f"{'rule':<54}{part} |{part}")
    for name, *tops in rows:
        figures = [f"{n:>7}{hits:>9}{hits / max(n, 1):>11.2f}{empty:>7}" for n, hits, empty in tops]
        print(f"{name:<54}{' |'.join(figures)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
