-- One row per SKU, related SKU and kind of relation: successors and like items, as people say in the seed
-- `sku_relation`, else as the ERP names its successors.
with

relations as (

    select * from {{ ref('sku_relation') }}

),

listed as (

    select * from {{ ref('int_sku_masters_listed') }}

),

merged as (

    select * from {{ ref('int_sku_masters_merged') }}

),

stated as (

    select
        skus.merged_sku_id as sku_id,
        related.merged_sku_id as related_sku_id,
        relations.relation,
        coalesce(relations.weight_share, 1) as weight_share,
        relations.valid_from,
        'seed' as stated_by,
        relations.reviewed_by,
        relations.reviewed_on
    from relations
    inner join merged as skus on {{ clean_key('relations.sku_id') }} = skus.clean_code
    inner join merged as related on {{ clean_key('relations.related_sku_id') }} = related.clean_code
    union all
    select
        skus.merged_sku_id as sku_id,
        related.merged_sku_id as related_sku_id,
        'successor' as relation,
        1 as weight_share,
        listed.phase_out_on as valid_from,
        listed.master_system as stated_by,
        cast(null as {{ dbt.type_string() }}) as reviewed_by,
        cast(null as date) as reviewed_on
    from listed
    inner join merged as skus on listed.sku_id = skus.sku_id
    inner join merged as related on {{ clean_key('listed.successor_code') }} = related.clean_code

),

ranked as (

    select
        *,
        -- people overrule the ERP: their successor replaces its own
        min(case stated_by when 'seed' then 0 else 1 end) over (partition by sku_id, relation) as best_source,
        row_number() over (
            partition by sku_id, related_sku_id, relation
            order by case stated_by when 'seed' then 0 else 1 end asc, valid_from desc, weight_share desc, reviewed_on desc
        ) as statement_rank
    from stated
    where sku_id != related_sku_id

),

final as (

    select
        {{ key_of(['sku_id', 'related_sku_id', 'relation']) }} as sku_relation_id,
        sku_id,
        related_sku_id,
        relation,
        {{ share('weight_share') }} as weight_share,
        valid_from as valid_from_on,
        stated_by,
        reviewed_by,
        reviewed_on
    from ranked
    where
        statement_rank = 1
        and best_source = case stated_by when 'seed' then 0 else 1 end

)

select * from final
