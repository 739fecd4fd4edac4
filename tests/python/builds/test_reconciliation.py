"""What the raw files hold is what the reconciliation says they hold, and all of it is somewhere."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pytest

from .house import House


class Landed(NamedTuple):
    """A source table: its files and how its units and money are reckoned from raw columns alone."""

    files: str
    units: str
    amount: str = "0"


# Written from the vendors' documentation of the columns, without a look at the staging models.
TABLES = {
    "shopify|order_line": Landed(
        "shopify/*/order_line.parquet",
        "quantity",
        "coalesce(quantity * price::decimal(18, 4), original_total_set_shop_amount)",
    ),
    "shopify|order": Landed("shopify/*/order.parquet", "0"),
    "shopify|discount_allocation": Landed("shopify/*/discount_allocation.parquet", "0", "amount"),
    "shopify|order_adjustment": Landed("shopify/*/order_adjustment.parquet", "0", "amount"),
    "shopify|order_line_refund": Landed("shopify/*/order_line_refund.parquet", "quantity", "subtotal"),
    "shopify|inventory_quantity": Landed("shopify/*/inventory_quantity.parquet", "quantity"),
    "amazon|order_item": Landed("amazon/order_item.parquet", "quantity_ordered", "item_price_amount"),
    "amazon|orders": Landed("amazon/orders.parquet", "0"),
    "amazon|fba_inventory_summary": Landed("amazon/fba_inventory_summary.parquet", "total_quantity"),
    "pos|sales_line": Landed("pos/sales_line/*.parquet", "qty", "qty * unit_price::decimal(18, 4)"),
    "netsuite|transactionline": Landed("netsuite/transactionline.parquet", "quantity", "foreignamount"),
    "netsuite|aggregateitemlocation": Landed("netsuite/aggregateitemlocation.parquet", "quantityonhand"),
    "wms|stock_snapshot": Landed("wms/stock_snapshot.parquet", "qty_each"),
    "wms|receipt": Landed("wms/receipt.parquet", "qty_each"),
    "wms|movement": Landed("wms/movement.parquet", "qty_each"),
    "google_ads|campaign_stats": Landed(
        "google_ads/campaign_stats.parquet", "0", "cost_micros::decimal(38, 6) / 1000000"
    ),
    "meta_ads|basic_ad": Landed("meta_ads/basic_ad.parquet", "0", "spend"),
}


def landed(house: House, table: Landed) -> tuple[int, Decimal, Decimal]:
    """Count a source table's rows, units and money from its files."""
    sql = (
        f"select count(*), coalesce(sum(({table.units})::decimal(18, 4)), 0), "
        f"coalesce(sum(({table.amount})::decimal(18, 4)), 0) "
        f"from read_parquet('{{raw}}/{table.files}', union_by_name = true)"
    )
    rows, units, amount = house.query(sql)[0]
    return int(rows), Decimal(units), Decimal(amount)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_source_side_is_what_the_files_hold(retailer: House, name: str) -> None:
    (told,) = retailer.query(
        "select sum(source_row_count)::bigint, sum(source_units), sum(source_amount) "
        f"from main_marts.rpt_reconciliation where source_system || '|' || source_table = '{name}'"
    )
    held = landed(retailer, TABLES[name])
    assert held[0] > 0
    assert tuple(told) == held


def test_every_reconciled_table_is_checked_here(retailer: House) -> None:
    sql = "select distinct source_system || '|' || source_table from main_marts.rpt_reconciliation"
    told = {row[0] for row in retailer.query(sql)}
    assert told == set(TABLES)


def test_facts_and_quarantine_make_up_the_files(retailer: House) -> None:
    rows = retailer.query(
        "select source_system || '|' || source_table, sum(fact_row_count + quarantine_row_count)::bigint, "
        "sum(fact_units + quarantine_units), sum(fact_amount + quarantine_amount) "
        "from main_marts.rpt_reconciliation group by 1"
    )
    assert {row[0]: row[1:] for row in rows} == {
        name: landed(retailer, table) for name, table in TABLES.items()
    }


def test_the_sales_fact_holds_what_the_report_says_it_holds(retailer: House) -> None:
    facts = retailer.query(
        "select source_system || '|' || source_table, count(*), sum(source_units), sum(source_amount) "
        "from main_marts.fct_sales "
        "where source_system in ('amazon', 'pos') or source_table = 'order_line' group by 1"
    )
    told = retailer.query(
        "select source_system || '|' || source_table, sum(fact_row_count)::bigint, sum(fact_units), "
        "sum(fact_amount) from main_marts.rpt_reconciliation group by 1"
    )
    said = {row[0]: row[1:] for row in told}
    assert len(facts) == 3
    for name, *sums in facts:
        assert tuple(sums) == said[name], name


# Units and money of the lines, per account, day in its time zone and currency, from raw columns alone.
DAILY = {
    "shopify|order_line": """
        with orders as (
            select *, coalesce(processed_at, created_at) as at_utc,
                row_number() over (
                    partition by shop, id order by updated_at desc, _fivetran_synced desc
                ) as rank
            from (
                select *, split_part(filename, '/', -2) as shop
                from read_parquet('{raw}/shopify/*/order.parquet', union_by_name = true, filename = true)
            )
        ),
        lines as (
            select *, split_part(filename, '/', -2) as shop
            from read_parquet('{raw}/shopify/*/order_line.parquet', union_by_name = true, filename = true)
        )
        select lines.shop,
            timezone(case lines.shop when 'eu' then 'Europe/Amsterdam' else 'Europe/London' end,
                timezone('UTC', orders.at_utc))::date as day,
            orders.currency, count(*), sum(lines.quantity)::decimal(18, 4),
            sum(coalesce(
                lines.quantity * lines.price::decimal(18, 4), original_total_set_shop_amount
            )::decimal(18, 4))
        from lines
        left join orders on lines.shop = orders.shop and lines.order_id = orders.id and orders.rank = 1
        group by all
    """,
    "amazon|order_item": """
        with orders as (
            select *, row_number() over (
                partition by amazon_order_id order by last_update_date desc, _fivetran_synced desc
            ) as rank
            from read_parquet('{raw}/amazon/orders.parquet')
        )
        select 'amazon', timezone('Europe/London', timezone('UTC', orders.purchase_date))::date,
            orders.order_total_currency_code, count(*), sum(quantity_ordered)::decimal(18, 4),
            coalesce(sum(item_price_amount::decimal(18, 4)), 0)
        from read_parquet('{raw}/amazon/order_item.parquet') as items
        left join orders on items.amazon_order_id = orders.amazon_order_id and orders.rank = 1
        group by all
    """,
    "pos|sales_line": """
        select 'pos', timezone('Europe/London', timezone('UTC', sold_at))::date, 'GBP', count(*),
            sum(qty)::decimal(18, 4), sum(qty * unit_price::decimal(18, 4))::decimal(18, 4)
        from read_parquet('{raw}/pos/sales_line/*.parquet', union_by_name = true)
        group by all
    """,
}


@pytest.mark.parametrize("name", sorted(DAILY))
def test_each_day_of_each_account_is_what_the_files_hold(retailer: House, name: str) -> None:
    told = retailer.query(
        "select source_instance, occurred_on, currency_code, source_row_count, source_units, source_amount "
        "from main_marts.rpt_reconciliation "
        f"where source_system || '|' || source_table = '{name}'"
    )
    held = retailer.query(DAILY[name])
    assert len(held) > 100
    assert set(told) == set(held)


def test_refunds_stand_on_the_day_of_the_refund(retailer: House) -> None:
    told = retailer.query(
        "select source_instance, day, sum(units), sum(amount) from ("
        "select source_instance, refunded_on as day, refunded_units as units, refunded_amount as amount "
        "from main_marts.fct_refunds where source_table = 'order_line_refund' "
        "union all select source_instance, occurred_on, source_units, source_amount "
        "from main_marts.fct_quarantine where source_table = 'order_line_refund') group by 1, 2"
    )
    held = retailer.query(
        """
        with refunds as (
            select *, split_part(filename, '/', -2) as shop
            from read_parquet('{raw}/shopify/*/refund.parquet', union_by_name = true, filename = true)
            qualify row_number() over (partition by shop, id order by processed_at desc) = 1
        ),
        lines as (
            select *, split_part(filename, '/', -2) as shop
            from read_parquet(
                '{raw}/shopify/*/order_line_refund.parquet', union_by_name = true, filename = true
            )
        )
        select lines.shop,
            timezone(case lines.shop when 'eu' then 'Europe/Amsterdam' else 'Europe/London' end,
                timezone('UTC', coalesce(refunds.processed_at, refunds.created_at)))::date,
            sum(lines.quantity)::decimal(18, 4), sum(lines.subtotal::decimal(18, 4))
        from lines
        left join refunds on lines.shop = refunds.shop and lines.refund_id = refunds.id
        group by all
        """
    )
    assert len(held) > 100
    assert set(told) == set(held)


def test_tax_is_what_the_shops_state_and_the_tills_owe(retailer: House) -> None:
    rates = retailer.query(
        "select source_system, source_instance, sum(tax_amount) / sum(net_amount) from main_marts.fct_sales "
        "where source_system != 'netsuite' group by 1, 2"
    )
    due = {"amazon": 0.2, "pos": 0.2, "uk": 0.2, "eu": 0.21}
    assert {row[1] for row in rates} == set(due)
    for _, instance, rate in rates:
        assert float(rate) == pytest.approx(due[instance], abs=5e-4), instance


def test_quarantine_names_a_reason_for_each_row(retailer: House) -> None:
    assert (
        retailer.value(
            "select count(*) from main_marts.fct_quarantine where coalesce(rejection_reason, '') = ''"
        )
        == 0
    )


def test_unmapped_money_by_day_is_that_of_the_keys(retailer: House) -> None:
    by_day = retailer.value("select sum(unmapped_row_count) from main_marts.rpt_unmapped_daily")
    by_key = retailer.value(
        "select sum(row_count) from main_marts.rpt_unmapped where mapping_kind in ('sku', 'channel') "
        "and source_system in ('shopify', 'amazon', 'pos')"
    )
    assert by_day > 0
    assert by_day == by_key


# What the demo world calls a planted defect, and the reason that quarantine gives for it.
REASONS = {
    "quarantine:test_order": "test order",
    "quarantine:gift_card": "gift card",
    "quarantine:unmapped_sku": "unmapped SKU",
    "quarantine:ambiguous_barcode": "SKU in conflict",
    "quarantine:absurd_quantity": "absurd quantity",
    "quarantine:negative_quantity": "quantity is not positive",
    "quarantine:unknown_channel": "unknown channel",
    "quarantine:orphan_line": "line without its order",
}


def test_quarantine_holds_each_planted_defect_and_nothing_else_for_its_reason(retailer: House) -> None:
    planted: dict[tuple[str, str], int] = {}
    for system, expected, count in retailer.query(
        "select split_part(system, '_', 1), expected, count(*) "
        "from read_parquet('{raw}/../truth/defects.parquet') "
        "where expected like 'quarantine:%' and table_name != 'item' group by all"
    ):
        key = (system, REASONS[expected])
        planted[key] = planted.get(key, 0) + count
    found = {
        (system, reason): count
        for system, reason, count in retailer.query(
            "select source_system, rejection_reason, count(*) from main_marts.fct_quarantine group by all"
        )
        if reason in REASONS.values()
    }
    assert len(planted) >= 8
    assert found == planted
