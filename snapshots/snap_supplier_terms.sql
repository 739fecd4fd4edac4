{% snapshot snap_supplier_terms %}
{{ recorded('dim_supplier', [
    'supplier_id', 'supplier_name', 'currency_code', 'payment_terms', 'agreed_lead_time_days', 'minimum_order_units',
]) }}
{% endsnapshot %}
