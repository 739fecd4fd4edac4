-- The sales lines of every system in one shape; nothing is dropped.
{{ config(materialized='view') }}

with

unioned as (

    {%- for system in ['shopify', 'amazon', 'pos', 'netsuite', 'orders'] %}
    select * from {{ ref('int_' ~ system ~ '_sales_standardised') }}
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

final as (

    select
        *,
        cast(ordered_at as date) as ordered_on,
        coalesce(source_channel, '') as channel_key,
        coalesce(fulfilment_channel, '') as fulfilment_key,
        coalesce(source_location, '') as location_key
    from unioned

)

select * from final
