"""The bench of peers: rules of thumb by hand, the M5's score by hand, and the command line on six series."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from bench.m5_score import LEVELS, QUANTILES, score_means, score_quantiles
from bench.peers import main, seasonal_naive, weekday_mean


def test_the_seasonal_naive_repeats_the_last_season() -> None:
    history = np.array([[9.0, 1.0, 2.0]])
    assert seasonal_naive(history, 3, season=2).tolist() == [[1.0, 2.0, 1.0]]


def test_the_weekday_mean_averages_the_same_place_in_the_week() -> None:
    history = np.array([[9.0, 1.0, 2.0, 3.0, 6.0]])
    assert weekday_mean(history, 3, weeks=2, season=2).tolist() == [[2.0, 4.0, 2.0]]


def test_errors_are_scaled_by_daily_changes_and_weighed_by_recent_units() -> None:
    items, stores = np.array(["F_1_001", "F_1_002"]), np.array(["CA_1", "CA_1"])
    # the first item changes by 2 each day and sold 6 of the 8 recent units
    history = np.array([[2.0, 0.0, 2.0, 0.0, 2.0], [1.0, 0.0, 1.0, 0.0, 0.0]])
    actual, mean = np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]])
    levels = score_means(items, stores, history, actual, mean)
    # the first item misses by 2 where 2 is the usual change; the second hits
    assert levels[LEVELS[-1]] == pytest.approx(6 / 8 * 1.0)
    # together: a miss of 2 where changes are 3, 3, 3 and 2 squared
    assert levels[LEVELS[0]] == pytest.approx(2.0 / np.sqrt((9 + 9 + 9 + 4) / 4))


def test_quantiles_pay_more_on_their_rare_side() -> None:
    history, actual = np.array([[1.0, 0.0, 1.0]]), np.array([[4.0, 0.0]])
    quantiles = np.full((1, 2, len(QUANTILES)), 2.0)
    reached = score_quantiles(history, actual, quantiles)
    # above by 2 and below by 2, a scale of 1: each level costs (2 q + 2 (1 - q)) / 2
    assert reached.pinball == pytest.approx(np.ones(len(QUANTILES)))
    assert reached.at_most.tolist() == [0.5] * len(QUANTILES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write six series of the M5's shape, 140 days long, that sell 2 a day and 6 on Saturdays."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create table series as
            select 'FOODS_' || dept || '_001' as item_id, store as store_id
            from unnest(['1', '2', '3']) as depts(dept), unnest(['CA_1', 'TX_1']) as stores(store);
            create table calendar as
            select
                day::date as date, 11101 + row_number() over (order by day) // 7 as wm_yr_wk,
                null::varchar as event_name_1, null::varchar as event_name_2,
                0 as snap_CA, 0 as snap_TX, 0 as snap_WI
            from generate_series(date '2015-01-01', date '2015-05-20', interval 1 day) as days(day);
            copy series to '{tmp_path}/series.csv';
            copy calendar to '{tmp_path}/calendar.csv';
            copy (
                select item_id, store_id, date, if(isodow(date) = 6, 6, 2) as units from series, calendar
            ) to '{tmp_path}/sales.parquet';
            copy (
                select distinct item_id, wm_yr_wk, 1.5 as sell_price from series, calendar
            ) to '{tmp_path}/sell_prices_ca1_ca2.parquet';
            """
        )
    return tmp_path


def test_the_command_line_scores_every_method_and_names_what_is_not_installed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mlforecast", None)
    arguments = ["--data", str(folder), "--origin", "2015-05-06", "--horizon", "14", "--sample", "0"]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    rows = {line[:22].strip(): line[22:].split() for line in printed.splitlines()}
    # a week like every other is known to who repeats it, and not to who smooths it
    assert rows["seasonal naive"][:2] == rows["8-week weekday mean"][:2] == ["0.000", "0.000"]
    assert float(rows["SES"][0]) > 0.3
    assert float(rows["Sellthrough"][0]) < 0.1
    assert "make bench" in " ".join(rows["mlforecast LightGBM"])


def test_an_origin_with_nothing_after_it_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--data", str(folder), "--origin", "2015-05-20"])
    assert "give an earlier --origin" in capsys.readouterr().err
