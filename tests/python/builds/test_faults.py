"""Bad data never stops a build, and its rows end where the fault library says; `make faults` plants all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sellthrough.demo import DemoConfig
from sellthrough.faults import FAULTS
from sellthrough.faults.run import run_faults

from .house import PROJECT

SALES_AND_TRUST = ("+fct_sales", "+fct_quarantine", "+rpt_reconciliation")


def test_typed_and_torn_values_end_where_they_must(tmp_path: Path) -> None:
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
