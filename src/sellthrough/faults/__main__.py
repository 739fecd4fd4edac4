"""Command line: ``python -m sellthrough.faults``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sellthrough.demo import DemoConfig
from sellthrough.faults import FAULTS
from sellthrough.faults.run import Report, run_faults

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sellthrough.faults",
        description="Plant bad data of every kind in copies of the demo, build, and say what became of it.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--project", type=Path, default=Path.cwd(), help="folder of the dbt project (default: here)"
    )
    parser.add_argument(
        "--work", type=Path, help="folder to work in, emptied first (default: a temporary one)"
    )
    parser.add_argument("--skus", type=int, default=60, help="number of SKUs of the demo (default 60)")
    parser.add_argument("--days", type=int, default=300, help="number of days of the demo (default 300)")
    parser.add_argument(
        "--seed", type=int, default=7, help="seed of the demo and of what is chosen (default 7)"
    )
    parser.add_argument("--batch", action="append", help="plant only this batch; may be given several times")
    return parser


def _table(report: Report) -> str:
    lines = [f"{'fault':32} {'family':9} {'must be':12} {'reason':30} {'planted':>7} {'right':>6}"]
    for fault in FAULTS:
        if fault.name in report.planted:
            lines.append(
                f"{fault.name:32} {fault.family:9} {fault.outcome:12} {', '.join(fault.reasons)[:30]:30} "
                f"{report.planted[fault.name]:7d} {report.right.get(fault.name, 0):6d}"
            )
    return "\n".join(lines)


def _sums(report: Report) -> str:
    by_outcome = {fault.name: fault.outcome for fault in FAULTS}

    def told(outcome: str) -> str:
        names = [name for name in report.planted if by_outcome[name] == outcome]
        return f"{sum(report.right.get(n, 0) for n in names)} of {sum(report.planted[n] for n in names)}"

    return "\n".join(
        (
            f"kinds                              {len(report.planted)}",
            f"planted                            {sum(report.planted.values())}",
            f"quarantined with the right reason  {told('quarantined')}",
            f"repaired, right units and money    {told('repaired')}",
            f"counted                            {told('counted')}",
            f"ignored, nothing else suffered     {told('ignored')}",
            f"refused in one sentence            {told('refused')}",
            f"wrongly quarantined                {report.wrongly_quarantined}",
            f"units lost                         {report.units_lost:g}",
            f"builds failed                      {report.failed_builds}",
            f"seconds                            {sum(report.seconds.values()):.0f}",
        )
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 if every fault ended as it must, else 1, or 2 after a bad argument."""
    args = _parser().parse_args(argv)
    known = {fault.batch for fault in FAULTS}
    for batch in args.batch or ():
        if batch not in known:
            print(f"--batch is '{batch}': use one of {', '.join(sorted(known))}.", file=sys.stderr)
            return 2
    if not (args.project / "dbt_project.yml").exists():
        print(
            f"--project is '{args.project}', which has no dbt_project.yml: name the project's folder.",
            file=sys.stderr,
        )
        return 2
    faults = [fault for fault in FAULTS if not args.batch or fault.batch in args.batch]
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        report = run_faults(
            args.work or Path(folder) / "yard",
            args.project.resolve(),
            DemoConfig(args.skus, args.days, args.seed),
            seed=args.seed,
            faults=faults,
        )
    print(f"\n{_table(report)}\n")
    for complaint in report.complaints[:60]:
        print(complaint)
    if len(report.complaints) > 60:
        print(f"... and {len(report.complaints) - 60} more")
    print(_sums(report))
    return 0 if report.is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
