-- The one list of SKUs: that of the first system in the var `sku_master_systems` that has any, before people merge any.
with

candidates as (

    select * from {{ ref('int_sku_masters_erp') }}
    union all
    select * from {{ ref('int_sku_masters_sold') }}

),

prioritised as (

    select
        *,
        case master_system
            {%- for system in var('sku_master_systems') %}
            when '{{ system }}' then {{ loop.index }}
            {%- endfor %}
        end as master_priority
    from candidates

),

ranked as (

    select
        *,
        min(master_priority) over () as best_priority
    from prioritised

),

final as (

    select
        sku_id,
        master_system,
        source_instance,
        master_item_id,
        clean_code,
        normalised_code,
        squeezed_code,
        barcode,
        -- a number whose check digit is wrong is no barcode
        case when {{ is_gtin('barcode') }} then barcode end as gtin,
        sku_name,
        category,
        subcategory,
        is_kit,
        is_active,
        unit_cost_amount,
        case_pack_units,
        minimum_order_units,
        supplier_key,
        agreed_lead_time_days,
        season,
        successor_code,
        launch_on,
        phase_out_on,
        created_on,
        x_columns,
        master_priority
    from ranked
    where master_priority = best_priority

)

select * from final
