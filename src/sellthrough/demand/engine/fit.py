"""What is learnt once and kept: the proof on the past, the choice by pattern, the laws, the trees."""

__all__ = ["EngineFit", "fingerprint", "fit_grid"]

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from .calendar_effects import calendar_effects
from .grid import Grid
from .held_out import HeldOut, hold_out
from .laws import Laws, learn_laws, seen_ahead, unproven_laws
from .patterns import PATTERNS, patterns
from .proof import MethodScore, choose, looks_back, proof_origins, shipped_means
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
    scores
        What the methods reached on the past.
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
    say(f"{grid.n_series:,} series x {grid.n_known} periods: forecasts of the past ...")
    origins = proof_origins(grid, settings)
    chosen, scores, laws = dict.fromkeys(PATTERNS, "level"), list[MethodScore](), unproven_laws(settings)
    held_out = HeldOut(settings.levels, []) if settings.keeps_held_out else None
    reason: str | None = f"history too short for a proof: {grid.n_known} periods"
    if origins:
        looks, reason = looks_back(grid, origins, settings)
        pattern = patterns(grid.until(origins[0], 1))
        chosen, scores = choose(grid, looks, pattern)
        seen = [seen_ahead(grid, look.view, shipped_means(look.means, pattern, chosen)) for look in looks]
        say("the laws ...")
        laws = learn_laws(seen, settings)
        held_out = hold_out(looks, seen, settings) if settings.keeps_held_out else None
        del looks, seen
    say("the trees ...")
    trees, no_trees = fit_trees(grid, calendar_effects(grid), settings)
    return EngineFit(
        fitted_on=grid.last_on,
        settings=settings.of_fit,
        columns=grid.columns,
        labels={name: [str(label) for label in labels] for name, labels in grid.labels.items()},
        trees=trees,
        chosen=chosen,
        laws=laws,
        scores=scores,
        reason=no_trees or reason,
        held_out=held_out,
    )
