-- One row per location that a source's rows name: rows, units and money under it.
with

sales_lines as (

    select * from {{ ref('int_sales_unioned') }}
    where location_key != ''

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

unioned as (

    select
        sales_lines.source_system,
        sales_lines.source_instance,
        sales_lines.location_key as source_location,
        min(sales_lines.business_on) as first_seen_on,
        max(sales_lines.business_on) as last_seen_on,
        count(*) as row_count,
        sum(abs(coalesce(sales_lines.source_units, 0))) as source_units,
        sum(abs(coalesce({{ times('sales_lines.source_amount', 'rates.exchange_rate') }}, 0))) as stake_reporting_amount
    from sales_lines
    left join rates
        on sales_lines.currency_code = rates.currency_code and sales_lines.business_on = rates.valid_on
    group by sales_lines.source_system, sales_lines.source_instance, sales_lines.location_key
    union all
    select
        'wms' as source_system,
        source_instance,
        site_code as source_location,
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on,
        sum(row_count) as row_count,
        sum(source_units) as source_units,
        0 as stake_reporting_amount
    from {{ ref('int_wms_codes_counted') }}
    group by source_instance, site_code
    union all
    select
        'shopify' as source_system,
        source_instance,
        location_id as source_location,
        cast(null as date) as first_seen_on,
        cast(null as date) as last_seen_on,
        count(*) as row_count,
        0 as source_units,
        0 as stake_reporting_amount
    from {{ ref('stg_shopify__inventory_level') }}
    where delivery_rank = 1
    group by source_instance, location_id
    union all
    select
        'amazon' as source_system,
        source_instance,
        'AFN' as source_location,
        cast(null as date) as first_seen_on,
        cast(null as date) as last_seen_on,
        count(*) as row_count,
        sum(abs(coalesce(total_units, 0))) as source_units,
        0 as stake_reporting_amount
    from {{ ref('stg_amazon__fba_inventory_summary') }}
    where delivery_rank = 1
    group by source_instance
    union all
    select
        'netsuite' as source_system,
        source_instance,
        location_id as source_location,
        cast(null as date) as first_seen_on,
        cast(null as date) as last_seen_on,
        count(*) as row_count,
        sum(abs(coalesce(on_hand_units, 0))) as source_units,
        0 as stake_reporting_amount
    from {{ ref('stg_netsuite__aggregateitemlocation') }}
    where delivery_rank = 1
    group by source_instance, location_id

),

final as (

    select
        {{ key_of(['source_system', 'source_instance', 'source_location']) }} as source_location_id,
        source_system,
        source_instance,
        source_location,
        min(first_seen_on) as first_seen_on,
        max(last_seen_on) as last_seen_on,
        cast(sum(row_count) as {{ dbt.type_bigint() }}) as row_count,
        {{ money('sum(source_units)') }} as source_units,
        {{ money('sum(stake_reporting_amount)') }} as stake_reporting_amount
    from unioned
    where source_location is not null
    group by source_system, source_instance, source_location

)

select * from final
