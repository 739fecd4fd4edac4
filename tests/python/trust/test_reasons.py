"""Every reason for which a row goes to quarantine has its line in `defect_class`."""

from __future__ import annotations

import csv
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
CASE = re.compile(
    r"\bcase\b(?:(?!\bcase\b|\bend\b).)*\bend as (?:rejection|own|row|mapping)_reason\b", re.DOTALL
)


def reasons() -> dict[str, str]:
    """Return each reason that a model can give, with one model that gives it."""
    found: dict[str, str] = {}
    for path in sorted((PROJECT / "models" / "intermediate").glob("*/*.sql")):
        for block in CASE.findall(path.read_text("utf-8")):
            for text in re.findall(r"\b(?:then|else) '([^']+)'", block):
                found[text.split(":")[0].strip()] = path.stem
    return found


def test_every_reason_of_the_quarantine_is_classified() -> None:
    with (PROJECT / "seeds" / "trust" / "defect_class.csv").open(encoding="utf-8") as file:
        classified = {row["rejection_reason"] for row in csv.DictReader(file)}
    given = reasons()
    assert len(given) > 30 and {"absurd price", "quantity is not whole", "unknown unit"} <= set(given)
    assert {reason: model for reason, model in given.items() if reason not in classified} == {}
