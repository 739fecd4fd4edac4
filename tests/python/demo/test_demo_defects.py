"""Every planted defect stands at the row that the truth names, and a clean world has none."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sellthrough.demo.defects import EXPECTED, Defects
from sellthrough.demo.sink import Sink

from .conftest import Built

POS_KEY = "store_code || '|' || till_id || '|' || receipt_id || '|' || line_no"
WMS_KEY = "site_code || '|' || po_number || '|' || asn_number || '|' || item_code"
MASTER = "(select itemid from {netsuite/item} where not _fivetran_deleted)"
KNOWN = "(select source_key from {truth/identity} where system = '%s')"

# system, table, key, defect, condition under which a row shows the defect
CASES = [
    ("shopify_uk", "shopify/uk/order", "id", "test_order", "test"),
    ("shopify_uk", "shopify/uk/order", "id", "cancelled_order", "cancelled_at is not null"),
    ("shopify_uk", "shopify/uk/order", "id", "unknown_channel", "source_name = 'tiktok_shop_x'"),
    ("shopify_uk", "shopify/uk/order_line", "id", "gift_card", "gift_card"),
    ("shopify_eu", "shopify/eu/order_line", "id", "gift_card", "is_gift_card"),
    (
        "shopify_uk",
        "shopify/uk/order_line",
        "id",
        "unmapped_sku",
        f"sku not in {KNOWN % 'shopify_uk'} and not gift_card",
    ),
    ("shopify_uk", "shopify/uk/order_line", "id", "absurd_quantity", "quantity > 1000"),
    ("shopify_uk", "shopify/uk/order_line", "id", "negative_quantity", "quantity < 0"),
    (
        "shopify_uk",
        "shopify/uk/order_line",
        "id",
        "orphan_line",
        "order_id not in (select id from {shopify/uk/order})",
    ),
    ("amazon", "amazon/order_item", "order_item_id", "unmapped_sku", f"seller_sku not in {KNOWN % 'amazon'}"),
    ("amazon", "amazon/orders", "amazon_order_id", "unknown_channel", "sales_channel = 'Amazon.zz'"),
    ("amazon", "amazon/orders", "amazon_order_id", "cancelled_order", "order_status = 'Canceled'"),
    ("pos", "pos/sales_line/*", POS_KEY, "negative_quantity", "qty < 0"),
    ("pos", "pos/sales_line/*", POS_KEY, "absurd_quantity", "qty > 1000"),
    ("netsuite", "netsuite/transactionline", "id", "soft_deleted", "_fivetran_deleted"),
    ("netsuite", "netsuite/item", "itemid", "soft_deleted", "_fivetran_deleted"),
    ("shopify_uk", "shopify/uk/customer", "id", "soft_deleted", "_fivetran_deleted"),
]


@pytest.mark.parametrize(
    ("system", "table", "key", "defect", "shows"), CASES, ids=[f"{c[1]} {c[3]}" for c in CASES]
)
def test_rows_that_show_a_defect_are_those_that_the_truth_names(
    messy: Built, system: str, table: str, key: str, defect: str, shows: str
) -> None:
    found = messy.query(f"select distinct cast({key} as varchar) from {{{table}}} where {shows} order by 1")
    short = table.split("/")[-1] if "pos" not in table else "sales_line"
    named = messy.query(
        f"""select distinct source_key from {{truth/defects}} where system = '{system}'
        and table_name = '{short}' and defect = '{defect}' order by 1"""
    )
    assert found == named
    assert found, "the world is too small to show this defect"


@pytest.mark.parametrize(
    ("system", "table", "key"),
    [
        ("shopify_uk", "shopify/uk/order_line", "id"),
        ("shopify_uk", "shopify/uk/order", "id"),
        ("shopify_eu", "shopify/eu/order_line", "id"),
        ("amazon", "amazon/order_item", "order_item_id"),
        ("pos", "pos/sales_line/*", POS_KEY),
        ("wms", "wms/receipt", WMS_KEY),
        ("netsuite", "netsuite/transactionline", "id"),
    ],
)
def test_keys_that_occur_twice_are_logged_as_duplicates_or_edits(
    messy: Built, system: str, table: str, key: str
) -> None:
    short = "sales_line" if "pos" in table else table.split("/")[-1]
    twice = messy.query(
        f"select cast({key} as varchar) from {{{table}}} group by 1 having count(*) > 1 order by 1"
    )
    named = messy.query(
        f"""select distinct source_key from {{truth/defects}} where system = '{system}'
        and table_name = '{short}' and defect in ('duplicate_row', 'edited_order') order by 1"""
    )
    assert twice == named and twice


def test_the_latest_version_of_an_edited_order_is_the_true_one(messy: Built) -> None:
    wrong = messy.number(
        """with line as (select * from {shopify/uk/order_line}
            qualify row_number() over (partition by id order by _fivetran_synced desc) = 1),
        head as (select * from {shopify/uk/order}
            qualify row_number() over (partition by id order by _fivetran_synced desc) = 1),
        total as (select order_id, sum(price * quantity - total_discount) as money from line group by all)
        select count(*) from head join total on total.order_id = head.id
        where abs(total_price - money) > 0.005"""
    )
    assert wrong == 0
    edits = messy.query(
        """select l.id, count(distinct l.quantity) from {shopify/uk/order_line} l
        where cast(l.id as varchar) in (select source_key from {truth/defects} where system = 'shopify_uk'
            and table_name = 'order_line' and defect = 'edited_order') group by 1"""
    )
    assert edits and all(count == 2 for _, count in edits)


def test_typed_over_barcodes_are_in_no_master_and_shared_ones_in_two_items(messy: Built) -> None:
    rows = messy.query(
        f"""select p.barcode in (select upccode from {{netsuite/item}} where upccode is not null), d.defect
        from {{pos/sales_line/*}} p join {{truth/defects}} d on d.source_key = {POS_KEY} and d.system = 'pos'
        where d.defect in ('typed_over_barcode', 'ambiguous_barcode')"""
    )
    assert {("typed_over_barcode", False), ("ambiguous_barcode", True)} == {(d, known) for known, d in rows}
    shared = messy.query(
        """select upccode, count(*) from {netsuite/item} where not _fivetran_deleted
        group by 1 having count(*) > 1"""
    )
    assert len(shared) == 1 and shared[0][1] == 2


def test_receipts_booked_in_cases_are_a_case_pack_too_small(messy: Built) -> None:
    rows = messy.query(
        f"""with booked as (select distinct r.*, {WMS_KEY} as key from {{wms/receipt}} r),
        line as (select 'PO' || lpad(cast(p.rank as varchar), 6, '0') as po,
                replace(i.itemid, '-', '') as item, t.trandate,
                sum(l.quantity * u.conversionrate) as units, any_value(v.x_case_pack) as pack
            from {{netsuite/transactionline}} l join {{netsuite/transaction}} t on t.id = l.transaction
            join {{netsuite/unitstypeuom}} u on u.internalid = l.units
            join {{netsuite/item}} i on i.id = l.item
            join {{netsuite/itemvendor}} v on v.item = i.id
            join (select id, row_number() over (order by id) as rank from {{netsuite/transaction}}
                where type = 'PurchOrd') p on p.id = l.createdfrom
            where t.type = 'ItemRcpt' and not l.mainline and not l._fivetran_deleted
                and l.id not in (select cast(source_key as bigint) from {{truth/defects}}
                    where system = 'netsuite' and table_name = 'transactionline' and defect = 'duplicate_row')
            group by all)
        select b.key, line.units = b.qty_each * line.pack
        from booked b join line on line.po = b.po_number and line.item = b.item_code
            and line.trandate = cast(b.received_at as date)
        where line.units <> b.qty_each"""
    )
    assert rows and all(scaled for _, scaled in rows)
    named = {
        str(k[0])
        for k in messy.query(
            "select source_key from {truth/defects} where system = 'wms' and defect = 'case_as_each'"
        )
    }
    assert {str(k) for k, _ in rows} <= named


def test_late_rows_arrive_more_than_a_day_after_their_event(messy: Built) -> None:
    gaps = messy.query(
        """select min(o._fivetran_synced - o.updated_at), max(o._fivetran_synced - o.updated_at)
        from {shopify/uk/order} o where cast(o.id as varchar) in (select source_key from {truth/defects}
            where system = 'shopify_uk' and table_name = 'order' and defect = 'late_row')
        and cast(o.id as varchar) not in (
            select source_key from {truth/defects} where defect = 'edited_order')"""
    )[0]
    least, most = gaps
    assert isinstance(least, timedelta) and isinstance(most, timedelta)
    assert timedelta(days=1) < least <= most <= timedelta(days=30)


# What a warehouse that treats every defect as expected would read: latest versions, quarantined rows left out
REPAIRED = """
with bad as (
    select system, table_name, source_key from {truth/defects} where expected like 'quarantine%'
    or defect in ('soft_deleted', 'cancelled_order')
), key as (select * from {truth/identity}),
item as (select * from {netsuite/item} where not _fivetran_deleted),
nline as (
    select distinct on (id) * from {netsuite/transactionline} where not _fivetran_deleted
    order by id, _fivetran_synced
), uk as (
    select distinct on (id) * from {shopify/uk/order_line} l
    where cast(id as varchar) not in (select source_key from bad where table_name = 'order_line')
    and cast(order_id as varchar) not in (select source_key from bad where table_name = 'order')
    order by id, _fivetran_synced desc
), eu as (
    select distinct on (id) * from {shopify/eu/order_line} l
    where id not in (select source_key from bad where table_name = 'order_line')
    and order_id not in (select source_key from bad where table_name = 'order')
    order by id, _fivetran_synced desc
), amazon as (
    select distinct on (order_item_id) * from {amazon/order_item} l
    where order_item_id not in (select source_key from bad where system = 'amazon')
    and amazon_order_id not in (select source_key from bad where system = 'amazon')
), head as (select distinct on (amazon_order_id) * from {amazon/orders}),
pos as (
    select distinct * from {pos/sales_line/*} p
    where store_code || '|' || till_id || '|' || receipt_id || '|' || line_no not in (
        select source_key from bad where system = 'pos')
), flow as (
    select i.itemid, l.location, l.quantity * u.conversionrate as units
    from nline l join {netsuite/transaction} t on t.id = l.transaction join item i on i.id = l.item
    join {netsuite/unitstypeuom} u on u.internalid = l.units
    where t.type in ('InvAdjst', 'ItemRcpt', 'CustInvc')
    or (t.type = 'TrnfrOrd' and (l.quantity < 0 or t.closedate is not null))
    union all
    select k.sku_id, 1, -l.quantity from uk l join key k on k.source_key = l.sku and k.system = 'shopify_uk'
    union all
    select k.sku_id, 3, -l.quantity from eu l join key k on k.source_key = l.sku and k.system = 'shopify_eu'
    union all
    select k.sku_id, 1, r.quantity from {shopify/uk/order_line_refund} r join uk l on l.id = r.order_line_id
    join key k on k.source_key = l.sku and k.system = 'shopify_uk' where r.restock_type = 'return'
    union all
    select k.sku_id, 3, r.quantity from {shopify/eu/order_line_refund} r join eu l on l.id = r.order_line_id
    join key k on k.source_key = l.sku and k.system = 'shopify_eu' where r.restock_type = 'RETURN'
    union all
    select k.sku_id, case o.fulfillment_channel when 'AFN' then 4 else 1 end, -l.quantity_ordered
    from amazon l join head o using (amazon_order_id)
    join key k on k.source_key = l.seller_sku and k.system = 'amazon'
    union all
    select k.sku_id, 4 + cast(substr(store_code, 2) as integer), case when is_return then qty else -qty end
    from pos join key k on k.source_key = pos.barcode and k.system = 'pos'
), member as (
    select p.itemid as kit, c.itemid, m.quantity from {netsuite/itemmember} m
    join item p on p.id = m.parentitem join item c on c.id = m.item
), total as (
    select coalesce(m.itemid, f.itemid) as itemid, location, sum(units * coalesce(m.quantity, 1)) as units
    from flow f left join member m on m.kit = f.itemid group by all
)
"""


def test_the_messy_world_obeys_the_law_of_stock_once_repaired(messy: Built) -> None:
    gaps = messy.query(
        REPAIRED
        + """select a.location, sum(abs(a.quantityavailable - coalesce(t.units, 0)))
        from {netsuite/aggregateitemlocation} a join item i on i.id = a.item
        left join total t on t.itemid = i.itemid and t.location = a.location group by 1 order by 1"""
    )
    assert [location for location, _ in gaps] == list(range(1, 11))
    assert all(gap == 0 for location, gap in gaps if int(str(location)) <= 4)
    # in the stores only the sales with barcodes that lead nowhere are missing
    lost = messy.number(
        f"""select sum(qty) from (select distinct p.* from {{pos/sales_line/*}} p
        join {{truth/defects}} d on d.source_key = {POS_KEY} and d.system = 'pos'
        where d.defect in ('typed_over_barcode', 'ambiguous_barcode') and qty between 1 and 1000)"""
    )
    missing = sum(float(str(gap)) for location, gap in gaps if int(str(location)) > 4)
    assert 0 < missing <= lost


def test_a_clean_world_has_no_defects_and_one_spelling(clean: Built) -> None:
    assert clean.rows["truth/defects"] == 0
    assert clean.rows["truth/phantom"] <= 2  # shrinkage alone may leave a ghost
    spelled = "select count(*) from {truth/identity} where key_type in ('sku', 'seller_sku', 'item_code')"
    assert clean.number(f"{spelled} and source_key <> sku_id") == 0
    assert clean.number(f"select count(*) from ({spelled})") > 0
    for table, column in (("shopify/eu/order_line", "sku"), ("amazon/order_item", "seller_sku")):
        assert clean.number(f"select count(*) from {{{table}}} where {column} not in {MASTER}") == 0


def test_identity_names_every_spelling_once_per_system(messy: Built) -> None:
    assert (
        messy.query(
            "select system, key_type, source_key from {truth/identity} group by all having count(*) > 1"
        )
        == []
    )
    kinds = messy.query("select distinct key_type from {truth/identity} order by 1")
    assert [k[0] for k in kinds] == ["asin", "barcode", "item_code", "seller_sku", "sku"]


def test_every_logged_defect_says_what_is_expected(messy: Built) -> None:
    pairs = messy.query("select distinct defect, expected from {truth/defects}")
    assert {str(d) for d, _ in pairs} == set(EXPECTED)
    assert all(EXPECTED[str(d)] == e for d, e in pairs)


def test_an_unknown_defect_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'misprint' has no expected treatment"):
        Defects(Sink(tmp_path)).add("pos", "sales_line", ["a"], "misprint")
