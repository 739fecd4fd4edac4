r"""What the calendar does to a whole group of series: weekday, day of the month, events, season, drivers.

The total of a group, :math:`y_t`, is a quasi-Poisson count with

.. math:: \log E[y_t] = \text{trend}_t + x_t^\top (\beta + \gamma_g),

where :math:`\beta` is shared by all groups of a calendar and :math:`\gamma_g` is what one group does
otherwise. All effects have normal priors, so that an event seen once counts for less than one seen
often, and a small group follows the others (Gelman and Hill, 2007, ch. 12). The mode is found by
Newton's steps.
"""

__all__ = ["calendar_effects"]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grid import Grid

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

# Standard deviations of effects on the logarithm, before the data speak.
_WEEKDAY_SD, _MONTH_DAY_SD, _MONTH_PART_SD = 0.5, 0.04, 0.1
_EVENT_SD, _AROUND_EVENT_SD, _SEASON_SD, _DRIVER_SD = 0.3, 0.08, 0.2, 0.3
_KNOT_SD = 0.08
# What a group does otherwise than all is as much smaller.
_OWN_SHARE = 0.35
_KNOT_DAYS = 28
_SEASON_FROM_DAYS, _YEAR_DAYS, _SEASON_WAVES = 548, 365.25, 5
# Of two or three months each day stands for its week, not for its number.
_MONTH_FROM_DAYS = 182
_STEPS, _TOLERANCE = 25, 1e-7
_LEAST_DISPERSION = 1.0
_MOST_LOG_STEP = 2.0


@dataclass(frozen=True)
class _Design:
    """Columns of effects, shape (periods, p), their priors, and the trend's columns beside them."""

    trend: Floats
    trend_sd: Floats
    effects: Floats
    effect_sd: Floats


def calendar_effects(grid: Grid) -> Singles:
    """Logarithm of what the calendar and the known drivers do to each group, by period.

    Parameters
    ----------
    grid
        History up to the origin; drivers and events also after it.

    Returns
    -------
    numpy.ndarray
        Shape (groups, T + H), centred on the known periods of each group.
    """
    n_groups = int(grid.group.max()) + 1
    totals = np.zeros((n_groups, grid.n_known))
    np.add.at(totals, grid.group, grid.units * grid.weight)
    calendar = np.zeros(n_groups, dtype=np.int64)
    calendar[grid.group] = grid.calendar
    drivers = _group_drivers(grid, n_groups)
    out = np.zeros((n_groups, grid.periods.size))
    for code in np.unique(calendar):
        members = np.flatnonzero(calendar == code)
        design = _design(grid, int(code))
        names = sorted(drivers)
        shared_drivers = (
            np.stack([drivers[name][members].mean(axis=0) for name in names], axis=1) if names else None
        )
        shared, _ = _fit(
            totals[members].sum(axis=0), design, shared_drivers, np.zeros(grid.periods.size), 1.0
        )
        for member in members:
            own = np.stack([drivers[name][member] for name in names], axis=1) if names else None
            columns = design.effects if own is None else np.concatenate([design.effects, own], axis=1)
            offset = columns @ shared
            _, deviation = _fit(totals[member], design, own, offset, _OWN_SHARE)
            out[member] = offset + deviation
    known = out[:, : grid.n_known]
    return np.asarray(out - known.mean(axis=1, keepdims=True), dtype=np.float32)


def _group_drivers(grid: Grid, n_groups: int) -> dict[str, Floats]:
    """Mean of each driver over the series of a group, in standard deviations from its past mean."""
    size = np.bincount(grid.group, minlength=n_groups)[:, None]
    out: dict[str, Floats] = {}
    for name, values in grid.known.items():
        mean = np.zeros((n_groups, values.shape[1]))
        np.add.at(mean, grid.group, values)
        mean /= np.maximum(size, 1)
        past = mean[:, : grid.n_known]
        spread = float(past.std())
        if spread > 1e-9:
            out[name] = np.clip((mean - past.mean()) / spread, -5, 5)
    return out


def _design(grid: Grid, calendar: int) -> _Design:
    n_periods, known = grid.periods.size, grid.n_known
    step = int((grid.periods[1] - grid.periods[0]).astype(np.int64)) if n_periods > 1 else 1
    at = np.arange(n_periods)
    # The trend ends with the last full stretch: what follows is for the series' own levels.
    until = np.minimum(at, known - 1) * step
    knots = np.arange(0, max((known * step) - _KNOT_DAYS // 2, 1), _KNOT_DAYS)
    trend = [np.ones(n_periods), *((np.maximum(until - knot, 0) / _KNOT_DAYS) for knot in knots)]
    trend_sd = [100.0, 1.0, *([_KNOT_SD] * (len(knots) - 1))]
    columns: list[Floats] = []
    priors: list[float] = []

    def add(column: Floats, prior: float) -> None:
        columns.append(np.asarray(column, dtype=np.float64))
        priors.append(prior)

    days = grid.periods.astype("datetime64[D]")
    if step == 1:
        weekday = (days.astype(np.int64) + 3) % 7
        for number in range(7):
            add(weekday == number, _WEEKDAY_SD)
    if step == 1 and known >= _MONTH_FROM_DAYS:
        day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
        for number in range(1, 32):
            add(day == number, _MONTH_DAY_SD)
        for centre in range(1, 32, 3):
            apart = np.minimum(abs(day - centre), 31 - abs(day - centre))
            add(np.exp(-0.5 * (apart / 2.5) ** 2), _MONTH_PART_SD)
    if known * step >= _SEASON_FROM_DAYS:
        angle = 2 * np.pi * days.astype(np.int64) / _YEAR_DAYS
        for wave in range(1, _SEASON_WAVES + 1):
            add(np.sin(wave * angle), _SEASON_SD / wave)
            add(np.cos(wave * angle), _SEASON_SD / wave)
    for periods in grid.events[calendar].values():
        if not (periods < known).any():
            continue
        for shift in (0,) if step > 1 else (-2, -1, 0, 1):
            moved = periods + shift
            column = np.zeros(n_periods)
            column[moved[(moved >= 0) & (moved < n_periods)]] = 1.0
            add(column, _AROUND_EVENT_SD if shift else _EVENT_SD)
    effects = np.stack(columns, axis=1) if columns else np.zeros((n_periods, 0))
    return _Design(np.stack(trend, axis=1), np.array(trend_sd), effects, np.array(priors))


def _fit(
    totals: Floats, design: _Design, drivers: Floats | None, offset: Floats, share: float
) -> tuple[Floats, Floats]:
    """Return the coefficients of the effects, and the effects by period."""
    known = totals.size
    effects, effect_sd = design.effects, design.effect_sd
    if drivers is not None:
        effects = np.concatenate([effects, drivers], axis=1)
        effect_sd = np.concatenate([effect_sd, np.full(drivers.shape[1], _DRIVER_SD)])
    width = effects.shape[1]
    if totals.sum() <= 0:
        return np.zeros(width), np.zeros(effects.shape[0])
    columns = np.concatenate([effects[:known], design.trend[:known]], axis=1)
    precision = 1.0 / np.concatenate([effect_sd * share, design.trend_sd]) ** 2
    base = offset[:known]
    beta = np.zeros(columns.shape[1])
    beta[width] = np.log(totals.sum() / np.exp(base).sum())
    dispersion = _LEAST_DISPERSION
    for _ in range(_STEPS):
        log_mean = base + columns @ beta
        mean = np.exp(np.clip(log_mean, -30, 30))
        dispersion = max(_LEAST_DISPERSION, float(((totals - mean) ** 2 / np.maximum(mean, 0.1)).mean()))
        gradient = columns.T @ (totals - mean) / dispersion - precision * beta
        curvature = (columns.T * (mean / dispersion)) @ columns
        curvature[np.diag_indices_from(curvature)] += precision
        step = np.linalg.solve(curvature, gradient)
        largest = float(np.abs(columns @ step).max())
        beta += step * min(1.0, _MOST_LOG_STEP / max(largest, 1e-12))
        if largest < _TOLERANCE:
            break
    return beta[:width], effects @ beta[:width]
