"""Columns and types of every raw table, as the vendors' connectors land them."""

from __future__ import annotations

import pyarrow as pa

__all__ = ["EU_NAMES", "RAW", "schema_of"]

_TYPES = {
    "i": pa.int64(),
    "s": pa.string(),
    "f": pa.float64(),
    "b": pa.bool_(),
    "t": pa.timestamp("us"),
    "d": pa.date32(),
}
_SYNC = " t:_fivetran_synced"
_NIGHT = " t:loaded_at"
_SOFT = " b:_fivetran_deleted"

# "type:name" pairs; type i whole number, s text, f decimal, b true or false, t UTC timestamp, d date
RAW: dict[str, str] = {
    "netsuite/item": (
        "i:id s:itemid s:fullname s:displayname s:itemtype s:upccode s:description s:department"
        " s:class i:parent f:averagecost f:lastpurchaseprice i:stockunit i:purchaseunit"
        " b:isinactive t:createddate s:x_season s:x_successor d:x_launch_on d:x_phase_out_on"
        " s:x_subcategory" + _SYNC + _SOFT
    ),
    "netsuite/itemmember": "i:parentitem i:item f:quantity" + _SYNC,
    "netsuite/itemvendor": (
        "i:item i:vendor b:preferredvendor s:vendorcode f:purchaseprice i:leadtime i:x_moq"
        " i:x_case_pack" + _SYNC
    ),
    "netsuite/location": (
        "i:id s:name s:fullname s:locationtype i:subsidiary b:makeinventoryavailable b:isinactive" + _SYNC
    ),
    "netsuite/vendor": "i:id s:entityid s:companyname s:currency s:terms" + _SYNC,
    "netsuite/transaction": (
        "i:id s:type s:transactionnumber t:trandate t:createddate t:duedate t:closedate i:entity"
        " s:status s:currency f:exchangerate s:memo" + _SYNC
    ),
    "netsuite/transactionline": (
        "i:id i:transaction i:item i:location f:quantity f:quantityshiprecv f:quantitybilled"
        " f:quantitycommitted f:quantitybackordered f:rate f:netamount f:foreignamount"
        " t:expectedreceiptdate i:createdfrom b:isclosed b:mainline i:linesequencenumber i:units"
        + _SYNC
        + _SOFT
    ),
    "netsuite/aggregateitemlocation": (
        "i:item i:location f:quantityonhand f:quantityavailable f:quantitycommitted"
        " f:quantityonorder f:quantityintransit f:quantitybackordered f:averagecostmli"
        " f:reorderpoint f:preferredstocklevel f:safetystocklevel i:leadtime" + _SYNC
    ),
    "netsuite/unitstypeuom": "i:internalid s:unitname f:conversionrate b:baseunit" + _SYNC,
    "netsuite/budgets": "s:account s:department t:period f:amount" + _SYNC,
    "shopify/uk/order": (
        "i:id s:name s:email i:customer_id i:location_id s:source_name s:currency t:created_at"
        " t:processed_at t:updated_at t:cancelled_at t:closed_at s:cancel_reason"
        " s:financial_status s:fulfillment_status f:subtotal_price f:total_discounts f:total_tax"
        " f:total_price b:taxes_included b:test s:referring_site s:landing_site_base_url"
        " s:billing_address_country_code s:shipping_address_country_code s:shipping_address_name"
        " s:shipping_address_address1 s:token" + _SYNC
    ),
    "shopify/uk/order_line": (
        "i:id i:order_id i:product_id i:variant_id s:sku s:name s:title s:vendor f:price"
        " i:quantity f:total_discount f:pre_tax_price i:fulfillable_quantity s:fulfillment_status"
        " b:gift_card b:taxable b:requires_shipping i:index" + _SYNC
    ),
    "shopify/uk/refund": "i:id i:order_id t:created_at t:processed_at b:restock s:note" + _SYNC,
    "shopify/uk/order_line_refund": (
        "i:id i:refund_id i:order_line_id i:location_id s:restock_type i:quantity f:subtotal"
        " f:total_tax" + _SYNC
    ),
    "shopify/uk/order_adjustment": (
        "i:id i:order_id i:refund_id f:amount f:tax_amount s:kind s:reason" + _SYNC
    ),
    "shopify/uk/product_variant": (
        "i:id i:product_id i:inventory_item_id s:sku s:barcode s:title f:price f:compare_at_price"
        " s:inventory_policy i:inventory_quantity t:created_at t:updated_at" + _SYNC + _SOFT
    ),
    "shopify/uk/product": "i:id s:title s:vendor s:product_type s:status t:created_at" + _SYNC,
    "shopify/uk/inventory_item": "i:id s:sku b:tracked f:unit_cost_amount s:unit_cost_currency_code" + _SYNC,
    "shopify/uk/location": "i:id s:name b:active s:country_code" + _SYNC,
    "shopify/uk/inventory_level": "i:id i:inventory_item_id i:location_id t:updated_at" + _SYNC,
    "shopify/uk/inventory_quantity": (
        "i:id i:inventory_level_id i:inventory_item_id s:name i:quantity t:updated_at" + _SYNC
    ),
    "shopify/uk/discount_application": (
        "i:order_id i:index s:type s:title s:code f:value s:value_type s:target_type"
        " s:allocation_method" + _SYNC
    ),
    "shopify/uk/discount_allocation": "i:order_line_id i:index f:amount i:discount_application_index" + _SYNC,
    "shopify/uk/discount_code": "i:order_id i:index s:code f:amount s:type" + _SYNC,
    "shopify/uk/fulfillment": (
        "i:id i:order_id i:location_id s:status t:created_at t:updated_at s:tracking_company" + _SYNC
    ),
    "shopify/uk/customer": (
        "i:id s:email t:created_at s:default_address_country_code s:marketing_consent_state"
        " s:first_name s:last_name s:phone" + _SYNC + _SOFT
    ),
    "amazon/orders": (
        "s:amazon_order_id s:merchant_order_id t:purchase_date t:last_update_date s:order_status"
        " s:fulfillment_channel s:sales_channel s:ship_country f:order_total_amount"
        " s:order_total_currency_code b:is_business_order" + _SYNC
    ),
    "amazon/order_item": (
        "s:amazon_order_id s:order_item_id s:asin s:seller_sku i:quantity_ordered"
        " i:quantity_shipped f:item_price_amount f:promotion_discount_amount f:item_tax_amount" + _SYNC
    ),
    "amazon/fba_inventory_summary": (
        "s:asin s:fn_sku s:seller_sku i:fulfillable_quantity i:inbound_working_quantity"
        " i:inbound_shipped_quantity i:inbound_receiving_quantity i:total_reserved_quantity"
        " i:total_unfulfillable_quantity i:total_quantity t:last_updated_time" + _SYNC
    ),
    "pos/sales_line": (
        "s:store_code s:till_id s:receipt_id i:line_no t:sold_at s:barcode i:qty f:unit_price"
        " f:discount_amount b:is_return s:loyalty_id" + _NIGHT
    ),
    "wms/stock_snapshot": "s:site_code d:snapshot_date s:item_code s:bin_status i:qty_each" + _NIGHT,
    "wms/receipt": "s:site_code s:po_number s:asn_number s:item_code i:qty_each t:received_at" + _NIGHT,
    "wms/movement": "s:site_code s:item_code t:moved_at s:reason i:qty_each" + _NIGHT,
    "google_ads/campaign_stats": (
        "i:customer_id i:id d:date s:device s:ad_network_type i:impressions i:clicks"
        " i:cost_micros f:conversions f:conversions_value" + _SYNC
    ),
    "google_ads/campaign_history": (
        "i:id t:updated_at s:name s:advertising_channel_type s:status d:start_date d:end_date" + _SYNC
    ),
    "meta_ads/basic_ad": (
        "i:ad_id d:date i:account_id i:impressions i:inline_link_clicks f:spend i:reach" + _SYNC
    ),
    "meta_ads/ad_history": "i:id t:updated_time i:campaign_id i:ad_set_id" + _SYNC,
    "meta_ads/campaign_history": "i:id t:updated_time s:name" + _SYNC,
    "klaviyo/campaign": "s:id s:name t:send_time s:status s:campaign_type" + _SYNC,
    "klaviyo/event": "s:id s:person_id s:campaign_id s:metric_id t:datetime" + _SYNC,
    "klaviyo/metric": "s:id s:name" + _SYNC,
    "ga4/event": (
        "d:date t:timestamp s:name s:user_pseudo_id s:user_id s:traffic_source_source"
        " s:traffic_source_medium s:param_campaign i:param_ga_session_id"
        " s:ecommerce_transaction_id f:ecommerce_purchase_revenue_in_usd" + _SYNC
    ),
    "audit/sku_identity": "s:system s:instance s:key_type s:source_key s:sku_id d:reviewed_on s:reviewer",
    "weather/daily": "d:date s:city_code f:temperature_c f:precipitation_mm f:sunshine_hours",
    "fx/daily_rate": "d:date s:base_currency s:quote_currency f:rate",
    "planning/promotion": (
        "s:promotion_id s:name s:channel_id s:category s:sku d:starts_on d:ends_on f:discount_rate s:kind"
    ),
    "planning/media_plan": "s:platform s:channel_id d:week_starts_on f:planned_spend_amount s:currency",
}

# The European shop came with the newer interface: money and status columns are renamed, ids are text.
EU_NAMES = {
    "order": {
        "subtotal_price": "subtotal_price_set_shop_amount",
        "total_price": "total_price_set_shop_amount",
        "total_discounts": "total_discounts_set_shop_amount",
        "total_tax": "total_tax_set_shop_amount",
        "financial_status": "display_financial_status",
        "fulfillment_status": "display_fulfillment_status",
    },
    "order_line": {
        "price": "original_total_set_shop_amount",
        "total_discount": "total_discount_set_shop_amount",
        "gift_card": "is_gift_card",
        "fulfillable_quantity": "unfulfilled_quantity",
    },
}


def _eu_table(table: str, columns: str) -> str:
    renamed = []
    for pair in columns.split():
        kind, name = pair.split(":")
        if kind == "i" and (name == "id" or name.endswith("_id")):
            kind = "s"
        renamed.append(f"{kind}:{EU_NAMES.get(table, {}).get(name, name)}")
    return " ".join(renamed)


RAW.update(
    {
        f"shopify/eu/{name.removeprefix('shopify/uk/')}": _eu_table(name.removeprefix("shopify/uk/"), columns)
        for name, columns in list(RAW.items())
        if name.startswith("shopify/uk/")
    }
)


def schema_of(columns: str) -> pa.Schema:
    """Turn ``"i:id s:name"`` into an Arrow schema.

    Examples
    --------
    >>> schema_of("i:id s:name").names
    ['id', 'name']
    """
    return pa.schema([(pair.split(":")[1], _TYPES[pair.split(":")[0]]) for pair in columns.split()])
