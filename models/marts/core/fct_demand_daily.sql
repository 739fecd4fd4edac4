with

observed as (

    select * from {{ ref('int_demand_observed') }}

),

recovered as (

    select * from {{ ref('int_demand_recovered') }}

),

skus as (

    select
        sku_id,
        unit_price_amount - unit_cost_amount as unit_margin_amount
    from {{ ref('dim_sku') }}

),

joined as (

    select
        observed.*,
        coalesce(recovered.demand_units, observed.sold_units) as demand_units,
        coalesce(recovered.demand_sd_units, 0) as demand_sd_units,
        case
            when not observed.is_stock_known then 'observed, stock unknown'
            else coalesce(recovered.method, 'observed')
        end as method,
        skus.unit_margin_amount
    from observed
    left join recovered
        on observed.demand_day_id = recovered.demand_day_id
    left join skus on observed.sku_id = skus.sku_id

),

final as (

    select
        demand_day_id,
        sku_id,
        channel_id,
        location_id,
        demand_on,
        sold_units,
        {{ money('sold_units - priced_units') }} as kit_units,
        in_stock_share,
        {{ money('demand_units') }} as demand_units,
        {{ money('demand_sd_units') }} as demand_sd_units,
        {{ money('demand_units - sold_units') }} as lost_units,
        {{ money('(demand_units - sold_units) * unit_margin_amount') }} as lost_margin_amount,
        {{ money('paid_reporting_amount / nullif(priced_units, 0)') }} as paid_price_amount,
        {{ money('list_reporting_amount / nullif(priced_units, 0)') }} as list_price_amount,
        -- most of what sold was discounted: a promotion, not a customer's own code
        promoted_units > 0 and 2 * promoted_units >= priced_units as is_promoted,
        method,
        -- A observed with stock all day, B estimated, C stock not known
        case
            when method = 'observed, stock unknown' then 'C'
            when in_stock_share < 1 then 'B'
            else 'A'
        end as grade
    from joined

)

select * from final
