"""Public holidays and retail events by country, as the aggregate model takes them."""

__all__ = ["holiday_days"]

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_BLACK_FRIDAY_NAMES = ("black friday", "black friday weekend", "black friday weekend", "cyber monday")


def _black_friday(year: int) -> date:
    first = date(year, 11, 1)
    thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
    return thursday + timedelta(days=1)


@lru_cache(maxsize=64)
def _of_country(country_code: str, years: tuple[int, ...]) -> tuple[tuple[date, str], ...]:
    import holidays

    try:
        found = holidays.country_holidays(country_code, years=list(years), language="en_US")
    except NotImplementedError as error:
        raise ValueError(
            f"Country code {country_code!r} of a channel has no holiday calendar: "
            "give an ISO 3166 two-letter code or leave it empty."
        ) from error
    return tuple(sorted((day, name) for day, name in found.items()))


def holiday_days(
    country_code: str | None, first: np.datetime64, last: np.datetime64
) -> tuple[NDArray[np.datetime64], list[str]]:
    """Holidays from one day to another, ascending.

    Observed and substitute days count as the holiday itself, and the four days from Black Friday on
    are holidays everywhere.

    Parameters
    ----------
    country_code
        ISO 3166 two-letter code, or None for the retail events alone.
    first, last
        First and last day.

    Returns
    -------
    days
        datetime64[D].
    names
        Name of each.

    Raises
    ------
    ValueError
        If there is no calendar for the country.

    Examples
    --------
    >>> days, names = holiday_days("GB", np.datetime64("2024-12-25"), np.datetime64("2024-12-25"))
    >>> [str(day) for day in days], names
    (['2024-12-25'], ['christmas day'])
    """
    start, end = first.astype("datetime64[D]").item(), last.astype("datetime64[D]").item()
    years = tuple(range(start.year, end.year + 1))
    found: dict[date, str] = {}
    for year in years:
        friday = _black_friday(year)
        for offset, name in enumerate(_BLACK_FRIDAY_NAMES):
            found[friday + timedelta(days=offset)] = name
    if country_code:
        for day, name in _of_country(country_code.upper(), years):
            found[day] = name.split(";")[0].split("(")[0].strip().lower()
    kept = sorted((day, name) for day, name in found.items() if start <= day <= end)
    return np.array([day for day, _ in kept], dtype="datetime64[D]"), [name for _, name in kept]
