"""What families drivers belong to, and in what state they move nothing."""

__all__ = ["DRIVER_FAMILIES", "FAMILIES", "family_of", "neutral_values"]

import numpy as np
from numpy.typing import NDArray

from .grid import KNOWN, PAST, Grid

Floats = NDArray[np.float64]

DRIVER_FAMILIES = ("price", "promotion", "marketing", "weather", "other")
FAMILIES = ("base", "season", "holiday", *DRIVER_FAMILIES[:-1], "trend", "other")
# Families whose absence is zero; the others' neutral state is what is usual for the series.
_ABSENT_AT_ZERO = ("promotion", "marketing")
_USUAL_DAYS, _YEAR_DAYS = 91, 364


def family_of(column: str) -> str:
    """Family of a driver, the word after its prefix.

    Parameters
    ----------
    column
        Name, such as `known_price_log`.

    Returns
    -------
    str
        One of `DRIVER_FAMILIES`.

    Examples
    --------
    >>> [family_of(name) for name in ("known_price_log", "past_weather_rain", "known_snap")]
    ['price', 'weather', 'other']
    """
    word = column.removeprefix(KNOWN).removeprefix(PAST).partition("_")[0]
    return word if word in DRIVER_FAMILIES else "other"


def neutral_values(grid: Grid, name: str) -> Floats:
    """State of a driver, by series, in which it moves nothing.

    Parameters
    ----------
    grid
        History.
    name
        The driver.

    Returns
    -------
    numpy.ndarray
        Shape (n,): zero for promotions and marketing, the median of the last quarter for prices, so that
        a short cut isn't taken for usual, and the last year's mean for the rest.
    """
    family = family_of(name)
    values = grid.known[name] if name in grid.known else grid.past[name]
    if family in _ABSENT_AT_ZERO:
        return np.zeros(grid.n_series)
    days = _USUAL_DAYS if family == "price" else _YEAR_DAYS
    past = values[:, max(grid.n_known - days // grid.period_days, 0) : grid.n_known]
    usual = np.median(past, axis=1) if family == "price" else past.mean(axis=1, dtype=np.float64)
    return np.asarray(usual, dtype=np.float64)
