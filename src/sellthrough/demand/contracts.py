"""What goes into a demand forecast and what comes out: settings, result and Arrow schemas."""

__all__ = [
    "ACCURACY_SCHEMA",
    "CHANNELS_SCHEMA",
    "DAILY_SCHEMA",
    "DRIVERS_SCHEMA",
    "HISTORY_SCHEMA",
    "QUANTILE_COLUMNS",
    "QUANTILE_LEVELS",
    "ForecastResult",
    "ForecastSettings",
]

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

QUANTILE_LEVELS: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
QUANTILE_COLUMNS: tuple[str, ...] = tuple(f"q{round(level * 100):02d}_units" for level in QUANTILE_LEVELS)

HISTORY_SCHEMA = pa.schema(
    [
        ("sku_id", pa.string()),
        ("channel_id", pa.string()),
        ("location_id", pa.string()),
        ("category", pa.string()),
        ("demand_on", pa.date32()),
        ("demand_units", pa.float64()),
        ("in_stock_share", pa.float64()),
        ("is_promoted", pa.bool_()),
    ]
)

DRIVERS_SCHEMA = pa.schema(
    [
        ("category", pa.string()),
        ("channel_id", pa.string()),
        ("demand_on", pa.date32()),
        ("promotion_rate", pa.float64()),
        ("spend_amount", pa.float64()),
    ]
)

CHANNELS_SCHEMA = pa.schema([("channel_id", pa.string()), ("country_code", pa.string())])

DAILY_SCHEMA = pa.schema(
    [
        ("sku_id", pa.string()),
        ("channel_id", pa.string()),
        ("location_id", pa.string()),
        ("forecast_on", pa.date32()),
        ("mean_units", pa.float64()),
        ("variance_units", pa.float64()),
        *[(name, pa.float64()) for name in QUANTILE_COLUMNS],
        ("method", pa.string()),
        ("fallback_reason", pa.string()),
        ("history_from_on", pa.date32()),
        ("history_days", pa.int32()),
        ("origin_on", pa.date32()),
    ]
)

ACCURACY_SCHEMA = pa.schema(
    [
        ("class", pa.string()),
        ("category", pa.string()),
        ("channel_id", pa.string()),
        ("demand_pattern", pa.string()),
        ("method", pa.string()),
        ("origin_on", pa.date32()),
        ("horizon_days", pa.int32()),
        ("n_series", pa.int32()),
        ("score", pa.float64()),
        ("wape", pa.float64()),
        ("bias_share", pa.float64()),
        ("rmsse", pa.float64()),
        ("pinball", pa.float64()),
        ("coverage", pa.float64()),
        ("coverage_uncorrected", pa.float64()),
        ("pit_coverage", pa.float64()),
        ("pit_coverage_uncorrected", pa.float64()),
        ("variance_inflation", pa.float64()),
        ("is_chosen", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class ForecastSettings:
    """Everything that steers a forecast besides its data.

    Attributes
    ----------
    cutoff_on
        Last day of history, the forecast's origin. Every series must end on it.
    horizon_days
        Days to forecast after the cut-off.
    share_window_days
        Days before the origin from which a series' share of its category is taken.
    seed
        Seed of the Stan optimiser.
    min_history_days
        A series with fewer days is forecast from its category's mean.
    holdout_days
        Days before the cut-off on which methods are compared; at least 7.
    intermittent_adi
        Average interval between demands, in days, from which a series counts as intermittent
        (Syntetos, Boylan and Croston, 2005: 1.32).
    workers
        Processes for the Prophet fits; 1 fits in this process. The result does not depend on it.
    use_prophet
        False leaves Prophet out: the remaining methods compete alone.
    """

    cutoff_on: date
    horizon_days: int = 126
    share_window_days: int = 56
    seed: int = 7
    min_history_days: int = 28
    holdout_days: int = 28
    intermittent_adi: float = 1.32
    workers: int = 2
    use_prophet: bool = True

    def __post_init__(self) -> None:
        """Refuse settings that no forecast can be made with.

        Raises
        ------
        ValueError
            If a length is below its minimum.
        """
        for name, least in (
            ("horizon_days", 1),
            ("share_window_days", 7),
            ("min_history_days", 7),
            ("holdout_days", 7),
            ("workers", 1),
            ("intermittent_adi", 1),
        ):
            value = getattr(self, name)
            if not value >= least:
                raise ValueError(f"{name} is {value} in the forecast settings: set it to {least} or more.")


@dataclass(frozen=True)
class ForecastResult:
    """A forecast and its proof.

    Attributes
    ----------
    daily
        One row per series and future day, in `DAILY_SCHEMA`.
    accuracy
        One row per class and method as measured on the held-out days, in `ACCURACY_SCHEMA`.
    """

    daily: pa.Table
    accuracy: pa.Table
