"""Three weeks' demand at the level that pays: `python -m bench.vn2 --data DIR`.

The VN2 inventory challenge: 599 store-products by week, lost sales at 1 against 0.2 for keeping, orders that
arrive three weeks later. So what counts is the .833 quantile (1 / 1.2) of the sum over the weeks +1 to +3.
At each of several origins, four weeks apart, the engine knows the weeks in stock until then and beside it
stand planners' rules. Scored are store-products with stock in all three weeks. The organisers' own forecast
is not among the published files. A rule like theirs, a deseasonalised mean of the last 13 weeks in stock, is
among the planners'; by what they deseasonalise is not published either, here it is the week of the year.
"""

from __future__ import annotations

__all__ = ["LEVEL", "Law", "Score", "Weeks", "main", "planners_rules", "read_weeks", "score"]

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import stats

from bench.command_line import Clock, command_line, peak_gigabytes
from bench.panels import read_vn2
from sellthrough.demand.engine import EngineSettings, forecast_grid, read_grid

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Cost of a lost unit over that of a lost and a kept one.
LEVEL = 0.833
_WINDOW, _STEP = 3, 4
_RECENT_WEEKS, _YEAR_WEEKS = 13, 52
_LEVELS = (0.1, 0.5, LEVEL, 0.95)
_STATICS = """
select distinct
    series,
    master.Department::text as "group",
    split_part(series, '_', 2) as item,
    'all' as calendar,
    split_part(series, '_', 1) as static_store,
    master.Division::text as static_division,
    master.StoreFormat::text as static_format
from panel
inner join read_csv('{folder}/Week 0 - Master.csv') as master
    on panel.series = master.Store || '_' || master.Product
order by series
"""


@dataclass(frozen=True)
class Weeks:
    """The challenge's store-products as matrices; n series, T weeks.

    Attributes
    ----------
    series
        Names, ascending, shape (n,).
    weeks
        Mondays, shape (T,), datetime64[D].
    units
        Sales, 0 where unknown, shape (n, T).
    in_stock
        Weeks with stock since the first sale, shape (n, T).
    statics
        As the engine wants them.
    """

    series: NDArray[Any]
    weeks: NDArray[np.datetime64]
    units: Floats
    in_stock: Bools
    statics: pa.Table


@dataclass(frozen=True)
class Law:
    """Mean and `LEVEL` quantile of the window's sum, shape (n,) each."""

    mean: Floats
    quantile: Floats


@dataclass(frozen=True)
class Score:
    """What a rule reached.

    Attributes
    ----------
    pinball
        Mean pinball loss of the quantile, units per store-product.
    bias_share
        Mean over actual units, less one.
    at_most, below
        Share of sums at most at the quantile, and below it.
    """

    pinball: float
    bias_share: float
    at_most: float
    below: float


def read_weeks(folder: Path) -> Weeks:
    """Read the challenge's weeks.

    Parameters
    ----------
    folder
        Where its CSV files lie.

    Returns
    -------
    Weeks
        The matrices.

    Raises
    ------
    FileNotFoundError
        If a file isn't there.
    """
    panel = read_vn2(folder)
    with duckdb.connect() as connection:
        connection.register("panel", panel)
        statics = connection.execute(_STATICS.format(folder=folder.as_posix())).to_arrow_table()
    series = np.array(statics.column("series").to_pylist(), dtype=object)
    days = np.asarray(panel.column("ds").to_numpy(), dtype="datetime64[D]")
    weeks = np.arange(days.min(), days.max() + 1, 7)
    row = np.searchsorted(series, np.array(panel.column("series").to_pylist(), dtype=object))
    column = (days - weeks[0]).astype(np.int64) // 7
    units, in_stock = np.zeros((series.size, weeks.size)), np.zeros((series.size, weeks.size), dtype=bool)
    units[row, column] = panel.column("y").to_numpy()
    in_stock[row, column] = panel.column("in_stock_share").to_numpy() > 0
    return Weeks(series, weeks, np.where(in_stock, units, 0.0), in_stock, statics)


def _mean_and_deviation(values: Floats, known: Bools) -> tuple[Floats, Floats]:
    """By row over what is known; nothing known is nothing sold, one value knows no deviation but its root."""
    count = known.sum(axis=1)
    mean = (values * known).sum(axis=1) / np.maximum(count, 1)
    squares = ((values - mean[:, None]) ** 2 * known).sum(axis=1) / np.maximum(count - 1, 1)
    return mean, np.where(count > 1, np.sqrt(squares), np.sqrt(mean))


def _week_numbers(weeks: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return np.array([day.isocalendar().week for day in weeks.astype(object)], dtype=np.int64)


def _season(units: Floats, in_stock: Bools, weeks: NDArray[np.datetime64]) -> Floats:
    """Return by week number what it sells over the mean week, from all store-products."""
    mean = (units * in_stock).sum(axis=0) / np.maximum(in_stock.sum(axis=0), 1)
    number = _week_numbers(weeks)
    count = np.bincount(number, minlength=54)
    by_number = np.bincount(number, weights=mean, minlength=54) / np.maximum(count, 1)
    level = by_number[count > 0].mean()
    return np.where((count > 0) & (by_number > 0), by_number / level, 1.0)


def planners_rules(
    units: Floats, in_stock: Bools, weeks: NDArray[np.datetime64], window: int = _WINDOW
) -> dict[str, Law]:
    r"""Apply planners' rules to the history: a mean, and :math:`\mu + z\sigma\sqrt{k}` over k weeks.

    The deviation is that of the last 13 weeks, in stock as everything here.

    Parameters
    ----------
    units, in_stock
        Sales up to the origin and which weeks tell demand, shape (n, T).
    weeks
        Mondays up to the origin, shape (T,).
    window
        Weeks to sum over.

    Returns
    -------
    dict of str to Law
        By rule. Of a store-product that had no stock in the weeks a rule reads, the rule reads all.
    """
    recent = slice(-_RECENT_WEEKS, None)

    def over(span: slice, values: Floats) -> tuple[Floats, Floats]:
        told = in_stock[:, span].any(axis=1)
        near, far = (
            _mean_and_deviation(values[:, span], in_stock[:, span]),
            _mean_and_deviation(values, in_stock),
        )
        return np.where(told, near[0], far[0]), np.where(told, near[1], far[1])

    ahead = weeks[-1] + 7 * np.arange(1, window + 1)
    season = _season(units, in_stock, weeks)
    level, deviation = over(recent, units)
    free = over(recent, units / season[_week_numbers(weeks)])[0]
    first = max(weeks.size - _YEAR_WEEKS, 0)
    means = {
        "seasonal naive": window * over(slice(first, first + window), units)[0],
        "13-week mean": window * level,
        "13-week mean, deseasonalised": free * season[_week_numbers(ahead)].sum(),
    }
    above = stats.norm.ppf(LEVEL) * deviation * np.sqrt(window)
    return {name: Law(mean, mean + above) for name, mean in means.items()}


def _engine(data: Weeks, origin: int) -> Law:
    """Return the engine's law of the window, from weeks in stock before the origin."""
    settings = EngineSettings(horizon=_WINDOW, period_days=7, windows=(_WINDOW,), levels=_LEVELS)
    begun = np.arange(data.weeks.size)[None, :] >= np.argmax(data.in_stock, axis=1)[:, None]
    row, column = np.nonzero(begun[:, :origin])
    panel = pa.table(
        {
            "series": pa.array(data.series[row], pa.string()),
            "ds": pa.array(data.weeks[column]),
            "demand": data.units[row, column],
            "weight": data.in_stock[row, column].astype(np.float64),
        }
    )
    none = pa.table(
        {
            name: pa.array([], pa.date32() if name == "ds" else pa.string())
            for name in ("calendar", "ds", "event")
        }
    )
    last: date = data.weeks[origin - 1].item()
    grid = read_grid(panel, data.statics, none, last, settings)
    forecast = forecast_grid(grid, settings)
    return Law(forecast.window_mean[_WINDOW], forecast.window_quantiles[_WINDOW][:, _LEVELS.index(LEVEL)])


def score(came: Floats, law: Law) -> Score:
    """Hold a rule's window against what came.

    Parameters
    ----------
    came
        Units of the window, shape (n,).
    law
        Of the same store-products.

    Returns
    -------
    Score
        Over all of them.
    """
    miss = came - law.quantile
    loss = np.maximum(LEVEL * miss, (LEVEL - 1) * miss)
    return Score(
        float(loss.mean()),
        float(law.mean.sum() / came.sum() - 1),
        float((came <= law.quantile).mean()),
        float((came < law.quantile).mean()),
    )


def _roll(data: Weeks, origins: Sequence[int], clock: Clock) -> tuple[Floats, Mapping[str, Law]]:
    """Return what came at all origins, and every rule's law of it, without store-products that ran out."""
    came: list[Floats] = []
    laws: dict[str, list[Law]] = {}
    for origin in origins:
        clock.say(f"{origin} weeks known, until {data.weeks[origin - 1]} ...")
        window = slice(origin, origin + _WINDOW)
        rows = data.in_stock[:, window].all(axis=1) & data.in_stock[:, :origin].any(axis=1)
        came.append(data.units[rows, window].sum(axis=1))
        rules = planners_rules(data.units[:, :origin], data.in_stock[:, :origin], data.weeks[:origin])
        for name, law in {**rules, "Sellthrough": _engine(data, origin)}.items():
            laws.setdefault(name, []).append(Law(law.mean[rows], law.quantile[rows]))
    joined = {
        name: Law(
            np.concatenate([part.mean for part in parts]), np.concatenate([part.quantile for part in parts])
        )
        for name, parts in laws.items()
    }
    return np.concatenate(came), joined


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
    parser = command_line("vn2", __doc__, "the challenge's files")
    parser.add_argument(
        "--last", type=date.fromisoformat, help="last known week (its Monday) of the last origin"
    )
    parser.add_argument("--origins", type=int, default=13, help="origins, four weeks apart")
    options = parser.parse_args(arguments)
    clock = Clock()
    try:
        data = read_weeks(options.data)
    except FileNotFoundError as error:
        print(error)
        return 1
    latest = data.weeks.size - _WINDOW
    if options.last is not None:
        latest = min(latest, int(np.searchsorted(data.weeks, np.datetime64(options.last, "D"), side="right")))
    origins = [origin for origin in range(latest, 0, -_STEP)[: options.origins][::-1] if origin > _YEAR_WEEKS]
    if not origins:
        print(f"No origin until {options.last} has a year of history before it: give a later --last.")
        return 1
    came, laws = _roll(data, origins, clock)
    found = {name: score(came, law) for name, law in laws.items()}
    plain = found["13-week mean"].pinball
    first, last = (data.weeks[origin - 1] for origin in (origins[0], origins[-1]))
    print(
        f"{came.size:,} sums of {_WINDOW} weeks in stock, {len(origins)} origins from {first} to {last}, "
        f"{came.mean():.1f} units each; {clock.seconds:.0f} s, peak {peak_gigabytes():.1f} GB\n"
    )
    print(
        f"{f'quantile {LEVEL}':<30}{'pinball':>9}{'ratio':>8}{'at most':>9}{'below':>8}{'bias of mean':>14}"
    )
    for name, reached in found.items():
        print(
            f"{name:<30}{reached.pinball:9.3f}{reached.pinball / plain:8.3f}{reached.at_most:9.3f}"
            f"{reached.below:8.3f}{reached.bias_share:+14.1%}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
