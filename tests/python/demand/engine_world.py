"""A simulated panel whose truth is known."""

from __future__ import annotations

__all__ = ["FEAST", "FIRST", "PROMOTION", "SETTINGS", "WEEKEND", "World", "changed", "simulated"]

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from sellthrough.demand.engine import EngineSettings, Grid, read_grid

FIRST = date(2024, 1, 1)
SETTINGS = EngineSettings(horizon=28, windows=(7, 28), rounds=20, threads=1)
FEAST = 0.9
WEEKEND = 0.5
PROMOTION = 0.7


@dataclass(frozen=True)
class World:
    """A simulated panel and the truth behind it."""

    panel: pa.Table
    statics: pa.Table
    events: pa.Table
    expected: np.ndarray
    units: np.ndarray
    known: int

    @property
    def origin(self) -> date:
        """Last known day."""
        return FIRST + timedelta(days=self.known - 1)

    def grid(
        self, settings: EngineSettings = SETTINGS, panel: pa.Table | None = None, earlier: int = 0
    ) -> Grid:
        """Lay the panel out as matrices, as known some days before the last known day."""
        origin = self.origin - timedelta(days=earlier)
        return read_grid(panel or self.panel, self.statics, self.events, origin, settings)


def simulated(seed: int, n: int = 40, known: int = 240, ahead: int = 28) -> World:
    """Negative binomial demand with weekends, a monthly feast and promotions."""
    rng = np.random.default_rng(seed)
    days = [FIRST + timedelta(days=t) for t in range(known + ahead)]
    weekend = np.array([day.weekday() >= 5 for day in days])
    feast = np.array([day.day == 20 for day in days])
    level = rng.gamma(1.5, 4.0, n) + 0.2
    promoted = rng.random((n, known + ahead)) < 0.1
    expected = level[:, None] * np.exp(WEEKEND * weekend + FEAST * feast + PROMOTION * promoted)
    units = rng.negative_binomial(4.0, 4.0 / (4.0 + expected)).astype(float)
    names = [f"s{i:03d}" for i in range(n)]
    is_past = np.arange(known + ahead) < known
    panel = pa.table(
        {
            "series": pa.array(np.repeat(names, known + ahead)),
            "ds": pa.array(days * n),
            "demand": pa.array(units.ravel(), mask=~np.tile(is_past, n)),
            "known_promotion": promoted.ravel().astype(float),
        }
    )
    statics = pa.table(
        {
            "series": names,
            "group": [f"g{i % 2}" for i in range(n)],
            "item": names,
            "calendar": ["all"] * n,
            "static_shop": [f"shop {i % 3}" for i in range(n)],
        }
    )
    feasts = [day for day, is_feast in zip(days, feast, strict=True) if is_feast]
    events = pa.table(
        {"calendar": ["all"] * len(feasts), "ds": pa.array(feasts), "event": ["feast"] * len(feasts)}
    )
    return World(panel, statics, events, expected, units, known)


def changed(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    """Return the table with another column of that name."""
    return table.set_column(table.column_names.index(name), name, values)
