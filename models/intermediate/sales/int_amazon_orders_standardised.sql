-- Orders of the marketplace as they were delivered, with their day and currency. What they hold of units and money their
-- lines hold too; repeated deliveries stand here with their reason.
{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('stg_amazon__orders') }}

),

final as (

    select
        'amazon|orders|' || delivered_row_id as order_row_id,
        'amazon' as source_system,
        source_instance,
        'orders' as source_table,
        order_id,
        ordered_on as business_on,
        currency_code,
        source_channel,
        case
            when unreadable_columns is not null then 'unreadable value'
            when order_id is null then 'missing key'
            when delivery_rank > 1 then 'repeated delivery'
        end as rejection_reason
    from orders

)

select * from final
