-- SKUs as the shops have them, for retailers without an ERP: one per normalised code that a shop lists or sells.
with

variants as (

    select * from {{ ref('stg_shopify__product_variant') }}
    where delivery_rank = 1 and not coalesce(is_deleted, false)

),

products as (

    select * from {{ ref('stg_shopify__product') }}
    where delivery_rank = 1

),

inventory_items as (

    select * from {{ ref('stg_shopify__inventory_item') }}
    where delivery_rank = 1

),

order_lines as (

    select * from {{ ref('stg_orders__order_line') }}
    where delivery_rank = 1 and units > 0

),

non_products as (

    select * from {{ ref('int_non_products_matched') }}

),

listed as (

    select
        'shopify' as master_system,
        variants.source_instance,
        variants.source_sku,
        {{ barcode_of('variants.barcode') }} as barcode,
        coalesce(products.product_title, variants.variant_title) as sku_name,
        products.product_type as category,
        case
            when inventory_items.cost_currency_code = '{{ var("reporting_currency") }}' then inventory_items.unit_cost_amount
        end as unit_cost_amount,
        variants.created_at as seen_at,
        variants.x_columns
    from variants
    left join products
        on variants.source_instance = products.source_instance and variants.product_id = products.product_id
    left join inventory_items
        on
            variants.source_instance = inventory_items.source_instance
            and variants.inventory_item_id = inventory_items.inventory_item_id

),

sold as (

    select
        'orders' as master_system,
        order_lines.source_instance,
        order_lines.source_sku,
        cast(null as {{ dbt.type_string() }}) as barcode,
        order_lines.product_title as sku_name,
        order_lines.product_category as category,
        {{ money('null') }} as unit_cost_amount,
        order_lines.ordered_at as seen_at,
        order_lines.x_columns
    from order_lines
    left join non_products on order_lines.source_sku = non_products.source_sku
    where non_products.source_sku is null

),

unioned as (

    select * from listed
    union all
    select * from sold

),

keyed as (

    select
        *,
        {{ normalise_sku('source_sku') }} as normalised_code,
        {{ normalise_sku('source_sku', keep_separators=false) }} as squeezed_code
    from unioned

),

ranked as (

    -- a shop renames products: the newest name stands, and a product name beats an empty one
    select
        *,
        row_number() over (
            partition by master_system, normalised_code
            order by
                case when sku_name is null then 1 else 0 end asc,
                seen_at desc,
                source_instance asc,
                sku_name asc,
                source_sku asc
        ) as code_rank,
        min(seen_at) over (partition by master_system, normalised_code) as first_seen_at
    from keyed
    where normalised_code is not null

),

final as (

    select
        normalised_code as sku_id,
        master_system,
        source_instance,
        cast(null as {{ dbt.type_string() }}) as master_item_id,
        normalised_code as clean_code,
        normalised_code,
        squeezed_code,
        barcode,
        coalesce(sku_name, source_sku) as sku_name,
        coalesce(nullif(trim(category), ''), 'uncategorised') as category,
        cast(null as {{ dbt.type_string() }}) as subcategory,
        false as is_kit,
        true as is_active,
        unit_cost_amount,
        {{ money('1') }} as case_pack_units,
        {{ money('null') }} as minimum_order_units,
        cast(null as {{ dbt.type_string() }}) as supplier_key,
        {{ money('null') }} as agreed_lead_time_days,
        cast(null as {{ dbt.type_string() }}) as season,
        cast(null as {{ dbt.type_string() }}) as successor_code,
        cast(null as date) as launch_on,
        cast(null as date) as phase_out_on,
        cast(first_seen_at as date) as created_on,
        x_columns
    from ranked
    where code_rank = 1

)

select * from final
