"""Plants every fault, builds once per batch, and says what became of each."""

from __future__ import annotations

__all__ = ["Faultyard", "Report", "run_faults"]

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sellthrough.demo import DemoConfig, build_demo
from sellthrough.faults import FAULTS, Fault, Planted, World, plant_batch
from sellthrough.faults.judge import Fate, Verdict, clean_fates, judged

FLOORS = ("+path:models/marts/core", "+path:models/marts/trust")
# Tables whose rows have a fate of their own: in a fact or in quarantine.
JUDGED = (
    "shopify/uk/order_line",
    "shopify/eu/order_line",
    "shopify/uk/order_line_refund",
    "shopify/eu/order_line_refund",
    "pos/sales_line/2025",
    "pos/sales_line/2026",
    "amazon/order_item",
    "netsuite/transactionline",
    "wms/receipt",
    "wms/movement",
    "wms/stock_snapshot",
    "google_ads/campaign_stats",
    "meta_ads/basic_ad",
)


@dataclass
class Report:
    """What became of every fault.

    Attributes
    ----------
    planted, right
        By fault: how many were planted, and how many ended as they must.
    complaints
        Sentences about what didn't.
    wrongly_quarantined
        Rows without a fault that went to quarantine.
    units_lost
        Units in no fact and not in quarantine.
    failed_builds
        Builds that failed and mustn't have.
    seconds
        Wall-clock time by batch.
    """

    planted: dict[str, int] = field(default_factory=dict)
    right: dict[str, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    wrongly_quarantined: int = 0
    units_lost: float = 0.0
    failed_builds: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether every fault ended as it must, and nothing else suffered."""
        return (
            self.planted == self.right
            and self.wrongly_quarantined == 0
            and self.units_lost == 0
            and self.failed_builds == 0
            and not self.complaints
        )


class Faultyard:
    """A folder in which worlds are damaged and built, one after the other.

    Parameters
    ----------
    root
        The folder; what it held is removed.
    project
        Folder of the dbt project.
    config
        Size of the demo world.
    seed
        Seed of what is chosen.
    floors
        What dbt builds.
    """

    def __init__(
        self,
        root: Path,
        project: Path,
        config: DemoConfig,
        seed: int = 7,
        floors: Sequence[str] = FLOORS,
    ) -> None:
        self.root, self.project, self.seed, self.floors = root, project, seed, floors
        if root.exists():
            shutil.rmtree(root)
        root.mkdir(parents=True)
        build_demo(config, root / "demo", say=lambda _: None)
        self.source = root / "demo" / "raw"
        # a short demo has no file of the year before
        self.judged = [path for path in JUDGED if (self.source / f"{path}.parquet").exists()]
        self.raw = root / "raw"
        self.clean_file = root / "clean.duckdb"
        self.clean: dict[str, dict[str, Fate]] = {}
        self.counted: dict[str, set[str]] = {}

    def dbt(self, command: str, *arguments: str, warehouse: Path) -> subprocess.CompletedProcess[str]:
        """Run dbt on the raw data that lies in the yard."""
        line = [
            str(Path(sys.executable).with_name("dbt")),
            *("--log-level-file", "none", "--no-use-colors", command, *arguments, "--select", *self.floors),
            *("--project-dir", str(self.project), "--profiles-dir", str(self.project / "profiles")),
            *("--target-path", str(self.root / "target"), "--log-path", str(self.root / "logs")),
            *("--vars", json.dumps({"raw_folder": self.raw.as_posix()})),
        ]
        environment = {
            **os.environ,
            "SELLTHROUGH_WAREHOUSE": str(warehouse),
            "SELLTHROUGH_TARGET": "duckdb",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        return subprocess.run(
            line, cwd=self.project, env=environment, capture_output=True, text=True, check=False
        )

    def build_clean(self) -> None:
        """Build the world without a fault; learn which rows count.

        Raises
        ------
        RuntimeError
            If the build fails: then the fault is not in the data.
        """
        world = self.world()
        for path in self.judged:
            world.table(path)
        world.write()
        kinds = [word for kind in ("seed", "snapshot", "model") for word in ("--resource-type", kind)]
        done = self.dbt("build", *kinds, warehouse=self.clean_file)
        if done.returncode != 0:
            raise RuntimeError(
                f"The build without a fault fails, so mend the project first:\n{done.stdout[-3000:]}"
            )
        self.clean = clean_fates(self.clean_file, self.judged)
        self.counted = {
            path: {name for name, fate in rows.items() if fate.is_lone} for path, rows in self.clean.items()
        }
        for shop in ("uk", "eu"):
            # what is refunded falls with its line, so faults are planted beside
            refunded = {row["order_line_id"] for row in world.table(f"shopify/{shop}/order_line_refund").rows}
            for row in world.table(f"shopify/{shop}/order_line").rows:
                if row["id"] in refunded:
                    self.counted[f"shopify/{shop}/order_line"].discard(row["x_row"])

    def world(self) -> World:
        """Return a world without a fault, where the last one was."""
        if self.raw.exists():
            shutil.rmtree(self.raw)
        return World(self.source, self.raw, self.seed, self.counted or None)

    def build(self, faults: Sequence[Fault], report: Report) -> Verdict | None:
        """Plant faults in one world, build it once and judge; None if the build failed."""
        world = self.world()
        for path in self.judged:
            world.table(path)
        planted: list[Planted] = plant_batch(world, tuple(faults))
        world.write()
        for item in planted:
            report.planted[item.fault] = report.planted.get(item.fault, 0) + 1
        warehouse = self.root / "faulty.duckdb"
        shutil.copyfile(self.clean_file, warehouse)
        # what is planted keeps its row's stamp, so nothing would be new to an incremental build
        done = self.dbt("run", "--full-refresh", warehouse=warehouse)
        if done.returncode != 0:
            report.failed_builds += 1
            report.complaints.append(f"The build failed:\n{done.stdout[-3000:]}{done.stderr[-2000:]}")
            return None
        verdict = judged(warehouse, world, planted, faults, self.clean)
        for name, count in verdict.right.items():
            report.right[name] = report.right.get(name, 0) + count
        report.wrongly_quarantined += verdict.wrongly_quarantined
        report.units_lost += verdict.units_lost
        report.complaints.extend(verdict.troubles)
        for name, wrong in verdict.wrong.items():
            report.complaints.extend(f"{name}: {sentence}" for sentence in wrong)
        return verdict

    def refuse(self, fault: Fault, report: Report) -> str:
        """Plant a fault that makes a whole file unreadable; return the sentence that stopped the build."""
        world = self.world()
        fault.plant(world, 1)
        world.write()
        report.planted[fault.name] = 1
        warehouse = self.root / "faulty.duckdb"
        shutil.copyfile(self.clean_file, warehouse)
        done = self.dbt("run", "--full-refresh", warehouse=warehouse)
        said = [line.strip() for line in done.stdout.splitlines() if any(r in line for r in fault.reasons)]
        if done.returncode != 0 and len(set(said)) == 1 and "Traceback" not in done.stdout + done.stderr:
            report.right[fault.name] = 1
            return said[0]
        report.right[fault.name] = 0
        report.complaints.append(
            f"{fault.name}: the build should have stopped with one sentence, it said:\n{done.stdout[-1500:]}"
        )
        return ""


def run_faults(
    root: Path,
    project: Path,
    config: DemoConfig,
    *,
    seed: int = 7,
    faults: Sequence[Fault] = FAULTS,
    floors: Sequence[str] = FLOORS,
    say: Callable[[str], None] = print,
) -> Report:
    """Plant faults, build once per batch and once per unreadable file, and report.

    Parameters
    ----------
    root
        Folder to work in; what it held is removed.
    project
        Folder of the dbt project.
    config
        Size of the demo world.
    seed
        Seed of what is chosen.
    faults
        The kinds to plant.
    floors
        What dbt builds.
    say
        Takes a line for each step.
    """
    report = Report()
    started = time.perf_counter()
    yard = Faultyard(root, project, config, seed, floors)
    yard.build_clean()
    report.seconds["without a fault"] = time.perf_counter() - started
    say(f"built without a fault in {report.seconds['without a fault']:.0f} s")
    for batch in dict.fromkeys(fault.batch for fault in faults if fault.outcome != "refused"):
        started = time.perf_counter()
        own = [fault for fault in faults if fault.batch == batch]
        yard.build(own, report)
        report.seconds[batch] = time.perf_counter() - started
        count = sum(report.planted.get(fault.name, 0) for fault in own)
        right = sum(report.right.get(fault.name, 0) for fault in own)
        say(f"batch {batch}: {right} of {count} faults ended as they must, {report.seconds[batch]:.0f} s")
    for fault in faults:
        if fault.outcome == "refused":
            started = time.perf_counter()
            say(f"{fault.name}: {yard.refuse(fault, report) or 'not refused'}")
            report.seconds[fault.name] = time.perf_counter() - started
    return report
