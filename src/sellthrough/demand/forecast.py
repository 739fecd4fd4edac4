"""Demand forecasts by SKU, channel and location: every day a distribution, every method proven."""

__all__ = ["forecast_demand"]

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .aggregates import AggregateTask, fit_aggregates
from .assemble import accuracy_table, daily_table
from .contracts import ACCURACY_SCHEMA, CHANNELS_SCHEMA, DAILY_SCHEMA, ForecastResult, ForecastSettings
from .holiday_calendar import holiday_days
from .intermittent import demand_interval, import_statsforecast
from .methods import BASELINES, NEW_ITEM_METHOD, Candidates, candidate_forecasts
from .panel import Drivers, Panel, read_drivers, read_panel
from .proof import Proof, no_proof, prove
from .spread import dispersion, level_drift

Floats = NDArray[np.float64]

_MIN_DAYS_BEFORE_HOLDOUT = 14
NO_DEMAND_METHOD = "no_demand"


def forecast_demand(
    history: pa.Table, drivers: pa.Table, channels: pa.Table, settings: ForecastSettings
) -> ForecastResult:
    """Forecast daily demand of every series as a negative binomial law per day.

    Totals by category and channel are modelled by Prophet (Taylor and Letham, 2018) with holidays,
    promotions and media spend, and shared out by recent demand. Tails may be forecast by
    statsforecast's intermittent methods, and everything competes with two baselines on the last
    `holdout_days`: by class of category, channel and demand pattern the best one ships, a baseline
    where it wins. Future drivers are taken as known; on the held-out days those are the actual ones.

    Parameters
    ----------
    history
        `HISTORY_SCHEMA`: one row per series and day from its first to the cut-off, in any order.
        Demand that is empty, negative or infinite counts as unknown. May have no rows.
    drivers
        `DRIVERS_SCHEMA`: promotion rate and media spend, past and planned. May have no rows.
    channels
        `CHANNELS_SCHEMA`: the country whose holidays a channel keeps. May have no rows.
    settings
        See `ForecastSettings`.

    Returns
    -------
    ForecastResult
        `daily` has `horizon_days` rows for every series; `accuracy` what was measured.

    Raises
    ------
    ValueError
        If a table breaks its contract: the sentence names value, place and remedy.
    """
    countries = _countries(channels)
    panel = read_panel(history, settings)
    if panel is None:
        return ForecastResult(DAILY_SCHEMA.empty_table(), ACCURACY_SCHEMA.empty_table())
    known_drivers = read_drivers(drivers, panel, settings)
    origin = panel.n_days - settings.holdout_days
    has_holdout = origin >= _MIN_DAYS_BEFORE_HOLDOUT
    past, future, reasons = _expected_totals(panel, known_drivers, countries, settings, has_holdout)
    proof = prove(panel, past, settings) if has_holdout else no_proof(len(panel.aggregates))
    candidates = candidate_forecasts(panel, future, settings.horizon_days, settings)
    mean, variance, method, reason = _ship(panel, candidates, proof, reasons, settings.holdout_days)
    daily = daily_table(panel, mean, variance, method, reason, settings)
    return ForecastResult(daily, accuracy_table(panel, proof, settings))


def _countries(channels: pa.Table) -> dict[str, str | None]:
    for field in CHANNELS_SCHEMA:
        if field.name not in channels.column_names:
            raise ValueError(f"Column {field.name} is missing from the channels: add it as {field.type}.")
    keys = channels.column("channel_id").to_pylist()
    if len(set(keys)) != len(keys):
        raise ValueError("A channel_id appears twice in the channels: give one row for each.")
    return dict(zip(keys, channels.column("country_code").to_pylist(), strict=True))


def _expected_totals(
    panel: Panel,
    drivers: Drivers,
    countries: dict[str, str | None],
    settings: ForecastSettings,
    has_holdout: bool,
) -> tuple[list[Floats | None], list[Floats | None], list[str | None]]:
    """Compute the expected totals by aggregate from the held-out origin and from the cut-off, and why not."""
    nothing: list[Floats | None] = [None] * len(panel.aggregates)
    if not settings.use_prophet:
        return nothing, list(nothing), ["Prophet is switched off"] * len(panel.aggregates)
    days = np.concatenate([panel.days, panel.days[-1] + np.arange(1, settings.horizon_days + 1)])
    origins = [(panel.n_days, settings.horizon_days)]
    if has_holdout:
        origins.insert(0, (panel.n_days - settings.holdout_days, settings.holdout_days))
    calendars = {
        channel: holiday_days(countries.get(channel), days[0], days[-1])
        for channel in sorted({channel for _, channel in panel.aggregates})
    }
    totals = panel.totals()
    tasks = [
        AggregateTask(
            totals=totals[index],
            days=days,
            promotion_rate=drivers.promotion_rate[index],
            spend_amount=drivers.spend_amount[index],
            holiday_days=calendars[channel][0],
            holiday_names=calendars[channel][1],
            origins=origins,
            seed=settings.seed,
        )
        for index, (_, channel) in enumerate(panel.aggregates)
    ]
    running = fit_aggregates(tasks, settings.workers)
    if (demand_interval(panel) >= settings.intermittent_adi).any():
        # Done here, the slow import runs beside the workers.
        import_statsforecast()
    fits = list(running)
    past = [fit[0].expected for fit in fits] if has_holdout else nothing
    return past, [fit[-1].expected for fit in fits], [fit[-1].reason for fit in fits]


def _ship(
    panel: Panel, candidates: Candidates, proof: Proof, reasons: list[str | None], holdout_days: int
) -> tuple[Floats, Floats, list[str], list[str | None]]:
    """Give each series its class's method, its spread, and the reason where it fell back."""
    group = panel.aggregate * 2 + candidates.intermittent
    wanted = np.array(proof.chosen, dtype=object)[group]
    wanted[candidates.short] = NEW_ITEM_METHOD
    silent = (panel.units.max(axis=1) <= 0) & ~candidates.short
    baseline = BASELINES[0]
    mean = candidates.means[baseline].copy()
    got = np.full(panel.n_series, baseline, dtype=object)
    inflation = np.ones(panel.n_series)
    for name in sorted(set(wanted)):
        forecast = candidates.means.get(name)
        if forecast is None:
            continue
        rows = (wanted == name) & np.isfinite(forecast).all(axis=1)
        mean[rows], got[rows] = forecast[rows], name
    mean[silent], got[silent] = 0.0, NO_DEMAND_METHOD
    for name, band in proof.bands.items():
        rows = got == name
        inflation[rows] = np.nan_to_num(band.inflation, nan=1.0)[group[rows]]
    shape = candidates.shape[:, : panel.n_days]
    spread = dispersion(panel, shape, group) * inflation
    # The held-out days have measured the spread at half their length ahead; later the level drifts.
    later = np.maximum(np.arange(1, mean.shape[1] + 1) - holdout_days / 2, 0.0)
    variance = mean * spread[:, None] + mean**2 * level_drift(panel, shape, group)[:, None] * later
    variance = np.maximum(variance, mean)
    reason = [
        _reason(panel, row, str(got[row]), str(wanted[row]), proof, group[row], reasons)
        for row in range(got.size)
    ]
    return mean, variance, [str(name) for name in got], reason


def _reason(
    panel: Panel,
    row: int,
    method: str,
    wanted: str,
    proof: Proof,
    group: int,
    reasons: list[str | None],
) -> str | None:
    """Say in words what kept a series from the full treatment; None if nothing did."""
    parts: list[str] = []
    if method == NEW_ITEM_METHOD:
        parts.append(f"only {int((panel.weight[row] > 0).sum())} usable days of history")
    elif method == NO_DEMAND_METHOD:
        parts.append("no demand in its history")
    else:
        of_total = reasons[panel.aggregate[row]]
        if of_total is not None:
            parts.append(of_total)
        if proof.origin == 0:
            parts.append("too little history to hold days out")
        elif not proof.is_tested[group]:
            parts.append("no held-out series in its class: chosen on all series of its demand pattern")
        elif method in BASELINES and method == wanted:
            parts.append("baseline better on held-out days")
        if method != wanted:
            parts.append(f"{wanted} gave no forecast")
    if panel.unknown_days[row]:
        parts.append(
            f"demand unknown on {panel.unknown_days[row]} of {panel.n_days - int(panel.start[row])} days"
        )
    if panel.spike_days[row]:
        parts.append(f"{panel.spike_days[row]} days capped as spikes")
    return "; ".join(parts) if parts else None
