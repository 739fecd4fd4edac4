"""Command line: ``python -m sellthrough.demo --out data``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sellthrough.demo.config import DemoConfig
from sellthrough.demo.run import build_demo, is_current

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sellthrough.demo",
        description="Simulate the demo retailer Harbour & Pine.",
        allow_abbrev=False,
    )
    parser.add_argument("--out", type=Path, required=True, help="output folder; raw/ and truth/ go below it")
    parser.add_argument("--skus", type=int, default=300, help="number of SKUs (default 300)")
    parser.add_argument("--days", type=int, default=1096, help="number of days (default 1096)")
    parser.add_argument("--seed", type=int, default=7, help="seed of all random streams (default 7)")
    parser.add_argument(
        "--mess", type=float, default=1.0, help="scale of planted data defects; 0 is clean (default 1)"
    )
    parser.add_argument(
        "--last-day",
        type=date.fromisoformat,
        default=date(2026, 9, 30),
        help="day of decision, YYYY-MM-DD (default 2026-09-30)",
    )
    parser.add_argument("--force", action="store_true", help="write again even if the output is current")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 2 after one sentence about a bad argument."""
    args = _parser().parse_args(argv)
    try:
        config = DemoConfig(args.skus, args.days, args.seed, args.mess, args.last_day)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if args.out.exists() and not args.out.is_dir():
        print(f"--out is {args.out}, which is a file: name a folder.", file=sys.stderr)
        return 2
    if not args.force and is_current(config, args.out):
        print(f"{args.out} already holds this world: nothing to do (--force writes it again).")
        return 0
    started = time.perf_counter()
    rows = build_demo(config, args.out)
    print(
        f"{sum(rows.values()):,} rows in {len(rows)} files, {time.perf_counter() - started:.1f} s: {args.out}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
