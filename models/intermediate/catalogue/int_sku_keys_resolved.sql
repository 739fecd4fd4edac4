-- One row per key: the SKU that the strongest rule finds. Two SKUs by that rule are a conflict, and a conflict is
-- never resolved silently: it keeps its candidates and no SKU. A key that no rule finds a SKU for takes that of the keys
-- it shares a variant, a barcode or an ASIN with, in two rounds, if they agree.
{%- set rounds = 2 %}
with

sku_keys as (

    select * from {{ ref('int_sku_keys_unioned') }}

),

matches as (

    select * from {{ ref('int_sku_keys_matched') }}

),

methods as (

    select * from {{ ref('identity_method') }}

),

blocks as (

    select * from {{ ref('int_sku_keys_blocked') }}

),

master_systems as (

    select distinct master_system from {{ ref('int_sku_masters_listed') }}

),

best_by_rule as (

    select
        matches.sku_key_id,
        min(methods.priority) as priority
    from matches
    inner join methods on matches.method = methods.method
    group by matches.sku_key_id

),

matched as (

    select
        best_by_rule.sku_key_id,
        methods.method,
        methods.confidence,
        min(matches.sku_id) as sku_id,
        count(distinct matches.sku_id) as candidate_count,
        {{ dbt.listagg('distinct matches.sku_id', "' '", 'order by matches.sku_id') }} as candidate_sku_ids,
        min(matches.units_per_key) as units_per_key,
        min(matches.link_path) as link_path,
        min(matches.reviewed_by) as reviewed_by,
        min(matches.reviewed_on) as reviewed_on
    from best_by_rule
    inner join methods on best_by_rule.priority = methods.priority
    inner join matches
        on best_by_rule.sku_key_id = matches.sku_key_id and methods.method = matches.method
    group by best_by_rule.sku_key_id, methods.method, methods.confidence

),

resolved_0 as (

    select
        sku_keys.sku_key_id,
        matched.method,
        matched.confidence,
        matched.sku_id,
        coalesce(matched.candidate_count, 0) as candidate_count,
        matched.candidate_sku_ids,
        matched.units_per_key,
        matched.link_path,
        matched.reviewed_by,
        matched.reviewed_on
    from sku_keys
    left join matched on sku_keys.sku_key_id = matched.sku_key_id

),

-- what keys may share with each other
links as (

    select
        sku_keys.sku_key_id,
        'shared_barcode' as method,
        sku_keys.gtin as link_value
    from sku_keys
    left join master_systems on sku_keys.source_system = master_systems.master_system
    where sku_keys.gtin is not null and master_systems.master_system is null
    union all
    select
        sku_key_id,
        case source_system when 'shopify' then 'variant' else 'asin' end as method,
        -- a variant's number is the shop's own
        case source_system when 'shopify' then source_instance || ' ' || source_item_id else source_item_id end as link_value
    from sku_keys
    where source_item_id is not null and source_system in ('shopify', 'amazon')

),

{%- for round in range(1, rounds + 1) %}

shared_{{ round }} as (

    select
        links.method,
        links.link_value,
        resolved.sku_id,
        min(resolved.confidence) as confidence,
        -- keys of one barcode are one size; another link says nothing about it
        min(case when links.method = 'shared_barcode' then resolved.units_per_key else 1 end) as units_per_key,
        min(links.sku_key_id) as via_sku_key_id
    from links
    inner join resolved_{{ round - 1 }} as resolved
        on links.sku_key_id = resolved.sku_key_id
    where resolved.candidate_count = 1 and resolved.units_per_key is not null
    group by links.method, links.link_value, resolved.sku_id

),

found_{{ round }} as (

    select
        links.sku_key_id,
        methods.priority,
        methods.method,
        methods.confidence * shared.confidence as confidence,
        shared.sku_id,
        shared.units_per_key,
        links.method || ' ' || links.link_value || ' shared with ' || shared.via_sku_key_id as link_path,
        min(methods.priority) over (partition by links.sku_key_id) as best_priority
    from links
    inner join resolved_{{ round - 1 }} as resolved
        on links.sku_key_id = resolved.sku_key_id
    inner join shared_{{ round }} as shared
        on links.method = shared.method and links.link_value = shared.link_value
    inner join methods on links.method = methods.method
    left join blocks
        on links.sku_key_id = blocks.sku_key_id and shared.sku_id = blocks.sku_id
    left join blocks as full_blocks
        on links.sku_key_id = full_blocks.sku_key_id and full_blocks.sku_id = '*'
    where
        resolved.candidate_count = 0
        and blocks.sku_block_id is null
        and full_blocks.sku_block_id is null

),

linked_{{ round }} as (

    select
        sku_key_id,
        method,
        min(confidence) as confidence,
        min(sku_id) as sku_id,
        count(distinct sku_id) as candidate_count,
        {{ dbt.listagg('distinct sku_id', "' '", 'order by sku_id') }} as candidate_sku_ids,
        min(units_per_key) as units_per_key,
        min(link_path) as link_path
    from found_{{ round }}
    where priority = best_priority
    group by sku_key_id, method

),

resolved_{{ round }} as (

    select
        resolved.sku_key_id,
        coalesce(resolved.method, linked.method) as method,
        coalesce(resolved.confidence, linked.confidence) as confidence,
        coalesce(resolved.sku_id, linked.sku_id) as sku_id,
        coalesce(nullif(resolved.candidate_count, 0), linked.candidate_count, 0) as candidate_count,
        coalesce(resolved.candidate_sku_ids, linked.candidate_sku_ids) as candidate_sku_ids,
        coalesce(resolved.units_per_key, linked.units_per_key) as units_per_key,
        coalesce(resolved.link_path, linked.link_path) as link_path,
        resolved.reviewed_by,
        resolved.reviewed_on
    from resolved_{{ round - 1 }} as resolved
    left join linked_{{ round }} as linked on resolved.sku_key_id = linked.sku_key_id

),
{%- endfor %}

-- a weaker rule that sees only other SKUs speaks against the link
methods_against as (

    select
        matches.sku_key_id,
        matches.method
    from matches
    inner join resolved_{{ rounds }} as resolved on matches.sku_key_id = resolved.sku_key_id
    where resolved.candidate_count = 1
    group by matches.sku_key_id, matches.method
    having max(case when matches.sku_id = resolved.sku_id then 1 else 0 end) = 0

),

contradicted as (

    select
        methods_against.sku_key_id,
        {{ dbt.listagg('distinct matches.sku_id', "' '", 'order by matches.sku_id') }} as contradicting_sku_ids
    from methods_against
    inner join matches
        on methods_against.sku_key_id = matches.sku_key_id and methods_against.method = matches.method
    group by methods_against.sku_key_id

),

final as (

    select
        sku_keys.sku_key_id,
        sku_keys.source_system,
        sku_keys.source_instance,
        sku_keys.sku_key_type,
        sku_keys.source_sku,
        sku_keys.first_seen_on,
        resolved.candidate_count,
        resolved.candidate_sku_ids,
        coalesce(resolved.method, 'none') as method,
        case when resolved.candidate_count = 1 and resolved.units_per_key is not null then resolved.sku_id end as sku_id,
        case when resolved.candidate_count = 1 and resolved.units_per_key is not null then resolved.units_per_key end as units_per_key,
        {{ share("case
            when resolved.candidate_count = 1 and resolved.units_per_key is not null then resolved.confidence else 0
        end") }} as confidence_share,
        resolved.link_path,
        contradicted.contradicting_sku_ids,
        resolved.reviewed_by,
        resolved.reviewed_on,
        case
            when resolved.candidate_count = 1 and resolved.units_per_key is null then 'size of the case is unknown'
            when resolved.candidate_count = 1 then null
            else sku_keys.key_defect
        end as key_defect
    from sku_keys
    inner join resolved_{{ rounds }} as resolved on sku_keys.sku_key_id = resolved.sku_key_id
    left join contradicted on sku_keys.sku_key_id = contradicted.sku_key_id

)

select * from final
