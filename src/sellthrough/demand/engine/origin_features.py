"""What is known of each series at an origin, per period ahead: the columns that the trees read.

Everything is measured free of the calendar: units are divided by what the calendar effects say the
period is worth, so that a level is a level and not last week's holiday. No column tells the date: a
few origins show too few dates to learn what a date does, which is the calendar effects' affair.
"""

__all__ = ["OriginFeatures"]

import numpy as np
from numpy.typing import NDArray

from .grid import Grid

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]

# Spans looked back, in periods, and the shares with which they make a series' level.
_SPANS = {1: (7, 14, 28, 56, 91, 182, 364), 7: (2, 4, 8, 13, 26, 39, 52)}
_LEVEL = {1: {14: 1, 28: 3, 56: 2, 91: 1}, 7: {2: 1, 4: 3, 8: 2, 13: 1}}
_SHORT, _MIDDLE, _LONG = 0, 2, 4
_PROFILE_WEEKS = 52
# Units that a profile or a response of its own has to weigh against the group's.
_PROFILE_UNITS, _RESPONSE_UNITS = 300.0, 20.0
# Periods' worth of the like items' level in the level of a series that has just begun.
_LAUNCH_PERIODS = 3.0
_LEAST_LEVEL = 0.01
_SOFT = 0.02


class OriginFeatures:
    """Features of every series at any origin within a grid.

    Parameters
    ----------
    grid
        Panel whose periods lie within the effects.
    effects
        Logarithm of the calendar's effect by group and period, shape (groups, at least T + H).
    """

    def __init__(self, grid: Grid, effects: Singles) -> None:
        self._grid = grid
        self._effects = effects
        self._worth = np.exp(effects)
        self._days = int((grid.periods[1] - grid.periods[0]).astype(np.int64)) if grid.periods.size > 1 else 1
        self.spans = _SPANS[self._days]
        seen = grid.units * grid.weight
        worth = self._worth[grid.group, : grid.n_known] * grid.weight
        self._units = _summed(seen)
        self._exposure = _summed(worth)
        self._known = _summed((grid.weight > 0).astype(np.float32))
        self._selling = _summed((seen > 0).astype(np.float32))
        self._item_units, self._item_exposure = self._by(grid.item)
        self._group_units, self._group_exposure = self._by(grid.group)
        self._drivers = {name: _summed(values) for name, values in grid.known.items()}
        self.names: list[str] = []
        self.categories: list[str] = []

    def _by(self, codes: Ints) -> tuple[Floats, Floats]:
        size = int(codes.max()) + 1
        units = np.zeros((size, self._units.shape[1]))
        exposure = np.zeros_like(units)
        np.add.at(units, codes, self._units)
        np.add.at(exposure, codes, self._exposure)
        return units, exposure

    def level(self, origin: int) -> Floats:
        """Units per period of calendar worth one, from the recent past, shape (n,).

        A series that has just begun leans on what the group's series sell.
        """
        rates, weights = [], []
        for span, share in _LEVEL[self._days].items():
            rates.append(_rate(self._units, self._exposure, origin, span))
            weights.append(share)
        level = np.average(np.stack(rates), axis=0, weights=weights)
        grid = self._grid
        told = self._known[:, origin]
        young = told < self.spans[_MIDDLE]
        if young.any():
            alike = np.bincount(grid.group, weights=np.where(young, 0.0, level))
            count = np.maximum(np.bincount(grid.group, weights=~young), 1)
            prior = (alike / count)[grid.group]
            leaning = (level * told + prior * _LAUNCH_PERIODS) / (told + _LAUNCH_PERIODS)
            level = np.where(young, leaning, level)
        return np.maximum(level, _LEAST_LEVEL)

    def at(self, origin: int, steps: Ints, rows: Ints) -> tuple[Singles, Floats]:
        """Return features and base forecasts of some series for some periods after an origin.

        Parameters
        ----------
        origin
            Periods known.
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
        grid = self._grid
        level = self.level(origin)
        profile, group_profile = self._profiles(origin)
        still, responses = self._of_series(origin, level)
        names = list(still)
        block = np.stack([np.asarray(values[rows], dtype=np.float32) for values in still.values()], axis=1)
        group = grid.group[rows]
        parts, bases = [], []
        moving_names: list[str] = []
        for step in steps:
            at = origin + int(step)
            moving: dict[str, NDArray[np.floating]] = {"ahead": np.full(rows.size, step)}
            own = np.ones(rows.size)
            if self._days == 1:
                slot = int(step) % 7
                own = profile[rows, slot]
                weekday = (int(grid.periods[at].astype(np.int64)) + 3) % 7
                moving["weekday"] = np.full(rows.size, weekday)
                moving["weekday_own"] = np.log(own + _SOFT)
                moving["weekday_group"] = np.log(group_profile[group, slot] + _SOFT)
            for name, values in grid.known.items():
                now = values[rows, at]
                change = now - responses[name][1][rows]
                moving[name] = now
                moving[f"{name}_change"] = change
                moving[f"{name}_response"] = change * responses[name][0][rows]
            moving_names = list(moving)
            parts.append(
                np.concatenate(
                    [block, np.stack([np.asarray(v, dtype=np.float32) for v in moving.values()], axis=1)],
                    axis=1,
                )
            )
            bases.append(level[rows] * own * self._worth[group, at])
        self.names = names + moving_names
        self.categories = [name for name in grid.statics if grid.labels[name].size]
        return np.concatenate(parts), np.concatenate(bases)

    def _profiles(self, origin: int) -> tuple[Floats, Floats]:
        """Own and group's weekday profile beyond the calendar's, by days after the origin modulo 7."""
        grid = self._grid
        if self._days > 1:
            return np.ones((grid.n_series, 1)), np.ones((int(grid.group.max()) + 1, 1))
        weeks = min(_PROFILE_WEEKS, origin // 7)
        n_groups = int(grid.group.max()) + 1
        if weeks == 0:
            return np.ones((grid.n_series, 7)), np.ones((n_groups, 7))
        span = slice(origin - 7 * weeks, origin)
        weight = grid.weight[:, span]
        units = (grid.units[:, span] * weight).reshape(grid.n_series, weeks, 7).sum(axis=1, dtype=np.float64)
        worth = (self._worth[grid.group, span] * weight).reshape(grid.n_series, weeks, 7).sum(axis=1)
        group_units, group_worth = np.zeros((n_groups, 7)), np.zeros((n_groups, 7))
        np.add.at(group_units, grid.group, units)
        np.add.at(group_worth, grid.group, worth)
        rate = units.sum(axis=1, keepdims=True) / np.maximum(worth.sum(axis=1, keepdims=True), 1e-9)
        expected = rate * worth
        # as many units as the prior weighs, spread as the calendar would
        prior = _PROFILE_UNITS * worth / np.maximum(worth.sum(axis=1, keepdims=True), 1e-9)
        own = (units + prior) / np.maximum(expected + prior, 1e-9)
        own = np.where(worth > 0, own, 1.0)
        level = group_units.sum(axis=1, keepdims=True) / np.maximum(
            group_worth.sum(axis=1, keepdims=True), 1e-9
        )
        all_of = (group_units + _PROFILE_UNITS) / np.maximum(group_worth * level + _PROFILE_UNITS, 1e-9)
        return own, all_of

    def _of_series(
        self, origin: int, level: Floats
    ) -> tuple[dict[str, NDArray[np.floating]], dict[str, tuple[Floats, Floats]]]:
        grid = self._grid
        spans = self.spans
        out: dict[str, NDArray[np.floating]] = {"level": np.log(level)}
        for span in spans:
            out[f"level_{span}"] = _log_ratio(_rate(self._units, self._exposure, origin, span), level)
        for span in spans[1:5]:
            out[f"selling_{span}"] = _rate(self._selling, self._known, origin, span)
        seen = grid.units[:, :origin] * grid.weight[:, :origin]
        sold = seen > 0
        last = np.where(sold.any(axis=1), origin - 1 - np.argmax(sold[:, ::-1], axis=1), -1)
        out["since_sale"] = np.minimum(origin - 1 - last, spans[-2])
        out["age"] = np.clip(origin - grid.start, 0, spans[-1])
        recent = seen[:, -spans[_LONG] :]
        out["dispersion"] = np.log((recent.var(axis=1) + 0.1) / (recent.mean(axis=1) + 0.1))
        out["highest"] = np.log1p(seen[:, -spans[_MIDDLE] :].max(axis=1))
        for name, units, exposure, codes in (
            ("item", self._item_units, self._item_exposure, grid.item),
            ("group", self._group_units, self._group_exposure, grid.group),
        ):
            short, middle, far = (_rate(units, exposure, origin, spans[k]) for k in (_SHORT, _MIDDLE, _LONG))
            out[f"{name}_rise"] = _log_ratio(short, middle)[codes]
            out[f"{name}_drift"] = _log_ratio(middle, far)[codes]
            if name == "item":
                out["item_level"] = np.log(middle + 0.1)[codes]
        span = min(spans[_LONG], origin)
        for name, values in grid.past.items():
            out[name] = values[:, origin - 1]
            out[f"{name}_change"] = values[:, origin - 1] - values[:, origin - span : origin].mean(axis=1)
        responses: dict[str, tuple[Floats, Floats]] = {}
        for name, sums in self._drivers.items():
            before = min(spans[_MIDDLE], origin)
            recent_mean = (sums[:, origin] - sums[:, origin - before]) / before
            responses[name] = (self._response(name, origin, level), recent_mean)
            out[f"{name}_recent"] = recent_mean
        out |= dict(grid.statics)
        return out, responses

    def _response(self, name: str, origin: int, level: Floats) -> Floats:
        """How much a series' units, relative to its level, move with a driver beyond its group's effect."""
        grid = self._grid
        span = slice(max(origin - self.spans[5], 0), origin)
        driver, weight = grid.known[name][:, span], grid.weight[:, span]
        size = np.maximum(weight.sum(axis=1), 1.0)
        centred = driver - ((driver * weight).sum(axis=1) / size)[:, None]
        worth = self._worth[grid.group, span]
        expected = _rate(self._units, self._exposure, origin, self.spans[5])[:, None] * worth
        surprise = (grid.units[:, span] - expected) * weight
        top = (surprise * centred).sum(axis=1, dtype=np.float64)
        below = (expected * weight * centred**2).sum(axis=1, dtype=np.float64)
        return np.asarray(top / (below + _RESPONSE_UNITS * centred.var() + 1e-9))


def _summed(values: Singles) -> Floats:
    """Sum from the first period up to each, with a zero before, shape (n, T + 1)."""
    out = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, dtype=np.float64, out=out[:, 1:])
    return out


def _rate(units: Floats, exposure: Floats, origin: int, span: int) -> Floats:
    back = max(origin - span, 0)
    below = exposure[:, origin] - exposure[:, back]
    above = units[:, origin] - units[:, back]
    return np.divide(above, below, out=np.zeros_like(above), where=below > 1e-9)


def _log_ratio(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.log((above + _SOFT) / (below + _SOFT)))
