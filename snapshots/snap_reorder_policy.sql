{% snapshot snap_reorder_policy %}
{{ recorded('fct_reorder_policy', [
    'policy_id', 'sku_id', 'location_id', 'supply_kind', 'supplier_id', 'service_level', 'lead_time_days', 'review_days',
    'safety_stock_units', 'reorder_point_units', 'order_up_to_units', 'method',
]) }}
{% endsnapshot %}
