"""Reorder point, order-up-to level and suggested order of every SKU and location."""

from sellthrough.frames import arrow_of, only_value, with_key
from sellthrough.inventory import REORDER_SCHEMA, PolicySettings, reorder_policy


def model(dbt, session):
    dbt.config(materialized="table")
    knobs = dbt.config.get("meta")
    positions = arrow_of(dbt.ref("int_stock_positions_echelon"))
    forecast = arrow_of(dbt.ref("int_location_forecast_summed"))
    history = arrow_of(dbt.ref("int_location_demand_summed"))
    decided_on = only_value(dbt.ref("int_sales_cut_off"), "cut_off_on")
    if decided_on is None:
        return with_key(REORDER_SCHEMA.empty_table(), "policy_id", ["sku_id", "location_id"])
    settings = PolicySettings(
        decided_on=decided_on,
        service_mode=knobs["service_mode"],
        service_level=float(knobs["service_level"]),
        service_level_floor=float(knobs["service_level_floor"]),
        service_level_ceiling=float(knobs["service_level_ceiling"]),
        carrying_cost_rate=float(knobs["carrying_cost_rate"]),
        lost_sale_penalty_rate=float(knobs["lost_sale_penalty_rate"]),
        fixed_order_cost_amount=float(knobs["fixed_order_cost_amount"]),
        default_lead_time_days=float(knobs["default_lead_time_days"]),
        default_lead_time_sd_days=float(knobs["default_lead_time_sd_days"]),
        default_review_days=float(knobs["default_review_days"]),
    )
    return with_key(
        reorder_policy(positions, forecast, history, settings), "policy_id", ["sku_id", "location_id"]
    )
