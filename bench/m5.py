"""The forecast engine on the M5's 30,490 item-store series.

`python -m bench.m5 --data DIR --origin 2016-04-24 --horizon 28 --out FILE` fits on the sales up to the
origin and writes the mean and nine quantiles of every series and day. With `--score` an earlier origin is
held against the sales that followed it in the same file.
"""

from __future__ import annotations

__all__ = ["Panel", "actual_units", "main", "read_panel"]

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bench.command_line import Clock, command_line, peak_gigabytes
from bench.m5_score import QUANTILES, score_means, score_quantiles
from sellthrough.demand.engine import EngineSettings, Grid, forecast_grid, read_grid

Floats = NDArray[np.float64]

_TABLES = """
create temp table series as
select
    item_id || '|' || store_id as series,
    item_id,
    store_id,
    regexp_extract(item_id, '^(.*)_[^_]*$', 1) as dept,
    split_part(store_id, '_', 1) as state
from read_csv('{data}/series.csv');

create temp table calendar as from read_csv('{data}/calendar.csv');

create temp table sales as
select item_id || '|' || store_id as series, date, units
from read_parquet('{data}/sales.parquet');

-- two stores' prices are published; an item's price there stands for its price everywhere
create temp table prices as
select item_id, wm_yr_wk, avg(ln(sell_price)) as log_price
from read_parquet('{data}/sell_prices_ca1_ca2.parquet')
group by all;
"""
_PANEL = """
select
    series.series,
    calendar.date as ds,
    case when calendar.date <= date '{origin}' then coalesce(sales.units, 0)::double end as demand,
    case series.state
        when 'CA' then calendar.snap_CA when 'TX' then calendar.snap_TX else calendar.snap_WI
    end::double as known_snap,
    prices.log_price as known_log_price
from series
inner join (select series, min(date) as first_on from sales where units > 0 group by series) as first_sales
    on series.series = first_sales.series and first_sales.first_on <= date '{origin}'
inner join calendar
    on calendar.date >= first_sales.first_on and calendar.date <= date '{origin}' + {horizon}
left join sales on series.series = sales.series and calendar.date = sales.date
left join prices on series.item_id = prices.item_id and calendar.wm_yr_wk = prices.wm_yr_wk
"""
_STATICS = """
select
    series,
    store_id || '|' || dept as "group",
    item_id as item,
    'US' as calendar,
    dept as static_dept,
    store_id as static_store
from series
"""
_EVENTS = """
select 'US' as calendar, date as ds, event_name_1 as event from calendar where event_name_1 is not null
union all
select 'US', date, event_name_2 from calendar where event_name_2 is not null
"""
_ACTUAL = """
select series.series, sales.date, sales.units
from sales inner join series on sales.series = series.series
where sales.date > date '{origin}' and sales.date <= date '{origin}' + {horizon}
"""


@dataclass(frozen=True)
class Panel:
    """The engine's three tables, and what came after the origin where the file tells it."""

    panel: pa.Table
    statics: pa.Table
    events: pa.Table
    actual: pa.Table


def read_panel(data: Path, origin: date, horizon: int) -> Panel:
    """Name the columns of the M5 files as the engine wants them.

    Parameters
    ----------
    data
        Folder of the M5 files.
    origin
        Last known day.
    horizon
        Days to forecast.

    Returns
    -------
    Panel
        Sales after the origin are in `actual` alone.
    """
    words = {"data": data.as_posix(), "origin": origin.isoformat(), "horizon": horizon}
    with duckdb.connect() as connection:
        connection.execute(_TABLES.format(**words))
        tables = [
            connection.execute(query.format(**words)).to_arrow_table()
            for query in (_PANEL, _STATICS, _EVENTS, _ACTUAL)
        ]
    return Panel(*tables)


def _write(grid: Grid, mean: Floats, quantiles: Floats, out: Path) -> None:
    n_series, ahead = mean.shape
    names = [str(name).split("|") for name in grid.series]
    of_series = pa.array(np.repeat(np.arange(n_series), ahead))
    columns: dict[str, Any] = {
        "item_id": pa.array([name[0] for name in names]).take(of_series),
        "store_id": pa.array([name[1] for name in names]).take(of_series),
        "date": pa.array(np.tile(grid.periods[-ahead:], n_series)),
        "mean": mean.ravel(),
    }
    for index, level in enumerate(QUANTILES):
        columns[f"q{level}"] = quantiles[:, :, index].ravel()
    pq.write_table(pa.table(columns), out)


def actual_units(grid: Grid, actual: pa.Table) -> Floats:
    """Lay out what came after the origin, shape (n, H), units.

    Parameters
    ----------
    grid
        The series and periods.
    actual
        `series`, `date`, `units`; days without a row are zeros.

    Returns
    -------
    numpy.ndarray
        Units by series and day.
    """
    row = np.searchsorted(grid.series, np.array(actual.column("series").to_pylist(), dtype=object))
    days = np.asarray(actual.column("date").to_numpy(zero_copy_only=False), dtype="datetime64[D]")
    column = (days - grid.periods[grid.n_known]).astype(np.int64)
    came = np.zeros((grid.n_series, grid.ahead))
    came[row, column] = np.asarray(actual.column("units").to_numpy(zero_copy_only=False), dtype=np.float64)
    return came


def _score(grid: Grid, actual: pa.Table, mean: Floats, quantiles: Floats) -> None:
    came, ahead = actual_units(grid, actual), grid.ahead
    names = [str(name).split("|") for name in grid.series]
    items, stores = (np.array([name[k] for name in names]) for k in (0, 1))
    history = grid.units.astype(np.float64)
    weeks = grid.units[:, -56:].reshape(grid.n_series, 8, 7).mean(axis=1)
    weekday_mean = np.tile(weeks, (1, -(-ahead // 7)))[:, :ahead].astype(np.float64)
    reached, planner = (score_means(items, stores, history, came, means) for means in (mean, weekday_mean))
    print(f"\n{'RMSSE by level':<26}{'engine':>8}{'8-week weekday mean':>22}")
    for name, value in reached.items():
        print(f"  {name:<24}{value:8.4f}{planner[name]:22.4f}")
    means_of_levels = [float(np.mean(list(by_level.values()))) for by_level in (reached, planner)]
    print(f"  {'mean of the levels':<24}{means_of_levels[0]:8.4f}{means_of_levels[1]:22.4f}")
    span = grid.units[:, -91:]
    recent = np.quantile(span, QUANTILES, axis=1).T.astype(np.float64)
    naive = np.repeat(recent[:, None, :], ahead, axis=1)
    ours, theirs = (score_quantiles(history, came, laws) for laws in (quantiles, naive))
    print("\nL12      scaled pinball   last 91 days'   at most    below")
    for index, level in enumerate(QUANTILES):
        print(
            f"  {level:<6}{ours.pinball[index]:14.4f}{theirs.pinball[index]:16.4f}"
            f"{ours.at_most[index]:11.3f}{ours.below[index]:9.3f}"
        )
    print(f"  {'mean':<6}{ours.pinball.mean():14.4f}{theirs.pinball.mean():16.4f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The arguments, those of the process by default.

    Returns
    -------
    int
        0.
    """
    parser = command_line("m5", __doc__, "the M5 files")
    parser.add_argument("--origin", type=date.fromisoformat, default=date(2016, 4, 24), help="last known day")
    parser.add_argument("--horizon", type=int, default=28, help="days to forecast")
    parser.add_argument("--out", type=Path, help="Parquet file to write")
    parser.add_argument("--score", action="store_true", help="hold an earlier origin against what came")
    options = parser.parse_args(arguments)
    clock = Clock()
    clock.say("reading ...")
    tables = read_panel(options.data, options.origin, options.horizon)
    if options.score and tables.actual.num_rows == 0:
        last = options.origin + timedelta(days=options.horizon)
        parser.error(f"there are no sales from the origin to {last} to score against: give an earlier origin")
    settings = EngineSettings(horizon=options.horizon, levels=QUANTILES)
    grid = read_grid(tables.panel, tables.statics, tables.events, options.origin, settings)
    actual = tables.actual
    del tables
    forecast = forecast_grid(grid, settings, clock.say)
    if options.out:
        _write(grid, forecast.mean, forecast.quantiles, options.out)
    seconds = clock.seconds
    for score in forecast.scores:
        mark = "*" if score.is_chosen else " "
        reached = f"RMSSE {score.rmsse:.4f}  bias {score.bias_share:+.3f}"
        print(f"  {mark} {score.pattern:<28}{score.method:<18}{reached}")
    peak = peak_gigabytes()
    print(f"{grid.n_series:,} series x {options.horizon} days in {seconds:.0f} s, peak {peak:.1f} GB")
    if options.score:
        _score(grid, actual, forecast.mean, forecast.quantiles)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
