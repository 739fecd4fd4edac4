"""How much of the demo's planted truth the built warehouse recovers: `python -m bench.recovery`."""

from __future__ import annotations

__all__ = ["main", "measure"]

import argparse
from collections.abc import Sequence
from pathlib import Path

import duckdb

_DEMAND = """
with found as (
    select sku_id, channel_id, location_id, demand_on as date, sold_units, demand_units
    from main_marts.fct_demand_daily
)
select sum(found.sold_units), sum(found.demand_units), sum(truth.demand_units_with_kits)
from found
join read_parquet('{truth}/demand.parquet') as truth using (sku_id, channel_id, location_id, date)
"""
_ELASTICITY = """
select
    count(*),
    avg((truth.elasticity between found.elasticity_low and found.elasticity_high)::int),
    avg(found.elasticity - truth.elasticity),
    avg(abs(found.elasticity - truth.elasticity))
from main_marts.fct_price_elasticity as found
join read_parquet('{truth}/skus.parquet') as truth using (sku_id)
where found.grade in ('A', 'B', 'C')
"""
_SURPLUS = """
select
    sum(truth.surplus_units),
    sum(truth.surplus_units) filter (where found.is_surplus) / sum(truth.surplus_units),
    sum(found.surplus_cost_amount) filter (where found.is_surplus and truth.sku_id is not null)
        / sum(found.surplus_cost_amount) filter (where found.is_surplus)
from main_marts.fct_surplus_flags as found
full join read_parquet('{truth}/surplus.parquet') as truth using (sku_id, location_id)
"""
_IDENTITY = """
select
    sum(found.stake_reporting_amount) filter (where found.sku_id = truth.sku_id)
        / sum(found.stake_reporting_amount) filter (where found.sku_id is not null),
    sum(found.stake_reporting_amount) filter (where found.sku_id = truth.sku_id)
        / sum(found.stake_reporting_amount)
from main_marts.bridge_sku_identity as found
join read_parquet('{truth}/identity.parquet') as truth
    on
        split_part(truth.system, '_', 1) = found.source_system
        and split_part(truth.system, '_', 2) in (found.source_instance, '')
        and truth.source_key = found.source_key
where found.stake_reporting_amount > 0
"""


def measure(warehouse: Path, truth: Path) -> list[tuple[str, str]]:
    """Compare a built warehouse with what really was.

    Parameters
    ----------
    warehouse
        The DuckDB file that `make demo` builds.
    truth
        The folder of the demo's truth.

    Returns
    -------
    list of tuple
        What was measured and the figure, as texts.

    Raises
    ------
    FileNotFoundError
        If one of the two isn't there.
    """
    for path in (warehouse, truth / "demand.parquet"):
        if not path.exists():
            raise FileNotFoundError(f"{path} isn't there: run `make demo` first.")
    with duckdb.connect(str(warehouse), read_only=True) as connection:

        def ask(sql: str) -> list[tuple[float, ...]]:
            rows = connection.execute(sql.replace("{truth}", truth.as_posix())).fetchall()
            return [tuple(float(value) for value in row) for row in rows]

        sold, demand, real = ask(_DEMAND)[0]
        count, covered, bias, error = ask(_ELASTICITY)[0]
        planted, recall, precision = ask(_SURPLUS)[0]
        exact, reach = ask(_IDENTITY)[0]
    return [
        ("demand: sales less truth", f"{sold / real - 1:+.1%}"),
        ("demand: estimate less truth", f"{demand / real - 1:+.1%}"),
        ("elasticity: SKUs graded A to C", f"{count:.0f}"),
        ("elasticity: 90 % intervals that hold the truth", f"{covered:.1%}"),
        ("elasticity: mean error and mean absolute error", f"{bias:+.2f}, {error:.2f}"),
        ("surplus: planted units", f"{planted:,.0f}"),
        ("surplus: share of them that is flagged", f"{recall:.1%}"),
        ("surplus: share of the flagged money that was planted", f"{precision:.1%}"),
        ("identity: money on the right SKU, of the money mapped", f"{exact:.2%}"),
        ("identity: money on the right SKU, of all its money", f"{reach:.2%}"),
    ]


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
    parser = argparse.ArgumentParser(prog="python -m bench.recovery", description=__doc__)
    parser.add_argument("--warehouse", type=Path, default=Path("data/warehouse.duckdb"))
    parser.add_argument("--truth", type=Path, default=Path("data/truth"))
    options = parser.parse_args(arguments)
    try:
        rows = measure(options.warehouse, options.truth)
    except FileNotFoundError as error:
        print(error)
        return 1
    for what, figure in rows:
        print(f"{what:<55} {figure:>14}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
