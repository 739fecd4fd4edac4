"""How each promise of a table stood: rows for the warehouse, sentences for people."""

from __future__ import annotations

__all__ = ["Outcome", "refused"]

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from .contracts import TableContract


@dataclass(frozen=True)
class Outcome:
    """How one promise of one table stood: a row of `validation_result`.

    Attributes
    ----------
    run_phase
        `raw` or `marts`.
    source_system, source_table
        The table; the system is `marts` for what leaves.
    expectation_id
        The promise: kind and columns.
    expectation
        Great Expectations' name for it.
    column_names
        The columns, parted by commas.
    severity
        `critical` or `warning`.
    is_met
        Whether it held.
    table_row_count, checked_row_count
        Rows of the table, and of these the ones looked at.
    unexpected_count, unexpected_share
        Rows that broke it.
    unexpected_sample
        Some of their values, parted by bars; text as its shape.
    message
        One sentence for people.
    run_at
        Time of the run, UTC.
    """

    run_phase: str
    source_system: str
    source_table: str
    expectation_id: str
    expectation: str
    column_names: str
    severity: str
    is_met: bool
    table_row_count: int
    checked_row_count: int
    unexpected_count: int | None
    unexpected_share: float | None
    unexpected_sample: str | None
    message: str
    run_at: dt.datetime

    @property
    def table(self) -> str:
        """Name for people."""
        return self.source_table if self.run_phase == "marts" else f"{self.source_system}.{self.source_table}"

    def row(self) -> dict[str, Any]:
        """Return the row."""
        return asdict(self)


def refused(
    phase: str, contract: TableContract, expectation: str, sentence: str, run_at: dt.datetime
) -> Outcome:
    """Tell that a table could not be looked at, in one sentence."""
    return Outcome(
        *(phase, contract.system, contract.table, expectation, expectation, "", "critical", False),
        *(0, 0, None, None, None, sentence, run_at),
    )
