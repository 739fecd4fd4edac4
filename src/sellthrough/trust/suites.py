"""Suites of Great Expectations from contracts, run over frames."""

from __future__ import annotations

__all__ = ["Validator"]

import datetime as dt
import os
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe

from .contracts import Promise, TableContract
from .outcomes import Outcome
from .sampling import Sample, as_text, field_of

os.environ["GX_ANALYTICS_ENABLED"] = "false"
SHOWN = 5


class Validator:
    """One context of Great Expectations: nothing on disk, no telemetry.

    Parameters
    ----------
    phase
        `raw` or `marts`.
    run_at
        Time of the run, UTC.
    """

    def __init__(self, phase: str, run_at: dt.datetime) -> None:
        self.phase = phase
        self.run_at = run_at
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        self._source = self._context.data_sources.add_pandas("duckdb")

    def validate(self, contract: TableContract, sample: Sample) -> tuple[list[Outcome], Any]:
        """Run a table's suite.

        Parameters
        ----------
        contract
            What is promised.
        sample
            The rows.

        Returns
        -------
        tuple
            An outcome per promise, and Great Expectations' own result for the pages.
        """
        name = f"{contract.system}.{contract.table}"
        fields = set(sample.rows.columns)
        promises = [p for p in contract.promises if p.kind in ("present", "typed") or _fields(p) <= fields]
        suite = self._context.suites.add(gx.ExpectationSuite(name=f"{self.phase}.{name}"))
        for number, promise in enumerate(promises):
            expectation = _expectation(promise)
            expectation.meta = {"promise": number}
            suite.add_expectation(expectation)
        batch = self._source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("rows")
        definition = self._context.validation_definitions.add(
            gx.ValidationDefinition(name=f"{self.phase}.{name}", data=batch, suite=suite)
        )
        result = definition.run(
            batch_parameters={"dataframe": sample.rows},
            result_format={"result_format": "SUMMARY", "partial_unexpected_count": SHOWN},
        )
        outcomes = []
        for single in result.results:
            promise = promises[single.expectation_config.meta["promise"]]
            outcomes.append(self._outcome(contract, sample, promise, single))
        return sorted(outcomes, key=lambda outcome: outcome.expectation_id), result

    def _outcome(self, contract: TableContract, sample: Sample, promise: Promise, single: Any) -> Outcome:
        found = single.result or {}
        counts = found.get("partial_unexpected_counts") or []
        values = [as_text(_value(one)) for one in counts] or [
            as_text(one) for one in dict.fromkeys(map(_plain, found.get("partial_unexpected_list") or []))
        ]
        count = found.get("unexpected_count")
        if promise.kind == "given":
            values = []
        checked = len(sample.rows)
        outcome = Outcome(
            run_phase=self.phase,
            source_system=contract.system,
            source_table=contract.table,
            expectation_id=f"{promise.kind} {', '.join(promise.columns)}",
            expectation=single.expectation_config.type,
            column_names=", ".join(promise.columns),
            severity=promise.severity,
            is_met=bool(single.success),
            table_row_count=sample.row_count,
            checked_row_count=checked,
            unexpected_count=None if count is None else int(count),
            unexpected_share=None if count is None else (int(count) / checked if checked else 0.0),
            unexpected_sample=" | ".join(values) if values and not single.success else None,
            message="",
            run_at=self.run_at,
        )
        raised = [
            str(info.get("exception_message"))
            for info in _exceptions(single.exception_info)
            if info.get("raised_exception")
        ]
        message = _sentence(outcome, promise, sample, raised[0] if raised else "")
        return Outcome(**{**outcome.row(), "message": message})


def _exceptions(info: Any) -> list[dict[str, Any]]:
    if not info:
        return []
    return [info] if "raised_exception" in info else [one for one in info.values() if isinstance(one, dict)]


def _fields(promise: Promise) -> set[str]:
    return set(promise.columns) if promise.kind == "in_order" else {field_of(promise)}


def _expectation(promise: Promise) -> Any:
    """Return the expectation that tells whether a promise is kept."""
    column = field_of(promise)
    severity: Any = promise.severity
    match promise.kind:
        case "present" | "typed":
            return gxe.ExpectColumnToExist(column=column, severity=severity)
        case "given":
            return gxe.ExpectColumnValuesToNotBeNull(column=column, severity=severity)
        case "readable":
            return gxe.ExpectColumnValuesToBeNull(column=column, severity=severity)
        case "unique":
            return gxe.ExpectColumnValuesToBeUnique(column=column, severity=severity)
        case "values":
            allowed = list(promise.values)
            return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=allowed, severity=severity)
        case "pattern":
            return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=promise.pattern, severity=severity)
        case "in_order":
            first, second = promise.columns
            return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=second,
                column_B=first,
                or_equal=True,
                ignore_row_if="either_value_is_missing",
                severity=severity,
            )
        case _:
            return gxe.ExpectColumnValuesToBeBetween(
                column=column, min_value=promise.low, max_value=promise.high, severity=severity
            )


def _value(counted: Any) -> Any:
    return _plain(counted["value"] if isinstance(counted, dict) else counted)


def _plain(value: Any) -> Any:
    return " to ".join(as_text(one) for one in value) if isinstance(value, (tuple, list)) else value


def _sentence(outcome: Outcome, promise: Promise, sample: Sample, raised: str) -> str:
    """Say in one sentence what is promised, or what is wrong."""
    columns = " or ".join(promise.columns)
    subject = f"{outcome.table}.{columns}" if len(promise.columns) == 1 else f"{outcome.table}: {columns}"
    promised = {
        "present": "is delivered",
        "given": "is never null",
        "readable": "can be read as its type",
        "unique": "is unique",
        "values": f"is one of {', '.join(promise.values)}",
        "pattern": f"matches {promise.pattern}",
        "between": _range(promise),
        "in_order": "is in order",
        "typed": f"has the type {promise.pattern}",
    }[promise.kind]
    if outcome.is_met:
        return f"{subject} {promised}."
    if raised:
        return (
            f"{subject}: Great Expectations could not tell whether it {promised} ({raised.splitlines()[0]})."
        )
    if promise.kind == "present":
        return f"{subject} is in none of the delivered files: map its new name in the var column_names."
    if promise.kind == "typed":
        there = [name for name in sample.rows.columns if str(name).startswith(f"{columns} ")]
        kinds = [str(name).split(" ", 1)[1] for name in there if str(name).split(" ")[1].isupper()]
        has = f"has {kinds[0]}" if kinds else "is not there"
        return f"{subject} should have the type {promise.pattern} and {has}."
    sampled = "" if outcome.checked_row_count == outcome.table_row_count else " sampled"
    shown = f", such as {outcome.unexpected_sample}" if outcome.unexpected_sample else ""
    return (
        f"{subject} should hold: {promised}; {outcome.unexpected_count or 0:,} of "
        f"{outcome.checked_row_count:,}{sampled} rows break it{shown}."
    )


def _range(promise: Promise) -> str:
    low = None if promise.low is None else as_text(promise.low)
    high = None if promise.high is None else as_text(promise.high)
    if low is None:
        return f"is at most {high}"
    return f"is at least {low}" if high is None else f"lies between {low} and {high}"
