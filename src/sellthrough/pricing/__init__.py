"""Pricing: own-price elasticities."""

__all__ = ["ELASTICITY_SCHEMA", "PANEL_SCHEMA", "ElasticitySettings", "estimate_elasticities", "log_log_ols"]

from sellthrough.pricing.elasticity import (
    ELASTICITY_SCHEMA,
    PANEL_SCHEMA,
    ElasticitySettings,
    estimate_elasticities,
)
from sellthrough.pricing.log_log import log_log_ols
