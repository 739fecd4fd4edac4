"""Reorder point, order-up-to level and suggested order of every SKU and location."""

from sellthrough.frames import arrow_of, first_value, with_columns, with_key
from sellthrough.inventory import REORDER_SCHEMA, PolicySettings, reorder_policy

PASSED = ["is_supplied_externally", "supplier_id", "on_order_units", "in_transit_units", "case_pack_units"]
NUMBERS = [
    "service_level",
    "service_level_floor",
    "service_level_ceiling",
    "carrying_cost_rate",
    "lost_sale_penalty_rate",
    "fixed_order_cost_amount",
    "default_lead_time_days",
    "default_lead_time_sd_days",
    "default_review_days",
]


def model(dbt, session):
    dbt.config(materialized="table")
    knobs = dbt.config.get("meta")
    positions = arrow_of(dbt.ref("int_stock_positions_echelon"))
    forecast = arrow_of(dbt.ref("int_location_forecast_summed"))
    history = arrow_of(dbt.ref("int_location_demand_summed"))
    policy = REORDER_SCHEMA.empty_table()
    if positions.num_rows:
        settings = PolicySettings(
            decided_on=first_value(positions, "decided_on"),
            service_mode=knobs["service_mode"],
            **{name: float(knobs[name]) for name in NUMBERS},
        )
        policy = reorder_policy(positions, forecast, history, settings)
    return with_key(with_columns(policy, positions, PASSED), "policy_id", ["sku_id", "location_id"])
