-- One row per SKU and location that has stock, orders or a forecast: the stock states at the cut-off and what is on
-- order.
with

stock as (

    select * from {{ ref('fct_stock_daily') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

purchase_orders as (

    select
        purchase_orders.sku_id,
        purchase_orders.location_id,
        sum(purchase_orders.open_units) as on_order_units,
        -- what is due soon is on its way and can't be called back
        sum(case
            when
                purchase_orders.expected_on >= {{ dbt.dateadd('day', var('cancel_notice_days'), 'cut_off.cut_off_on') }}
                then purchase_orders.open_units
            else 0
        end) as cancellable_units,
        min(purchase_orders.expected_on) as next_expected_on
    from {{ ref('fct_purchase_orders') }} as purchase_orders
    cross join cut_off
    where purchase_orders.open_units > 0
    group by purchase_orders.sku_id, purchase_orders.location_id

),

newest as (

    select
        stock.*,
        row_number() over (partition by stock.sku_id, stock.location_id order by stock.stock_on desc) as age_rank
    from stock
    cross join cut_off
    where stock.stock_on > {{ dbt.dateadd('day', -1 * var('stock_record_max_age_days'), 'cut_off.cut_off_on') }}

),

-- without a stock system there are no positions: nothing is ordered on a guess of what's on the shelf
stocked_locations as (

    select distinct location_id from newest

),

forecast as (

    select distinct
        sku_id,
        location_id
    from {{ ref('int_demand_forecast') }}

),

all_keys as (

    select
        sku_id,
        location_id
    from newest
    where age_rank = 1
    union all
    select
        forecast.sku_id,
        forecast.location_id
    from forecast
    inner join stocked_locations on forecast.location_id = stocked_locations.location_id
    union all
    select
        sku_id,
        location_id
    from purchase_orders

),

keys as (

    select distinct
        sku_id,
        location_id
    from all_keys

),

final as (

    select
        {{ key_of(['keys.sku_id', 'keys.location_id']) }} as stock_position_id,
        keys.sku_id,
        keys.location_id,
        coalesce(newest.on_hand_units, 0) as on_hand_units,
        coalesce(newest.committed_units, 0) as committed_units,
        coalesce(newest.unsellable_units, 0) as unsellable_units,
        coalesce(newest.available_units, 0) as available_units,
        coalesce(newest.in_transit_units, 0) as in_transit_units,
        coalesce(purchase_orders.on_order_units, 0) as on_order_units,
        coalesce(purchase_orders.cancellable_units, 0) as cancellable_units,
        purchase_orders.next_expected_on
    from keys
    left join newest
        on keys.sku_id = newest.sku_id and keys.location_id = newest.location_id and newest.age_rank = 1
    left join purchase_orders
        on keys.sku_id = purchase_orders.sku_id and keys.location_id = purchase_orders.location_id

)

select * from final
