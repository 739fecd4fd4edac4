r"""What the calendar does to a whole group of series: weekday, day of the month, events, season, drivers.

The total of a group, :math:`y_t`, is a quasi-Poisson count with

.. math:: \log E[y_t] = \text{trend}_t + x_t^\top (\beta + \gamma_g),

where :math:`\beta` is shared by all groups of a calendar and :math:`\gamma_g` is what one group does
otherwise. All effects have normal priors, so that an event seen once counts for less than one seen
often, and a small group follows the others (Gelman and Hill, 2007, ch. 12). The mode is found by
Newton's steps.
"""

__all__ = ["CalendarEffects", "calendar_effects"]

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .families import family_of, neutral_values
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
# Waves are too smooth for the weeks before a feast: a week of the year has its own effect in weekly panels.
_YEAR_WEEK_SD = 0.2
# Of two or three months each day stands for its week, not for its number.
_MONTH_FROM_DAYS = 182
_STEPS, _TOLERANCE = 25, 1e-7
_LEAST_DISPERSION = 1.0
_MOST_LOG_STEP = 2.0
_YEAR = 364


@dataclass(frozen=True)
class CalendarEffects:
    """What the calendar and the drivers known ahead do to each group.

    Attributes
    ----------
    total
        Logarithm of the effect, shape (groups, T + H), centred on the known periods of each group.
    parts
        The same by family, each measured against its neutral state: an average day of the last year, no
        event, no promotion, no spend, usual prices and weather. Their sum differs from the total by a
        constant of the group.
    """

    total: Singles
    parts: dict[str, Singles]


@dataclass(frozen=True)
class _Design:
    """Columns of effects, shape (periods, p), their priors and families, and the trend's columns."""

    trend: Floats
    trend_sd: Floats
    effects: Floats
    effect_sd: Floats
    families: list[str]


@dataclass(frozen=True)
class _Driver:
    """Mean of a driver over each group, and its neutral state, both in standard deviations."""

    family: str
    values: Floats
    neutral: Floats


def calendar_effects(grid: Grid) -> CalendarEffects:
    """Estimate what the calendar and the known drivers do to each group, by period.

    Parameters
    ----------
    grid
        History up to the origin; drivers and events also after it.

    Returns
    -------
    CalendarEffects
        For all known periods and those ahead.
    """
    n_groups, n_periods = grid.n_groups, grid.periods.size
    totals = np.zeros((n_groups, grid.n_known))
    np.add.at(totals, grid.group, grid.units * grid.weight)
    calendar = np.zeros(n_groups, dtype=np.int64)
    calendar[grid.group] = grid.calendar
    drivers = _group_drivers(grid)
    out = np.zeros((n_groups, n_periods))
    parts: dict[str, Floats] = {name: np.zeros(out.shape) for name in ("season", "holiday")}
    parts |= {driver.family: np.zeros(out.shape) for driver in drivers}
    for code in np.unique(calendar):
        members = np.flatnonzero(calendar == code)
        design = _design(grid, int(code))
        families = np.array(design.families + [driver.family for driver in drivers])
        all_drivers = [driver.values[members].mean(axis=0) for driver in drivers]
        shared = _fit(
            totals[members].sum(axis=0), design, _stacked(design, all_drivers), np.zeros(n_periods), 1.0
        )
        for member in members:
            columns = _stacked(design, [driver.values[member] for driver in drivers])
            offset = columns @ shared
            own = _fit(totals[member], design, columns, offset, _OWN_SHARE)
            out[member] = offset + columns @ own
            columns[:, len(design.families) :] -= [driver.neutral[member] for driver in drivers]
            for family, part in parts.items():
                chosen = families == family
                part[member] = columns[:, chosen] @ (shared + own)[chosen]
    year = slice(max(grid.n_known - _YEAR // grid.period_days, 0), grid.n_known)
    parts["season"] -= parts["season"][:, year].mean(axis=1, keepdims=True)
    centred = out - out[:, : grid.n_known].mean(axis=1, keepdims=True)
    return CalendarEffects(
        centred.astype(np.float32), {name: part.astype(np.float32) for name, part in parts.items()}
    )


def _group_drivers(grid: Grid) -> list[_Driver]:
    """Mean of each driver over the series of a group, in standard deviations from its past mean."""
    size = np.maximum(np.bincount(grid.group, minlength=grid.n_groups), 1)
    out: list[_Driver] = []
    for name, values in grid.known.items():
        mean = np.zeros((grid.n_groups, values.shape[1]))
        np.add.at(mean, grid.group, values)
        mean /= size[:, None]
        past = mean[:, : grid.n_known]
        centre, spread = past.mean(), float(past.std())
        if spread > 1e-9:
            neutral = np.bincount(grid.group, neutral_values(grid, name), grid.n_groups) / size
            moved = (np.clip((each - centre) / spread, -5, 5) for each in (mean, neutral))
            out.append(_Driver(family_of(name), *moved))
    return out


def _stacked(design: _Design, drivers: list[Floats]) -> Floats:
    return np.concatenate([design.effects, *(driver[:, None] for driver in drivers)], axis=1)


def _design(grid: Grid, calendar: int) -> _Design:
    n_periods, known = grid.periods.size, grid.n_known
    step = grid.period_days
    at = np.arange(n_periods)
    # The trend ends with the last full stretch: what follows is for the series' own levels.
    until = np.minimum(at, known - 1) * step
    knots = np.arange(0, max((known * step) - _KNOT_DAYS // 2, 1), _KNOT_DAYS)
    trend = [np.ones(n_periods), *((np.maximum(until - knot, 0) / _KNOT_DAYS) for knot in knots)]
    trend_sd = [100.0, 1.0, *([_KNOT_SD] * (len(knots) - 1))]
    columns: list[Floats] = []
    priors: list[float] = []
    families: list[str] = []

    def add(column: Floats, prior: float, family: str = "season") -> None:
        columns.append(np.asarray(column, dtype=np.float64))
        priors.append(prior)
        families.append(family)

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
        if step == 7:
            # the week's Thursday tells its year and number (ISO 8601)
            thursday = days + (3 - (days.astype(np.int64) + 3) % 7)
            week = (thursday - thursday.astype("datetime64[Y]")).astype(np.int64) // 7
            for number in range(53):
                add(week == number, _YEAR_WEEK_SD)
    for periods in grid.events[calendar].values():
        if not (periods < known).any():
            continue
        for shift in (0,) if step > 1 else (-2, -1, 0, 1):
            moved = periods + shift
            column = np.zeros(n_periods)
            column[moved[(moved >= 0) & (moved < n_periods)]] = 1.0
            add(column, _AROUND_EVENT_SD if shift else _EVENT_SD, "holiday")
    effects = np.stack(columns, axis=1) if columns else np.zeros((n_periods, 0))
    return _Design(np.stack(trend, axis=1), np.array(trend_sd), effects, np.array(priors), families)


def _fit(totals: Floats, design: _Design, effects: Floats, offset: Floats, share: float) -> Floats:
    """Return the coefficients of the effects; those beyond the design's are drivers'."""
    known, width = totals.size, effects.shape[1]
    if totals.sum() <= 0:
        return np.zeros(width)
    effect_sd = np.concatenate([design.effect_sd, np.full(width - design.effect_sd.size, _DRIVER_SD)])
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
    return np.asarray(beta[:width])
