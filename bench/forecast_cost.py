"""What a night of the forecast costs beside learning it anew: `python -m bench.forecast_cost`.

Reads the features of a built warehouse, learns the forecast, then looks again with what is kept, as a nightly
build does when nothing is due.
"""

from __future__ import annotations

__all__ = ["main"]

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from bench.command_line import Clock, peak_gigabytes
from sellthrough.demand import FIT_SCHEMA, ForecastSettings, fit_demand, forecast_demand


def _timed(name: str, work: Callable[[], pa.Table]) -> pa.Table:
    clock = Clock()
    made = work()
    seconds, busy = clock.seconds, clock.processor_seconds
    print(f"  {name:<44}{seconds:7.1f} s{busy:9.1f} s of processors{made.num_rows:>12,} rows", flush=True)
    return made


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
    parser = argparse.ArgumentParser(prog="python -m bench.forecast_cost", description=__doc__)
    parser.add_argument("--warehouse", type=Path, default=Path("data/warehouse.duckdb"), help="built file")
    parser.add_argument("--workers", type=int, default=2, help="threads")
    options = parser.parse_args(arguments)
    if not options.warehouse.exists():
        parser.error(f"{options.warehouse} is not there: run make demo first")
    with duckdb.connect(str(options.warehouse), read_only=True) as connection:
        features, series, events = (
            connection.table(f"main_intermediate.{name}").to_arrow_table()
            for name in ("int_demand_features", "int_demand_series", "int_demand_events")
        )
    settings = ForecastSettings(workers=options.workers)
    print(f"{series.num_rows:,} series, {features.num_rows:,} days of history and horizon")
    none = FIT_SCHEMA.empty_table()
    fit = _timed("learnt anew", lambda: fit_demand(features, series, events, none, settings))
    kept = fit.filter(pc.equal(fit.column("row_kind"), "part"))
    _timed("a night: is a new fit due?", lambda: fit_demand(features, series, events, kept, settings))
    _timed("a night: the forecast", lambda: forecast_demand(features, series, events, kept, settings))
    print(f"peak {peak_gigabytes():.1f} GB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
