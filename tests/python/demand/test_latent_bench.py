"""The bench of latent demand on panels as others write them."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.latent_demand import main, recover_file, thinned

DAYS = 40


def columns(seed: int = 1, series: int = 6) -> dict[str, pa.Array]:
    rng = np.random.default_rng(seed)
    size = series * DAYS
    share = rng.choice([0.0, 0.4, 1.0, 1.0, 1.0], size)
    units = np.round(rng.poisson(5.0, size) * share)
    days = [datetime(2026, 1, 1) + timedelta(days=index % DAYS) for index in range(size)]
    return {
        "series": pa.array(np.arange(size) // DAYS),
        "ds": pa.array(days, pa.timestamp("us")),
        "y": pa.array(units),
        "in_stock_share": pa.array(share),
        "offer": pa.array(rng.random(size) < 0.2),
        "weather": pa.array(rng.choice(["sun", "rain"], size).tolist()).dictionary_encode(),
        "price": pa.array(np.where(rng.random(size) < 0.1, np.nan, 3.0), from_pandas=True),
        "seen_at": pa.array(days, pa.timestamp("us")),
    }


def check(table: pa.Table, folder: Path) -> pa.Table:
    source, target = folder / "panel.parquet", folder / "demand.parquet"
    pq.write_table(table, source)
    assert recover_file(source, target) == table.num_rows
    out = pq.read_table(target)
    assert out.column_names == ["series", "ds", "demand", "demand_sd"]
    for name in ("series", "ds"):
        assert out.column(name).to_pylist() == table.column(name).to_pylist()
    demand = out.column("demand").to_numpy()
    units = np.nan_to_num(table.column("y").cast(pa.float64()).to_numpy())
    assert np.isfinite(demand).all()
    assert (demand >= np.maximum(units, 0.0)).all()
    assert np.isfinite(out.column("demand_sd").to_numpy()).all()
    return out


def with_ds(kind: str) -> pa.Array:
    first = datetime(2026, 1, 1)
    index = [row % DAYS for row in range(6 * DAYS)]
    return {
        "date": pa.array([(first + timedelta(days=at)).date() for at in index]),
        "text": pa.array([f"{first + timedelta(days=at):%Y-%m-%d}" for at in index]),
        "number": pa.array(index),
        "yyyymmdd": pa.array([int(f"{first + timedelta(days=at):%Y%m%d}") for at in index]),
        "week": pa.array([first + timedelta(weeks=at) for at in index], pa.timestamp("ns")),
        "hour": pa.array([first + timedelta(hours=at) for at in index], pa.timestamp("us", tz="UTC")),
    }[kind]


@pytest.mark.parametrize("kind", ["date", "text", "number", "yyyymmdd", "week", "hour"])
def test_every_writing_of_days_is_read(kind: str, tmp_path: Path) -> None:
    check(pa.table({**columns(), "ds": with_ds(kind)}), tmp_path)


def test_the_order_of_rows_is_kept_and_changes_nothing(tmp_path: Path) -> None:
    table = pa.table(columns())
    order = pa.array(np.random.default_rng(2).permutation(table.num_rows))
    straight, shuffled = check(table, tmp_path), check(table.take(order), tmp_path)
    assert straight.take(order).equals(shuffled)


def test_nulls_doubles_negatives_and_texts_are_taken_as_they_come(tmp_path: Path) -> None:
    data = columns()
    size = len(data["y"])
    data["y"] = pa.array([None, -2.0, *data["y"].to_pylist()[2:]], pa.float64())
    data["in_stock_share"] = pa.array([*data["in_stock_share"].to_pylist()[:-1], None], pa.float64())
    data["series"] = pa.array([f"shop {row // DAYS}" for row in range(size)])
    table = pa.table(data)
    check(pa.concat_tables([table, table.slice(0, 5)]), tmp_path)
    check(table.select(["series", "ds", "y", "in_stock_share"]), tmp_path)
    check(table.slice(3, 1), tmp_path)
    check(table.slice(0, 0), tmp_path)


def test_a_panel_without_a_column_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "panel.parquet"
    pq.write_table(pa.table(columns()).drop_columns(["y"]), source)
    assert main(["--panel", str(source), "--out", str(tmp_path / "out.parquet")]) == 1
    assert "lacks the columns y" in capsys.readouterr().out


def test_thinning_keeps_the_mean_and_tenths() -> None:
    units = np.full(20_000, 1.3)
    kept = thinned(units, np.full(20_000, 0.6), np.random.default_rng(3), "binomial")
    assert kept.mean() == pytest.approx(0.78, rel=0.01)
    assert kept == pytest.approx(np.round(kept, 1))
    assert thinned(np.zeros(2), np.ones(2), np.random.default_rng(3), "binomial").tolist() == [0.0, 0.0]
