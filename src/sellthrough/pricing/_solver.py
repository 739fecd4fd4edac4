"""Newton's method for a category's Poisson regression, damped item by item: none holds up the rest."""

from __future__ import annotations

__all__ = ["STEPS", "CategoryPanel", "Problem", "Solution", "System", "by_item", "core_of", "solve"]

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

STEPS = 40
_WEAK_PRECISION = 1e-2  # prior standard deviation of 10, only to keep what the data don't tell finite
_COMMON = 1  # the slope with a part common to the category: promotion
_REACH = 2.0  # furthest that one step may move the log of an expected demand
_HALVINGS = 12
_SLACK = 1e-9  # of the objective, lost to rounding


@dataclass(frozen=True)
class CategoryPanel:
    """Weekly demand of the items of one category, one row per item x channel.

    Attributes
    ----------
    demand
        Units, row x week; zero where unused.
    used
        Which weeks of which row count, row x week.
    slopes
        Regressors with a slope per item, k x row x week: log price, promotion share, trend; zero where
        unused.
    item, group
        Item and channel of each row, numbered from 0; every item has a row, and rows are sorted by item.
    controls
        For each group a week x c matrix of time effects, or None for an effect of every week.
    spread
        Prior standard deviation of each slope around its centre, k.
    """

    demand: Floats
    used: Bools
    slopes: Floats
    item: Ints
    group: Ints
    controls: list[Floats | None]
    spread: Floats


@dataclass(frozen=True)
class Solution:
    """Where the solver ended.

    Attributes
    ----------
    slope, common
        Item x k; promotion and time effects.
    steps
        Newton steps taken.
    move
        Per item: largest change of the log of an expected demand by its slopes in the last step.
    common_move
        Largest change of a common effect in the last step.
    """

    slope: Floats
    common: Floats
    steps: int
    move: Floats
    common_move: float


@dataclass(frozen=True)
class System:
    """Gradient and curvature with the intercepts profiled out."""

    item_gradient: Floats  # item x k
    item_curvature: Floats  # item x k x k
    cross: Floats  # item x k x c
    gradient: Floats  # c
    curvature: Floats  # c x c


def by_item(rows: npt.NDArray[Any], item: Ints, size: int) -> Floats:
    """Sum rows that are sorted by item."""
    out = np.zeros((size, *rows.shape[1:]))
    starts = np.flatnonzero(np.r_[True, item[1:] != item[:-1]])
    out[item[starts]] = np.add.reduceat(rows, starts, axis=0)
    return out


class Problem:
    """The data of one category, with the layout of its common parameters: promotion, then time effects."""

    def __init__(self, panel: CategoryPanel) -> None:
        self.panel = panel
        self.items = int(panel.item.max()) + 1
        self.rows = [np.flatnonzero(panel.group == g) for g in range(len(panel.controls))]
        self.used = panel.used.copy()
        self.columns: list[Ints] = []
        self.places: list[slice] = []
        start = 1
        for rows, control in zip(self.rows, panel.controls, strict=True):
            if control is None:
                # a week in which nothing of the group sold has an effect of minus infinity and tells nothing
                weeks = np.flatnonzero(panel.demand[rows].sum(axis=0) > 0)
                silent = np.ones(panel.used.shape[1], dtype=np.bool_)
                silent[weeks] = False
                self.used[np.ix_(rows, silent)] = False
                width = len(weeks)
            else:
                weeks = np.arange(panel.used.shape[1])
                width = control.shape[1]
            self.columns.append(weeks)
            self.places.append(slice(start, start + width))
            start += width
        self.width = start
        self.slopes = panel.slopes * self.used
        precision = np.where(np.isfinite(panel.spread), panel.spread, np.inf) ** -2.0
        self.precision = np.maximum(precision, _WEAK_PRECISION)
        self.weigh(panel.demand, np.ones(panel.demand.shape))

    def weigh(self, demand: Floats, weight: Floats) -> None:
        """Take demand, and how much each observation counts, row x week."""
        self.weight = np.where(self.used, weight, 0.0)
        self.demand = demand * self.weight
        self.total = self.demand.sum(axis=1)

    def spread_out(self, common: Floats) -> Floats:
        """Time effects as a matrix of row x week."""
        out = np.zeros(self.demand.shape)
        for rows, control, weeks, place in zip(
            self.rows, self.panel.controls, self.columns, self.places, strict=True
        ):
            effect = np.zeros(self.demand.shape[1])
            effect[weeks] = common[place] if control is None else control @ common[place]
            out[rows] = effect
        return out

    def project(self, values: Floats, g: int) -> Floats:
        """Sum row x week values over the weeks of each time effect of a group."""
        control = self.panel.controls[g]
        return values[:, self.columns[g]] if control is None else values @ control

    def moved(self, slope: Floats) -> Floats:
        """Sum what slopes per item add to the log of expected demand, row x week."""
        own = slope[self.panel.item]
        out: Floats = own[:, 0, None] * self.slopes[0]
        for k in range(1, len(self.slopes)):
            out += own[:, k, None] * self.slopes[k]
        return out

    def expected(self, slope: Floats, common: Floats) -> tuple[Floats, Floats]:
        """Find weighted expected demand with the intercepts at their best, and each item's objective."""
        own = slope.copy()
        own[:, _COMMON] += common[0]
        index = np.clip(self.moved(own) + self.spread_out(common), -50.0, 50.0)
        share = np.exp(index) * self.weight
        scale = share.sum(axis=1)
        safe = np.where(scale > 0, scale, 1.0)
        likelihood = (self.demand * index).sum(axis=1) - self.total * np.log(safe)
        value = by_item(likelihood, self.panel.item, self.items) - 0.5 * (slope**2 @ self.precision)
        return share * (self.total / safe)[:, None], value

    def system(self, mu: Floats) -> System:
        """Gradient and curvature at weighted expected demand `mu`."""
        item, k = self.panel.item, len(self.slopes)
        rate = mu.sum(axis=1)
        rate = np.where(rate > 0, rate, 1.0)
        weighted = self.slopes * mu
        mean = weighted.sum(axis=2)  # k x row
        gap = self.demand - mu
        gradient_rows = np.stack([(slope * gap).sum(axis=1) for slope in self.slopes], axis=1)
        square = np.empty((len(mu), k, k))
        for a in range(k):
            for b in range(a + 1):
                square[:, a, b] = (weighted[a] * self.slopes[b]).sum(axis=1) - mean[a] * mean[b] / rate
                square[:, b, a] = square[:, a, b]
        item_gradient = by_item(gradient_rows, item, self.items)
        item_curvature = by_item(square, item, self.items)
        cross = np.zeros((self.items, k, self.width))
        gradient, curvature = np.zeros(self.width), np.zeros((self.width, self.width))
        for g, (rows, place) in enumerate(zip(self.rows, self.places, strict=True)):
            part = self.project(mu[rows], g)
            control = self.panel.controls[g]
            level = mu[rows].sum(axis=0)
            own = (
                np.diag(level[self.columns[g]]) if control is None else control.T @ (control * level[:, None])
            )
            curvature[place, place] = own - part.T @ (part / rate[rows, None])
            gradient[place] = self.project(gap[rows], g).sum(axis=0)
            for j in range(k):
                block = self.project(weighted[j, rows], g) - (mean[j, rows] / rate[rows])[:, None] * part
                cross[:, j, place] = by_item(block, item[rows], self.items)
        # the common promotion slope is the same regressor as the items' own, summed over items
        cross[:, :, 0] = item_curvature[:, :, _COMMON]
        gradient[0] = item_gradient[:, _COMMON].sum()
        curvature[0, :] = cross[:, _COMMON, :].sum(axis=0)
        curvature[:, 0] = curvature[0, :]
        return System(item_gradient, item_curvature, cross, gradient, curvature)


def core_of(problem: Problem, system: System) -> tuple[Floats, Floats]:
    """Inverse curvature of each item's slopes, and the common parameters' curvature given them."""
    inverse = np.asarray(np.linalg.inv(system.item_curvature + np.diag(problem.precision)), dtype=np.float64)
    halfway = inverse @ system.cross
    width = problem.width
    flat = system.cross.reshape(-1, width)
    core: Floats = system.curvature + _WEAK_PRECISION * np.eye(width) - flat.T @ halfway.reshape(-1, width)
    return inverse, core


def solve(problem: Problem, slope: Floats, common: Floats, tolerance: float, steps: int = STEPS) -> Solution:
    """Maximise the penalised likelihood from a start.

    Each step is Newton's for all parameters at once. It is then shortened in two ways that keep one item from
    another: an item's slopes move the log of its expected demand by at most `_REACH`, and are halved alone
    while they make its own fit worse. Given the common effects an item's fit is concave, so this ends.
    """
    mu, value = problem.expected(slope, common)
    move = np.full(problem.items, np.inf)
    common_move = np.inf
    taken = 0
    while taken < steps and (move.max() > tolerance or common_move > tolerance):
        taken += 1
        system = problem.system(mu)
        inverse, core = core_of(problem, system)
        gradient = system.item_gradient - problem.precision * slope
        solved = (inverse @ gradient[:, :, None])[:, :, 0]
        right = system.gradient - _WEAK_PRECISION * common - np.einsum("ikc,ik->c", system.cross, solved)
        d_common = _symmetric_solve(core, right)
        largest = float(np.abs(d_common).max())
        share = min(1.0, _REACH / largest) if largest > 0 else 1.0
        before = _objective(value, common)
        while True:
            new_common = common + share * d_common
            d_slope = solved - (inverse @ (system.cross @ (share * d_common))[:, :, None])[:, :, 0]
            new_slope, mu, new_value, reach = _step_items(problem, slope, d_slope, new_common)
            if share == 0 or _objective(new_value, new_common) >= before - _SLACK * abs(before):
                break
            share = share / 2 if share > 1e-4 else 0.0
        move, common_move = reach, share * largest
        slope, common, value = new_slope, new_common, new_value
    return Solution(slope, common, taken, move, common_move)


def _objective(value: Floats, common: Floats) -> float:
    return float(value.sum() - 0.5 * _WEAK_PRECISION * (common**2).sum())


def _symmetric_solve(matrix: Floats, right: Floats) -> Floats:
    """Solve a system that is positive definite but for rounding."""
    try:
        factor = linalg.cho_factor(matrix, lower=True, check_finite=False)
        return np.asarray(linalg.cho_solve(factor, right, check_finite=False), dtype=np.float64)
    except linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], dtype=np.float64)


def _step_items(
    problem: Problem, slope: Floats, step: Floats, common: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Move each item along its own step as far as its fit gains: slopes, expected demand, values, reach."""
    item = problem.panel.item
    reach = np.zeros(problem.items)
    np.maximum.at(reach, item, np.abs(problem.moved(step)).max(axis=1))
    size = np.minimum(1.0, _REACH / np.maximum(reach, 1e-300))
    _, still = problem.expected(slope, common)
    for halving in range(_HALVINGS + 1):
        trial = slope + size[:, None] * step
        mu, value = problem.expected(trial, common)
        worse = value < still - _SLACK * np.abs(still)
        if not worse.any() or halving == _HALVINGS:
            break
        size = np.where(worse, 0.0 if halving == _HALVINGS - 1 else size / 2, size)
    return trial, mu, value, reach * size
