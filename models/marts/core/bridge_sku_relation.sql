with

relations as (

    select * from {{ ref('int_sku_relations_resolved') }}

),

final as (

    select
        sku_relation_id,
        sku_id,
        related_sku_id,
        relation,
        weight_share,
        valid_from_on,
        stated_by,
        reviewed_by,
        reviewed_on
    from relations

)

select * from final
