"""A fit as named texts and back, exact to the bit."""

__all__ = ["pack_fit", "unpack_fit"]

import hashlib
import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import numpy as np

from .boosters import Booster
from .choice import MethodScore
from .fit import FORMAT, EngineFit
from .laws import Laws, TotalsLaw
from .prophet_totals import TotalsForecast
from .reconcile import Totals
from .spread import Recalibration, Spread, WindowSpread
from .trees import Trees

_MAIN, _TREES, _SPREAD = "fit.json", "trees.txt", "spread.txt"


def pack_fit(fit: EngineFit) -> dict[str, str]:
    """Write a fit as texts; numbers in their shortest form that reads back to the same bits.

    Parameters
    ----------
    fit
        The fit. Its held-out forecasts aren't packed.

    Returns
    -------
    dict of str to str
        By name: `fit.json`, and the models as LightGBM's text where there are any.
    """
    laws = fit.laws
    texts: dict[str, str] = {}
    if fit.trees is not None:
        texts[_TREES] = fit.trees.booster.text
    if laws.spread.booster is not None:
        texts[_SPREAD] = laws.spread.booster.text
    told = {
        "fitted_on": fit.fitted_on.isoformat(),
        "fingerprint": fit.fingerprint,
        "settings": fit.settings,
        "columns": list(fit.columns),
        "labels": fit.labels,
        "features": list(fit.trees.names) if fit.trees is not None else [],
        "chosen": fit.chosen,
        "reason": fit.reason,
        "totals": None if fit.totals is None else _totals_told(fit.totals),
        "scores": [
            {name: None if value != value else value for name, value in asdict(score).items()}
            for score in fit.scores
        ],
        "laws": {
            "constant": laws.spread.constant,
            "start": laws.spread.booster.start if laws.spread.booster is not None else None,
            "periods": _levels_told(laws.periods),
            "windows": {
                str(window): {"ratio": law.ratio, "level": law.level, **_levels_told(levels)}
                for window, (law, levels) in sorted(laws.windows.items())
            },
            "totals": asdict(laws.totals),
        },
    }
    main = {"format": FORMAT, "checksum": _checksum(told, texts), "fit": told}
    return {_MAIN: json.dumps(main, allow_nan=False), **texts}


def unpack_fit(parts: dict[str, str]) -> EngineFit:
    """Read a fit from its texts.

    Parameters
    ----------
    parts
        What `pack_fit` wrote.

    Returns
    -------
    EngineFit
        It scores to the same bits as the one that was packed.

    Raises
    ------
    ValueError
        If a text is missing, damaged, of another format or no fit at all.
    """
    try:
        main = json.loads(parts[_MAIN])
        told = main["fit"]
        texts = {name: text for name, text in parts.items() if name in (_TREES, _SPREAD)}
        if main["format"] != FORMAT:
            raise ValueError(f"it has format {main['format']}, this engine reads {FORMAT}")
        if main["checksum"] != _checksum(told, texts):
            raise ValueError("its checksum does not match")
        return _read(told, texts)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"part {error} is missing" if isinstance(error, KeyError) else str(error)
        raise ValueError(f"The kept fit can't be read ({what}): drop it and fit anew.") from error


def _read(told: dict[str, Any], texts: dict[str, str]) -> EngineFit:
    laws = told["laws"]
    spread = Booster(texts[_SPREAD], laws["start"]) if laws["start"] is not None else None
    settings = {name: tuple(v) if isinstance(v, list) else v for name, v in told["settings"].items()}
    return EngineFit(
        fitted_on=date.fromisoformat(told["fitted_on"]),
        settings=settings,
        columns=tuple(told["columns"]),
        labels=told["labels"],
        trees=Trees(Booster(texts[_TREES]), tuple(told["features"])) if told["features"] else None,
        chosen=told["chosen"],
        laws=Laws(
            spread=Spread(spread, laws["constant"]),
            periods=_levels_read(laws["periods"]),
            windows={
                int(window): (WindowSpread(law["ratio"], law["level"]), _levels_read(law))
                for window, law in laws["windows"].items()
            },
            totals=TotalsLaw(**laws["totals"]),
        ),
        totals=None if told["totals"] is None else _totals_read(told["totals"]),
        scores=[_score_read(score) for score in told["scores"]],
        reason=told["reason"],
    )


def _totals_told(totals: Totals) -> dict[str, Any]:
    forecast = totals.forecast
    expected = {
        name: [None if np.isnan(row).any() else row.tolist() for row in rows]
        for name, rows in forecast.expected.items()
    }
    return {
        "weights": totals.weights,
        "labels": forecast.labels,
        "expected": expected,
        "ahead": {name: rows.shape[1] for name, rows in forecast.expected.items()},
        "reason": forecast.reason,
    }


def _totals_read(told: dict[str, Any]) -> Totals:
    expected = {
        name: np.array(
            [np.full(told["ahead"][name], np.nan) if row is None else row for row in rows], dtype=np.float64
        ).reshape(-1, told["ahead"][name])
        for name, rows in told["expected"].items()
    }
    weights = {name: (float(shape), float(level)) for name, (shape, level) in told["weights"].items()}
    return Totals(TotalsForecast(told["labels"], expected, told["reason"]), weights)


def _score_read(told: dict[str, Any]) -> MethodScore:
    score = MethodScore(**told)
    missing = {name: float("nan") for name in ("rmsse", "bias_share") if told[name] is None}
    return replace(score, **missing)  # type: ignore[arg-type]


def _levels_told(levels: Recalibration) -> dict[str, Any]:
    return {"edges": levels.edges.tolist(), "levels": levels.levels.tolist()}


def _levels_read(told: dict[str, Any]) -> Recalibration:
    return Recalibration(
        np.array(told["edges"], dtype=np.float64), np.array(told["levels"], dtype=np.float64)
    )


def _checksum(told: dict[str, Any], texts: dict[str, str]) -> str:
    whole = json.dumps([FORMAT, told, texts], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()
