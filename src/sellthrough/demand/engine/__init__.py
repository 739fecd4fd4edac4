"""The forecast engine: a panel in, a calibrated distribution per series and period out."""

__all__ = [
    "LEVELS",
    "EngineForecast",
    "EngineSettings",
    "Grid",
    "MethodScore",
    "calendar_effects",
    "forecast_grid",
    "read_grid",
    "trees_missing",
]

from .calendar_effects import calendar_effects
from .grid import Grid, read_grid
from .run import EngineForecast, MethodScore, forecast_grid
from .settings import LEVELS, EngineSettings
from .trees import trees_missing
