with

sales_lines as (

    select * from {{ ref('int_sales_resolved') }}
    where rejection_reason is null

),

skus as (

    select * from {{ ref('dim_sku') }}

),

amounts as (

    select
        sales_lines.*,
        {{ money('sales_lines.gross_amount - sales_lines.discount_amount - sales_lines.returned_amount') }} as net_amount,
        {{ money('(sales_lines.gross_units - sales_lines.returned_units) * skus.unit_cost_amount') }} as cost_reporting_amount
    from sales_lines
    left join skus on sales_lines.sku_id = skus.sku_id

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
        sku_id,
        channel_id,
        location_id,
        customer_id,
        ordered_at,
        ordered_on,
        business_on,
        returned_on,
        gross_units,
        returned_units,
        {{ money('gross_units - returned_units') }} as net_units,
        currency_code,
        gross_amount,
        discount_amount,
        returned_amount,
        net_amount,
        '{{ var("reporting_currency") }}' as reporting_currency_code,
        exchange_rate,
        {{ money('gross_amount * exchange_rate') }} as gross_reporting_amount,
        {{ money('discount_amount * exchange_rate') }} as discount_reporting_amount,
        {{ money('returned_amount * exchange_rate') }} as returned_reporting_amount,
        {{ money('net_amount * exchange_rate') }} as net_reporting_amount,
        cost_reporting_amount,
        {{ money('net_amount * exchange_rate - cost_reporting_amount') }} as margin_reporting_amount,
        coalesce(gross_amount > 0 and discount_amount >= gross_amount * {{ var('promotion_min_discount_rate') }}, false)
            as is_promoted,
        source_units,
        source_amount,
        x_columns
    from amounts

)

select * from final
