{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_day_id',
    meta={
        'restated_by': ['fct_stock_ledger'],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'stock_on'
    }
) }}

with

stock_days as (

    select * from {{ ref('fct_stock_ledger') }}

),
{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),
{%- endif %}

final as (

    select
        stock_days.stock_day_id,
        stock_days.sku_id,
        stock_days.location_id,
        stock_days.stock_on,
        stock_days.on_hand_units,
        stock_days.closing_units as available_units,
        stock_days.committed_units,
        stock_days.unsellable_units,
        stock_days.in_transit_units,
        stock_days.method,
        stock_days.source_system,
        stock_days.last_recorded_on,
        stock_days.source_row_count,
        stock_days.source_units
    from stock_days
    {%- if is_incremental() %}
    inner join restated
        on
            stock_days.sku_id = restated.sku_id
            and stock_days.location_id = restated.location_id
            and stock_days.stock_on >= restated.restated_from_on
    {%- endif %}

)

select * from final
{{ restated_rows('restated') }}
