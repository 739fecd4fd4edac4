"""From matrices to the two tables that a forecast returns."""

__all__ = ["accuracy_table", "daily_table"]

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .contracts import ACCURACY_SCHEMA, DAILY_SCHEMA, QUANTILE_COLUMNS, QUANTILE_LEVELS, ForecastSettings
from .distribution import negative_binomial_quantiles
from .panel import Panel
from .proof import Proof

Floats = NDArray[np.float64]

PATTERNS = ("smooth", "intermittent")


def _repeated(values: NDArray[Any] | Sequence[str | None], times: int) -> pa.Array:
    """Repeat each text `times` times without making that many Python strings."""
    texts = pa.array(list(values), type=pa.string())
    return texts.take(pa.array(np.repeat(np.arange(len(texts)), times)))


def daily_table(
    panel: Panel,
    mean: Floats,
    variance: Floats,
    method: list[str],
    reason: list[str | None],
    settings: ForecastSettings,
) -> pa.Table:
    """Lay the forecast out as one row per series and day.

    Parameters
    ----------
    panel
        Keys and history of the series.
    mean, variance
        Shape (n, horizon), units and units squared.
    method, reason
        By series.
    settings
        Cut-off and horizon.

    Returns
    -------
    pyarrow.Table
        In `DAILY_SCHEMA`, ordered by SKU, channel, location and day.
    """
    n_series, ahead = mean.shape
    quantiles = negative_binomial_quantiles(mean, variance, QUANTILE_LEVELS)
    days = panel.days[-1] + np.arange(1, ahead + 1)
    columns: dict[str, pa.Array] = {
        "sku_id": _repeated(panel.sku_id, ahead),
        "channel_id": _repeated(panel.channel_id, ahead),
        "location_id": _repeated(panel.location_id, ahead),
        "forecast_on": pa.array(np.tile(days, n_series)),
        "mean_units": pa.array(mean.ravel()),
        "variance_units": pa.array(variance.ravel()),
        **{name: pa.array(quantiles[:, index]) for index, name in enumerate(QUANTILE_COLUMNS)},
        "method": _repeated(method, ahead),
        "fallback_reason": _repeated(reason, ahead),
        "history_from_on": pa.array(np.repeat(panel.days[panel.start], ahead)),
        "history_days": pa.array(np.repeat((panel.n_days - panel.start).astype(np.int32), ahead)),
        "origin_on": pa.array(np.full(n_series * ahead, panel.days[-1])),
    }
    return pa.table([columns[field.name].cast(field.type) for field in DAILY_SCHEMA], schema=DAILY_SCHEMA)


def accuracy_table(panel: Panel, proof: Proof, settings: ForecastSettings) -> pa.Table:
    """Lay the held-out comparison out as one row per class and method.

    Parameters
    ----------
    panel
        Gives aggregates and days.
    proof
        What was measured.
    settings
        Gives the held-out days.

    Returns
    -------
    pyarrow.Table
        In `ACCURACY_SCHEMA`, ordered by category, channel, pattern and method.
    """
    rows: list[dict[str, Any]] = []
    for index in np.flatnonzero(proof.is_tested):
        category, channel = panel.aggregates[index // 2]
        pattern = PATTERNS[index % 2]
        for method in sorted(proof.scores):
            score, band = proof.scores[method], proof.bands[method]
            if score.n_series[index] == 0:
                continue
            measures = {
                "score": proof.combined[method][index],
                "wape": score.wape[index],
                "bias_share": score.bias_share[index],
                "rmsse": score.rmsse[index],
                "pinball": band.pinball[index],
                "coverage": band.coverage[index],
                "coverage_uncorrected": band.coverage_uncorrected[index],
                "pit_coverage": band.pit_coverage[index],
                "pit_coverage_uncorrected": band.pit_coverage_uncorrected[index],
                "variance_inflation": band.inflation[index],
            }
            rows.append(
                {
                    "class": f"{category} / {channel} / {pattern}",
                    "category": category,
                    "channel_id": channel,
                    "demand_pattern": pattern,
                    "method": method,
                    "origin_on": panel.days[proof.origin - 1].item(),
                    "horizon_days": settings.holdout_days,
                    "n_series": int(score.n_series[index]),
                    # A class without demand on the held-out days has no share to report.
                    **{
                        name: float(value) if np.isfinite(value) else None for name, value in measures.items()
                    },
                    "is_chosen": proof.chosen[index] == method,
                }
            )
    return pa.Table.from_pylist(rows, schema=ACCURACY_SCHEMA)
