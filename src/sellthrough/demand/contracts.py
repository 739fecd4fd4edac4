"""What the warehouse gives the forecast and what it gets back: settings and Arrow schemas."""

__all__ = [
    "DRIVERS",
    "EVENTS_SCHEMA",
    "FIT_SCHEMA",
    "FORECAST_SCHEMA",
    "PROVEN_METHODS",
    "QUANTILE_COLUMNS",
    "QUANTILE_LEVELS",
    "ForecastSettings",
    "forecast_settings",
]

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from .engine import FAMILIES as DRIVERS
from .engine import METHODS, EngineSettings

PROVEN_METHODS: tuple[str, ...] = (*METHODS, "chosen")
QUANTILE_LEVELS: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
QUANTILE_COLUMNS: tuple[str, ...] = tuple(f"q{round(level * 100):02d}_units" for level in QUANTILE_LEVELS)

EVENTS_SCHEMA = pa.schema(
    [("calendar_code", pa.string()), ("event_on", pa.date32()), ("event_name", pa.string())]
)

FIT_SCHEMA = pa.schema(
    [
        ("fitted_on", pa.date32()),
        ("row_kind", pa.string()),
        ("part_name", pa.string()),
        ("part_text", pa.string()),
        ("refit_reason", pa.string()),
        ("series_id", pa.string()),
        ("origin_on", pa.date32()),
        ("window_days", pa.int32()),
        ("first_on", pa.date32()),
        ("ahead_days", pa.int32()),
        ("actual_units", pa.float64()),
        ("weight_share", pa.float64()),
        ("squared_change", pa.float64()),
        ("mean_units", pa.float64()),
        ("variance_units", pa.float64()),
        *[(name, pa.float64()) for name in QUANTILE_COLUMNS],
        *[(f"{name}_units", pa.float64()) for name in PROVEN_METHODS],
    ]
)

FORECAST_SCHEMA = pa.schema(
    [
        ("row_kind", pa.string()),
        ("origin_on", pa.date32()),
        ("fitted_on", pa.date32()),
        ("series_id", pa.string()),
        ("window_days", pa.int32()),
        ("forecast_on", pa.date32()),
        ("mean_units", pa.float64()),
        ("variance_units", pa.float64()),
        *[(name, pa.float64()) for name in QUANTILE_COLUMNS],
        *[(f"{name}_units", pa.float64()) for name in DRIVERS],
        ("method", pa.string()),
        ("fallback_reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class ForecastSettings:
    """Everything that steers a forecast besides its data.

    Attributes
    ----------
    horizon_days
        Days to forecast after the last day with demand.
    grain
        `day` or `week`: the length of a period. Weeks end on the last day with demand.
    windows_days
        Lengths of the windows whose sums get a law of their own; those beyond the horizon, or that are no
        whole number of periods, are left out.
    refit_days
        Days after which what was learnt is learnt anew.
    prophet
        Whether Prophet forecasts the aggregates.
    rounds
        Trees of the global model.
    training_rows
        Rows that the global model learns from at most.
    workers
        Threads and processes. The result does not depend on it.
    """

    horizon_days: int = 126
    grain: str = "day"
    windows_days: tuple[int, ...] = (7, 14, 28, 56, 91)
    refit_days: int = 7
    prophet: bool = True
    rounds: int = 80
    training_rows: int = 150_000
    workers: int = 2

    def __post_init__(self) -> None:
        """Refuse settings that no forecast can be made with.

        Raises
        ------
        ValueError
            If a length is below its minimum, or the grain is unknown.
        """
        if self.grain not in ("day", "week"):
            raise ValueError(f"forecast_grain is {self.grain!r}: set it to day or week.")
        for name, least in (
            ("horizon_days", self.period_days),
            ("refit_days", 1),
            ("rounds", 1),
            ("training_rows", 1),
            ("workers", 1),
        ):
            value = getattr(self, name)
            if not value >= least:
                raise ValueError(f"forecast_{name} is {value}: set it to {least} or more.")

    @property
    def period_days(self) -> int:
        """Days of a period."""
        return 7 if self.grain == "week" else 1

    def engine(self) -> EngineSettings:
        """Return the same in the engine's words, lengths in periods."""
        horizon = self.horizon_days // self.period_days
        windows = {days // self.period_days for days in self.windows_days if days % self.period_days == 0} - {
            0
        }
        return EngineSettings(
            horizon=horizon,
            period_days=self.period_days,
            windows=tuple(sorted(window for window in windows if window <= horizon)),
            levels=QUANTILE_LEVELS,
            threads=self.workers,
            rounds=self.rounds,
            prophet=self.prophet,
            most_rows=self.training_rows,
            keeps_held_out=True,
            explains=True,
        )


def forecast_settings(knobs: Mapping[str, Any]) -> ForecastSettings:
    """Read the settings from the project's vars, which dbt hands over as texts.

    Parameters
    ----------
    knobs
        By name of the setting.

    Returns
    -------
    ForecastSettings
        The settings.

    Raises
    ------
    ValueError
        If a value can't be read, or is out of its range.
    """
    windows = json.loads(str(knobs["windows_days"]))
    return ForecastSettings(
        horizon_days=int(knobs["horizon_days"]),
        grain=str(knobs["grain"]),
        windows_days=tuple(int(days) for days in windows),
        refit_days=int(knobs["refit_days"]),
        prophet=str(knobs["prophet"]).lower() == "true",
        rounds=int(knobs["rounds"]),
        training_rows=int(knobs["training_rows"]),
        workers=int(knobs["workers"]),
    )
