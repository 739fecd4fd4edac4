"""Demand behind stock-outs: how well it is recovered where it is known, and any panel's demand.

`python -m bench.latent_demand --data DIR` reads FreshRetailNet-50K (`DIR/daily.parquet` or
`DIR/freshretail/daily.parquet`), hides sales of days in stock by imposing the stock-outs of other
store-products, and compares what raw sales, the mean of days in stock and the rate model make of the
hidden days. `DIR/vn2` is done as well where it lies beside: 599 store-products by week.

`python -m bench.latent_demand --panel FILE --out FILE` reads a Parquet panel with the columns series, ds,
y and in_stock_share, any further column being a driver, and writes series, ds, demand and demand_sd in
the panel's order.
"""

from __future__ import annotations

__all__ = ["Masked", "main", "mask_fresh_retail", "mask_vn2", "measure", "recover_file", "thinned"]

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.panels import read_fresh_retail, read_vn2
from sellthrough.demand import PARTIAL_DAYS, in_stock_mean, recover_demand

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

THINNINGS = ("binomial", "proportional")
_KEYS = ("series", "ds", "y", "in_stock_share")


@dataclass(frozen=True)
class Masked:
    """A panel with imposed stock-outs.

    Attributes
    ----------
    name
        What it is.
    panel
        What an estimator may know.
    truth
        Units before the stock-outs were imposed, shape (n,).
    imposed
        Rows that are scored, shape (n,).
    """

    name: str
    panel: pa.Table
    truth: Floats
    imposed: Bools


def thinned(units: Floats, share: Floats, rng: np.random.Generator, thinning: str) -> Floats:
    """Units that a share of the day sells.

    Parameters
    ----------
    units, share
        Units of the whole day and the share in stock, shape (n,).
    rng
        Source of the draws.
    thinning
        "binomial": each tenth of a unit falls into the open part by chance (FreshRetailNet is
        recorded to tenths); "proportional": exactly the share.

    Returns
    -------
    numpy.ndarray
        Shape (n,).

    Examples
    --------
    >>> thinned(np.array([4.0]), np.array([0.5]), np.random.default_rng(1), "proportional").tolist()
    [2.0]
    """
    if thinning == "proportional":
        return np.asarray(units * share)
    tenths = np.round(units * 10.0)
    kept = rng.binomial(tenths.astype(np.int64), share) / np.maximum(tenths, 1.0)
    return np.asarray(units * np.where(tenths > 0, kept, 0.0))


def _impose(
    name: str, table: pa.Table, keep: Floats, seed: int, thinning: str, only_in_stock: bool
) -> Masked:
    """Give each series the stock-outs of another, on its days in stock."""
    series = pc.dictionary_encode(table.column("series").combine_chunks()).indices.to_numpy()
    share = table.column("in_stock_share").to_numpy().astype(np.float64)
    units = table.column("y").to_numpy().astype(np.float64)
    start = np.flatnonzero(np.diff(series, prepend=-1) != 0)
    length = np.diff(start, append=series.size)
    rng = np.random.default_rng(seed)
    donor = rng.permutation(start.size)[series]
    # Counted from the end, as series start at different times but all end today.
    from_end = (start + length)[series] - 1 - np.arange(series.size)
    inside = from_end < length[donor]
    donated = share[(start + length)[donor] - 1 - np.minimum(from_end, length[donor] - 1)]
    full = share >= 1.0
    imposed = full & inside & (donated < 1.0)
    new_share = np.where(imposed, donated, share)
    sold = np.where(imposed, thinned(units, new_share, rng, thinning), units)
    wanted = keep[series] > 0
    if only_in_stock:
        wanted &= full
    panel = table.set_column(table.column_names.index("y"), "y", pa.array(sold)).set_column(
        table.column_names.index("in_stock_share"), "in_stock_share", pa.array(new_share)
    )
    return Masked(name, panel.filter(pa.array(wanted)), units[wanted], imposed[wanted])


def _kept(count: int, share: float, number: int | None, seed: int) -> Floats:
    """1 for the series to run, 0 for the others."""
    size = count if number is None else min(number, count)
    size = max(1, round(size * share))
    kept = np.zeros(count)
    kept[np.random.default_rng(seed + 1).permutation(count)[:size]] = 1.0
    return kept


def mask_fresh_retail(
    folder: Path,
    share: float = 1.0,
    number: int | None = None,
    seed: int = 1,
    thinning: str = "binomial",
    only_in_stock: bool = False,
) -> Masked:
    """Read FreshRetailNet-50K and impose stock-outs.

    Parameters
    ----------
    folder
        Where daily.parquet lies, or its parent.
    share, number
        Part of the store-products to run.
    seed
        Of the imposed stock-outs.
    thinning
        How a share of the day cuts its sales, of `THINNINGS`.
    only_in_stock
        Leave out the days on which stock really ran out.

    Returns
    -------
    Masked
        The panel. Shares are those of the hours from 6 to 22, which hold 95 % of sales.

    Raises
    ------
    FileNotFoundError
        If the file isn't there.
    """
    table = read_fresh_retail(folder)
    keep = _kept(len(pc.unique(table.column("series"))), share, number, seed)
    return _impose("FreshRetailNet, days", table, keep, seed, thinning, only_in_stock)


def mask_vn2(folder: Path, share: float = 1.0, number: int | None = None, seed: int = 1) -> Masked:
    """Read the VN2 challenge's weeks and impose stock-outs.

    Parameters
    ----------
    folder
        Where its CSV files lie.
    share, number
        Part of the store-products to run.
    seed
        Of the imposed stock-outs.

    Returns
    -------
    Masked
        Weeks from the first sale of each store-product; each imposed week is out of stock wholly.
    """
    table = read_vn2(folder)
    keep = _kept(len(pc.unique(table.column("series"))), share, number, seed)
    return _impose("VN2, weeks", table, keep, seed, "proportional", only_in_stock=False)


def measure(masked: Masked, partial_days: str = "auto") -> list[tuple[str, str, int, float, float, float]]:
    """Compare estimators on the imposed days.

    Parameters
    ----------
    masked
        A panel with imposed stock-outs.
    partial_days
        See `recover_demand`.

    Returns
    -------
    list of tuple
        Rows scored, estimator, count of rows, bias share, WAPE and root mean squared error; overall,
        by depth of the stock-out and by the volume of the series.
    """
    base = masked.panel.select(list(_KEYS)).set_column(1, "ds", masked.panel.column("ds").cast(pa.date32()))
    estimates = {
        "raw sales": masked.panel.column("y").to_numpy(),
        "in-stock mean": in_stock_mean(base).column("demand").to_numpy(),
        "rate model": recover_demand(masked.panel, partial_days=partial_days).column("demand").to_numpy(),
    }
    share = masked.panel.column("in_stock_share").to_numpy()
    series = pc.dictionary_encode(masked.panel.column("series").combine_chunks()).indices.to_numpy()
    volume = (np.bincount(series, masked.truth) / np.bincount(series))[series]
    low, high = np.quantile(volume[masked.imposed], [1 / 3, 2 / 3])
    classes = [
        ("all imposed days", masked.imposed),
        ("out all day", masked.imposed & (share == 0)),
        ("in stock under half the day", masked.imposed & (share > 0) & (share < 0.5)),
        ("in stock half the day or more", masked.imposed & (share >= 0.5)),
        ("slowest third", masked.imposed & (volume <= low)),
        ("middle third", masked.imposed & (volume > low) & (volume <= high)),
        ("fastest third", masked.imposed & (volume > high)),
    ]
    out = []
    for label, rows in classes:
        real = masked.truth[rows]
        if real.sum() <= 0:
            continue
        for name, values in estimates.items():
            error = values[rows] - real
            out.append(
                (
                    label,
                    name,
                    int(rows.sum()),
                    float(error.sum() / real.sum()),
                    float(np.abs(error).sum() / real.sum()),
                    float(np.sqrt((error**2).mean())),
                )
            )
    return out


def recover_file(source: Path, target: Path, partial_days: str = "auto") -> int:
    """Estimate the demand of a Parquet panel and write it.

    Parameters
    ----------
    source
        Panel with series (any type), ds (date, timestamp, text or number of the period), y and
        in_stock_share; every other column is a driver.
    target
        Parquet file of series, ds (as they came), demand and demand_sd, one row per row of the
        panel and in its order.
    partial_days
        See `recover_demand`.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    ValueError
        If a column is missing or cannot be read.
    """
    table = pq.read_table(source)
    missing = [name for name in _KEYS if name not in table.column_names]
    if missing:
        raise ValueError(f"{source} lacks the columns {', '.join(missing)}: add them.")
    columns: dict[str, pa.Array | pa.ChunkedArray] = {}
    day, cycle = _periods(table.column("ds"), source)
    columns["series"] = _unique_series(table.column("series"), day)
    columns["ds"] = pa.array(day.astype(np.int32), pa.int32()).cast(pa.date32())
    units, share = (_numbers(table.column(name), name, source) for name in ("y", "in_stock_share"))
    columns["y"] = pa.array(units, pa.float64(), from_pandas=True)
    near = (share > -1e-6) & (share < 1 + 1e-6)
    columns["in_stock_share"] = pa.array(
        np.where(near, np.clip(share, 0.0, 1.0), share), pa.float64(), from_pandas=True
    )
    for name in table.column_names:
        driver = table.column(name)
        if name in _KEYS:
            continue
        if pa.types.is_dictionary(driver.type):
            driver = driver.cast(driver.type.value_type)
        if name in ("group", "item"):
            driver = driver.cast(pa.string())
        if _is_driver(driver.type):
            columns[name] = driver
    result = recover_demand(pa.table(columns), partial_days=partial_days, cycle=cycle)
    written = pa.table(
        {
            "series": table.column("series"),
            "ds": table.column("ds"),
            "demand": result.column("demand"),
            "demand_sd": result.column("demand_sd"),
        }
    )
    pq.write_table(written, target)
    return int(written.num_rows)


def _is_driver(kind: pa.DataType) -> bool:
    """Whether a column's type can be a driver."""
    return bool(
        pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_null(kind)
    )


def _numbers(column: pa.ChunkedArray, name: str, source: Path) -> Floats:
    """Read a column as doubles with NaN for nulls."""
    try:
        cast = column.cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"Column {name} of {source} is {column.type}: make it a number.") from error
    return np.asarray(cast.to_numpy(), dtype=np.float64)


def _periods(column: pa.ChunkedArray, source: Path) -> tuple[npt.NDArray[np.int64], int]:
    """Day of each row, and the periods of its short cycle; hours and minutes count as days of their own."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if column.null_count:
        raise ValueError(f"ds is empty in {column.null_count} rows of {source}: fill it.")
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        number = np.floor(_numbers(column, "ds", source)).astype(np.int64)
        if number.size and number.min() >= 19000101 and number.max() <= 21001231:  # 20260131
            return _periods(pa.chunked_array([pc.cast(pa.array(number), pa.string())]), source)
        return number, 7
    try:
        moments = pd.to_datetime(column.to_pandas(), utc=True)
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"Column ds of {source} holds something that is no date: give dates as 2026-01-31."
        ) from error
    seconds = (moments - pd.Timestamp("1970-01-01", tz="UTC")).dt.total_seconds().to_numpy(np.float64)
    steps = np.diff(np.unique(seconds))
    step = float(np.median(steps)) if steps.size else 86400.0
    if step >= 86400.0:
        return np.floor(seconds / 86400.0).astype(np.int64), 7
    return np.floor(seconds / step).astype(np.int64), max(round(86400.0 / step), 2)


def _unique_series(column: pa.ChunkedArray, day: npt.NDArray[np.int64]) -> pa.Array:
    """Series as texts; further rows of one series and day make series of their own."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if column.null_count:
        raise ValueError(f"series is empty in {column.null_count} rows of the panel: fill it.")
    frame = pd.DataFrame({"series": column.cast(pa.string()).to_pandas().astype(str), "day": day})
    repeat = frame.groupby(["series", "day"], sort=False).cumcount()
    if (repeat > 0).any():
        frame.loc[repeat > 0, "series"] += "\x1f" + repeat[repeat > 0].astype(str)
    return pa.array(frame["series"].to_numpy(dtype=object), pa.string())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The arguments, those of the process by default.

    Returns
    -------
    int
        0, or 1 where there is nothing to do.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.latent_demand", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of FreshRetailNet-50K, or its parent")
    parser.add_argument("--share", type=float, default=1.0, help="share of the store-products to run")
    parser.add_argument("--series", type=int, help="number of store-products to run")
    parser.add_argument("--seed", type=int, default=1, help="of the imposed stock-outs")
    parser.add_argument("--thinning", choices=THINNINGS, default="binomial", help="cuts a day's sales")
    parser.add_argument("--only-in-stock", action="store_true", help="leave real stock-outs out")
    parser.add_argument("--panel", type=Path, help="Parquet panel to estimate")
    parser.add_argument("--out", type=Path, help="Parquet file to write")
    parser.add_argument("--partial-days", choices=PARTIAL_DAYS, default="auto")
    options = parser.parse_args(arguments)
    if (options.panel is None) != (options.out is None) or (options.panel is None) == (options.data is None):
        parser.error("give --data DIR, or --panel FILE and --out FILE")
    began = time.perf_counter()
    try:
        if options.panel is not None:
            rows = recover_file(options.panel, options.out, options.partial_days)
            print(f"{rows:,} rows to {options.out} in {time.perf_counter() - began:.1f} s")
            return 0
        masks = [
            mask_fresh_retail(
                options.data,
                options.share,
                options.series,
                options.seed,
                options.thinning,
                options.only_in_stock,
            )
        ]
    except (FileNotFoundError, ValueError) as error:
        print(error)
        return 1
    for folder in (options.data / "vn2", options.data.parent / "vn2"):
        if folder.is_dir():
            masks.append(mask_vn2(folder, options.share, options.series, options.seed))
            break
    for masked in masks:
        began = time.perf_counter()
        scores = measure(masked, options.partial_days)
        seconds = time.perf_counter() - began
        print(f"{masked.name}: {masked.truth.size:,} rows, {seconds:.1f} s, both estimators")
        print(f"{'rows':<32}{'estimator':<16}{'count':>9}{'bias':>9}{'WAPE':>9}{'RMSE':>9}")
        for label, name, count, bias, wape, deviation in scores:
            print(f"{label:<32}{name:<16}{count:>9,}{bias:>+9.1%}{wape:>9.3f}{deviation:>9.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
