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
        coalesce(category, '') as category,
        unit_price_amount,
        unit_cost_amount
    from {{ ref('dim_sku') }}

),

prices as (

    select * from {{ ref('int_channel_prices_measured') }}

),

recapture_shares as (

    select * from {{ ref('int_recapture_shares_resolved') }}

),

elsewhere as (

    select * from {{ ref('int_stock_elsewhere_counted') }}

),

joined as (

    select
        observed.*,
        {{ money('case
            when recovered.demand_units > observed.sold_units then recovered.demand_units
            else observed.sold_units
        end') }} as demand_units,
        coalesce(recovered.demand_sd_units, 0) as demand_sd_units,
        coalesce(recovered.method, 'observed') as recovery_method,
        -- another channel can only serve what another location has
        coalesce(recapture_shares.other_sku_share, 0)
        + case
            when elsewhere.stocked_location_count > 0 then coalesce(recapture_shares.other_channel_share, 0) else 0
        end as recapture_share,
        -- wholesale pays wholesale's price; a channel that sold it in kits only has the SKU's
        coalesce(prices.paid_price_amount, skus.unit_price_amount) - skus.unit_cost_amount as unit_margin_amount
    from observed
    left join recovered
        on observed.demand_day_id = recovered.demand_day_id
    left join skus on observed.sku_id = skus.sku_id
    left join prices on observed.sku_id = prices.sku_id and observed.channel_id = prices.channel_id
    left join recapture_shares
        on observed.channel_id = recapture_shares.channel_id and skus.category = recapture_shares.category
    left join elsewhere on observed.sku_id = elsewhere.sku_id and observed.demand_on = elsewhere.stock_on

),

parted as (

    select
        *,
        {{ money('(demand_units - sold_units) * recapture_share') }} as recaptured_units
    from joined

),

lost as (

    select
        *,
        {{ money('demand_units - sold_units - recaptured_units') }} as lost_units
    from parted

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
        demand_units,
        {{ money('demand_sd_units') }} as demand_sd_units,
        recaptured_units,
        lost_units,
        {{ money('lost_units * unit_margin_amount') }} as lost_margin_amount,
        {{ money('paid_reporting_amount / nullif(priced_units, 0)') }} as paid_price_amount,
        {{ money('list_reporting_amount / nullif(priced_units, 0)') }} as list_price_amount,
        -- most of what sold was discounted: a promotion, not a customer's own code
        promoted_units > 0 and 2 * promoted_units >= priced_units as is_promoted,
        case
            when not is_stock_known and recovery_method = 'observed' then 'observed, stock unknown'
            else recovery_method
        end as method,
        -- A observed with stock all day, B estimated, C stock not known
        case
            when not is_stock_known then 'C'
            when in_stock_share < 1 or demand_units > sold_units then 'B'
            else 'A'
        end as grade
    from lost

)

select * from final
