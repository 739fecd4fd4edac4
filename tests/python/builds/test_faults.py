"""Bad data never stops a build, and its rows end where the fault library says; `make faults` plants all."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sellthrough.demo import DemoConfig
from sellthrough.faults import FAULTS
from sellthrough.faults.run import run_faults

from . import dbt_server
from .house import PROJECT

SALES_AND_TRUST = ("+fct_sales", "+fct_quarantine", "+rpt_reconciliation")


def from_the_server(line: list[str], **of_process: Any) -> subprocess.CompletedProcess[str]:
    """Run a command line of dbt in the server."""
    program, *arguments, flag, knobs = line
    assert Path(program).is_file() and Path(program).name == "dbt" and flag == "--vars"
    return dbt_server.run(arguments, json.loads(knobs), of_process["env"])


def test_typed_and_torn_values_end_where_they_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sellthrough.faults.run.subprocess", SimpleNamespace(run=from_the_server))
    faults = [
        replace(fault, count=min(fault.count, 3))
        for fault in FAULTS
        if fault.batch == "texts" or fault.name == "cut_parquet"
    ]
    said: list[str] = []
    report = run_faults(
        tmp_path / "yard",
        PROJECT,
        DemoConfig(skus=20, days=120, seed=11),
        faults=faults,
        floors=SALES_AND_TRUST,
        say=said.append,
    )
    assert report.complaints == []
    assert report.is_kept
    assert len(report.planted) == len(faults) > 20
    (sentence,) = (line for line in said if line.startswith("cut_parquet"))
    assert "order_line.parquet' of shopify.order_line is cut off" in sentence
    assert "deliver it again, or move it out of the folder" in sentence
