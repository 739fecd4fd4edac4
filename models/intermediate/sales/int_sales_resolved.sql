-- Every sales line of every system with its standard SKU, channel, location and currency, or the reason why it can't
-- count. One row per source line; accepted lines make `fct_sales`, the others go to quarantine.
with

sales_lines as (

    select * from {{ ref('int_sales_unioned') }}

),

sku_keys as (

    select * from {{ ref('int_sku_keys_resolved') }}

),

channels as (

    select * from {{ ref('int_channels_resolved') }}

),

locations as (

    select * from {{ ref('int_locations_mapped') }}

),

rates as (

    select * from {{ ref('int_exchange_rates_filled') }}

),

cut_off as (

    select * from {{ ref('int_sales_cut_off') }}

),

joined as (

    select
        sales_lines.*,
        sku_keys.sku_id,
        sku_keys.method as sku_method,
        sku_keys.candidate_count as sku_candidate_count,
        channels.channel_id,
        coalesce(locations.location_id, channels.location_id) as location_id,
        rates.exchange_rate,
        cut_off.cut_off_on
    from sales_lines
    cross join cut_off
    left join sku_keys
        on
            sales_lines.source_system = sku_keys.source_system
            and sales_lines.sku_key_type = sku_keys.sku_key_type
            and sales_lines.source_sku = sku_keys.source_sku
    left join channels
        on
            sales_lines.source_system = channels.source_system
            and sales_lines.source_instance = channels.source_instance
            and sales_lines.channel_key = channels.channel_key
            and sales_lines.fulfilment_key = channels.fulfilment_key
    left join locations
        on
            sales_lines.source_system = locations.source_system
            and locations.source_instance in (sales_lines.source_instance, '*')
            and sales_lines.location_key = locations.source_location
    left join rates
        on sales_lines.currency_code = rates.currency_code and sales_lines.business_on = rates.valid_on

),

final as (

    select
        sales_line_id,
        source_system,
        source_instance,
        source_table,
        order_id,
        line_id,
        source_sku,
        sku_key_type,
        source_channel,
        sku_id,
        sku_method,
        channel_id,
        location_id,
        customer_id,
        currency_code,
        exchange_rate,
        ordered_at,
        ordered_on,
        business_on,
        returned_on,
        source_units,
        source_amount,
        gross_units,
        returned_units,
        gross_amount,
        discount_amount,
        returned_amount,
        x_columns,
        case
            when rejection_reason is not null then rejection_reason
            when business_on is null then 'no date'
            when business_on < cast('{{ var("earliest_date") }}' as date) then 'dated before the business'
            when business_on > cut_off_on then 'dated after the cut-off'
            when gross_units + returned_units > {{ var('max_line_units') }} then 'absurd quantity'
            -- the ERP's units of measure may leave a part of one
            when source_units != floor(source_units) and source_system != 'netsuite' then 'quantity is not whole'
            when gross_amount < 0 then 'negative price'
            when gross_amount * exchange_rate > gross_units * {{ var('max_unit_price_amount') }} then 'absurd price'
            when source_sku is null or trim(source_sku) = '' then 'no SKU'
            when sku_candidate_count > 1 then 'SKU in conflict'
            when sku_id is null then 'unmapped SKU'
            when channel_id is null then 'unknown channel'
            when location_id is null then 'unknown location'
            when exchange_rate is null then 'no exchange rate'
        end as rejection_reason,
        case
            when unreadable_columns is not null then 'columns: ' || trim(unreadable_columns)
            else 'SKU ' || coalesce(source_sku, '') || ', channel ' || coalesce(source_channel, '') || ', location ' || location_key
        end as rejection_detail
    from joined

)

select * from final
