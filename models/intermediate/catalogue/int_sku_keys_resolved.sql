-- One row per key: the SKU that the strongest rule finds. Two SKUs by that rule are a conflict, and a conflict is
-- never resolved silently. An ASIN leads to the SKU of the seller SKUs that share it.
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
        count(distinct matches.sku_id) as candidate_count
    from best_by_rule
    inner join methods on best_by_rule.priority = methods.priority
    inner join matches
        on best_by_rule.sku_key_id = matches.sku_key_id and methods.method = matches.method
    group by best_by_rule.sku_key_id, methods.method, methods.confidence

),

asin_skus as (

    select
        sku_keys.asin,
        min(matched.sku_id) as sku_id,
        count(distinct matched.sku_id) as candidate_count
    from sku_keys
    inner join matched on sku_keys.sku_key_id = matched.sku_key_id
    where sku_keys.asin is not null and matched.candidate_count = 1
    group by sku_keys.asin

),

asin_method as (

    select * from methods
    where method = 'asin'

),

final as (

    select
        sku_keys.sku_key_id,
        sku_keys.source_system,
        sku_keys.sku_key_type,
        sku_keys.source_sku,
        sku_keys.first_seen_on,
        coalesce(matched.candidate_count, asin_skus.candidate_count, 0) as candidate_count,
        case
            when matched.sku_key_id is not null then matched.method
            when asin_skus.asin is not null then 'asin'
            else 'none'
        end as method,
        case
            when coalesce(matched.candidate_count, asin_skus.candidate_count, 0) != 1 then null
            when matched.sku_key_id is not null then matched.sku_id
            else asin_skus.sku_id
        end as sku_id,
        {{ share("case
            when coalesce(matched.candidate_count, asin_skus.candidate_count, 0) != 1 then 0
            when matched.sku_key_id is not null then matched.confidence
            else asin_method.confidence
        end") }} as confidence_share
    from sku_keys
    left join matched on sku_keys.sku_key_id = matched.sku_key_id
    left join asin_skus on matched.sku_key_id is null and sku_keys.asin = asin_skus.asin
    left join asin_method on 1 = 1

)

select * from final
