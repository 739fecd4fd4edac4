-- What a silence should have sold: the SKU's popularity at the location, from the days before the silence, times the
-- category's pace in the silent days, times how the SKU did elsewhere meanwhile. All is counted in two spans: `before`,
-- the last days with stock until the silence, and `during`.
--
-- With pace c of an average series, popularity k is gamma distributed with mean 1 a priori, and demand Poisson k * c: after
-- n units over paces b it has mean (a + n) / (a + b). Demand that clusters by a ratio r of variance to mean is as silent
-- as a Poisson of ln(r) / (r - 1) times its mean, so units and paces count that much.
with

silences as (

    select * from {{ ref('int_stock_silences_measured') }}

),

observed as (

    select * from {{ ref('int_demand_observed') }}

),

paces as (

    select * from {{ ref('int_category_paces_measured') }}

),

skus as (

    select
        sku_id,
        coalesce(category, '') as category,
        phase_out_on,
        unit_price_amount,
        unit_cost_amount
    from {{ ref('dim_sku') }}

),

prices as (

    select * from {{ ref('int_channel_prices_measured') }}

),

silent_skus as (

    select
        silences.sku_id,
        max(skus.category) as category,
        max(skus.phase_out_on) as phase_out_on,
        cast({{ dbt.dateadd('day', -1 * var('phantom_history_days'), 'min(silences.last_touched_on)') }} as date) as counted_after_on
    from silences
    inner join skus on silences.sku_id = skus.sku_id
    group by silences.sku_id

),

series_days as (

    select
        observed.sku_id,
        observed.channel_id,
        observed.location_id,
        observed.demand_on,
        observed.sold_units,
        -- what is phased out is expected to fall silent
        case
            when silent_skus.phase_out_on < observed.demand_on then {{ share('0') }}
            else {{ share('coalesce(paces.pace_units, 0) * observed.in_stock_share') }}
        end as stocked_pace_units
    from observed
    inner join silent_skus on observed.sku_id = silent_skus.sku_id
    -- each day has its pace; an engine that may not join it first reads the few SKUs alone
    left join paces
        on
            silent_skus.category = paces.category
            and observed.channel_id = paces.channel_id
            and observed.demand_on = paces.demand_on
    where observed.demand_on > silent_skus.counted_after_on

),

-- the SKU in all its series
sku_days as (

    select
        sku_id,
        demand_on,
        sum(sold_units) as sold_units,
        sum(stocked_pace_units) as stocked_pace_units
    from series_days
    group by sku_id, demand_on

),

sku_spans as (

    select
        silences.silence_id,
        sum(case when sku_days.demand_on <= silences.last_touched_on then sku_days.sold_units else 0 end) as sold_before_units,
        sum(case when sku_days.demand_on <= silences.last_touched_on then sku_days.stocked_pace_units else 0 end)
            as pace_before_units,
        sum(case when sku_days.demand_on > silences.last_touched_on then sku_days.sold_units else 0 end) as sold_during_units,
        sum(case when sku_days.demand_on > silences.last_touched_on then sku_days.stocked_pace_units else 0 end)
            as pace_during_units
    from silences
    inner join sku_days on silences.sku_id = sku_days.sku_id
    where sku_days.demand_on > {{ dbt.dateadd('day', -1 * var('phantom_history_days'), 'silences.last_touched_on') }}
    group by silences.silence_id

),

-- the SKU in the channels that draw on the silent location
own_spans as (

    select
        silences.silence_id,
        silences.sku_id,
        series_days.channel_id,
        sum(case when series_days.demand_on <= silences.last_touched_on then series_days.sold_units else 0 end)
            as sold_before_units,
        sum(case when series_days.demand_on <= silences.last_touched_on then series_days.stocked_pace_units else 0 end)
            as pace_before_units,
        sum(case when series_days.demand_on > silences.last_touched_on then series_days.stocked_pace_units else 0 end)
            as pace_during_units,
        sum(case
            when series_days.demand_on <= silences.last_touched_on then series_days.sold_units * series_days.sold_units
            else 0
        end) as sold_squares,
        sum(case
            when series_days.demand_on <= silences.last_touched_on
                then series_days.sold_units * series_days.stocked_pace_units
            else 0
        end) as sold_pace_products,
        sum(case
            when series_days.demand_on <= silences.last_touched_on
                then series_days.stocked_pace_units * series_days.stocked_pace_units
            else 0
        end) as pace_squares
    from silences
    inner join series_days
        on silences.sku_id = series_days.sku_id and silences.location_id = series_days.location_id
    where series_days.demand_on > {{ dbt.dateadd('day', -1 * var('phantom_history_days'), 'silences.last_touched_on') }}
    group by silences.silence_id, silences.sku_id, series_days.channel_id

),

-- how demand clusters in a channel: squared deviations from what popularity and pace expect, per unit sold
clustering as (

    select
        channel_id,
        sum({{ share('sold_squares
            - 2 * sold_before_units / pace_before_units * sold_pace_products
            + sold_before_units / pace_before_units * sold_before_units / pace_before_units * pace_squares') }})
        / sum(sold_before_units) as variance_ratio
    from own_spans
    where sold_before_units > 0 and pace_before_units > 0
    group by channel_id

),

factors as (

    select
        channel_id,
        case
            when variance_ratio > 1.001 then ln(variance_ratio) / (variance_ratio - 1)
            else 1
        end as silence_factor
    from clustering

),

own as (

    select
        own_spans.silence_id,
        sum(own_spans.sold_before_units) as sold_before_units,
        sum(own_spans.pace_before_units) as pace_before_units,
        sum(own_spans.pace_during_units) as pace_during_units,
        sum({{ share('coalesce(factors.silence_factor, 1) * own_spans.sold_before_units') }}) as weighed_sold_units,
        sum({{ share('coalesce(factors.silence_factor, 1) * own_spans.pace_before_units') }}) as weighed_before_units,
        sum({{ share('coalesce(factors.silence_factor, 1) * own_spans.pace_during_units') }}) as weighed_during_units,
        min(coalesce(factors.silence_factor, 1)) as silence_factor,
        -- the margin of an average unit, by the channels that it would have sold in
        sum({{ share('own_spans.pace_during_units * (coalesce(prices.paid_price_amount, skus.unit_price_amount) - skus.unit_cost_amount)') }})
        / nullif(sum(own_spans.pace_during_units), 0) as unit_margin_amount
    from own_spans
    inner join skus on own_spans.sku_id = skus.sku_id
    left join factors on own_spans.channel_id = factors.channel_id
    left join prices on own_spans.sku_id = prices.sku_id and own_spans.channel_id = prices.channel_id
    group by own_spans.silence_id

),

elsewhere as (

    select
        own.*,
        sku_spans.sold_during_units as elsewhere_sold_units,
        ({{ var('phantom_popularity_shape') }} + sku_spans.sold_before_units - own.sold_before_units)
        / ({{ var('phantom_popularity_shape') }} + sku_spans.pace_before_units - own.pace_before_units)
        * (sku_spans.pace_during_units - own.pace_during_units) as elsewhere_expected_units,
        -- the silence begins after a sale: that sale was its beginning, not a sign of its pace
        case when own.weighed_sold_units > own.silence_factor then own.weighed_sold_units - own.silence_factor else 0 end
            as counted_sold_units
    from own
    inner join sku_spans on own.silence_id = sku_spans.silence_id

),

paced as (

    select
        *,
        ({{ var('phantom_trend_shape') }} + silence_factor * elsewhere_sold_units)
        / ({{ var('phantom_trend_shape') }} + silence_factor * elsewhere_expected_units) as trend_ratio
    from elsewhere

),

expected as (

    select
        *,
        ({{ var('phantom_popularity_shape') }} + counted_sold_units)
        / ({{ var('phantom_popularity_shape') }} + weighed_before_units)
        * case when trend_ratio < 1 then trend_ratio else 1 end as popularity_ratio,
        -- popularity and trend are both uncertain: their relative variances add
        1 / (
            1 / ({{ var('phantom_popularity_shape') }} + counted_sold_units)
            + 1 / ({{ var('phantom_trend_shape') }} + silence_factor * elsewhere_sold_units)
        ) as silence_shape
    from paced

),

final as (

    select
        silences.silence_id,
        silences.sku_id,
        silences.location_id,
        silences.cut_off_on,
        silences.record_units,
        silences.last_sold_on,
        silences.last_touched_on,
        silences.silent_days,
        {{ money('expected.sold_before_units') }} as sold_before_units,
        {{ money('expected.elsewhere_sold_units') }} as elsewhere_sold_units,
        {{ money('expected.elsewhere_expected_units') }} as elsewhere_expected_units,
        {{ share('expected.popularity_ratio * expected.pace_during_units') }} as expected_units,
        {{ share('power(
            1 + expected.popularity_ratio * expected.weighed_during_units / expected.silence_shape,
            -expected.silence_shape
        )') }} as silence_share,
        {{ money('expected.unit_margin_amount') }} as unit_margin_amount
    from silences
    inner join expected on silences.silence_id = expected.silence_id

)

select * from final
