{% snapshot snap_sku_terms %}
{{ recorded('int_sku_terms_gathered', [
    'sku_id', 'price_channel_id', 'currency_code', 'list_price_amount', 'paid_price_amount', 'unit_cost_amount',
    'supplier_id', 'agreed_lead_time_days', 'minimum_order_units', 'case_pack_units',
]) }}
{% endsnapshot %}
