"""The forecast engine: a panel in, a calibrated distribution per series and period out."""

__all__ = [
    "FAMILIES",
    "LEVELS",
    "METHODS",
    "CalendarEffects",
    "EngineFit",
    "EngineForecast",
    "EngineSettings",
    "Grid",
    "HeldOut",
    "MethodScore",
    "calendar_effects",
    "fit_grid",
    "forecast_grid",
    "held_out_table",
    "pack_fit",
    "quantile_column",
    "read_grid",
    "refit_reason",
    "score_grid",
    "trees_missing",
    "unpack_fit",
]

from .boosters import trees_missing
from .calendar_effects import CalendarEffects, calendar_effects
from .choice import MethodScore
from .families import FAMILIES
from .fit import EngineFit, fit_grid
from .grid import Grid, read_grid
from .held_out import HeldOut, quantile_column
from .held_out_table import held_out_table
from .kept import pack_fit, unpack_fit
from .proof import METHODS
from .refit import refit_reason
from .run import forecast_grid
from .score import EngineForecast, score_grid
from .settings import LEVELS, EngineSettings
