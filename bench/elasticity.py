"""Price elasticity of Dominick's orange juice: the published numbers, and what the product's estimator says.

`python -m bench.elasticity --data DIR` reads `DIR/oj.csv` (or `DIR/dominicks/oj.csv`): weekly sales of three
brands in 83 stores. The file names neither store nor week, but is sorted by store, brand and week, so that
each third run of a brand starts a store; a week's number is its row within the run, which drifts where a
store has gaps.
"""

from __future__ import annotations

__all__ = ["PUBLISHED", "estimator_by_brand", "main", "published_regressions", "read_juice"]

import argparse
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from sellthrough.pricing import ElasticitySettings, estimate_elasticities, log_log_ols

BRANDS = ("dominicks", "minute.maid", "tropicana")

PUBLISHED = {
    "pooled": -3.139,
    "dominicks": -3.378,
    "minute.maid": -3.321,
    "tropicana": -2.712,
    "dominicks, not featured": -2.774,
    "minute.maid, not featured": -1.991,
    "tropicana, not featured": -2.038,
    "dominicks, featured": -3.245,
    "minute.maid, featured": -3.571,
    "tropicana, featured": -3.495,
}
"""ln(sales) on ln(price) with brand effects, as published with the data (M. Taddy)."""


def read_juice(folder: Path) -> pa.Table:
    """Read the file and add store and week numbers.

    Parameters
    ----------
    folder
        Where oj.csv lies, or its parent.

    Returns
    -------
    pyarrow.Table
        sales, price, brand, feat, store, week.

    Raises
    ------
    ValueError
        If the file isn't there or isn't sorted by store and brand.
    """
    places = [folder / "oj.csv", folder / "dominicks" / "oj.csv"]
    found = [place for place in places if place.is_file()]
    if not found:
        raise ValueError(f"No oj.csv in {folder}; pass the folder that holds it with --data.")
    table = csv.read_csv(found[0])
    brand = np.array(table.column("brand").to_pylist())
    starts = np.flatnonzero(np.r_[True, brand[1:] != brand[:-1]])
    if len(starts) % 3 or any(len(set(brand[starts[i : i + 3]])) != 3 for i in range(0, len(starts), 3)):
        raise ValueError(f"{found[0]} isn't sorted by store and brand; use the file as published.")
    run = np.cumsum(np.r_[True, brand[1:] != brand[:-1]]) - 1
    table = table.append_column("store", pa.array(run // 3))
    return table.append_column("week", pa.array(np.arange(len(brand)) - starts[run]))


def published_regressions(juice: pa.Table) -> dict[str, float]:
    """Repeat the published regressions.

    Parameters
    ----------
    juice
        As from `read_juice`.

    Returns
    -------
    dict
        Elasticity by the names of `PUBLISHED`.
    """
    sales, price = (np.asarray(juice.column(name), dtype=np.float64) for name in ("sales", "price"))
    brand = np.array(juice.column("brand").to_pylist())
    featured = np.array(["not featured", "featured"])[np.asarray(juice.column("feat"))]
    both = np.char.add(np.char.add(brand, ", "), featured)
    got = {"pooled": float(log_log_ols(sales, price, brand)[0])}
    got |= dict(zip(sorted(set(brand)), log_log_ols(sales, price, brand, brand).tolist(), strict=True))
    got |= dict(zip(sorted(set(both)), log_log_ols(sales, price, both, both).tolist(), strict=True))
    return got


def estimator_by_brand(juice: pa.Table) -> pa.Table:
    """Run the product's estimator with brands as SKUs and stores as channels.

    Parameters
    ----------
    juice
        As from `read_juice`.

    Returns
    -------
    pyarrow.Table
        What `estimate_elasticities` returns.
    """
    week = np.asarray(juice.column("week")).astype(np.int32)
    size = juice.num_rows
    panel = pa.table(
        {
            "sku_id": juice.column("brand"),
            "channel_id": juice.column("store").cast(pa.string()),
            "category": pa.array(["orange juice"] * size),
            "week_starts_on": pa.array(7 * week).cast(pa.date32()),
            "demand_units": juice.column("sales").cast(pa.float64()),
            "price_amount": juice.column("price").cast(pa.float64()),
            "list_price_amount": pa.nulls(size, pa.float64()),
            "promotion_share": juice.column("feat").cast(pa.float64()),
            "in_stock_share": pa.array(np.ones(size)),
        }
    )
    return estimate_elasticities(panel, ElasticitySettings())


def _within(juice: pa.Table, *names: str) -> npt.NDArray[np.str_]:
    """Return the name of each row's cell of the given columns."""
    parts = [np.asarray(juice.column(name).cast(pa.string()).to_pylist()) for name in names]
    cell = parts[0]
    for part in parts[1:]:
        cell = np.char.add(np.char.add(cell, "|"), part)
    return cell


def main(arguments: list[str] | None = None) -> int:
    """Print got against published; return 1 if any differs in the third decimal."""
    parser = argparse.ArgumentParser(description="Price elasticity of Dominick's orange juice.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds oj.csv")
    juice = read_juice(parser.parse_args(arguments).data)
    got = published_regressions(juice)
    print(f"{'ln(sales) on ln(price), brand effects':<40}{'got':>9}{'published':>11}")
    for name, value in PUBLISHED.items():
        print(f"{name:<40}{got[name]:>9.3f}{value:>11.3f}")

    sales, price = (np.asarray(juice.column(name), dtype=np.float64) for name in ("sales", "price"))
    brand = _within(juice, "brand")
    in_store = log_log_ols(sales, price, _within(juice, "brand", "store"), brand)
    in_promotion = log_log_ols(sales, price, _within(juice, "brand", "store", "feat"), brand)
    start = time.perf_counter()
    estimates = {row["sku_id"]: row for row in estimator_by_brand(juice).to_pylist()}
    seconds = time.perf_counter() - start
    print(
        f"\n{'by brand':<14}{'within store':>14}{'and feature':>14}"
        f"{'estimator':>12}{'90 % interval':>20}{'grade':>7}"
    )
    for i, name in enumerate(BRANDS):
        row = estimates[name]
        interval = f"{row['elasticity_low']:.2f} to {row['elasticity_high']:.2f}"
        print(
            f"{name:<14}{in_store[i]:>14.3f}{in_promotion[i]:>14.3f}{row['elasticity']:>12.3f}{interval:>20}"
            f"{row['grade']:>7}"
        )
    print(
        f"\nestimator: {juice.num_rows} rows, "
        f"{len(set(juice.column('store').to_pylist()))} stores, {seconds:.2f} s"
    )
    return int(any(round(got[name], 3) != value for name, value in PUBLISHED.items()))


if __name__ == "__main__":
    raise SystemExit(main())
