"""The held-out forecasts as one long table, so that SQL can score everything."""

__all__ = ["held_out_table"]

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .choice import scales
from .grid import Grid
from .held_out import HeldOut, HeldOutLook, quantile_column
from .laws import KNOWN_SHARE

if TYPE_CHECKING:
    from .fit import EngineFit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def held_out_table(fit: "EngineFit", grid: Grid) -> pa.Table:
    """Lay out what a fit forecast of the past beside what came.

    Parameters
    ----------
    fit
        A fit made with `keeps_held_out`.
    grid
        The grid that it was made from.

    Returns
    -------
    pyarrow.Table
        One row per origin, series and period ahead, and per origin, series and window that is known
        throughout: `series`, `origin` (date of the last known period), `first_on` (first day covered),
        `periods` (1, or the window's length), `ahead` (periods from the origin to the end of what is
        covered), `actual` (units), `weight` (known share), `scale` (mean squared change from one
        period to the next before the first origin, units squared), `mean`, `variance`, quantiles such as
        `q50` and `q975`, and of every method `mean_<method>`. A window of one period is a period's row with
        its own law, so it is left out. Series that had not begun at the origin are left out. Variance
        and quantiles are null where no other origin could teach their law.

    Raises
    ------
    ValueError
        If the fit kept nothing.
    """
    if fit.held_out is None:
        raise ValueError("The fit kept no held-out forecasts: make it with keeps_held_out.")
    looks = fit.held_out.looks
    if not looks:
        return pa.table({name: pa.array([], kind) for name, kind in _KEYS.items()})
    scale, _ = scales(grid, looks[0].origin)
    tables = []
    for look in looks:
        tables.append(_periods(look, fit.held_out, grid, scale))
        tables += [_window(look, fit.held_out, grid, scale, window) for window in look.windows if window > 1]
    return pa.concat_tables(tables)


_KEYS = {
    "series": pa.string(),
    "origin": pa.date32(),
    "first_on": pa.date32(),
    "periods": pa.int32(),
    "ahead": pa.int32(),
    "actual": pa.float64(),
    "weight": pa.float64(),
    "scale": pa.float64(),
    "mean": pa.float64(),
    "variance": pa.float64(),
}


def _table(
    grid: Grid, look: HeldOutLook, rows: Ints, first: Ints, periods: int, numbers: dict[str, Floats]
) -> pa.Table:
    """Put the keys before the numbers; `first` is the index of the first period covered."""
    names = pa.array(grid.series.tolist(), pa.string())
    columns: dict[str, Any] = {
        "series": names.take(pa.array(rows)),
        "origin": pa.array(np.repeat(grid.periods[look.origin - 1], rows.size)).cast(pa.date32()),
        "first_on": pa.array(grid.periods[first]).cast(pa.date32()),
        "periods": pa.array(np.full(rows.size, periods, dtype=np.int32)),
        "ahead": pa.array((first - look.origin + periods).astype(np.int32)),
    }
    columns |= {name: pa.array(values, pa.float64(), from_pandas=True) for name, values in numbers.items()}
    return pa.table(columns)


def _periods(look: HeldOutLook, held_out: HeldOut, grid: Grid, scale: Floats) -> pa.Table:
    rows = np.flatnonzero(grid.start < look.origin)
    ahead = look.mean.shape[1]
    after = slice(look.origin, look.origin + ahead)
    numbers = {
        "actual": grid.units[rows, after].ravel().astype(np.float64),
        "weight": grid.weight[rows, after].ravel().astype(np.float64),
        "scale": np.repeat(scale[rows], ahead),
        "mean": look.mean[rows].ravel(),
        "variance": look.variance[rows].ravel(),
    }
    for index, level in enumerate(held_out.levels):
        numbers[quantile_column(level)] = look.quantiles[rows, :, index].ravel()
    for method, mean in look.means.items():
        numbers[f"mean_{method}"] = mean[rows].ravel().astype(np.float64)
    first = np.tile(np.arange(look.origin, look.origin + ahead), rows.size)
    return _table(grid, look, np.repeat(rows, ahead), first, 1, numbers)


def _window(look: HeldOutLook, held_out: HeldOut, grid: Grid, scale: Floats, window: int) -> pa.Table:
    after = slice(look.origin, look.origin + window)
    is_known = (grid.weight[:, after] >= KNOWN_SHARE).all(axis=1)
    rows = np.flatnonzero(is_known & (grid.start < look.origin))
    variance, quantiles = look.windows[window]
    numbers = {
        "actual": grid.units[rows, after].sum(axis=1, dtype=np.float64),
        "weight": grid.weight[rows, after].mean(axis=1, dtype=np.float64),
        "scale": scale[rows],
        "mean": look.mean[rows, :window].sum(axis=1),
        "variance": variance[rows],
    }
    for index, level in enumerate(held_out.levels):
        numbers[quantile_column(level)] = quantiles[rows, index]
    for method, mean in look.means.items():
        numbers[f"mean_{method}"] = mean[rows, :window].sum(axis=1, dtype=np.float64)
    return _table(grid, look, rows, np.full(rows.size, look.origin), window, numbers)
