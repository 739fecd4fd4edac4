"""A week of fresh food from a history full of stock-outs: `python -m bench.freshretail --data DIR`.

Of FreshRetailNet-50K (`DIR/daily.parquet`) everything up to the origin is known as it was sold, what came
in the seven days after it is held back. Three histories feed the forecast engine, the weekday mean and the
seasonal naive:

- demand in stock: what every day would have sold, were it a day that stock lasted (`recover_demand` knows
  the sales of those days alone);
- recovered demand: what every day would have sold (`recover_demand` knows the served part of all days);
- raw sales.

All are measured on days that were fully in stock, as demand is known on them alone. Those are not any days:
stock lasts on the weaker ones. So the first history is the one to be right on them, and the second, which
an order must be made from, has to lie above them. Discounts and activities of the held-out days are known,
as they are planned; the weather is not. FreshRetailNet counts in tenths, so the engine does too.

The last possible origin is for one look at the end; what is chosen, is chosen at an earlier `--origin`.
"""

from __future__ import annotations

__all__ = ["Score", "Week", "main", "read_week", "score"]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bench.command_line import Clock, command_line, peak_gigabytes
from bench.m5_score import QUANTILES
from bench.panels import fresh_retail_file, read_fresh_retail
from bench.peers import seasonal_naive, weekday_mean
from sellthrough.demand import recover_demand
from sellthrough.demand.engine import EngineSettings, Grid, forecast_grid, read_grid

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_DAYS, _WEEKS = 7, 4
_UNIT = 0.1
# How far the demand of a day with a stock-out is known: it counts in the engine's levels and trees, and from
# one half on it would count in the laws, which estimates, smooth as they are, would make too narrow.
_ESTIMATE_WEIGHT = 0.4
# Quantiles of so many days stand for those that a planner reads off the recent past.
_RECENT_DAYS = 28
_SERIES = "store_id || '_' || product_id"
_KNOWN_DRIVERS = f"""
select
    {_SERIES} as series,
    dt as ds,
    -- a discount of nothing at all stands where there is none on record
    nullif(discount, 0)::double as known_price_discount,
    activity_flag::double as known_promotion_activity
from read_parquet('{{file}}')
where dt <= date '{{origin}}' + {_DAYS}
"""
_PANEL = """
select
    drivers.*,
    estimate.demand / {unit} as demand,
    coalesce(estimate.weight, 0) as weight
from drivers left join estimate using (series, ds)
order by series, ds
"""
_STATICS = f"""
select distinct
    {_SERIES} as series,
    city_id || '_' || first_category_id as "group",
    product_id::text as item,
    'all' as calendar,
    city_id::text as static_city,
    management_group_id::text as static_management,
    second_category_id::text as static_category
from read_parquet('{{file}}')
"""
# Weekends are the weekday's affair.
_EVENTS = """
select distinct 'all' as calendar, dt as ds, 'holiday' as event
from read_parquet('{file}')
where holiday_flag = 1 and isodow(dt) < 6
"""


@dataclass(frozen=True)
class Week:
    """What is known at an origin and what came in the week after it.

    Attributes
    ----------
    past
        Panel for `recover_demand` up to the origin.
    drivers
        By series and day, also after the origin.
    statics, events
        As the engine wants them.
    held
        `series`, `ds`, `y` and `in_stock_share` of the days after the origin.
    """

    past: pa.Table
    drivers: pa.Table
    statics: pa.Table
    events: pa.Table
    held: pa.Table


@dataclass(frozen=True)
class Score:
    """What a forecast reached on the scored days.

    Attributes
    ----------
    bias_share
        Forecast over actual units, less one.
    wape
        Sum of absolute errors over actual units.
    pinball
        Pinball loss by quantile over the mean of actual units, shape (levels,); None without quantiles.
    at_most, below
        Share of days at most at, and below, each quantile, shape (levels,).
    """

    bias_share: float
    wape: float
    pinball: Floats | None = None
    at_most: Floats | None = None
    below: Floats | None = None


def read_week(data: Path, origin: date | None) -> tuple[Week, date]:
    """Part FreshRetailNet-50K at an origin.

    Parameters
    ----------
    data
        Where daily.parquet lies, or its parent.
    origin
        Last known day; a week before the file's end by default.

    Returns
    -------
    Week
        The tables.
    date
        The origin.

    Raises
    ------
    FileNotFoundError
        If the file isn't there.
    ValueError
        If the file does not hold the week after the origin, or nothing before it.
    """
    table = read_fresh_retail(data)
    file = fresh_retail_file(data).as_posix()
    with duckdb.connect() as connection:
        connection.register("days", table)
        (first, last), *_ = connection.execute("select min(ds)::date, max(ds)::date from days").fetchall()
        origin = origin or last - timedelta(days=_DAYS)
        if not first + timedelta(days=_WEEKS * 7) <= origin <= last - timedelta(days=_DAYS):
            raise ValueError(
                f"The origin {origin} does not lie between {first + timedelta(days=_WEEKS * 7)} and "
                f"{last - timedelta(days=_DAYS)}: choose one that does."
            )
        words = {"file": file, "origin": origin.isoformat()}
        past, held = (
            connection.execute(query).to_arrow_table()
            for query in (
                f"from days where ds <= date '{origin}'",
                f"select series, ds, y, in_stock_share from days "
                f"where ds > date '{origin}' and ds <= date '{origin}' + {_DAYS}",
            )
        )
        drivers, statics, events = (
            connection.execute(query.format(**words)).to_arrow_table()
            for query in (_KNOWN_DRIVERS, _STATICS, _EVENTS)
        )
    return Week(past, drivers, statics, events, held), origin


def _grid(week: Week, origin: date, demand: Floats, weight: Floats, settings: EngineSettings) -> Grid:
    """Lay out demand in tenths beside the drivers."""
    estimate = week.past.select(["series", "ds"]).append_column("demand", pa.array(demand))
    estimate = estimate.append_column("weight", pa.array(weight))
    with duckdb.connect() as connection:
        connection.register("drivers", week.drivers)
        connection.register("estimate", estimate)
        panel = connection.execute(_PANEL.format(unit=_UNIT)).to_arrow_table()
    return read_grid(panel, week.statics, week.events, origin, settings)


def _histories(past: pa.Table) -> dict[str, tuple[Floats, Floats]]:
    """Return demand as each history tells it, and how far it is known, shape (rows,) each."""
    sold, share = past.column("y").to_numpy(), past.column("in_stock_share").to_numpy()
    lasted = pa.array(np.where(share >= 1.0, sold, np.nan), from_pandas=True)
    in_stock = past.set_column(past.column_names.index("y"), "y", lasted)
    known = np.where(share >= 1.0, 1.0, _ESTIMATE_WEIGHT)
    return {
        "demand in stock": (recover_demand(in_stock).column("demand").to_numpy(), known),
        "recovered demand": (recover_demand(past).column("demand").to_numpy(), known),
        "raw sales": (sold, np.ones(sold.size)),
    }


def _held_out(grid: Grid, held: pa.Table) -> tuple[Floats, Bools]:
    """Units that came, and which days were fully in stock, shape (n, days)."""
    row = np.searchsorted(grid.series, np.array(held.column("series").to_pylist(), dtype=object))
    days = np.asarray(held.column("ds").to_numpy(), dtype="datetime64[D]")
    column = (days - grid.periods[grid.n_known]).astype(np.int64)
    came, in_stock = np.zeros((grid.n_series, grid.ahead)), np.zeros((grid.n_series, grid.ahead), dtype=bool)
    came[row, column] = held.column("y").to_numpy()
    in_stock[row, column] = held.column("in_stock_share").to_numpy() >= 1.0
    return came, in_stock


def score(came: Floats, mean: Floats, quantiles: Floats | None = None) -> Score:
    """Hold forecasts against what came.

    Parameters
    ----------
    came, mean
        Units and their forecast on the scored days, shape (n,).
    quantiles
        At `QUANTILES`, shape (n, 9).

    Returns
    -------
    Score
        Over all days together.
    """
    total = came.sum()
    bias, wape = float(mean.sum() / total - 1), float(np.abs(mean - came).sum() / total)
    if quantiles is None:
        return Score(bias, wape)
    levels = np.asarray(QUANTILES)
    # tenths as doubles: what is equal may differ in the last bits
    actual, bound = np.round(came, 6)[:, None], np.round(quantiles, 6)
    miss = actual - bound
    pinball = np.maximum(levels * miss, (levels - 1) * miss).mean(axis=0) / came.mean()
    return Score(bias, wape, pinball, (actual <= bound).mean(axis=0), (actual < bound).mean(axis=0))


def _forecasts(
    week: Week, origin: date, settings: EngineSettings, clock: Clock
) -> tuple[Mapping[str, Score], Bools]:
    """Every forecast's score, and which days were scored."""
    clock.say("recovering demand ...")
    sources = _histories(week.past)
    found: dict[str, Score] = {}
    in_stock = np.zeros((0, 0), dtype=bool)
    for source, (demand, weight) in sources.items():
        clock.say(f"forecasts from {source} ...")
        grid = _grid(week, origin, demand, weight, settings)
        came, in_stock = _held_out(grid, week.held)
        forecast = forecast_grid(grid, settings, clock.say)
        for line in sorted(
            {f"{method}: {reason}" for method, reason in zip(forecast.method, forecast.reason, strict=True)}
        ):
            clock.say(line)
        history = grid.units.astype(np.float64)
        recent = np.quantile(history[:, -_RECENT_DAYS:], QUANTILES, axis=1).T
        naive = np.repeat(recent[:, None, :], grid.ahead, axis=1)
        laws: dict[str, tuple[Floats, Floats | None]] = {
            "Sellthrough": (forecast.mean, forecast.quantiles),
            "weekday mean, 4 weeks": (weekday_mean(history, grid.ahead, _WEEKS), naive),
            "seasonal naive": (seasonal_naive(history, grid.ahead), None),
        }
        for name, (mean, quantiles) in laws.items():
            upper = None if quantiles is None else quantiles[in_stock] * _UNIT
            found[f"{name}|{source}"] = score(came[in_stock], mean[in_stock] * _UNIT, upper)
    return found, in_stock


def _print(found: Mapping[str, Score]) -> None:
    print(f"\n{'forecast':<24}{'reads':<18}{'bias':>8}{'WAPE':>8}{'pinball':>9}")
    for key, reached in found.items():
        name, source = key.split("|")
        pinball = "" if reached.pinball is None else f"{reached.pinball.mean():9.4f}"
        print(f"{name:<24}{source:<18}{reached.bias_share:+8.2%}{reached.wape:8.3f}{pinball}")
    for key, reached in found.items():
        if reached.pinball is None or reached.at_most is None or reached.below is None:
            continue
        print(f"\n{key.replace('|', ', ')}\n  level   pinball   at most    below")
        for level, loss, at_most, below in zip(
            QUANTILES, reached.pinball, reached.at_most, reached.below, strict=True
        ):
            print(f"  {level:<6}{loss:9.4f}{at_most:10.3f}{below:9.3f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The arguments, those of the process by default.

    Returns
    -------
    int
        0, or 1 where there is nothing to do.
    """
    parser = command_line("freshretail", __doc__, "FreshRetailNet-50K, or its parent")
    parser.add_argument("--origin", type=date.fromisoformat, help="last known day; a week before the end")
    options = parser.parse_args(arguments)
    clock = Clock()
    settings = EngineSettings(horizon=_DAYS, levels=QUANTILES)
    try:
        week, origin = read_week(options.data, options.origin)
    except (FileNotFoundError, ValueError) as error:
        print(error)
        return 1
    found, in_stock = _forecasts(week, origin, settings, clock)
    print(
        f"{in_stock.sum():,} of {in_stock.size:,} days after {origin} were fully in stock; "
        f"{clock.seconds:.0f} s, peak {peak_gigabytes():.1f} GB"
    )
    _print(found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
