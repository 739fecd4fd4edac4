-- Days on which a SKU had run out at some location, and how many locations still had it when trade ended.
with

stock_states as (

    select * from {{ ref('int_stock_states_filled') }}

),

counted as (

    select
        sku_id,
        stock_on,
        sum(case when traded_to_units > 0 then 1 else 0 end) as stocked_location_count,
        sum(case when traded_to_units <= 0 or open_units <= 0 then 1 else 0 end) as short_location_count
    from stock_states
    group by sku_id, stock_on

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
