"""Calendars: public holidays, season shapes, weekdays, and local time to UTC."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from sellthrough.demo.config import CHANNELS, FloatArray, IntArray

__all__ = [
    "SEASONS",
    "chinese_new_year",
    "easter",
    "holiday_factor",
    "london_to_utc",
    "public_holidays",
    "season_curve",
]

SEASONS = ("all_year", "spring_summer", "autumn_winter", "christmas")

# Monday to Sunday, by channel in the order of CHANNELS
_WEEKDAY = {
    "web": (1.12, 1.02, 0.98, 0.97, 0.90, 0.92, 1.09),
    "web_eu": (1.08, 1.02, 1.00, 1.00, 0.92, 0.90, 1.08),
    "marketplace_amazon": (1.08, 1.03, 1.01, 1.00, 0.95, 0.92, 1.01),
    "store": (0.72, 0.74, 0.80, 0.90, 1.10, 1.62, 1.12),
    "wholesale": (1.55, 1.50, 1.40, 1.40, 1.15, 0.0, 0.0),
}


def easter(year: int) -> date:
    """Return Easter Sunday (Gregorian computus of Meeus, Jones and Butcher).

    Examples
    --------
    >>> easter(2024), easter(2026)
    (datetime.date(2024, 3, 31), datetime.date(2026, 4, 5))
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)


def chinese_new_year(year: int) -> date:
    """Return the Chinese new year, as the first new moon after 20 January (mean moon: right to a day or so).

    Examples
    --------
    >>> chinese_new_year(2024), chinese_new_year(2026)
    (datetime.date(2024, 2, 10), datetime.date(2026, 2, 17))
    """
    start = (date(year, 1, 21) - date(2000, 1, 6)).days - 0.93
    moons = -(-start // 29.530588853)
    return date(2000, 1, 6) + timedelta(days=int(moons * 29.530588853 + 1.09))


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the nth (from 1; -1 for the last) such weekday of a month."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def public_holidays(year: int, country: str) -> dict[date, str]:
    """Return the public holidays of England (`GB`), the Netherlands (`NL`) or Germany (`DE`) by date.

    A bank holiday of England that falls on a weekend is moved to the next free weekday.

    Examples
    --------
    >>> public_holidays(2026, "NL")[date(2026, 4, 27)]
    'Koningsdag'
    """
    sunday = easter(year)
    days = {sunday + timedelta(days=1): "Easter Monday", date(year, 1, 1): "New Year"}
    if country == "GB":
        days = {sunday - timedelta(days=2): "Good Friday", sunday + timedelta(days=1): "Easter Monday"}
        days[_nth_weekday(year, 5, 0, 1)] = "Early May bank holiday"
        days[_nth_weekday(year, 5, 0, -1)] = "Spring bank holiday"
        days[_nth_weekday(year, 8, 0, -1)] = "Summer bank holiday"
        for day, name in (
            (date(year, 1, 1), "New Year"),
            (date(year, 12, 25), "Christmas Day"),
            (date(year, 12, 26), "Boxing Day"),
        ):
            while day.weekday() >= 5 or day in days:
                day += timedelta(days=1)
            days[day] = name
    elif country == "NL":
        king = date(year, 4, 27)
        days[king - timedelta(days=1) if king.weekday() == 6 else king] = "Koningsdag"
        days[sunday + timedelta(days=39)] = "Hemelvaartsdag"
        days[sunday + timedelta(days=50)] = "Tweede Pinksterdag"
        days[date(year, 12, 25)] = days[date(year, 12, 26)] = "Kerst"
    elif country == "DE":
        days[sunday - timedelta(days=2)] = "Karfreitag"
        days[date(year, 5, 1)] = "Tag der Arbeit"
        days[date(year, 10, 3)] = "Tag der Deutschen Einheit"
        days[date(year, 12, 25)] = days[date(year, 12, 26)] = "Weihnachten"
    else:
        raise ValueError(f"No holidays are known for the country {country!r}: use GB, NL or DE.")
    return days


def holiday_factor(first_day: np.datetime64, days: int) -> FloatArray:
    """Return the weekday and holiday multiplier of demand, shape (channels, days).

    Black Friday week, the run-up to Christmas, the closed days of stores, Easter and bank holidays are in it.
    """
    dates = first_day + np.arange(days)
    weekday = (dates.astype(np.int64) + 3) % 7
    factor = np.array([np.array(_WEEKDAY[channel])[weekday] for channel in CHANNELS])
    position = {day: i for i, day in enumerate(dates.astype(object))}
    web, eu, amazon, store, wholesale = range(5)

    def scale(day: date, **by: float) -> None:
        if day in position:
            for name, value in by.items():
                factor[
                    {"web": web, "eu": eu, "amazon": amazon, "store": store, "trade": wholesale}[name],
                    position[day],
                ] *= value

    for year in range(int(str(dates[0])[:4]), int(str(dates[-1])[:4]) + 1):
        friday = _nth_weekday(year, 11, 3, 4) + timedelta(days=1)  # the day after the fourth Thursday
        for shift, boost in (
            (-3, 1.15),
            (-2, 1.2),
            (-1, 1.35),
            (0, 2.1),
            (1, 1.6),
            (2, 1.5),
            (3, 1.9),
            (4, 1.2),
        ):
            scale(
                friday + timedelta(days=shift),
                web=boost,
                eu=1 + (boost - 1) * 0.7,
                amazon=boost,
                store=1 + (boost - 1) * 0.4,
            )
        for before in range(1, 25):  # 24 December back to 1 December; parcels stop on the 21st
            day = date(year, 12, 25 - before)
            late = before <= 3
            scale(
                day,
                web=0.7 if late else 1.25,
                eu=0.7 if late else 1.2,
                amazon=0.9 if late else 1.25,
                store=1.7 if before <= 7 else 1.3,
                trade=0.5 if before <= 10 else 1.0,
            )
        for day, name in public_holidays(year, "GB").items():
            scale(day, trade=0.0)
            if name in ("Good Friday", "Easter Monday"):
                scale(day, store=1.15, web=1.1, amazon=1.05)
            elif "bank" in name:
                scale(day, store=1.3, web=1.08)
        for day in (date(year, 12, 25), easter(year)):  # stores are shut by law or custom
            scale(day, store=0.0)
        scale(date(year, 12, 25), web=0.5, eu=0.5, amazon=0.6, trade=0.0)
        scale(date(year, 12, 26), store=1.3, web=1.4, amazon=1.2, trade=0.0)
        for country in ("NL", "DE"):
            for day in public_holidays(year, country):
                scale(day, eu=0.88)
    return factor


def season_curve(
    first_day: np.datetime64, days: int, peak_day: float, strength: float, width: float
) -> FloatArray:
    """Return a yearly season curve with mean about 1, shape (days,).

    ``exp(strength * von-Mises shape)``: `peak_day` is the day of the year of the peak, `width` its sharpness
    (1 is a plain cosine, larger is narrower).
    """
    dates = first_day + np.arange(days)
    day_of_year = (dates - dates.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    year = np.asarray(2 * np.pi * np.arange(365) / 365.25, dtype=np.float64)
    shift = 2 * np.pi * peak_day / 365.25

    def raw(angle: FloatArray) -> FloatArray:
        bump = np.exp(width * (np.cos(angle - shift) - 1.0))
        return np.asarray(np.exp(strength * bump), dtype=np.float64)

    return np.asarray(
        raw(np.asarray(2 * np.pi * day_of_year / 365.25, dtype=np.float64)) / raw(year).mean(),
        dtype=np.float64,
    )


def london_to_utc(wall_us: IntArray, hours_ahead: int = 0) -> npt.NDArray[np.datetime64]:
    """Turn wall-clock times of London (or a zone `hours_ahead` of it with the same changes) into UTC.

    Parameters
    ----------
    wall_us
        Microseconds since 1970 on the local clock, any shape.
    hours_ahead
        1 for Amsterdam.

    Examples
    --------
    >>> noon = np.array([np.datetime64("2026-07-01T00:30", "us")]).astype(np.int64)
    >>> str(london_to_utc(noon)[0])[:16], str(london_to_utc(noon, 1)[0])[:16]
    ('2026-06-30T23:30', '2026-06-30T22:30')
    """
    hour = 3_600_000_000
    winter = wall_us - hours_ahead * hour
    years = winter.astype("datetime64[us]").astype("datetime64[Y]").astype(np.int64) + 1970
    starts, ends = np.empty_like(wall_us), np.empty_like(wall_us)
    for year in np.unique(years):
        pick = years == year
        for month, target in ((3, starts), (10, ends)):
            change = _nth_weekday(int(year), month, 6, -1)
            target[pick] = np.datetime64(change, "us").astype(np.int64) + hour
    summer = winter - hour
    utc = np.where((summer >= starts) & (summer < ends), summer, winter)
    return utc.astype("datetime64[us]")
