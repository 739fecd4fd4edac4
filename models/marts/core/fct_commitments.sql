-- What is promised and hasn't shipped: demand that is committed, whether or not its system counts it as sold already.
with

sales_lines as (

    select * from {{ ref('int_sales_resolved') }}
    where rejection_reason is null and open_units > 0

),

parted as (

    select
        *,
        {{ money('case when backordered_units > open_units then open_units else backordered_units end') }} as waiting_units,
        -- units that sales leave out because they haven't shipped
        {{ money('ordered_units - gross_units') }} as unsold_units
    from sales_lines

),

final as (

    select
        sales_line_id as commitment_id,
        source_system,
        source_instance,
        order_id,
        line_id,
        source_sku,
        sku_id,
        channel_id,
        location_id,
        customer_id,
        business_on as ordered_on,
        expected_on,
        {{ money('ordered_units') }} as ordered_units,
        {{ money('ordered_units - open_units') }} as settled_units,
        open_units,
        {{ money('open_units - waiting_units') }} as committed_units,
        waiting_units as backordered_units,
        {{ money('case when open_units > unsold_units then open_units - unsold_units else 0 end') }} as counted_as_sold_units,
        currency_code,
        {{ money('abs(coalesce(source_amount, 0)) * (open_units / nullif(ordered_units, 0))') }} as open_amount,
        '{{ var("reporting_currency") }}' as reporting_currency_code,
        {{ money('abs(coalesce(source_amount, 0)) * (open_units / nullif(ordered_units, 0)) * exchange_rate') }} as open_reporting_amount
    from parted

)

select * from final
