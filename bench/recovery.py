"""How much of the demo's planted truth the built warehouse recovers: `python -m bench.recovery`."""

from __future__ import annotations

__all__ = ["main", "measure"]

import argparse
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from sellthrough.demand import in_stock_mean

_DEMAND = """
with found as (
    select sku_id, channel_id, location_id, demand_on as date, sold_units, demand_units
    from main_marts.fct_demand_daily
)
select sum(found.sold_units), sum(found.demand_units), sum(truth.demand_units_with_kits)
from found
join read_parquet('{truth}/demand.parquet') as truth using (sku_id, channel_id, location_id, date)
"""
_CENSORED = """
select
    censored.series_id,
    censored.demand_on,
    censored.sold_units::double,
    censored.in_stock_share::double,
    censored.peer_group,
    censored.in_stock_share < 1 or censored.has_run_out,
    recovered.demand_units::double,
    truth.demand_units_with_kits::double,
    truth.expected_units_with_kits
from main_intermediate.int_demand_censored as censored
inner join main_intermediate.int_demand_recovered as recovered using (demand_day_id)
inner join main_intermediate.int_demand_observed as observed using (demand_day_id)
inner join read_parquet('{truth}/demand.parquet') as truth
    on
        observed.sku_id = truth.sku_id
        and observed.channel_id = truth.channel_id
        and observed.location_id = truth.location_id
        and observed.demand_on = truth.date
order by censored.demand_day_id
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


def _censored_days(columns: pa.Table) -> list[tuple[str, str]]:
    """Compare the estimators on the days that were short of stock, in the order of `_CENSORED`."""
    names = ("series", "ds", "y", "in_stock_share", "group")
    panel = pa.table({name: columns.column(place) for place, name in enumerate(names)})
    all_real, all_expected = (columns.column(place).to_numpy() for place in (7, 8))
    estimates = {
        "sales": columns.column(2).to_numpy(),
        "in-stock mean": in_stock_mean(panel).column("demand").to_numpy(),
        "estimate": columns.column(6).to_numpy(),
    }
    short = columns.column(5).to_numpy(zero_copy_only=False)
    out = []
    for what, rows in (
        ("short of stock", short),
        ("out all day", columns.column(3).to_numpy() == 0.0),
    ):
        real, expected = all_real[rows], all_expected[rows]
        out.append((f"days {what}: count, true demand", f"{real.size:,}, {real.sum():,.0f}"))
        for name, values in estimates.items():
            found = values[rows]
            bias = found.sum() / real.sum() - 1
            error = np.abs(found - real).sum() / real.sum()
            deviation = np.sqrt(((found - expected) ** 2).mean())
            out.append(
                (f"days {what}: {name}: bias, WAPE, RMSE*", f"{bias:+.1%} {error:.3f} {deviation:.3f}")
            )
    return [*out, ("* to the expectation, without the noise of the draw", "")]


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
        censored = connection.execute(_CENSORED.replace("{truth}", truth.as_posix())).to_arrow_table()
        count, covered, bias, error = ask(_ELASTICITY)[0]
        planted, recall, precision = ask(_SURPLUS)[0]
        exact, reach = ask(_IDENTITY)[0]
    return [
        ("demand: sales less truth", f"{sold / real - 1:+.1%}"),
        ("demand: estimate less truth", f"{demand / real - 1:+.1%}"),
        *_censored_days(censored),
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
        print(f"{what:<55} {figure:>20}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
