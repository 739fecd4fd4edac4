"""Stock and money of a clean world agree to the unit and to the penny."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sellthrough.demo import DemoConfig
from sellthrough.demo.simulate import World, simulate
from sellthrough.demo.truth import plausible_demand

from .conftest import Built

# Every flow that a warehouse can read from the systems, by item and location, kits not yet exploded
FLOWS = """
with line as (
    select l.item, l.location, l.quantity * u.conversionrate as units, t.type, t.closedate
    from {netsuite/transactionline} l
    join {netsuite/transaction} t on t.id = l.transaction
    join {netsuite/unitstypeuom} u on u.internalid = l.units
    where not l.mainline
), flow as (
    select item, location, units from line where type in ('InvAdjst', 'ItemRcpt', 'CustInvc')
    union all
    select item, location, units from line where type = 'TrnfrOrd' and (units < 0 or closedate is not null)
    union all
    select i.id, 1, -l.quantity from {shopify/uk/order_line} l join {netsuite/item} i on i.itemid = l.sku
    union all
    select i.id, 3, -l.quantity from {shopify/eu/order_line} l join {netsuite/item} i on i.itemid = l.sku
    union all
    select i.id, 1, r.quantity from {shopify/uk/order_line_refund} r
    join {shopify/uk/order_line} l on l.id = r.order_line_id
    join {netsuite/item} i on i.itemid = l.sku where r.restock_type = 'return'
    union all
    select i.id, 3, r.quantity from {shopify/eu/order_line_refund} r
    join {shopify/eu/order_line} l on l.id = r.order_line_id
    join {netsuite/item} i on i.itemid = l.sku where r.restock_type = 'RETURN'
    union all
    select i.id, case o.fulfillment_channel when 'AFN' then 4 else 1 end, -l.quantity_ordered
    from {amazon/order_item} l join {amazon/orders} o using (amazon_order_id)
    join {netsuite/item} i on i.itemid = l.seller_sku
    union all
    select i.id, 4 + cast(substr(p.store_code, 2) as integer),
        case when p.is_return then p.qty else -p.qty end
    from {pos/sales_line/*} p join {netsuite/item} i on i.upccode = p.barcode
), exploded as (
    select coalesce(m.item, f.item) as item, f.location, f.units * coalesce(m.quantity, 1) as units
    from flow f left join {netsuite/itemmember} m on m.parentitem = f.item
), total as (select item, location, sum(units) as units from exploded group by item, location)
"""


def test_every_record_of_stock_is_the_sum_of_its_flows(clean: Built) -> None:
    wrong = clean.query(
        FLOWS
        + """select a.item, a.location, a.quantityavailable, t.units
        from {netsuite/aggregateitemlocation} a full join total t using (item, location)
        where coalesce(a.quantityavailable, 0) <> coalesce(t.units, 0)"""
    )
    assert wrong == []
    assert clean.number("select sum(quantityavailable) from {netsuite/aggregateitemlocation}") > 0


def test_on_hand_is_available_plus_committed_and_both_occur(clean: Built) -> None:
    table = "{netsuite/aggregateitemlocation}"
    assert (
        clean.number(
            f"select count(*) from {table} where quantityonhand <> quantityavailable + quantitycommitted"
        )
        == 0
    )
    assert clean.number(f"select sum(quantitycommitted) from {table}") > 0
    assert clean.number(f"select min(quantityavailable) from {table}") >= 0


def test_warehouse_bins_are_the_sum_of_the_movements(clean: Built) -> None:
    wrong = clean.query(
        """with moved as (select site_code, item_code, sum(qty_each) as units
            from {wms/movement} group by all),
        bins as (select site_code, item_code, sum(qty_each) as units from {wms/stock_snapshot}
            where bin_status <> 'INBOUND'
            and snapshot_date = (select max(snapshot_date) from {wms/stock_snapshot})
            group by all)
        select * from bins full join moved using (site_code, item_code)
        where coalesce(bins.units, 0) <> coalesce(moved.units, 0)"""
    )
    assert wrong == []


def test_every_day_of_snapshots_follows_from_the_movements(clean: Built) -> None:
    wrong = clean.number(
        """with moved as (select site_code, item_code, cast(moved_at as date) as day, sum(qty_each) as units
            from {wms/movement} group by all),
        bins as (select site_code, item_code, snapshot_date as day, sum(qty_each) as units
            from {wms/stock_snapshot} where bin_status <> 'INBOUND' group by all),
        change as (select *, units - lag(units) over w as change, day - lag(day) over w as gap
            from bins window w as (partition by site_code, item_code order by day))
        select count(*) from change left join moved using (site_code, item_code, day)
        where gap = 1 and change.change <> coalesce(moved.units, 0)"""
    )
    assert wrong == 0


def test_shop_stock_by_state_adds_up_and_equals_the_erp(clean: Built) -> None:
    wrong = clean.query(
        """with wide as (pivot (select inventory_item_id, name, quantity from {shopify/uk/inventory_quantity})
            on name using sum(quantity))
        select i.sku from wide join {shopify/uk/inventory_item} i on i.id = wide.inventory_item_id
        join {netsuite/item} n on n.itemid = i.sku
        join {netsuite/aggregateitemlocation} a on a.item = n.id and a.location = 1
        where on_hand <> available + committed + damaged + quality_control or available <> a.quantityavailable
        or committed <> a.quantitycommitted"""
    )
    assert wrong == []


@pytest.mark.parametrize("channel", ["web", "web_eu", "marketplace_amazon", "store", "wholesale"])
def test_sold_units_of_the_truth_are_the_units_on_the_systems_lines(clean: Built, channel: str) -> None:
    told = {
        "web": "select sum(quantity) from {shopify/uk/order_line}",
        "web_eu": "select sum(quantity) from {shopify/eu/order_line}",
        "marketplace_amazon": "select sum(quantity_ordered) from {amazon/order_item}",
        "store": "select sum(qty) from {pos/sales_line/*} where not is_return",
        "wholesale": """select -sum(l.quantity) from {netsuite/transactionline} l
            join {netsuite/transaction} t on t.id = l.transaction
            where t.type = 'CustInvc' and not l.mainline""",
    }[channel]
    truth = clean.number(f"select sum(sold_units) from {{truth/demand}} where channel_id = '{channel}'")
    assert clean.number(told) == truth > 0


def test_sales_never_exceed_demand_and_shares_lie_between_zero_and_one(clean: Built) -> None:
    assert (
        clean.number("select count(*) from {truth/demand} where sold_units > demand_units or sold_units < 0")
        == 0
    )
    assert clean.number("select count(*) from {truth/demand} where in_stock_share not between 0 and 1") == 0
    short = "sold_units < demand_units"
    assert clean.number(f"select count(*) from {{truth/demand}} where ({short}) and in_stock_share = 1") == 0


def test_nobody_asks_for_what_is_not_launched(clean: Built) -> None:
    early = (
        "select count(*) from {truth/demand} d join {truth/skus} s using (sku_id) where d.date < s.launch_on"
    )
    assert clean.number(early) == 0
    assert clean.number("select count(*) from {truth/skus} where launch_on is not null") > 0


def test_kit_demand_is_exploded_into_components(clean: Built) -> None:
    extra = clean.number(
        "select sum(demand_units_with_kits - demand_units) from {truth/demand} d "
        "join {truth/skus} using (sku_id) where not is_kit"
    )
    kits = clean.number(
        """select sum(d.demand_units * m.quantity) from {truth/demand} d
        join {netsuite/item} i on i.itemid = d.sku_id join {netsuite/itemmember} m on m.parentitem = i.id"""
    )
    assert extra == kits > 0
    own = (
        "select sum(demand_units_with_kits) from {truth/demand} join {truth/skus} using (sku_id) where is_kit"
    )
    assert clean.number(own) == 0


@pytest.mark.parametrize("shop", ["uk", "eu"])
def test_order_totals_are_the_sums_of_their_lines(clean: Built, shop: str) -> None:
    total, off, line_off, line = {
        "uk": ("total_price", "total_discounts", "total_discount", "price * quantity"),
        "eu": (
            "total_price_set_shop_amount",
            "total_discounts_set_shop_amount",
            "total_discount_set_shop_amount",
            "original_total_set_shop_amount",
        ),
    }[shop]
    wrong = clean.number(
        f"""with line as (select order_id, sum({line}) as gross, sum({line_off}) as off, count(*) as n
            from {{shopify/{shop}/order_line}} group by all)
        select count(*) from {{shopify/{shop}/order}} o left join line on line.order_id = o.id
        where n is null or abs(o.{total} - (gross - line.off)) > 0.005 or abs(o.{off} - line.off) > 0.005"""
    )
    assert wrong == 0
    assert (
        clean.number(
            f"select max(n) from (select count(*) n from {{shopify/{shop}/order_line}} group by order_id)"
        )
        <= 4
    )
    gap = clean.number(
        f"""select max(abs(amount - d)) from (select order_line_id, sum(amount) as amount
            from {{shopify/{shop}/discount_allocation}} group by all) a
        join (select id, {line_off} as d from {{shopify/{shop}/order_line}}) l on l.id = a.order_line_id"""
    )
    assert gap < 0.005


def test_refunds_never_exceed_their_line_and_money_follows_units(clean: Built) -> None:
    wrong = clean.number(
        """select count(*) from {shopify/uk/order_line_refund} r
        join {shopify/uk/order_line} l on l.id = r.order_line_id
        where r.quantity > l.quantity
        or abs(r.subtotal - (l.price * l.quantity - l.total_discount) * r.quantity / l.quantity) > 0.0051"""
    )
    assert wrong == 0
    assert clean.rows["raw/shopify/uk/order_line_refund"] > 0


def test_amazon_and_erp_totals_are_the_sums_of_their_lines(clean: Built) -> None:
    assert (
        clean.number(
            """with line as (select amazon_order_id,
                sum(item_price_amount - promotion_discount_amount) as money
            from {amazon/order_item} group by all)
        select count(*) from {amazon/orders} o left join line using (amazon_order_id)
        where money is null or abs(order_total_amount - money) > 0.005"""
        )
        == 0
    )
    assert (
        clean.number(
            """with line as (select transaction, abs(sum(netamount) filter (not mainline)) as items,
            max(netamount) filter (mainline) as main from {netsuite/transactionline} group by all)
        select count(*) from line where abs(items - main) > 0.005 or main is null"""
        )
        == 0
    )


def test_receipts_in_erp_and_warehouse_agree_and_some_orders_are_open_and_late(clean: Built) -> None:
    booked = clean.number(
        """select sum(l.quantity * u.conversionrate) from {netsuite/transactionline} l
        join {netsuite/transaction} t on t.id = l.transaction
        join {netsuite/unitstypeuom} u on u.internalid = l.units
        where t.type = 'ItemRcpt' and not l.mainline"""
    )
    assert clean.number("select sum(qty_each) from {wms/receipt}") == booked > 0
    still = clean.query(
        f"""select count(*), count(*) filter (l.expectedreceiptdate < date '{clean.config.last_day}'),
            sum((l.quantity - l.quantityshiprecv) * u.conversionrate)
        from {{netsuite/transactionline}} l join {{netsuite/transaction}} t on t.id = l.transaction
        join {{netsuite/unitstypeuom}} u on u.internalid = l.units
        where t.type = 'PurchOrd' and not l.mainline and not l.isclosed"""
    )[0]
    assert int(str(still[0])) > 0 and int(str(still[1])) > 0
    assert (
        float(str(still[2]))
        >= clean.number("select sum(quantityonorder) from {netsuite/aggregateitemlocation}")
        > 0
    )


def test_nothing_is_dated_after_the_last_day(messy: Built) -> None:
    for table, column in (
        ("shopify/uk/order", "updated_at"),
        ("shopify/uk/order_line", "_fivetran_synced"),
        ("shopify/eu/order", "_fivetran_synced"),
        ("amazon/orders", "_fivetran_synced"),
        ("pos/sales_line/*", "sold_at"),
        ("wms/movement", "moved_at"),
        ("netsuite/transaction", "_fivetran_synced"),
        ("ga4/event", "timestamp"),
    ):
        last = messy.query(f"select max({column})::date from {{{table}}}")[0][0]
        assert isinstance(last, date) and last <= messy.config.last_day, table


def test_lost_demand_surplus_and_phantoms_lie_in_their_bands() -> None:
    config = DemoConfig(skus=300, days=730, seed=7)
    world = World.build(config)
    demand = sold = 0
    for month in simulate(world):
        demand += int(month.demand.sum())
        sold += int(month.sold.sum())
    assert 0.08 <= 1 - sold / demand <= 0.12
    room = world.room
    ghosts = (room.empty_since >= 0) & (room.empty_since <= config.days - 22) & (room.record >= 3)
    assert 0.01 <= ghosts.sum() / world.assortment.stocked.sum() <= 0.02
    assert (room.record >= 0).all() and (room.shelf >= 0).all() and (room.shelf <= room.record).all()
    _, need = plausible_demand(world)
    spare = np.floor(room.record.reshape(need.shape) - need)[world.assortment.stocked]
    assert 0.1 <= (spare > 1).mean() <= 0.2
    share = np.sort(world.assortment.base)[::-1]
    assert share[:60].sum() / share.sum() > 0.5
    assert 0.28 <= world.assortment.intermittent.mean() <= 0.42
