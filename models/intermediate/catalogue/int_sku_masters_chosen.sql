-- One row per SKU of the master list that is no other one: what people merged into another SKU is left out.
with

listed as (

    select * from {{ ref('int_sku_masters_listed') }}

),

merged as (

    select * from {{ ref('int_sku_masters_merged') }}
    where sku_id = merged_sku_id

),

final as (

    select listed.*
    from listed
    inner join merged on listed.sku_id = merged.sku_id

)

select * from final
