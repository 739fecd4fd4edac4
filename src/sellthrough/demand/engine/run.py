"""The engine's way in one call: learn, then forecast."""

__all__ = ["forecast_grid"]

from collections.abc import Callable

from .fit import fit_grid
from .grid import Grid
from .score import EngineForecast, score_grid
from .settings import EngineSettings


def forecast_grid(
    grid: Grid, settings: EngineSettings, say: Callable[[str], None] = lambda _: None
) -> EngineForecast:
    """Forecast every series of a panel.

    Parameters
    ----------
    grid
        History, drivers and events.
    settings
        Horizon, windows, levels, size of the model.
    say
        Called with one line per stage.

    Returns
    -------
    EngineForecast
        Whatever the panel holds: a series without history gets what its group's new series sell.
    """
    return score_grid(grid, fit_grid(grid, settings, say), settings, say)
