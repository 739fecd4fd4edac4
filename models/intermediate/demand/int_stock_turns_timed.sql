-- Days on which the stock of a SKU at a location ran out or came in, with the hours at which it did. Deliveries whose
-- hour isn't known come before the customers; counts and transfers out are booked at the close of the day.
{{ config(
    materialized=restated(),
    incremental_strategy='restate',
    unique_key='stock_turn_id',
    meta={
        'restated_by': [
            'fct_stock_ledger', 'int_sales_exploded', 'int_stock_moves_flowed', 'int_wms_movements_standardised'
        ],
        'restated_per': ['sku_id', 'location_id'],
        'restated_on': 'stock_on',
        'restated_until': 'cut_off_on'
    }
) }}

with

stock_states as (

    select * from {{ ref('int_stock_states_filled') }}
    where open_units <= 0 or traded_to_units <= 0

),

sales_lines as (

    select * from {{ ref('int_sales_exploded') }}

),

moves as (

    select * from {{ ref('int_stock_moves_flowed') }}
    where is_delivered or has_departed or is_counted_short

),

movements as (

    select * from {{ ref('int_wms_movements_standardised') }}
    where rejection_reason is null

),
{%- if is_incremental() %}

restated as (

    select * from {{ restated_scope() }} as restated

),
{%- endif %}

turns as (

    select stock_states.*
    from stock_states
    {%- if is_incremental() %}
    inner join restated
        on
            stock_states.sku_id = restated.sku_id
            and stock_states.location_id = restated.location_id
            and stock_states.stock_on >= restated.restated_from_on
    {%- endif %}

),

events as (

    select
        sku_id,
        location_id,
        business_on as happened_on,
        case when gross_units > 0 then business_hour end as sale_hour,
        cast(null as {{ dbt.type_int() }}) as delivery_hour,
        case when is_return_line then business_hour end as return_hour,
        0 as erp_delivery,
        0 as departure,
        0 as shortage
    from sales_lines
    union all
    select
        sku_id,
        location_id,
        moved_on as happened_on,
        cast(null as {{ dbt.type_int() }}) as sale_hour,
        case when movement_reason in ('receipt', 'transfer_in') and source_units > 0 then moved_hour end as delivery_hour,
        case
            when movement_reason not in ('receipt', 'transfer_in') and source_units > 0 then moved_hour
        end as return_hour,
        0 as erp_delivery,
        case when movement_reason like 'transfer%' and source_units < 0 then 1 else 0 end as departure,
        case when movement_reason = 'adjust' and source_units < 0 then 1 else 0 end as shortage
    from movements
    union all
    select
        sku_id,
        location_id,
        flowed_on as happened_on,
        cast(null as {{ dbt.type_int() }}) as sale_hour,
        cast(null as {{ dbt.type_int() }}) as delivery_hour,
        cast(null as {{ dbt.type_int() }}) as return_hour,
        case when is_delivered then 1 else 0 end as erp_delivery,
        case when has_departed then 1 else 0 end as departure,
        case when is_counted_short then 1 else 0 end as shortage
    from moves

),

final as (

    select
        {{ key_of(['turns.sku_id', 'turns.location_id', 'turns.stock_on']) }} as stock_turn_id,
        turns.sku_id,
        turns.location_id,
        turns.stock_on,
        turns.open_units,
        turns.traded_to_units,
        max(events.sale_hour) as last_sale_hour,
        coalesce(
            min(events.delivery_hour),
            case when max(events.erp_delivery) = 1 then 0 end,
            min(events.return_hour)
        ) as first_arrival_hour,
        coalesce(max(events.departure), 0) = 1 as has_departure,
        coalesce(max(events.shortage), 0) = 1 as is_counted_short
    from turns
    left join events
        on
            turns.sku_id = events.sku_id
            and turns.location_id = events.location_id
            and turns.stock_on = events.happened_on
    group by turns.sku_id, turns.location_id, turns.stock_on, turns.open_units, turns.traded_to_units

)

select * from final
{{ restated_rows('restated') }}
