"""The demo world's true demand as the forecast's tables, and what was planted in it."""

from __future__ import annotations

__all__ = ["DemoPanel", "demo_panel"]

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from sellthrough.demo import DemoConfig, build_demo

SEEDS = Path(__file__).resolve().parents[3] / "seeds"

# Who pays how much attention is one law for all SKUs; a promoted price acts by elasticity and beyond it.
_PLANTED = """
create table series as
select distinct
    demand.sku_id || '|' || demand.channel_id || '|' || demand.location_id as series_id,
    demand.sku_id, demand.channel_id, demand.location_id, skus.category
from read_parquet('{truth}/demand.parquet') as demand
inner join read_parquet('{truth}/skus.parquet') as skus using (sku_id)
where demand.date <= '{origin}'
group by all
having sum(demand.demand_units_with_kits) > 0;

-- a promotion without a SKU is one of its whole category
create table promoted as
select
    skus.sku_id, promotions.channel_id, days.date,
    max(promotions.discount_rate) as discount_rate, max(promotions.uplift_beyond_price) as uplift
from read_parquet('{truth}/promotions.parquet') as promotions
inner join read_parquet('{truth}/skus.parquet') as skus
    on coalesce(promotions.sku_id, skus.sku_id) = skus.sku_id and promotions.category = skus.category
inner join (select distinct date from read_parquet('{truth}/demand.parquet')) as days
    on days.date between promotions.starts_on and promotions.ends_on
group by all;

create table spend as
select channel_id, date, sum(spend_amount) as spend_amount, sum(lift_share) as lift_share
from read_parquet('{truth}/media_daily.parquet')
group by all;

create table usual as
select channel_id, avg(spend_amount) as spend_amount from spend
where spend_amount > 0 and date <= '{origin}'
group by all;

create table planted as
select
    series.series_id, series.channel_id, demand.date as demand_on,
    demand.demand_units_with_kits as units, demand.expected_units_with_kits as expected_units,
    coalesce(promoted.discount_rate, 0) as discount_rate,
    (
        select sum(
            demand_share * exp(
                price_response * skus.elasticity * ln(1 - coalesce(promoted.discount_rate, 0))
                + promotion_response * ln(coalesce(promoted.uplift, 1))
            )
        )
        from read_parquet('{truth}/customer_types.parquet')
    ) as promotion_factor,
    1 + coalesce(spend.lift_share, 0) * (
        select sum(demand_share * media_response) from read_parquet('{truth}/customer_types.parquet')
    ) as media_factor,
    ln(1 + coalesce(spend.spend_amount, 0) / coalesce(usual.spend_amount, 1)) as spend
from series
inner join read_parquet('{truth}/demand.parquet') as demand using (sku_id, channel_id, location_id)
inner join read_parquet('{truth}/skus.parquet') as skus using (sku_id)
left join promoted
    on series.sku_id = promoted.sku_id and series.channel_id = promoted.channel_id
    and demand.date = promoted.date
left join spend on series.channel_id = spend.channel_id and demand.date = spend.date
left join usual on series.channel_id = usual.channel_id;
"""
_FEATURES = """
select
    series_id, demand_on, date '{origin}' as cut_off_on,
    case when demand_on <= '{origin}' then units::double end as demand_units,
    case when demand_on <= '{origin}' then 1.0::double end as demand_weight_share,
    discount_rate::double as known_promotion_discount,
    spend::double as known_marketing_spend
from planted
"""
_SERIES = """
select
    series_id, sku_id, null::varchar as like_sku_id, category || '|' || channel_id as forecast_group,
    case channel_id when 'web_eu' then 'NL' else 'GB' end as calendar_code,
    category as static_category, channel_id as static_channel, location_id as static_location,
    'all' as level_total, category as level_category, channel_id as level_channel
from series order by series_id
"""
_EVENTS = """
select country_code as calendar_code, holiday_on as event_on,
    lower(trim(split_part(holiday_name, '(', 1))) as event_name
from read_csv('{seeds}/calendar/public_holiday.csv') where country_code in ('GB', 'NL')
union
select countries.code, event_on, lower(event_name)
from read_csv('{seeds}/calendar/retail_event.csv', types = {{'country_code': 'varchar'}}) as events
inner join (values ('GB'), ('NL')) as countries (code)
    on coalesce(events.country_code, '') in ('', countries.code)
"""


@dataclass(frozen=True)
class DemoPanel:
    """The forecast's three tables, and the truth by series and day, past and to come."""

    features: pa.Table
    series: pa.Table
    events: pa.Table
    planted: pa.Table
    origin: date


def demo_panel(config: DemoConfig, folder: Path, ahead: int) -> DemoPanel:
    """Simulate a retailer and look at its true demand from some days before the last.

    Parameters
    ----------
    config
        The world.
    folder
        Where its files go.
    ahead
        Days after the origin.

    Returns
    -------
    DemoPanel
        Demand is known to the origin; `planted` has what came, what was expected and by which factors.
    """
    build_demo(config, folder, say=lambda _: None)
    origin = config.last_day - timedelta(days=ahead)
    words = {"truth": (folder / "truth").as_posix(), "seeds": SEEDS.as_posix(), "origin": origin.isoformat()}
    with duckdb.connect() as connection:
        connection.execute(_PLANTED.format(**words))
        features, series, events, planted = (
            connection.execute(query.format(**words)).to_arrow_table()
            for query in (_FEATURES, _SERIES, _EVENTS, "select * from planted")
        )
    return DemoPanel(features, series, events, planted, origin)
