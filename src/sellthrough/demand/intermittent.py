"""Intermittent-demand methods of statsforecast over many series at once."""

__all__ = ["INTERMITTENT_METHODS", "demand_interval", "import_statsforecast", "intermittent_levels"]

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

INTERMITTENT_METHODS: tuple[str, ...] = ("tsb", "croston_sba", "adida")
_TSB_DEMAND_WEIGHT = 0.1
_TSB_PROBABILITY_WEIGHT = 0.03
_HISTORY_DAYS = 365


def demand_interval(panel: Panel, window_days: int = 182) -> Floats:
    """Average days between days with demand (ADI) over the last days of each series.

    Parameters
    ----------
    panel
        Demand up to the origin.
    window_days
        Days looked back.

    Returns
    -------
    numpy.ndarray
        Shape (n,), days; infinite where nothing was demanded.
    """
    units, weight = panel.units[:, -window_days:], panel.weight[:, -window_days:]
    offered = weight > 0
    selling = ((units > 0) & offered).sum(axis=1)
    days = offered.sum(axis=1)
    return np.asarray(np.divide(days, selling, out=np.full(panel.n_series, np.inf), where=selling > 0))


def import_statsforecast() -> tuple[Any, Any]:
    """Import statsforecast, which takes some seconds, and return its core and its models."""
    from statsforecast import core, models

    return core, models


def intermittent_levels(panel: Panel, chosen: Bools) -> dict[str, Floats]:
    """Mean demand per day by three methods for demand with gaps.

    TSB (Teunter, Syntetos and Babai, 2011), Croston with the Syntetos-Boylan correction (2005) and
    ADIDA (Nikolopoulos et al., 2011), as statsforecast computes them on the last year.

    Parameters
    ----------
    panel
        Demand up to the origin.
    chosen
        The series to do, shape (n,); the others get NaN.

    Returns
    -------
    dict of str to numpy.ndarray
        By method the daily mean, shape (n,), units.
    """
    out = {name: np.full(panel.n_series, np.nan) for name in INTERMITTENT_METHODS}
    rows = np.flatnonzero(chosen)
    if rows.size == 0:
        return out
    # Only a panel with tails pays for the import.
    core, methods = import_statsforecast()
    width = min(_HISTORY_DAYS, panel.n_days)
    first = np.maximum(panel.start[rows] - (panel.n_days - width), 0)
    inside = np.arange(width)[None, :] >= first[:, None]
    values = panel.units[rows, -width:][inside]
    ends = np.concatenate([[0], np.cumsum(width - first)]).astype(np.int32)
    models = [
        methods.TSB(alpha_d=_TSB_DEMAND_WEIGHT, alpha_p=_TSB_PROBABILITY_WEIGHT),
        methods.CrostonSBA(),
        methods.ADIDA(),
    ]
    grouped = core.GroupedArray(values, ends)
    levels = np.asarray(grouped.forecast(models=models, h=1)["forecasts"], dtype=np.float64)
    for column, name in enumerate(INTERMITTENT_METHODS):
        out[name][rows] = np.where(np.isfinite(levels[:, column]), np.maximum(levels[:, column], 0.0), np.nan)
    return out
