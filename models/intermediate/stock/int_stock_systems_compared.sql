-- What each system says stands at a place at the cut-off, beside what the ledger says with the system that keeps the
-- stock, and why the two differ: by what one of them counts in or leaves out, by the flows of the last day, or
-- unexplained. Two shops that share a shelf both list it: the one that lists more counts.
with

stock_records as (

    select * from {{ ref('int_stock_resolved') }}
    where rejection_reason is null or rejection_reason = 'another system keeps this stock'

),

ledger as (

    select * from {{ ref('fct_stock_ledger') }}

),

locations as (

    select * from {{ ref('location') }}

),

cut_off as (

    select cut_off_on from {{ ref('int_sales_cut_off') }}

),

kept as (

    select ledger.*
    from ledger
    inner join cut_off on ledger.stock_on = cut_off.cut_off_on

),

summed as (

    select
        stock_records.sku_id,
        stock_records.location_id,
        stock_records.source_system,
        stock_records.source_instance,
        sum(stock_records.on_hand_units) as on_hand_units,
        sum(stock_records.committed_units) as committed_units,
        sum(stock_records.unsellable_units) as unsellable_units,
        sum(stock_records.in_transit_units) as in_transit_units
    from stock_records
    inner join cut_off on stock_records.recorded_on = cut_off.cut_off_on
    group by
        stock_records.sku_id, stock_records.location_id, stock_records.source_system, stock_records.source_instance

),

ranked as (

    select
        *,
        row_number() over (
            partition by sku_id, location_id, source_system order by on_hand_units desc, source_instance asc
        ) as instance_rank
    from summed

),

listed as (

    select * from ranked
    where instance_rank = 1

),

listing_systems as (

    select distinct
        location_id,
        source_system
    from listed

),

all_keys as (

    select
        sku_id,
        location_id
    from kept
    union all
    select
        sku_id,
        location_id
    from listed

),

stock_keys as (

    select distinct
        sku_id,
        location_id
    from all_keys

),

beside as (

    select
        stock_keys.sku_id,
        stock_keys.location_id,
        listing_systems.source_system,
        locations.stock_system,
        cut_off.cut_off_on,
        kept.stock_day_id is not null as is_kept,
        listed.sku_id is not null as is_listed,
        listed.on_hand_units,
        listed.committed_units,
        listed.unsellable_units,
        listed.in_transit_units,
        coalesce(kept.in_transit_units, 0) as kept_in_transit_units,
        coalesce(kept.opening_units - kept.closing_units, 0) as behind_units,
        coalesce(listed.on_hand_units, 0) - coalesce(kept.on_hand_units, 0) as difference_units,
        coalesce(listed.committed_units, 0) - coalesce(kept.committed_units, 0) as committed_difference_units,
        coalesce(listed.unsellable_units, 0) - coalesce(kept.unsellable_units, 0) as unsellable_difference_units
    from stock_keys
    inner join listing_systems on stock_keys.location_id = listing_systems.location_id
    inner join locations on stock_keys.location_id = locations.location_id
    cross join cut_off
    left join kept on stock_keys.sku_id = kept.sku_id and stock_keys.location_id = kept.location_id
    left join listed
        on
            stock_keys.sku_id = listed.sku_id
            and stock_keys.location_id = listed.location_id
            and listing_systems.source_system = listed.source_system

),

explained as (

    select
        *,
        case
            when source_system = stock_system and is_listed then 'keeps the stock'
            when difference_units = 0 then 'same'
            when not is_listed then 'not listed'
            when stock_system is null then 'no system keeps this stock'
            when not is_kept then 'unexplained'
            when difference_units = unsellable_difference_units then 'unsellable'
            when difference_units = committed_difference_units then 'committed'
            when difference_units = committed_difference_units + unsellable_difference_units then 'committed and unsellable'
            when difference_units = kept_in_transit_units then 'in transit'
            when difference_units = behind_units then 'timing'
            else 'unexplained'
        end as explanation
    from beside

),

final as (

    select
        {{ key_of(['sku_id', 'location_id', 'source_system']) }} as stock_opinion_id,
        sku_id,
        location_id,
        source_system,
        stock_system,
        cut_off_on as compared_on,
        {{ money('on_hand_units') }} as on_hand_units,
        {{ money('on_hand_units - committed_units - unsellable_units') }} as available_units,
        {{ money('committed_units') }} as committed_units,
        {{ money('unsellable_units') }} as unsellable_units,
        {{ money('in_transit_units') }} as in_transit_units,
        {{ money('difference_units') }} as difference_units,
        explanation,
        {{ money("case when explanation = 'unexplained' then difference_units else 0 end") }} as unexplained_units
    from explained

)

select * from final
