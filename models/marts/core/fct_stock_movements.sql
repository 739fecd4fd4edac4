with

erp_lines as (

    select * from {{ ref('int_netsuite_lines_standardised') }}
    where transaction_type in ('TrnfrOrd', 'InvTrnfr', 'InvAdjst') and rejection_reason is null

),

warehouse_lines as (

    select * from {{ ref('int_wms_movements_standardised') }}
    where rejection_reason is null

),

unioned as (

    select
        erp_line_id as stock_movement_id,
        'netsuite' as source_system,
        'transactionline' as source_table,
        sku_id,
        location_id,
        moved_on,
        case transaction_type when 'InvAdjst' then 'adjustment' else 'transfer' end as movement_kind,
        units as moved_units,
        source_units,
        source_amount
    from erp_lines
    union all
    select
        movement_line_id as stock_movement_id,
        'wms' as source_system,
        'movement' as source_table,
        sku_id,
        location_id,
        moved_on,
        case
            when movement_reason like 'transfer%' then 'transfer'
            when movement_reason in ('adjust', 'scrap') then 'adjustment'
            else movement_reason
        end as movement_kind,
        source_units as moved_units,
        source_units,
        cast(null as {{ type_money() }}) as source_amount
    from warehouse_lines

),

final as (

    select
        stock_movement_id,
        source_system,
        source_table,
        sku_id,
        location_id,
        moved_on,
        movement_kind,
        moved_units,
        source_units,
        source_amount
    from unioned

)

select * from final
