"""What was forecast of the past beside what came: one row per origin, series, period and window."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sellthrough.demand.engine import (
    EngineFit,
    EngineSettings,
    Grid,
    fit_grid,
    held_out_table,
    quantile_column,
)

from .engine_world import SETTINGS, World, simulated

KEPT = replace(SETTINGS, keeps_held_out=True, windows=(1, 7, 28))
METHODS = {
    *("naive", "seasonal_naive", "weekday_mean", "ses", "tsb", "sba"),
    *("flat_level", "level", "trees", "level_and_trees", "chosen"),
}


@pytest.fixture(scope="module")
def world() -> World:
    """Return one simulated panel."""
    return simulated(21, n=60, known=260)


@pytest.fixture(scope="module")
def fit(world: World) -> EngineFit:
    """Return a fit that kept its held-out forecasts."""
    return fit_grid(world.grid(KEPT), KEPT)


@pytest.fixture(scope="module")
def table(world: World, fit: EngineFit) -> pa.Table:
    """Return them as a table."""
    return held_out_table(fit, world.grid(KEPT))


def test_every_origin_series_period_and_window_has_its_row(world: World, table: pa.Table) -> None:
    keys = table.select(["series", "origin", "periods", "ahead"])
    assert keys.group_by(keys.column_names).aggregate([]).num_rows == table.num_rows
    origins = [world.origin - timedelta(days=56), world.origin - timedelta(days=28)]
    assert sorted(set(table.column("origin").to_pylist())) == origins
    counts = dict(
        zip(*(c.to_pylist() for c in pc.value_counts(table.column("periods")).flatten()), strict=True)
    )
    n = len(world.units)
    assert counts == {1: 2 * 28 * n, 7: 2 * n, 28: 2 * n}
    assert {name.removeprefix("mean_") for name in table.column_names if name.startswith("mean_")} == METHODS
    first = table.column("first_on").to_pylist()
    for row in (0, 5, table.num_rows - 1):
        ahead, periods = table.column("ahead")[row].as_py(), table.column("periods")[row].as_py()
        assert first[row] == table.column("origin")[row].as_py() + timedelta(days=ahead - periods + 1)


def test_what_came_is_what_the_panel_says(world: World, table: pa.Table) -> None:
    rows = table.filter(pc.and_(pc.equal(table["periods"], 28), pc.equal(table["series"], "s003")))
    came = [world.units[3, world.known - 56 :][k : k + 28].sum() for k in (0, 28)]
    days = [world.units[3, world.known - 28 * k :][:28].sum() for k in (2, 1)]
    assert rows.column("actual").to_pylist() == days
    assert came[0] == days[0]


def test_a_windows_means_are_the_sums_of_its_periods(table: pa.Table) -> None:
    for name in ("mean", "mean_level", "mean_naive"):
        sums = {}
        for periods in (1, 28):
            part = table.filter(pc.equal(table["periods"], periods)).group_by(["series", "origin"])
            sums[periods] = part.aggregate([(name, "sum")]).sort_by(
                [("series", "ascending"), ("origin", "ascending")]
            )
        each, whole = (sums[periods].column(f"{name}_sum").to_numpy() for periods in (1, 28))
        assert np.allclose(each, whole, rtol=1e-5)


def test_laws_did_not_see_what_they_are_held_against(world: World, fit: EngineFit) -> None:
    """Whatever comes after the last origin, its own quantiles stay as they are."""
    grid = world.grid(KEPT)
    shaken = grid.units.copy()
    shaken[:, -28:] = np.random.default_rng(1).permutation(shaken[:, -28:], axis=1) * 3
    other: Grid = replace(grid, units=shaken)
    again = fit_grid(other, KEPT)
    assert fit.held_out is not None and again.held_out is not None
    if again.chosen == fit.chosen:
        assert np.array_equal(again.held_out.looks[-1].quantiles, fit.held_out.looks[-1].quantiles)
        assert not np.array_equal(again.held_out.looks[0].quantiles, fit.held_out.looks[0].quantiles)


def test_held_out_quantiles_hold_what_they_say(table: pa.Table) -> None:
    days = table.filter(pc.equal(table["periods"], 1))
    actual = days.column("actual").to_numpy()
    for level in (0.5, 0.975):
        quantile = days.column(quantile_column(level)).to_numpy()
        assert (actual < quantile).mean() - 0.03 < level < (actual <= quantile).mean() + 0.03


def test_long_windows_are_measured_twice_where_history_is_long_enough() -> None:
    settings = EngineSettings(horizon=126, windows=(7, 28, 91), rounds=5, threads=1, keeps_held_out=True)
    world = simulated(5, n=15, known=400, ahead=126)
    table = held_out_table(fit_grid(world.grid(settings), settings), world.grid(settings))
    long = table.filter(pc.equal(table["periods"], 91))
    assert len(set(long.column("origin").to_pylist())) == 2
    assert long.column("q50").null_count == 0
    short = simulated(5, n=15, known=250, ahead=126)
    table = held_out_table(fit_grid(short.grid(settings), settings), short.grid(settings))
    assert 91 not in table.column("periods").to_pylist()


def test_a_window_seen_from_one_origin_has_no_law_of_its_own() -> None:
    settings = EngineSettings(horizon=56, windows=(7, 56), rounds=5, threads=1, keeps_held_out=True)
    world = simulated(5, n=15, known=200, ahead=56)
    table = held_out_table(fit_grid(world.grid(settings), settings), world.grid(settings))
    long = table.filter(pc.equal(table["periods"], 56))
    assert long.num_rows == 15
    assert long.column("q50").null_count == long.column("variance").null_count == 15
    assert table.filter(pc.equal(table["periods"], 7)).column("q50").null_count == 0


def test_a_history_too_short_for_a_proof_gives_an_empty_table(world: World) -> None:
    young = simulated(9, n=5, known=21)
    table = held_out_table(fit_grid(young.grid(KEPT), KEPT), young.grid(KEPT))
    assert table.num_rows == 0
    with pytest.raises(ValueError, match="keeps_held_out"):
        held_out_table(fit_grid(young.grid(), SETTINGS), young.grid())
