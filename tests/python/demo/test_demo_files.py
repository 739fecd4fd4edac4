"""Files: columns, determinism, streaming, the command line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from sellthrough.demo import DemoConfig, build_demo
from sellthrough.demo.__main__ import main
from sellthrough.demo.config import FEEDER, POINT_CHANNEL, POINT_LOCATION, POINTS
from sellthrough.demo.demand import draw_demand, type_weights
from sellthrough.demo.schemas import RAW, schema_of
from sellthrough.demo.sink import Sink, frame

from .conftest import Built


def _hashes(root: Path) -> dict[str, str]:
    files = sorted(p for p in root.rglob("*") if p.is_file())
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_same_arguments_give_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    config = DemoConfig(skus=25, days=70, seed=3)
    for name in ("a", "b"):
        build_demo(config, tmp_path / name, say=lambda _: None)
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")
    build_demo(DemoConfig(skus=25, days=70, seed=4), tmp_path / "c", say=lambda _: None)
    assert _hashes(tmp_path / "c")["truth/demand.parquet"] != _hashes(tmp_path / "a")["truth/demand.parquet"]


@pytest.mark.parametrize("table", sorted(set(RAW) - {"pos/sales_line"}))
def test_every_table_has_the_columns_of_its_schema(messy: Built, table: str) -> None:
    path = messy.root / "raw" / f"{table}.parquet"
    if table in ("shopify/eu/product", "shopify/eu/location"):
        text = path.with_suffix(".csv").read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        header = text.decode("utf-8-sig").splitlines()[0].replace('"', "")
        assert header.split(",") == schema_of(RAW[table]).names
        return
    assert pq.read_schema(path).equals(schema_of(RAW[table]))
    assert pq.read_metadata(path).num_rows > 0


def test_one_till_file_drifts_and_the_others_keep_the_contract(messy: Built) -> None:
    contract = schema_of(RAW["pos/sales_line"]).names
    names = {p.stem: pq.read_schema(p).names for p in (messy.root / "raw/pos/sales_line").glob("*.parquet")}
    assert len(names) >= 2
    drifted = [year for year, columns in names.items() if columns != contract]
    assert drifted == [min(names)]
    assert set(names[drifted[0]]) == set(contract) - {"discount_amount"} | {"x_cashier_group"}


def test_the_european_shop_speaks_the_newer_interface(messy: Built) -> None:
    line = pq.read_schema(messy.root / "raw/shopify/eu/order_line.parquet")
    assert "price" not in line.names and str(line.field("id").type) == "string"
    order = pq.read_schema(messy.root / "raw/shopify/eu/order.parquet").names
    assert {"display_financial_status", "total_price_set_shop_amount"} <= set(order)
    assert not {"financial_status", "total_price"} & set(order)


def test_tables_stream_in_row_groups_no_larger_than_a_month(messy: Built) -> None:
    for table in ("shopify/uk/order_line", "amazon/order_item", "wms/movement"):
        meta = pq.read_metadata(messy.root / "raw" / f"{table}.parquet")
        months = messy.config.days / 30
        assert meta.num_row_groups >= int(months)
        largest = max(meta.row_group(i).num_rows for i in range(meta.num_row_groups))
        assert largest < meta.num_rows / 4


def test_the_card_names_every_file_and_its_rows(messy: Built) -> None:
    card = json.loads((messy.root / "demo.json").read_text(encoding="utf-8"))
    assert card["rows"] == dict(sorted(messy.rows.items()))
    on_disk = {str(p.relative_to(messy.root)) for p in messy.root.rglob("*.*")} - {"demo.json"}
    assert set(card["files"]) == on_disk


def test_plans_reach_beyond_the_last_day_and_weather_does_not(messy: Built) -> None:
    last = f"date '{messy.config.last_day}'"
    assert messy.number(f"select count(*) from {{planning/promotion}} where starts_on > {last}") > 0
    assert messy.number(f"select max(ends_on) - {last} from {{planning/promotion}}") <= 120
    assert messy.number(f"select count(*) from {{planning/media_plan}} where week_starts_on > {last}") > 0
    assert messy.number(f"select max(date) - {last} from {{weather/daily}}") == 0


def test_orders_around_midnight_fall_on_clock_change_days(messy: Built) -> None:
    night = messy.number(
        """select count(*) from {shopify/uk/order} where cast(created_at as date) in
        (date '2025-10-25', date '2025-10-26', date '2026-03-28', date '2026-03-29')
        and (hour(created_at) >= 22 or hour(created_at) <= 1)"""
    )
    assert night > 0


def test_the_command_line_writes_once_and_then_has_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--out", str(tmp_path / "w"), "--skus", "20", "--days", "60", "--mess", "0"]
    assert main(arguments) == 0
    before = _hashes(tmp_path / "w")
    stamp = (tmp_path / "w/demo.json").stat().st_mtime_ns
    assert main(arguments) == 0
    assert "nothing to do" in capsys.readouterr().out
    assert (tmp_path / "w/demo.json").stat().st_mtime_ns == stamp
    (tmp_path / "w/raw/netsuite/item.parquet").unlink()
    assert main(arguments) == 0
    assert _hashes(tmp_path / "w") == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--skus", "3"], "--skus is 3, but must lie between 20 and 33000"),
        (["--days", "5"], "--days is 5, but must lie between 60 and 3660"),
        (["--seed", "-1"], "--seed is -1, but must not be negative"),
        (["--mess", "9"], "--mess is 9.0, but must lie between 0"),
        (["--last-day", "1999-01-01"], "--last-day is 1999-01-01, but must lie in 2016"),
    ],
)
def test_bad_arguments_get_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["--out", str(tmp_path / "w"), *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith(sentence) and len(said.strip().splitlines()) == 1
    assert not (tmp_path / "w").exists()


def test_an_output_that_is_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "w").write_text("x", encoding="utf-8")
    assert main(["--out", str(tmp_path / "w")]) == 2
    assert "which is a file" in capsys.readouterr().err


def test_selling_points_and_feeders_fit_together() -> None:
    assert len(POINTS) == len(POINT_CHANNEL) == len(POINT_LOCATION)
    assert all(f in (-1, 0, 1) for f in FEEDER)
    assert FEEDER[3] == 0 and set(FEEDER[4:]) == {1}


def test_a_price_cut_moves_demand_by_the_planted_elasticity() -> None:
    step = -0.001
    zero = np.zeros(1)
    for elasticity in (-0.8, -2.3, -4.0):
        raised = type_weights(np.array([elasticity]), np.array([step]), zero, zero).sum()
        assert np.log(raised) / step == pytest.approx(elasticity, rel=0.01)
    lifted = type_weights(np.array([-2.0]), zero, zero, np.array([0.1])).sum()
    assert lifted == pytest.approx(1.1)


def test_drawn_demand_has_the_mean_and_variance_of_its_law() -> None:
    rng = np.random.default_rng(1)
    drawn = draw_demand(rng, np.full(200_000, 3.0), np.full(200_000, 2.0))
    assert drawn.mean() == pytest.approx(3.0, rel=0.02)
    assert drawn.var() == pytest.approx(3.0 + 9.0 / 2.0, rel=0.03)


def test_a_column_that_no_schema_knows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\['colour'\] are in no such table"):
        frame(Sink.schema("raw/klaviyo/metric"), {"colour": np.array([1])})
