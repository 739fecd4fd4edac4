"""What the SQL floors cost: `python -m bench.size --out DIR --skus 3000 30000`.

For each size the demo retailer is made, and the floors staging to core and trust (their SQL; neither the
Python models nor what rests on them) are built three times, each in a process of its own: from nothing with
dbt, from nothing with the same compiled SQL in bare DuckDB, and with dbt after one more day has landed. It
prints seconds, peak memory, the ratios between them, and the exponent of the cost over the sizes.
"""

from __future__ import annotations

__all__ = ["Cost", "before_the_last_day", "exponent", "main", "run_bare"]

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

_PROJECT = Path(__file__).resolve().parents[1]
_FLOORS = ("path:models/staging", "+path:models/marts/core", "+path:models/marts/trust")
_STAMPS = ("_fivetran_synced", "loaded_at")


@dataclass(frozen=True)
class Cost:
    """What one build cost.

    Attributes
    ----------
    seconds
        Wall-clock time.
    peak_gb
        Largest resident memory of the process, in 10^9 bytes.
    """

    seconds: float
    peak_gb: float


def _measured(command: Sequence[str], folder: Path, log: Path) -> Cost:
    environment = {
        **os.environ,
        "SELLTHROUGH_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "SELLTHROUGH_TARGET": "duckdb",
        "DBT_PROFILES_DIR": str(_PROJECT / "profiles"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(command, cwd=_PROJECT, env=environment, stdout=out, stderr=out)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:6])} ... failed: see {log}.")
    return Cost(time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e9)


def _dbt(folder: Path, raw: Path, log: Path) -> Cost:
    command = [
        str(Path(sys.executable).with_name("dbt")),
        *("--no-use-colors", "--log-level-file", "none", "build", "--target-path", str(folder / "target")),
        *("--resource-type", "model", "--resource-type", "seed"),
        *("--select", *_FLOORS, "--exclude", "path:python_models+", "path:snapshots+"),
        *("--vars", json.dumps({"raw_folder": raw.as_posix()})),
    ]
    return _measured(command, folder, log)


def _keep_seeds(folder: Path) -> None:
    """Copy the seeds of a warehouse beside it: the warehouse itself must make room for the next."""
    results = json.loads((folder / "target" / "run_results.json").read_text("utf-8"))
    nodes = json.loads((folder / "target" / "manifest.json").read_text("utf-8"))["nodes"]
    seeds = [nodes[row["unique_id"]] for row in results["results"] if row["unique_id"].startswith("seed.")]
    with duckdb.connect(str(folder / "seeds.duckdb")) as connection:
        connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as built (read_only)")
        for seed in seeds:
            name = f"{seed['schema']}.{seed['alias']}"
            connection.execute(f"create schema if not exists {seed['schema']}")
            connection.execute(f"create table {name} as from built.{name}")


def run_bare(folder: Path, warehouse: Path) -> int:
    """Run the SQL that dbt compiled, in the order of the graph, without dbt.

    Parameters
    ----------
    folder
        Where the dbt build lies that compiled it: `target/`, and `seeds.duckdb` beside it.
    warehouse
        The DuckDB file to fill; it must be called as the one that dbt filled.

    Returns
    -------
    int
        How many models were run.
    """
    manifest = json.loads((folder / "target" / "manifest.json").read_text("utf-8"))
    results = json.loads((folder / "target" / "run_results.json").read_text("utf-8"))
    ran = {result["unique_id"] for result in results["results"] if result["status"] == "success"}
    models = {key: manifest["nodes"][key] for key in ran if key.startswith("model.")}
    done: set[str] = set()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set preserve_insertion_order = false; set TimeZone = 'UTC'")
        connection.execute(f"set memory_limit = '{os.environ.get('SELLTHROUGH_MEMORY', '4GB')}'")
        connection.execute(f"attach '{folder / 'seeds.duckdb'}' as built (read_only)")
        for key in sorted(ran):
            if key.startswith("seed."):
                node = manifest["nodes"][key]
                connection.execute(f"create schema if not exists {node['schema']}")
                name = f"{node['schema']}.{node['alias']}"
                connection.execute(f"create table {name} as select * from built.{name}")
        while models:
            ready = [
                key
                for key, node in models.items()
                if all(parent in done or parent not in models for parent in node["depends_on"]["nodes"])
            ]
            for key in sorted(ready):
                node = models.pop(key)
                sql = (folder / "target" / "compiled" / "sellthrough" / node["original_file_path"]).read_text(
                    "utf-8"
                )
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create schema if not exists {node['schema']}")
                connection.execute(f"create {kind} {node['schema']}.{node['alias']} as {sql}")
                done.add(key)
    return len(done)


def before_the_last_day(raw: Path, to: Path) -> None:
    """Copy raw tables as they were a day ago: without the rows that landed in the last 24 hours.

    Parameters
    ----------
    raw
        The folder of the raw tables, as Parquet.
    to
        The folder to write.
    """
    files = sorted(raw.rglob("*.parquet"))
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false; set memory_limit = '4GB'")
        stamped: dict[Path, str] = {}
        spans = []
        for file in files:
            columns = {row[0] for row in connection.sql(f"describe from read_parquet('{file}')").fetchall()}
            found = [stamp for stamp in _STAMPS if stamp in columns]
            if found:
                stamped[file] = found[0]
                spans.append(
                    f"select min({found[0]}) as oldest, max({found[0]}) as newest from read_parquet('{file}')"
                )
        # the systems land at the same time; what landed at once as a whole is no history
        (newest,) = connection.sql(
            f"select max(newest) from ({' union all '.join(spans)}) where oldest != newest"
        ).fetchall()[0]
        for file in files:
            target = to / file.relative_to(raw)
            target.parent.mkdir(parents=True, exist_ok=True)
            rows = f"from read_parquet('{file}')"
            if file in stamped:
                stamp = stamped[file]
                oldest = f"(select min({stamp}) from read_parquet('{file}'))"
                rows += f" where {stamp} <= timestamp '{newest}' - interval 24 hour or {stamp} = {oldest}"
            connection.execute(f"copy ({rows}) to '{target}' (format parquet, compression zstd)")
    for other in raw.rglob("*"):
        if other.is_file() and other.suffix != ".parquet":
            target = to / other.relative_to(raw)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(other, target)


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return b of cost = a · size^b between the first and the last size.

    Examples
    --------
    >>> exponent([3, 30], [10, 100])
    1.0
    """
    return round(math.log(costs[-1] / costs[0]) / math.log(sizes[-1] / sizes[0]), 6)


def _print_slowest(folder: Path) -> None:
    results = json.loads((folder / "target" / "run_results.json").read_text("utf-8"))["results"]
    for result in sorted(results, key=lambda row: -float(row["execution_time"]))[:8]:
        print(f"    {result['execution_time']:8.1f} s  {result['unique_id'].split('.')[-1]}")


def _move(link: Path, to: Path) -> None:
    link.unlink()
    link.symlink_to(to)


def _size(out: Path, skus: int, days: int, with_bare: bool) -> dict[str, float]:
    world, folder = out / f"world_{skus}", out / f"build_{skus}"
    print(f"{skus} SKUs x {days} days: making the demo retailer ...", flush=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "sellthrough.demo",
            "--out",
            str(world),
            "--skus",
            str(skus),
            "--days",
            str(days),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    landed = folder / "raw"
    before_the_last_day(world / "raw", folder / "yesterday")
    landed.symlink_to(folder / "yesterday")
    print("  building from nothing with dbt ...", flush=True)
    full = _dbt(folder, landed, folder / "full.log")
    _print_slowest(folder)
    _keep_seeds(folder)
    full_target = folder / "target"
    # a day goes on from yesterday's parse
    shutil.copytree(full_target, folder / "full_target")
    print(f"  {full.seconds:.0f} s, {full.peak_gb:.1f} GB; one more day with dbt ...", flush=True)
    _move(landed, (world / "raw").resolve())
    day = _dbt(folder, landed, folder / "day.log")
    _print_slowest(folder)
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        sales = connection.execute("select count(*) from main_marts.fct_sales").fetchone()
    print(f"  {day.seconds:.0f} s, {day.peak_gb:.1f} GB", flush=True)
    warehouse_gb = (folder / "warehouse.duckdb").stat().st_size / 1e9
    # one warehouse at a time: at 30,000 SKUs it takes some 30 GB
    (folder / "warehouse.duckdb").unlink()
    row = {
        "skus": skus,
        "sales_lines": sales[0] if sales else 0,
        "full_seconds": round(full.seconds, 1),
        "full_peak_gb": round(full.peak_gb, 2),
        "day_seconds": round(day.seconds, 1),
        "day_peak_gb": round(day.peak_gb, 2),
        "day_to_full": round(day.seconds / full.seconds, 3),
        "warehouse_gb": round(warehouse_gb, 1),
    }
    if not with_bare:
        return row
    print("  the same SQL in bare DuckDB ...", flush=True)
    shutil.rmtree(full_target)
    (folder / "full_target").rename(full_target)
    _move(landed, folder / "yesterday")
    bare_folder = folder / "bare"
    bare = _measured(
        [sys.executable, "-m", "bench.size", "--bare", str(folder), "--out", str(bare_folder)],
        bare_folder,
        folder / "bare.log",
    )
    shutil.rmtree(bare_folder)
    return {
        **row,
        "bare_seconds": round(bare.seconds, 1),
        "bare_peak_gb": round(bare.peak_gb, 2),
        "dbt_to_bare": round(full.seconds / bare.seconds, 2),
    }


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
    parser = argparse.ArgumentParser(prog="python -m bench.size", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for worlds, warehouses and logs")
    parser.add_argument("--skus", type=int, nargs="+", default=[3000, 30000])
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--without-bare", action="store_true", help="leave out the run in bare DuckDB")
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.bare:
        options.out.mkdir(parents=True, exist_ok=True)
        print(run_bare(options.bare, options.out / "warehouse.duckdb"), "models")
        return 0
    with_bare = not options.without_bare
    rows = [_size(options.out.resolve(), skus, options.days, with_bare) for skus in options.skus]
    print()
    for name in rows[0]:
        print(f"{name:<16}" + "".join(f"{row[name]:>16,}" for row in rows))
    if len(rows) > 1:
        sizes = [row["sales_lines"] for row in rows]
        for kind in (kind for kind in rows[0] if kind.endswith("_seconds")):
            print(f"exponent of {kind} over sales lines: {exponent(sizes, [row[kind] for row in rows]):.2f}")
    (options.out / "size.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
