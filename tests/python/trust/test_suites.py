"""Great Expectations says of each promise whether it is kept, and people can read it, offline."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sellthrough.trust.contracts import Promise, TableContract
from sellthrough.trust.outcomes import Outcome
from sellthrough.trust.pages import write_pages
from sellthrough.trust.sampling import Sample
from sellthrough.trust.suites import Validator

AT = dt.datetime(2026, 10, 1, 6)
DAY = pd.Timestamp("2026-09-01")
# Of each promise: a frame that keeps it, one that breaks it, rows that break it, and what people read.
CASES: dict[str, tuple[Promise, pd.DataFrame, pd.DataFrame, int | None, str]] = {
    "present": (
        Promise("present", ("qty",)),
        pd.DataFrame({"qty given": [True]}),
        pd.DataFrame({"quantity": [True]}),
        None,
        "pos.sales_line.qty is in none of the delivered files: map its new name in the var column_names.",
    ),
    "given": (
        Promise("given", ("price", "total")),
        pd.DataFrame({"price or total given": [True, True]}),
        pd.DataFrame({"price or total given": [True, None]}),
        1,
        "pos.sales_line: price or total should hold: is never null; 1 of 2 rows break it.",
    ),
    "readable": (
        Promise("readable", ("qty",)),
        pd.DataFrame({"qty unreadable": pd.Series([None, None], dtype="str")}),
        pd.DataFrame({"qty unreadable": pd.Series([None, "9,999.99"], dtype="str")}),
        1,
        "pos.sales_line.qty should hold: can be read as its type; 1 of 2 rows break it, such as 9,999.99.",
    ),
    "unique": (
        Promise("unique", ("id", "at"), "warning"),
        pd.DataFrame({"key (id, at)": ["a", "b", "c"]}),
        pd.DataFrame({"key (id, at)": ["a", "a", "c"]}),
        2,
        "pos.sales_line: id or at should hold: is unique; 2 of 3 rows break it, such as a.",
    ),
    "values": (
        Promise("values", ("kind",), "warning", values=("sale",)),
        pd.DataFrame({"kind": ["sale", None]}),
        pd.DataFrame({"kind": ["sale", "aaa"]}),
        1,
        "pos.sales_line.kind should hold: is one of sale; 1 of 2 rows break it, such as aaa.",
    ),
    "pattern": (
        Promise("pattern", ("currency",), "warning", pattern="^[A-Z]{3}$"),
        pd.DataFrame({"currency": ["GBP"]}),
        pd.DataFrame({"currency": ["aaa"]}),
        1,
        "pos.sales_line.currency should hold: matches ^[A-Z]{3}$; 1 of 1 rows break it, such as aaa.",
    ),
    "between": (
        Promise("between", ("qty",), "warning", low=0, high=5000),
        pd.DataFrame({"qty": [0.0, 5000.0, None]}),
        pd.DataFrame({"qty": [-1.0, 5000.0, None]}),
        1,
        "pos.sales_line.qty should hold: lies between 0 and 5000; 1 of 3 rows break it, such as -1.",
    ),
    "dated": (
        Promise(
            "between", ("sold_at",), "warning", low=dt.datetime(2009, 1, 1), high=dt.datetime(2026, 10, 3)
        ),
        pd.DataFrame({"sold_at": [DAY, pd.NaT]}),
        pd.DataFrame({"sold_at": [DAY, pd.Timestamp("1970-01-01")]}),
        1,
        "pos.sales_line.sold_at should hold: lies between 2009-01-01 and 2026-10-03; 1 of 2 rows break it, "
        "such as 1970-01-01.",
    ),
    "in_order": (
        Promise("in_order", ("starts_on", "ends_on"), "warning"),
        pd.DataFrame({"starts_on": [DAY, DAY], "ends_on": [DAY, pd.NaT]}),
        pd.DataFrame({"starts_on": [DAY], "ends_on": [DAY - pd.Timedelta(days=1)]}),
        1,
        "pos.sales_line: starts_on or ends_on should hold: is in order; 1 of 1 rows break it, such as "
        "2026-08-31 to 2026-09-01.",
    ),
    "typed": (
        Promise("typed", ("amount",), pattern="DECIMAL(18,4)"),
        pd.DataFrame({"amount DECIMAL(18,4)": [True]}),
        pd.DataFrame({"amount DOUBLE": [True], "amount given": [True]}),
        None,
        "pos.sales_line.amount should have the type DECIMAL(18,4) and has DOUBLE.",
    ),
}


def outcome_of(promise: Promise, frame: pd.DataFrame, phase: str = "raw") -> tuple[Outcome, object]:
    """Validate one promise over a frame."""
    contract = TableContract("pos", "sales_line", {}, promises=(promise,))
    outcomes, result = Validator(phase, AT).validate(contract, Sample(frame, len(frame), True))
    (outcome,) = outcomes
    return outcome, result


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_promise_is_met_or_broken(name: str) -> None:
    promise, good, bad, count, sentence = CASES[name]
    kept, _ = outcome_of(promise, good)
    assert kept.is_met and kept.unexpected_sample is None, kept
    broken, _ = outcome_of(promise, bad)
    assert not broken.is_met
    assert (broken.unexpected_count, broken.severity) == (count, promise.severity)
    assert broken.message == sentence


def test_a_table_without_rows_keeps_every_promise_about_rows() -> None:
    promise, good, *_ = CASES["values"]
    kept, _ = outcome_of(promise, good.head(0))
    assert kept.is_met and kept.unexpected_share == 0


def test_a_promise_of_a_column_that_is_not_there_is_only_told_by_its_presence() -> None:
    contract = TableContract("pos", "sales_line", {}, promises=(CASES["present"][0], CASES["between"][0]))
    outcomes, _ = Validator("raw", AT).validate(contract, Sample(pd.DataFrame({"x": [1]}), 1, True))
    assert [outcome.expectation_id for outcome in outcomes] == ["present qty"]


def test_the_pages_stand_alone(tmp_path: Path) -> None:
    promise, good, bad, _, sentence = CASES["values"]
    kept, result = outcome_of(promise, good)
    write_pages(tmp_path, "marts", [replace(kept, run_phase="marts")], {"fct_sales": result})
    broken, result = outcome_of(promise, bad)
    front = write_pages(tmp_path, "raw", [broken], {"pos.sales_line": result})
    pages = {
        path.relative_to(tmp_path).as_posix(): path.read_text("utf-8") for path in tmp_path.rglob("*.html")
    }
    assert set(pages) >= {"index.html", "raw/pos.sales_line.html", "marts/fct_sales.html"}
    for name, text in pages.items():
        assert not re.search(r"https?://|<script|<link|<img|url\(|@import|src=", text), name
        for link in re.findall(r'href="([^"]+)"', text):
            folder = tmp_path if name.endswith("list.html") else (tmp_path / name).parent
            assert (folder / link).exists(), (name, link)
    assert sentence in front.read_text("utf-8")
    assert "values must belong to this set" in pages["raw/pos.sales_line.html"]
    assert "1 unexpected values found" in pages["raw/pos.sales_line.html"]
