"""Show the most valuable decisions of a warehouse and where everything lies: `python -m sellthrough.show`."""

__all__ = ["decisions", "main"]

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

_QUEUE = """
select
    action_rank as rank,
    action_kind as action,
    sku_id,
    sku_name,
    coalesce(from_location_id || ' > ', '') || location_id as location,
    cast(action_units as bigint) as units,
    cast(round(value_amount) as bigint) as value,
    cast(round(waiting_week_amount) as bigint) as lost_by_waiting_a_week,
    cast(round(cash_amount) as bigint) as cash,
    last_safe_on as last_safe_day
from main_marts.rpt_action_queue
order by action_rank
limit $limit
"""
_TOTALS = """
select count(*) as actions, coalesce(sum(value_amount), 0) as value, max(decided_on) as decided_on
from main_marts.rpt_action_queue
"""


def decisions(warehouse: Path, limit: int = 10) -> str:
    """Format the most valuable decisions as a table.

    Parameters
    ----------
    warehouse
        The DuckDB file; it is opened read-only.
    limit
        Number of decisions.

    Returns
    -------
    str
        The table with a line of totals above, in the reporting currency.

    Raises
    ------
    ValueError
        If the file isn't there or holds no action queue.
    """
    if not warehouse.exists():
        raise ValueError(f"There is no warehouse at {warehouse}: run `make demo` or `dbt build` first.")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        try:
            count, value, decided_on = connection.execute(_TOTALS).fetchall()[0]
            frame = connection.execute(_QUEUE, {"limit": limit}).df()
        except duckdb.CatalogException as error:
            raise ValueError(f"{warehouse} holds no action queue: run `dbt build` to the end.") from error
    if not count:
        return "Nothing is worth doing: the action queue is empty."
    return (
        f"{count} decisions worth {value:,.0f} as of {decided_on}, the {len(frame)} most valuable:\n\n"
        f"{frame.to_string(index=False)}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        The arguments, those of the process by default.

    Returns
    -------
    int
        0, or 1 where the warehouse can't be shown.
    """
    parser = argparse.ArgumentParser(prog="python -m sellthrough.show", description=__doc__)
    default = os.environ.get("SELLTHROUGH_WAREHOUSE", "data/warehouse.duckdb")
    parser.add_argument("--warehouse", type=Path, default=Path(default), help="the DuckDB file")
    parser.add_argument("--limit", type=int, default=10, help="number of decisions")
    options = parser.parse_args(arguments)
    try:
        print(decisions(options.warehouse, options.limit))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"\nThe warehouse   {options.warehouse} (any DuckDB client; schemas main_marts, main_intermediate)\n"
        "The decisions   main_marts.rpt_action_queue; each row names the table that explains it\n"
        "The books       main_marts.rpt_reconciliation and fct_quarantine\n"
        "The raw tables  data/raw, what really was data/truth\n"
        "The docs        make docs, then target/static_index.html"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
