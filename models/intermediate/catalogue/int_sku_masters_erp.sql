-- SKUs as the ERP has them: stocked items, assemblies among them, and kits.
with

items as (

    select * from {{ ref('stg_netsuite__item') }}
    where
        delivery_rank = 1
        and item_type in ('InvtPart', 'Kit', 'Assembly')
        and not coalesce(is_deleted, false)
        and item_code is not null

),

units as (

    select * from {{ ref('int_units_standardised') }}

),

preferred_suppliers as (

    select
        *,
        row_number() over (
            partition by source_instance, item_id order by coalesce(is_preferred, false) desc, lead_time_days asc, vendor_id asc
        ) as preference_rank
    from {{ ref('stg_netsuite__itemvendor') }}
    where delivery_rank = 1

),

suppliers as (

    select * from {{ ref('int_suppliers_mapped') }}
    where source_system = 'netsuite'

),

ranked as (

    select
        items.*,
        units.eaches_per_unit,
        coalesce(suppliers.supplier_id, preferred_suppliers.vendor_id) as supplier_id,
        preferred_suppliers.lead_time_days,
        preferred_suppliers.minimum_order_units,
        preferred_suppliers.case_pack_units,
        row_number() over (
            partition by upper({{ clean_key('items.item_code') }})
            order by items.created_at, items.source_instance, items.item_id
        ) as code_rank
    from items
    left join units
        on items.source_instance = units.source_instance and items.purchase_unit_id = units.unit_id
    left join preferred_suppliers
        on
            items.source_instance = preferred_suppliers.source_instance
            and items.item_id = preferred_suppliers.item_id
            and preferred_suppliers.preference_rank = 1
    left join suppliers
        on
            preferred_suppliers.source_instance = suppliers.source_instance
            and preferred_suppliers.vendor_id = suppliers.source_supplier

),

final as (

    select
        trim(item_code) as sku_id,
        'netsuite' as master_system,
        source_instance,
        item_id as master_item_id,
        {{ clean_key('item_code') }} as clean_code,
        {{ normalise_sku('item_code') }} as normalised_code,
        {{ normalise_sku('item_code', keep_separators=false) }} as squeezed_code,
        {{ barcode_of('barcode') }} as barcode,
        coalesce(item_name, item_description, item_code) as sku_name,
        coalesce(nullif(trim(category), ''), 'uncategorised') as category,
        department as subcategory,
        -- an assembly is stocked itself: its components leave when it is built
        item_type = 'Kit' as is_kit,
        not coalesce(is_inactive, false) as is_active,
        average_cost_amount as unit_cost_amount,
        {{ money('coalesce(case_pack_units, eaches_per_unit, 1)') }} as case_pack_units,
        minimum_order_units,
        supplier_id as supplier_key,
        lead_time_days as agreed_lead_time_days,
        x_season as season,
        x_successor as successor_code,
        x_launch_on as launch_on,
        x_phase_out_on as phase_out_on,
        cast(created_at as date) as created_on,
        x_columns
    from ranked
    where code_rank = 1

)

select * from final
