-- The one list of SKUs: that of the first system in the var `sku_master_systems` that has any.
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

final as (

    select * from prioritised
    where master_priority = (select min(master_priority) from prioritised)

)

select * from final
