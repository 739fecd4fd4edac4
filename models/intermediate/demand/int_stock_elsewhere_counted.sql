-- Days on which a SKU had run out at some location, and how many locations still had it when trade ended.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='sku_day_id',
    meta={
        'restated_by': ['fct_stock_ledger'],
        'restated_per': ['sku_id'],
        'restated_on': 'stock_on',
        'restated_keys': ['sku_id'],
        'restated_until': 'cut_off_on'
    }
) }}

with

stock_states as (

    select * from {{ ref('int_stock_states_filled') }}

),
{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),
{%- endif %}

counted as (

    select
        stock_states.sku_id,
        stock_states.stock_on,
        sum(case when stock_states.traded_to_units > 0 then 1 else 0 end) as stocked_location_count,
        sum(case when stock_states.traded_to_units <= 0 or stock_states.open_units <= 0 then 1 else 0 end)
            as short_location_count
    from stock_states
    {%- if is_incremental() %}
    inner join restated
        on stock_states.sku_id = restated.sku_id and stock_states.stock_on >= restated.restated_from_on
    {%- endif %}
    group by stock_states.sku_id, stock_states.stock_on

),

final as (

    select
        {{ key_of(['sku_id', 'stock_on']) }} as sku_day_id,
        sku_id,
        stock_on,
        cast(stocked_location_count as {{ dbt.type_bigint() }}) as stocked_location_count
    from counted
    where short_location_count > 0

)

select * from final
{{ restated_rows('restated') }}
