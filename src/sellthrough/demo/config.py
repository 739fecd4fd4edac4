"""Arguments of a demo world and the retailer's fixed names: channels, locations, selling points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

__all__ = [
    "CHANNELS",
    "DWELL_DAYS",
    "FEEDER",
    "GENERATOR_VERSION",
    "HORIZON_DAYS",
    "LOCATIONS",
    "LOCATION_NAMES",
    "POINTS",
    "POINT_CHANNEL",
    "POINT_LOCATION",
    "WAREHOUSES",
    "BoolArray",
    "DemoConfig",
    "FloatArray",
    "IntArray",
    "StrArray",
    "stream",
]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
StrArray = npt.NDArray[np.object_]

GENERATOR_VERSION = "1.1.0"
HORIZON_DAYS = 126  # the planning horizon of the surplus truth; plans reach 120 days ahead

CHANNELS = ("web", "web_eu", "marketplace_amazon", "store", "wholesale")
LOCATIONS = (
    "wh_leeds",
    "wh_bristol",
    "tpl_rotterdam",
    "fba_uk",
    "store_london",
    "store_bath",
    "store_york",
    "store_leeds",
    "store_bristol",
    "store_edinburgh",
)
LOCATION_NAMES = (
    "Leeds DC",
    "Bristol DC",
    "Rotterdam 3PL",
    "Amazon FBA UK",
    "Store London",
    "Store Bath",
    "Store York",
    "Store Leeds",
    "Store Bristol",
    "Store Edinburgh",
)
WAREHOUSES = 3  # the first three locations receive from suppliers and run the warehouse system
FEEDER = (-1, -1, -1, 0, 1, 1, 1, 1, 1, 1)  # which warehouse feeds each location; -1: suppliers do
DWELL_DAYS = (0, 0, 0, 5, 2, 2, 3, 3, 1, 3)  # transit days of a transfer into each location

# A selling point is a channel at a location. Amazon sells from its own warehouse (AFN) and from Leeds (MFN).
POINTS = ("web", "amazon_afn", "amazon_mfn", "web_eu", "wholesale", "s01", "s02", "s03", "s04", "s05", "s06")
POINT_CHANNEL = np.array([0, 2, 2, 1, 4, 3, 3, 3, 3, 3, 3], dtype=np.int64)
POINT_LOCATION = np.array([0, 3, 0, 2, 1, 4, 5, 6, 7, 8, 9], dtype=np.int64)


@dataclass(frozen=True)
class DemoConfig:
    """What decides a demo world, to the bit.

    Parameters
    ----------
    skus
        Number of SKUs, kits included (at least 20).
    days
        Days simulated, ending on `last_day` (at least 60).
    seed
        Seed of every random stream.
    mess
        Scale of the planted data defects; 0 is a clean world, 1 what a retailer of this size would have.
    last_day
        The day of decision: the world is recorded at its close of business.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> str(DemoConfig(days=366, last_day=date(2025, 1, 1)).first_day)
    '2024-01-02'
    """

    skus: int = 300
    days: int = 1096
    seed: int = 7
    mess: float = 1.0
    last_day: date = date(2026, 9, 30)

    def __post_init__(self) -> None:
        if not 20 <= self.skus <= 33_000:
            raise ValueError(
                f"--skus is {self.skus}, but must lie between 20 and 33000: choose a number there."
            )
        if not 60 <= self.days <= 3660:
            raise ValueError(
                f"--days is {self.days}, but must lie between 60 and 3660: choose a number there."
            )
        if self.seed < 0:
            raise ValueError(f"--seed is {self.seed}, but must not be negative: use 0 or more.")
        if not 0.0 <= self.mess <= 5.0:
            raise ValueError(
                f"--mess is {self.mess}, but must lie between 0 (clean) and 5: choose a number there."
            )
        if not date(2016, 1, 1) <= self.last_day <= date(2090, 12, 31):
            raise ValueError(
                f"--last-day is {self.last_day}, but must lie in 2016 to 2090: choose another day."
            )

    @property
    def first_day(self) -> np.datetime64:
        """First simulated day."""
        return np.datetime64(self.last_day, "D") - (self.days - 1)

    @property
    def end(self) -> np.datetime64:
        """Last instant that a connector has seen: midnight after the last day, less a minute."""
        return np.datetime64(self.last_day, "us") + np.timedelta64(24 * 60 - 1, "m")

    @property
    def sample_share(self) -> float:
        """Share of SKUs whose daily truth is written: all of them up to 5,000 SKUs, 3 % beyond."""
        return 1.0 if self.skus <= 5000 else 0.03


def stream(config: DemoConfig, *path: int) -> np.random.Generator:
    """Return the random stream of one purpose, independent of every other purpose.

    Parameters
    ----------
    config
        The world.
    path
        Whole numbers that name the purpose (and, say, the month).
    """
    return np.random.default_rng([config.seed, *path])
