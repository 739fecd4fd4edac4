"""Own-price elasticity of every SKU, from its weeks."""

from sellthrough.frames import conformed
from sellthrough.pricing import PANEL_SCHEMA, ElasticitySettings, estimate_elasticities


def model(dbt, session):
    dbt.config(materialized="table")
    knobs = dbt.config.get("meta")
    settings = ElasticitySettings(
        interval_level=float(knobs["interval_level"]),
        min_in_stock_share=float(knobs["min_in_stock_share"]),
    )
    return estimate_elasticities(conformed(dbt.ref("int_price_weeks"), PANEL_SCHEMA), settings)
