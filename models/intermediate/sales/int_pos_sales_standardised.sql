-- Receipt lines of the tills. A return is a line of its own, flagged or with a negative quantity.
{{ config(materialized='incremental', unique_key='sales_line_id') }}

with

sales_lines as (

    select
        *,
        coalesce(is_return, false) or units < 0 as is_returned
    from {{ ref('stg_pos__sales_line') }}
    {%- if is_incremental() %}
    where {{ is_renewed('landed_at', [ref('stg_pos__sales_line')]) }}
    {%- endif %}

),

final as (

    select
        'pos|sales_line|' || delivered_row_id as sales_line_id,
        'pos' as source_system,
        source_instance,
        'sales_line' as source_table,
        {{ key_of(['store_code', 'till_id', 'receipt_id']) }} as order_id,
        cast(line_number as {{ dbt.type_string() }}) as line_id,
        source_barcode as source_sku,
        'barcode' as sku_key_type,
        cast(null as {{ dbt.type_string() }}) as source_item_id,
        cast(null as {{ dbt.type_string() }}) as source_channel,
        cast(null as {{ dbt.type_string() }}) as fulfilment_channel,
        store_code as source_location,
        loyalty_hash as customer_id,
        '{{ var("pos_currency") }}' as currency_code,
        sold_at as ordered_at,
        sold_on as business_on,
        case when is_returned then sold_on end as returned_on,
        units as source_units,
        {{ money(times('units', 'unit_price_amount')) }} as source_amount,
        {{ money('case when is_returned then 0 else units end') }} as gross_units,
        {{ money('case when is_returned then abs(units) else 0 end') }} as returned_units,
        {{ money('case when is_returned then 0 else ' ~ times('units', 'unit_price_amount') ~ ' end') }} as gross_amount,
        {{ money('case when is_returned then 0 else coalesce(discount_amount, 0) end') }} as discount_amount,
        {{ money('case when is_returned then ' ~ times('abs(units)', 'unit_price_amount') ~ ' - abs(coalesce(discount_amount, 0)) else 0 end') }}
            as returned_amount,
        cast(null as {{ type_money() }}) as tax_amount,
        cast(null as {{ type_money() }}) as returned_tax_amount,
        {{ prices_include_tax('pos') }} as is_tax_included,
        cast(null as {{ dbt.type_string() }}) as tax_country_code,
        {{ money('case when is_returned then 0 else units end') }} as ordered_units,
        {{ money('0') }} as open_units,
        {{ money('0') }} as backordered_units,
        cast(null as date) as expected_on,
        landed_at,
        unreadable_columns,
        x_columns,
        case
            when unreadable_columns is not null then 'unreadable value'
            when receipt_id is null or line_number is null then 'missing key'
            when delivery_rank > 1 then 'repeated delivery'
            when units is null or units = 0 then 'quantity is not positive'
            -- a minus without a return flag is a slip of the till, not a return
            when units < 0 and is_return = false then 'quantity is not positive'
            when unit_price_amount is null then 'no price'
        end as rejection_reason
    from sales_lines

)

select * from final
