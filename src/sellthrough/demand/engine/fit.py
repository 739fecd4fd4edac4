"""What is learnt once and kept: the proof on the past, the choice by pattern, the laws, the trees."""

__all__ = ["EngineFit", "fingerprint", "fit_grid"]

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from threadpoolctl import threadpool_limits

from .calendar_effects import calendar_effects
from .choice import MethodScore, choose, score_means, shipped_means
from .grid import Grid
from .held_out import HeldOut, hold_out
from .laws import Laws, learn_laws, seen_ahead, unproven_laws
from .origin_features import OriginView
from .patterns import PATTERNS, patterns
from .proof import looks_back, proof_origins
from .prophet_totals import forecast_totals
from .reconcile import Totals, learn_totals
from .settings import EngineSettings
from .trees import Trees, fit_trees

# Raised whenever a kept fit of before would be read otherwise now.
FORMAT = 1


@dataclass(frozen=True)
class EngineFit:
    """Everything that scoring needs besides the grid.

    Attributes
    ----------
    fitted_on
        First day of the last period that the fit knew.
    settings
        The settings that matter for a fit.
    columns
        Names of the grid's drivers and statics.
    labels
        What the codes of the statics stood for.
    trees
        The model that ships, if there is one.
    chosen
        Method by pattern.
    laws
        Spread of periods, windows and totals.
    totals
        Prophet's totals and how far they count; only if the settings want them.
    scores
        What the methods reached on the past; `totals` is the chosen method moved to Prophet's totals,
        `shipped` what ships.
    reason
        Why less than everything was possible, if so.
    held_out
        What was forecast of the past; only if the settings keep it, and never packed.
    """

    fitted_on: date
    settings: dict[str, Any]
    columns: tuple[str, ...]
    labels: dict[str, list[str]]
    trees: Trees | None
    chosen: dict[str, str]
    laws: Laws
    totals: Totals | None
    scores: list[MethodScore]
    reason: str | None
    held_out: HeldOut | None = None

    @property
    def fingerprint(self) -> str:
        """Hash of format, settings and columns: where it differs, the fit doesn't apply."""
        return fingerprint(self.settings, self.columns)


def fingerprint(settings: dict[str, Any], columns: tuple[str, ...]) -> str:
    """Hash what a fit must agree on with the grid that it scores.

    Parameters
    ----------
    settings
        The settings that matter for a fit.
    columns
        Names of drivers and statics.

    Returns
    -------
    str
        Hexadecimal.
    """
    told = json.dumps([FORMAT, settings, columns], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def fit_grid(grid: Grid, settings: EngineSettings, say: Callable[[str], None] = lambda _: None) -> EngineFit:
    """Learn from a panel: which method ships for which pattern, the laws, and the trees.

    Parameters
    ----------
    grid
        History, drivers and events.
    settings
        Horizon, windows, levels, size of the model.
    say
        Called with one line per stage.

    Returns
    -------
    EngineFit
        Whatever the panel holds; `reason` says what it was too little for.
    """
    # small matrices and threads of our own: BLAS with several would only wait
    with threadpool_limits(limits=1, user_api="blas"):
        return _fitted(grid, settings, say)


def _fitted(grid: Grid, settings: EngineSettings, say: Callable[[str], None]) -> EngineFit:
    say(f"{grid.n_series:,} series x {grid.n_known} periods: forecasts of the past ...")
    proof = _prove(grid, settings, say)
    say("the trees ...")
    effects = calendar_effects(grid)
    trees, no_trees = fit_trees(grid, effects, settings)
    totals: Totals | None = None
    reasons = [no_trees or proof.reason]
    if _wants_totals(grid, settings):
        say("Prophet's totals ...")
        view = OriginView(grid, effects, grid.n_known)
        totals = Totals(forecast_totals(grid, view, settings), proof.weights)
        reasons.append(totals.forecast.reason)
    return EngineFit(
        fitted_on=grid.last_on,
        settings=settings.of_fit,
        columns=grid.columns,
        labels={name: [str(label) for label in labels] for name, labels in grid.labels.items()},
        trees=trees,
        chosen=proof.chosen,
        laws=proof.laws,
        totals=totals,
        scores=proof.scores,
        reason="; ".join(told for told in reasons if told) or None,
        held_out=proof.held_out,
    )


@dataclass(frozen=True)
class _Proof:
    chosen: dict[str, str]
    weights: dict[str, tuple[float, float]]
    laws: Laws
    scores: list[MethodScore]
    held_out: HeldOut | None
    reason: str | None


def _wants_totals(grid: Grid, settings: EngineSettings) -> bool:
    return settings.prophet and bool(grid.margins)


def _prove(grid: Grid, settings: EngineSettings, say: Callable[[str], None]) -> _Proof:
    """Choose methods, weigh totals and learn laws by forecasts of the past."""
    origins = proof_origins(grid, settings)
    if not origins:
        nothing = HeldOut(settings.levels, []) if settings.keeps_held_out else None
        reason = f"history too short for a proof: {grid.n_known} periods"
        level = dict.fromkeys(PATTERNS, "level")
        return _Proof(level, {}, unproven_laws(settings), [], nothing, reason)
    looks, no_trees = looks_back(grid, origins, settings)
    pattern = patterns(grid.until(origins[0], 1))
    chosen, scores = choose(grid, looks, pattern)
    means = [shipped_means(grid, look.origin, look.means, pattern, chosen)[0] for look in looks]
    looks = [
        replace(look, means={**look.means, "chosen": mean}) for look, mean in zip(looks, means, strict=True)
    ]
    weights: dict[str, tuple[float, float]] = {}
    if _wants_totals(grid, settings):
        say("Prophet's totals of the past ...")
        first = grid.until(origins[0], grid.n_known - origins[0])
        forecast = forecast_totals(first, looks[0].view, settings)
        weights, tried, means = learn_totals(grid, origins, means, forecast)
        scores += score_means(grid, looks, pattern, "totals", tried)
    scores += score_means(grid, looks, pattern, "shipped", means)
    say("the laws ...")
    seen = [seen_ahead(grid, look.view, mean) for look, mean in zip(looks, means, strict=True)]
    laws = learn_laws(seen, settings)
    held_out = hold_out(looks, seen, settings) if settings.keeps_held_out else None
    return _Proof(chosen, weights, laws, scores, held_out, no_trees)
