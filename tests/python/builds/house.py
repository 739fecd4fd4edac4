"""A warehouse that a test builds with dbt, in a folder of its own."""

from __future__ import annotations

__all__ = ["PROJECT", "SYSTEMS", "House", "copied_raw", "unchanged"]

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from . import dbt_server

PROJECT = Path(__file__).resolve().parents[3]
SYSTEMS = (
    "netsuite",
    "shopify",
    "amazon",
    "pos",
    "wms",
    "google_ads",
    "meta_ads",
    "klaviyo",
    "ga4",
    "weather",
    "fx",
    "planning",
    "audit",
)
# and the snapshots that models stand on
MODELS_AND_SEEDS = (
    *("--resource-type", "model", "--resource-type", "seed"),
    *("--resource-type", "snapshot"),
)

# When a run wrote a row is the run's own affair; all else of these tables is the data's.
BY_RUN = dict.fromkeys(
    ("int_mappings_restated", "int_sales_mapped", "int_sales_resolved"), "* exclude (restated_at)"
)


@dataclass(frozen=True)
class House:
    """One warehouse file, the raw data it is built from and the vars it is built with.

    Attributes
    ----------
    root
        Folder of the warehouse file and of dbt's target and logs.
    raw
        Folder of the raw data.
    knobs
        Vars beside `raw_folder` and those of a light forecast.
    """

    root: Path
    raw: Path
    knobs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The DuckDB file."""
        return self.root / "warehouse.duckdb"

    @property
    def validation(self) -> Path:
        """What the validation writes."""
        return self.root / "validation"

    @property
    def target(self) -> Path:
        """What dbt compiles, and its manifest."""
        return self.root / "target"

    def try_dbt(self, *arguments: str, **knobs: Any) -> subprocess.CompletedProcess[str]:
        """Run a dbt command with the house's vars and these on top; return how it ended."""
        if sys.platform != "linux":
            # elsewhere libraries don't stand being forked
            return self._dbt_of_its_own(*arguments, **knobs)
        # a manifest of six megabytes is written on demand
        environment = {"DBT_WRITE_JSON": "false", **self._environment()}
        return dbt_server.run(self._line(*arguments), self._settings(knobs), environment)

    def dbt(self, *arguments: str, **knobs: Any) -> str:
        """Run a dbt command that must succeed; return what it printed."""
        return _succeeded(self.try_dbt(*arguments, **knobs), arguments)

    def dbt_from_the_shell(self, *arguments: str) -> str:
        """Run a dbt command that must succeed as a person does, in a process that knows nothing yet."""
        return _succeeded(self._dbt_of_its_own(*arguments), arguments)

    def _dbt_of_its_own(self, *arguments: str, **knobs: Any) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("dbt")), *self._line(*arguments)]
        return subprocess.run(
            [*command, "--vars", json.dumps(self._settings(knobs))],
            cwd=PROJECT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def _line(self, *arguments: str) -> list[str]:
        self.root.mkdir(parents=True, exist_ok=True)
        return [
            *("--log-level-file", "none", "--no-use-colors", *arguments),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT / "profiles")),
            *("--target-path", str(self.target), "--log-path", str(self.root / "logs")),
        ]

    def _settings(self, knobs: Mapping[str, Any]) -> dict[str, Any]:
        own = {"raw_folder": self.raw.as_posix(), "validation_location": self.validation.as_posix()}
        return {**dbt_server.LIGHT, **own, **self.knobs, **knobs}

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SELLTHROUGH_WAREHOUSE": str(self.file),
            "SELLTHROUGH_TARGET": "duckdb",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "OMP_WAIT_POLICY": "passive",
        }

    def built(self, *arguments: str) -> House:
        """Load the seeds, run every model and record every snapshot; return the house."""
        self.dbt("build", *MODELS_AND_SEEDS, *arguments)
        return self

    def copied(self, root: Path, *, raw: Path | None = None) -> House:
        """Copy the warehouse into another folder, to rerun some of its models there."""
        root.mkdir(parents=True)
        shutil.copyfile(self.file, root / "warehouse.duckdb")
        return House(root, raw or self.raw, dict(self.knobs))

    def execute(self, sql: str) -> None:
        """Change the warehouse."""
        with duckdb.connect(str(self.file)) as connection:
            connection.execute(sql)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query over the warehouse. `{raw}` stands for the folder of the raw data."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql.replace("{raw}", self.raw.as_posix())).fetchall()

    def value(self, sql: str) -> Any:
        """Return the one value that a query gives."""
        return self.query(sql)[0][0]

    def relations(self, schema: str = "%") -> dict[str, str]:
        """Tables and views whose schema matches: full name by name."""
        rows = self.query(
            "select table_name, table_schema || '.' || table_name from information_schema.tables "
            f"where table_schema like '{schema}' and table_schema like 'main_%' order by 1"
        )
        return dict(rows)

    def columns(self) -> dict[str, list[str]]:
        """Columns of each table and view."""
        found: dict[str, list[str]] = {}
        for table, column in self.query(
            "select table_name, column_name from information_schema.columns order by 1, ordinal_position"
        ):
            found.setdefault(table, []).append(column)
        return found

    def content(self, name: str, columns: str = "*", where: str = "true") -> tuple[int, int]:
        """Rows of a table and a hash of what they hold, whatever their order."""
        relation = self.relations()[name]
        rows = self.query(
            f"select count(*), coalesce(sum(hash(held)::hugeint), 0) from "
            f"(select {columns} from {relation} where {where}) as held"
        )
        return int(rows[0][0]), int(rows[0][1])

    def manifest(self) -> dict[str, Any]:
        """Return what dbt knows of the project after the last command."""
        read: dict[str, Any] = json.loads((self.target / "manifest.json").read_text("utf-8"))
        return read


def copied_raw(raw: Path, to: Path) -> Path:
    """Copy raw data, so that a test can damage it."""
    shutil.copytree(raw, to)
    return to


def unchanged(before: House, after: House, names: list[str]) -> list[str]:
    """Of these tables, those whose content is the same in both houses."""
    return [name for name in names if before.content(name) == after.content(name)]


def _succeeded(done: subprocess.CompletedProcess[str], arguments: tuple[str, ...]) -> str:
    assert done.returncode == 0, f"dbt {' '.join(arguments)} failed:\n{done.stdout[-6000:]}{done.stderr}"
    return done.stdout
