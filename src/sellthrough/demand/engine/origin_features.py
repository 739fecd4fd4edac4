"""What is known of each series at an origin, per period ahead: the columns that the trees read.

Everything is measured free of the calendar: units are divided by what the calendar effects say the
period is worth, so that a level is a level and not last week's holiday. No column tells the date: a
few origins show too few dates to learn what a date does, which is the calendar effects' affair.
"""

__all__ = ["OriginView", "row_chunks"]

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .calendar_effects import CalendarEffects
from .grid import Grid
from .patterns import YOUNG_PERIODS, known_periods

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

# Spans looked back, in periods, and the shares with which they make a series' level.
_SPANS = {1: (7, 14, 28, 56, 91, 182, 364), 7: (2, 4, 8, 13, 26, 39, 52)}
_LEVEL = {1: {14: 1, 28: 3, 56: 2, 91: 1}, 7: {2: 1, 4: 3, 8: 2, 13: 1}}
_SHORT, _MIDDLE, _LONG, _HALF_YEAR = 0, 2, 4, 5
_PROFILE_WEEKS = 52
# Units that a profile or a response of its own has to weigh against the group's.
_PROFILE_UNITS, _RESPONSE_UNITS = 300.0, 20.0
# Periods' worth of the like items' level in the level of a series that has just begun.
_LAUNCH_PERIODS = 3.0
_LEAST_LEVEL = 0.01
_SOFT = 0.02
_ROWS_AT_ONCE = 400_000


def row_chunks(n_series: int, ahead: int) -> Iterator[Ints]:
    """Split series so that a chunk's series times periods stay small in memory.

    Parameters
    ----------
    n_series, ahead
        Numbers of series and of periods.

    Yields
    ------
    numpy.ndarray
        Indices of series, ascending.
    """
    size = max(_ROWS_AT_ONCE // max(ahead, 1), 1)
    for first in range(0, n_series, size):
        yield np.arange(first, min(first + size, n_series))


class OriginView:
    """What an origin knows of every series of a grid, and the trees' columns from there.

    Parameters
    ----------
    grid
        Panel whose periods lie within the effects.
    effects
        What the calendar does to each group, at least up to the last period asked for.
    origin
        Periods known. Nothing of the grid's units from there on is read.
    """

    def __init__(self, grid: Grid, effects: CalendarEffects, origin: int) -> None:
        self._grid, self.origin, self.effects = grid, origin, effects
        self._days = grid.period_days
        self._worth = np.exp(effects.total)
        self.spans = _SPANS[self._days]
        self._back = slice(max(origin - self.spans[-1], 0), origin)
        weight = grid.weight[:, self._back]
        self._seen = grid.units[:, self._back] * weight
        worth = self._worth[grid.group, self._back] * weight
        self._units, self._exposure = (_recent(values, self.spans) for values in (self._seen, worth))
        self.level = self._levels()
        self._profile, self._group_profile = self._profiles()
        self._still, self._responses = self._of_series()
        self._block = np.stack([np.asarray(v, dtype=np.float32) for v in self._still.values()], axis=1)
        # only `columns` is wanted from here on
        del self._seen, self._units, self._exposure

    @cached_property
    def names(self) -> list[str]:
        """The columns."""
        weekday = ["weekday", "weekday_own", "weekday_group"] if self._days == 1 else []
        drivers = [
            name for known in self._grid.known for name in (known, f"{known}_change", f"{known}_response")
        ]
        return [*self._still, "ahead", *weekday, *drivers]

    @property
    def categories(self) -> list[str]:
        """Columns whose numbers are codes."""
        return [name for name in self._grid.statics if self._grid.labels[name].size]

    def columns(self, steps: Ints, rows: Ints) -> tuple[Singles, Floats]:
        """Return features and base forecasts of some series for some periods after the origin.

        Parameters
        ----------
        steps
            Periods ahead, 0 for the first after the origin, shape (k,).
        rows
            The series, shape (m,).

        Returns
        -------
        features
            Shape (k * m, columns), step by step; `names` tells the columns.
        base
            Level times profile times calendar, units, shape (k * m,).
        """
        grid, size = self._grid, rows.size
        still = self._block[rows]
        out = np.empty((steps.size * size, len(self.names)), dtype=np.float32)
        base = np.empty(steps.size * size)
        group, level = grid.group[rows], self.level[rows]
        for index, step in enumerate(steps):
            at = self.origin + int(step)
            part = slice(index * size, (index + 1) * size)
            block = out[part]
            column = still.shape[1]
            block[:, :column] = still
            block[:, column] = step
            own: Floats | float = 1.0
            if self._days == 1:
                slot = int(step) % 7
                own = self._profile[rows, slot]
                block[:, column + 1] = (int(grid.periods[at].astype(np.int64)) + 3) % 7
                block[:, column + 2] = np.log(own + _SOFT)
                block[:, column + 3] = np.log(self._group_profile[group, slot] + _SOFT)
                column += 3
            for name, values in grid.known.items():
                response, usual = self._responses[name]
                now = values[rows, at]
                change = now - usual[rows]
                block[:, column + 1], block[:, column + 2] = now, change
                block[:, column + 3] = change * response[rows]
                column += 3
            base[part] = level * own * self._worth[group, at]
        return out, base

    def profile(self, steps: Ints, rows: Ints) -> Floats:
        """Weekday profile of series' own beyond the calendar's, shape (m, k); ones in weekly panels."""
        return np.asarray(self._profile[rows[:, None], steps[None, :] % 7])

    def with_driver(self, columns: Singles, name: str, values: Floats, rows: Ints) -> Singles:
        """Return features as they would be if a known driver had other values.

        Parameters
        ----------
        columns
            Made by `columns`, shape (k * m, columns).
        name
            The driver.
        values
            One per series, shape (m,), for all periods.
        rows
            The series, shape (m,).

        Returns
        -------
        numpy.ndarray
            A copy.
        """
        at = self.names.index(name, len(self._still))
        response, usual = self._responses[name]
        change = values - usual[rows]
        out = columns.copy()
        repeats = columns.shape[0] // rows.size
        for offset, now in enumerate((values, change, change * response[rows])):
            out[:, at + offset] = np.tile(now.astype(np.float32), repeats)
        return out

    def past_columns(self, name: str) -> list[str]:
        """Features that hold what a driver of the past has lately been."""
        return [name, *(f"{name}_{self.spans[index]}" for index in (_SHORT, _MIDDLE))]

    def with_past(self, columns: Singles, name: str, values: Floats, rows: Ints) -> Singles:
        """Return features as they would be if a driver of the past had always had other values.

        Parameters
        ----------
        columns, rows
            As in `with_driver`.
        name
            The driver.
        values
            One per series, shape (m,).

        Returns
        -------
        numpy.ndarray
            A copy.
        """
        out = columns.copy()
        for column in self.past_columns(name):
            repeats = columns.shape[0] // rows.size
            out[:, self.names.index(column)] = np.tile(values.astype(np.float32), repeats)
        return out

    def _by(self, codes: Ints) -> tuple[Floats, Floats]:
        """Units and exposure of items or groups over each span, shape (codes, spans)."""
        out = np.zeros((2, int(codes.max()) + 1, len(self.spans)))
        np.add.at(out[0], codes, self._units)
        np.add.at(out[1], codes, self._exposure)
        return out[0], out[1]

    def _levels(self) -> Floats:
        """Units per period of calendar worth one, from the recent past, shape (n,).

        A span without a known period doesn't count; where none of them has one, the longest does. A
        series that has just begun leans on its like item's series in its group, else on the group's.
        """
        shares = np.zeros(len(self.spans))
        for span, share in _LEVEL[self._days].items():
            shares[self.spans.index(span)] = share
        weight = np.where(self._exposure > 1e-9, shares, 0.0)
        weight[weight.sum(axis=1) == 0, -1] = 1.0
        rates = _ratio(self._units, self._exposure)
        level = np.asarray((rates * weight).sum(axis=1) / weight.sum(axis=1))
        # what is known of the last year alone: an older level is no level
        told = np.where(self._exposure[:, -1] > 1e-9, known_periods(self._grid, self.origin), 0)
        young = told < YOUNG_PERIODS[self._days]
        if young.any():
            prior = self._like_levels(level, young)
            leaning = (level * told + prior * _LAUNCH_PERIODS) / (told + _LAUNCH_PERIODS)
            level = np.where(young, leaning, level)
        return np.asarray(np.maximum(level, _LEAST_LEVEL))

    def _like_levels(self, level: Floats, young: NDArray[np.bool_]) -> Floats:
        """Mean level of the grown series of a group, or of those of its like item, shape (n,)."""
        grid = self._grid
        total = np.bincount(grid.group, np.where(young, 0.0, level))
        out = (total / np.maximum(np.bincount(grid.group, ~young), 1))[grid.group]
        # first any series of the like item, then those in the same group
        for codes, wanted in ((grid.item, grid.like), self._item_in_group()):
            like, found = _mean_by(level[:, None], codes, ~young, wanted)
            out = np.where(young & found, like[:, 0], out)
        return np.asarray(out)

    def _item_in_group(self) -> tuple[Ints, Ints]:
        """Code of each series' item within its group, and of its like item there, -1 where none."""
        grid = self._grid
        wanted = np.where(grid.like >= 0, grid.like * grid.n_groups + grid.group, -1)
        return grid.item * grid.n_groups + grid.group, wanted

    def _rate(self, span: int) -> Floats:
        return _ratio(self._units[:, span], self._exposure[:, span])

    def _profiles(self) -> tuple[Floats, Floats]:
        """Own and group's weekday profile beyond the calendar's, by days after the origin modulo 7."""
        grid = self._grid
        weeks = min(_PROFILE_WEEKS, self.origin // 7)
        if self._days > 1 or weeks == 0:
            return np.ones((grid.n_series, 7)), np.ones((grid.n_groups, 7))
        span = slice(self.origin - 7 * weeks, self.origin)
        weight = grid.weight[:, span]
        shape = (grid.n_series, weeks, 7)
        units = self._seen[:, -7 * weeks :].reshape(shape).sum(axis=1, dtype=np.float64)
        worth = (self._worth[grid.group, span] * weight).reshape(shape).sum(axis=1, dtype=np.float64)
        group_units, group_worth = np.zeros((2, grid.n_groups, 7))
        np.add.at(group_units, grid.group, units)
        np.add.at(group_worth, grid.group, worth)
        whole = np.maximum(worth.sum(axis=1, keepdims=True), 1e-9)
        expected = units.sum(axis=1, keepdims=True) / whole * worth
        # as many units as the prior weighs, spread as the calendar would
        prior = _PROFILE_UNITS * worth / whole
        own = np.where(worth > 0, (units + prior) / np.maximum(expected + prior, 1e-9), 1.0)
        young = known_periods(grid, self.origin) < YOUNG_PERIODS[1]
        like, found = _mean_by(own, self._item_in_group()[0], ~young, self._item_in_group()[1])
        # a like item's profile in the calendar's place, at a week's share of its weight
        few = _PROFILE_UNITS / 7
        own = np.where((young & found)[:, None], (units + like * few) / (expected + few), own)
        level = group_units.sum(axis=1, keepdims=True) / np.maximum(
            group_worth.sum(axis=1, keepdims=True), 1e-9
        )
        all_of = (group_units + _PROFILE_UNITS) / np.maximum(group_worth * level + _PROFILE_UNITS, 1e-9)
        return own, all_of

    def _of_series(self) -> tuple[dict[str, NDArray[np.floating]], dict[str, tuple[Floats, Floats]]]:
        grid, origin, spans, level = self._grid, self.origin, self.spans, self.level
        out: dict[str, NDArray[np.floating]] = {"level": np.log(level)}
        for index, span in enumerate(spans):
            out[f"level_{span}"] = _log_ratio(self._rate(index), level)
        seen, sold = self._seen, self._seen > 0
        selling = _recent(sold, spans)
        known = _recent(grid.weight[:, self._back] > 0, spans)
        for index in range(1, 5):
            out[f"selling_{spans[index]}"] = _ratio(selling[:, index], known[:, index])
        since = np.where(sold.any(axis=1), np.argmax(sold[:, ::-1], axis=1), origin)
        out["since_sale"] = np.minimum(since, spans[-2])
        out["age"] = np.clip(origin - grid.start, 0, spans[-1])
        recent = seen[:, -spans[_LONG] :]
        out["dispersion"] = np.log((recent.var(axis=1) + 0.1) / (recent.mean(axis=1) + 0.1))
        out["highest"] = np.log1p(seen[:, -spans[_MIDDLE] :].max(axis=1))
        for name, codes in (("item", grid.item), ("group", grid.group)):
            units, exposure = self._by(codes)
            short, middle, far = (_ratio(units[:, k], exposure[:, k]) for k in (_SHORT, _MIDDLE, _LONG))
            out[f"{name}_rise"] = _log_ratio(short, middle)[codes]
            out[f"{name}_drift"] = _log_ratio(middle, far)[codes]
            if name == "item":
                out["item_level"] = np.log(middle + 0.1)[codes]
        for name, values in grid.past.items():
            out[name] = values[:, origin - 1]
            for span in (spans[_SHORT], spans[_MIDDLE]):
                out[f"{name}_{span}"] = values[:, max(origin - span, 0) : origin].mean(axis=1)
        responses: dict[str, tuple[Floats, Floats]] = {}
        for name, values in grid.known.items():
            usual = values[:, max(origin - spans[_MIDDLE], 0) : origin].mean(axis=1, dtype=np.float64)
            responses[name] = (self._response(values), usual)
            out[f"{name}_recent"] = usual
        out |= dict(grid.statics)
        return out, responses

    def _response(self, values: Singles) -> Floats:
        """How much a series' units, relative to its level, move with a driver beyond its group's effect."""
        grid = self._grid
        span = slice(max(self.origin - self.spans[_HALF_YEAR], 0), self.origin)
        driver, weight = values[:, span], grid.weight[:, span]
        size = np.maximum(weight.sum(axis=1), 1.0)
        centred = driver - ((driver * weight).sum(axis=1) / size)[:, None]
        expected = self._rate(_HALF_YEAR)[:, None] * self._worth[grid.group, span]
        surprise = (grid.units[:, span] - expected) * weight
        top = (surprise * centred).sum(axis=1, dtype=np.float64)
        below = (expected * weight * centred**2).sum(axis=1, dtype=np.float64)
        return np.asarray(top / (below + _RESPONSE_UNITS * centred.var() + 1e-9))


def _mean_by(
    values: Floats, codes: Ints, where: NDArray[np.bool_], wanted: Ints
) -> tuple[Floats, NDArray[np.bool_]]:
    """Mean of some rows by code, looked up for the wanted codes, and whether there was one."""
    known, code = np.unique(codes[where], return_inverse=True)
    if known.size == 0:
        return np.zeros((wanted.size, values.shape[1])), np.zeros(wanted.size, dtype=bool)
    total = np.zeros((known.size, values.shape[1]))
    np.add.at(total, code, values[where])
    place = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    mean = total / np.bincount(code)[:, None]
    return np.asarray(mean[place]), np.asarray(known[place] == wanted)


def _recent(values: NDArray[np.generic], spans: tuple[int, ...]) -> Floats:
    """Add up the last columns, shape (n, spans)."""
    width = values.shape[1]
    out, total, upto = np.empty((values.shape[0], len(spans))), np.zeros(values.shape[0]), width
    for index, span in enumerate(spans):
        back = max(width - span, 0)
        total = total + values[:, back:upto].sum(axis=1, dtype=np.float64)
        out[:, index], upto = total, back
    return out


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 1e-9)


def _log_ratio(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.log((above + _SOFT) / (below + _SOFT)))
