{% snapshot snap_channel_prices %}
{{ recorded('int_channel_prices_listed', [
    'channel_price_id', 'sku_id', 'channel_id', 'currency_code', 'list_price_amount', 'paid_price_amount',
]) }}
{% endsnapshot %}
