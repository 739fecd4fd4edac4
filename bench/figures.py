"""Pictures of the forecast's accuracy, calibration and value added, from a built warehouse.

`python -m bench.figures --warehouse data/warehouse.duckdb --out docs/figures` draws what the marts
`rpt_forecast_accuracy`, `rpt_forecast_calibration` and `rpt_forecast_value_added` hold.
"""

from __future__ import annotations

__all__ = ["draw", "main"]

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

OURS, THEIRS, PALE, INK = "#1b6e5a", "#9aa5ab", "#cfe3dc", "#2b3338"
# how methods are called where there is room for words
_NAMES = {
    "naive": "last value",
    "seasonal_naive": "same day last week",
    "weekday_mean": "8-week weekday mean",
    "ses": "exponential smoothing",
    "tsb": "TSB",
    "sba": "SBA",
    "flat_level": "level",
    "level": "level and calendar",
    "trees": "trees",
    "level_and_trees": "mean of both",
    "chosen": "best of its class",
    "shipped": "with Prophet's totals",
}
_VALUE_ADDED = """
select method, rmsse::double, wape::double
from main_marts.rpt_forecast_value_added
where forecast_class = 'all' and rmsse is not null
order by step_number
"""
_ACCURACY = """
select horizon, method, (sum(wape * actual_units) / sum(actual_units))::double
from main_marts.rpt_forecast_accuracy
where method in ('seasonal_naive', 'weekday_mean', 'shipped')
group by horizon, method
having sum(actual_units) > 0
order by horizon, method
"""
_CALIBRATION = """
select
    window_days,
    nominal_share::double,
    (sum(realised_share * observation_count) / sum(observation_count))::double,
    (sum(below_share * observation_count) / sum(observation_count))::double
from main_marts.rpt_forecast_calibration
group by window_days, nominal_share
order by window_days, nominal_share
"""


def draw(warehouse: Path, out: Path) -> list[Path]:
    """Draw the three pictures.

    Parameters
    ----------
    warehouse
        A built DuckDB file; it is only read.
    out
        Folder for the SVG files.

    Returns
    -------
    list of Path
        The files, the same to the bit for the same marts.

    Raises
    ------
    ValueError
        If the marts hold nothing to draw.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        value_added, accuracy, calibration = (
            connection.execute(query).fetchall() for query in (_VALUE_ADDED, _ACCURACY, _CALIBRATION)
        )
    if not (value_added and accuracy and calibration):
        raise ValueError(
            f"{warehouse} has no held-out forecasts: build it from more than five months of data."
        )
    plt = _pyplot()
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for name, figure in (
        ("value_added", _value_added(plt, value_added)),
        ("accuracy", _accuracy(plt, accuracy)),
        ("calibration", _calibration(plt, calibration)),
    ):
        path = out / f"{name}.svg"
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
        made.append(path)
    return made


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {
        "svg.hashsalt": "sellthrough",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": INK,
        "text.color": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "figure.constrained_layout.use": True,
    }
    return plt


def _value_added(plt: Any, rows: list[tuple[str, float, float]]) -> Any:
    figure, panels = plt.subplots(1, 2, figsize=(8.4, 3.8), sharey=True)
    names = [_NAMES.get(method, method) for method, *_ in rows]
    colours = [OURS if method == "shipped" else THEIRS for method, *_ in rows]
    titles = ("WAPE, every unit alike", "RMSSE, every series alike")
    of_panels = ([wape for _, _, wape in rows], [rmsse for _, rmsse, _ in rows])
    for axes, errors, title in zip(panels, of_panels, titles, strict=True):
        axes.barh(names, errors, color=colours)
        axes.set_xlim(0, max(errors) * 1.15)
        for height, error in enumerate(errors):
            axes.text(error, height, f" {error:.3f}", va="center")
        axes.set_title(title, fontsize=10, loc="left")
    panels[0].invert_yaxis()
    figure.supxlabel("error on held-out days (less is better)", fontsize=10)
    return figure


def _accuracy(plt: Any, rows: list[tuple[str, str, float]]) -> Any:
    figure, axes = plt.subplots(figsize=(7.2, 3.2))
    horizons = sorted({horizon for horizon, _, _ in rows})
    styles = {"seasonal_naive": (PALE, "s"), "weekday_mean": (THEIRS, "o"), "shipped": (OURS, "o")}
    for method, (colour, marker) in styles.items():
        found = {horizon: wape for horizon, name, wape in rows if name == method}
        label = "what ships" if method == "shipped" else _NAMES[method]
        axes.plot(
            [horizon for horizon in horizons if horizon in found],
            [found[horizon] for horizon in horizons if horizon in found],
            color=colour,
            marker=marker,
            label=label,
        )
    axes.set_ylim(bottom=0)
    axes.set_xlabel("days ahead")
    axes.set_ylabel("WAPE by SKU, channel,\nlocation and day")
    axes.legend(frameon=False, loc="lower right")
    return figure


def _calibration(plt: Any, rows: list[tuple[int, float, float, float]]) -> Any:
    windows = sorted({window for window, *_ in rows})
    figure, panels = plt.subplots(
        1, len(windows), figsize=(1.7 * len(windows) + 0.6, 2.5), sharex=True, sharey=True, squeeze=False
    )
    for axes, window in zip(panels[0], windows, strict=True):
        of_window = [row[1:] for row in rows if row[0] == window]
        nominal = [row[0] for row in of_window]
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle=":")
        axes.fill_between(
            nominal, [row[2] for row in of_window], [row[1] for row in of_window], color=PALE, linewidth=0
        )
        axes.plot(nominal, [row[1] for row in of_window], color=OURS, linewidth=1)
        axes.plot(nominal, [row[2] for row in of_window], color=OURS, linewidth=1)
        axes.set_title("a day" if window == 1 else f"{window} days", fontsize=10)
        axes.set_xticks([0, 0.5, 1])
        axes.set_aspect("equal")
    panels[0][0].set_ylabel("share of what came\nbelow / at most")
    figure.supxlabel("quantile", fontsize=10)
    return figure


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The arguments, those of the process by default.

    Returns
    -------
    int
        0.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.figures", description=__doc__)
    parser.add_argument("--warehouse", type=Path, default=Path("data/warehouse.duckdb"), help="built file")
    parser.add_argument("--out", type=Path, default=Path("docs/figures"), help="folder for the pictures")
    options = parser.parse_args(arguments)
    if not options.warehouse.exists():
        parser.error(f"{options.warehouse} is not there: run make demo first")
    for path in draw(options.warehouse, options.out):
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
