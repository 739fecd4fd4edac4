-- One row per code that a shop sells under and that is no product, with what it is: an exact code first, then the
-- longest prefix.
with

source_skus as (

    select distinct source_sku
    from {{ ref('stg_orders__order_line') }}
    where source_sku is not null

),

codes as (

    select * from {{ ref('non_product_code') }}
    where source_system = 'orders'

),

ranked as (

    select
        source_skus.source_sku,
        codes.reason,
        row_number() over (
            partition by source_skus.source_sku
            order by case codes.match_type when 'exact' then 0 else 1 end asc, length(codes.code) desc, codes.code asc
        ) as match_rank
    from source_skus
    inner join codes
        on
            codes.match_type = 'exact' and upper(trim(source_skus.source_sku)) = codes.code
            or codes.match_type = 'prefix'
            and substr(upper(trim(source_skus.source_sku)), 1, length(codes.code)) = codes.code

),

final as (

    select
        source_sku,
        reason
    from ranked
    where match_rank = 1

)

select * from final
