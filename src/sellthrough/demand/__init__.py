"""Demand: what would have sold, and what will."""

__all__ = [
    "DRIVERS",
    "ESTIMATORS",
    "EVENTS_SCHEMA",
    "FIT_SCHEMA",
    "FORECAST_SCHEMA",
    "PARTIAL_DAYS",
    "PROVEN_METHODS",
    "QUANTILE_COLUMNS",
    "QUANTILE_LEVELS",
    "ForecastSettings",
    "estimate_demand",
    "fit_demand",
    "forecast_demand",
    "forecast_settings",
    "in_stock_mean",
    "negative_binomial_cdf",
    "negative_binomial_quantiles",
    "recover_demand",
    "weekly_panel",
]

from .censoring import in_stock_mean
from .contracts import (
    DRIVERS,
    EVENTS_SCHEMA,
    FIT_SCHEMA,
    FORECAST_SCHEMA,
    PROVEN_METHODS,
    QUANTILE_COLUMNS,
    QUANTILE_LEVELS,
    ForecastSettings,
    forecast_settings,
)
from .distribution import negative_binomial_cdf, negative_binomial_quantiles
from .latent import ESTIMATORS, PARTIAL_DAYS, estimate_demand, recover_demand
from .runs import fit_demand, forecast_demand
from .weeks import weekly_panel
