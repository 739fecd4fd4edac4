"""Demand: what would have sold, and what will."""

__all__ = [
    "ACCURACY_SCHEMA",
    "CHANNELS_SCHEMA",
    "DAILY_SCHEMA",
    "DRIVERS_SCHEMA",
    "ESTIMATORS",
    "HISTORY_SCHEMA",
    "PARTIAL_DAYS",
    "QUANTILE_COLUMNS",
    "QUANTILE_LEVELS",
    "ForecastResult",
    "ForecastSettings",
    "estimate_demand",
    "forecast_demand",
    "in_stock_mean",
    "negative_binomial_cdf",
    "negative_binomial_quantiles",
    "recover_demand",
]

from .censoring import in_stock_mean
from .contracts import (
    ACCURACY_SCHEMA,
    CHANNELS_SCHEMA,
    DAILY_SCHEMA,
    DRIVERS_SCHEMA,
    HISTORY_SCHEMA,
    QUANTILE_COLUMNS,
    QUANTILE_LEVELS,
    ForecastResult,
    ForecastSettings,
)
from .distribution import negative_binomial_cdf, negative_binomial_quantiles
from .forecast import forecast_demand
from .latent import ESTIMATORS, PARTIAL_DAYS, estimate_demand, recover_demand
