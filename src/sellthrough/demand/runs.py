"""One run of the forecast on the warehouse's tables: what is due is learnt, and every series gets its law."""

__all__ = ["fit_demand", "forecast_demand"]

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .contracts import (
    DRIVERS,
    EVENTS_SCHEMA,
    FIT_SCHEMA,
    FORECAST_SCHEMA,
    QUANTILE_COLUMNS,
    QUANTILE_LEVELS,
    ForecastSettings,
)
from .engine import (
    EngineFit,
    EngineForecast,
    Grid,
    fit_grid,
    held_out_table,
    pack_fit,
    quantile_column,
    read_grid,
    refit_reason,
    score_grid,
    unpack_fit,
)
from .weeks import weekly_panel

PART, HELD_OUT = "part", "held_out"
PERIOD, WINDOW = "period", "window"


def fit_demand(
    features: pa.Table,
    series: pa.Table,
    events: pa.Table,
    kept: pa.Table,
    settings: ForecastSettings,
    say: Callable[[str], None] = lambda _: None,
) -> pa.Table:
    """Learn what the forecast needs, where that is due.

    Parameters
    ----------
    features
        One row per series and day: `series_id`, `demand_on`, `cut_off_on`, `demand_units` (empty after the
        cut-off), `demand_weight_share` and drivers named `known_...` and `past_...`. May have no rows.
    series
        One row per series: `series_id`, `sku_id`, `like_sku_id`, `forecast_group`, `calendar_code` and
        properties named `static_...` and `level_...`.
    events
        `EVENTS_SCHEMA`.
    kept
        Rows of `FIT_SCHEMA` of the kind `part` from former runs. May have no rows.
    settings
        See `ForecastSettings`.
    say
        Called with one line per stage.

    Returns
    -------
    pyarrow.Table
        `FIT_SCHEMA`; no rows if what is kept is still good.

    Raises
    ------
    ValueError
        If a table breaks its contract: the sentence names value, place and remedy.
    """
    if not features.num_rows:
        return FIT_SCHEMA.empty_table()
    grid, origin_on = _grid(features, series, events, settings)
    engine = settings.engine()
    try:
        reason = refit_reason(grid, _newest(kept, origin_on), engine, settings.refit_days)
    except ValueError as error:
        # what can't be read, after an upgrade for instance, is learnt anew
        reason = str(error)
    if reason is None:
        return FIT_SCHEMA.empty_table()
    say(f"learning the forecast anew: {reason}")
    fit = fit_grid(grid, engine, say)
    return pa.concat_tables([_parts(fit, reason, origin_on), _held_out(fit, grid, origin_on, settings)])


def forecast_demand(
    features: pa.Table,
    series: pa.Table,
    events: pa.Table,
    fits: pa.Table,
    settings: ForecastSettings,
    say: Callable[[str], None] = lambda _: None,
) -> pa.Table:
    """Forecast every series with the newest fit: each period, and each window's sum.

    Parameters
    ----------
    features, series, events
        As in `fit_demand`.
    fits
        Rows of `FIT_SCHEMA` of the kind `part`.
    settings
        See `ForecastSettings`.
    say
        Called with one line per stage.

    Returns
    -------
    pyarrow.Table
        `FORECAST_SCHEMA`: a row per series and period (`window_days` the length of the period), with the
        drivers that add up to the mean, and one per series and window, from the day after the cut-off.

    Raises
    ------
    ValueError
        If a table breaks its contract, or no fit is there.
    """
    if not features.num_rows:
        return FORECAST_SCHEMA.empty_table()
    grid, origin_on = _grid(features, series, events, settings)
    fit = _newest(fits, origin_on)
    if fit is None:
        raise ValueError(f"No fit of the forecast up to {origin_on} is kept: build int_forecast_fit first.")
    forecast = score_grid(grid, fit, settings.engine(), say)
    tables = [_periods(forecast, grid, fit, origin_on, settings)]
    tables += [_window(forecast, grid, fit, origin_on, settings, window) for window in forecast.window_mean]
    return pa.concat_tables(tables)


def _periods(
    forecast: EngineForecast, grid: Grid, fit: EngineFit, origin_on: date, settings: ForecastSettings
) -> pa.Table:
    n, ahead = forecast.mean.shape
    size = n * ahead
    of_series = pa.array(np.repeat(np.arange(n), ahead))
    return _rows(
        FORECAST_SCHEMA,
        size,
        row_kind=[PERIOD] * size,
        origin_on=[origin_on] * size,
        fitted_on=[fit.fitted_on + timedelta(days=settings.period_days - 1)] * size,
        series_id=pa.array(grid.series, pa.string()).take(of_series),
        window_days=np.full(size, settings.period_days),
        forecast_on=np.tile(grid.periods[grid.n_known :], n),
        mean_units=forecast.mean.ravel(),
        variance_units=forecast.variance.ravel(),
        **{name: forecast.quantiles[:, :, k].ravel() for k, name in enumerate(QUANTILE_COLUMNS)},
        **{f"{name}_units": forecast.drivers[name].ravel() for name in DRIVERS},
        method=pa.array(forecast.method, pa.string()).take(of_series),
        fallback_reason=pa.array(forecast.reason, pa.string()).take(of_series),
    )


def _window(
    forecast: EngineForecast,
    grid: Grid,
    fit: EngineFit,
    origin_on: date,
    settings: ForecastSettings,
    window: int,
) -> pa.Table:
    n = grid.n_series
    return _rows(
        FORECAST_SCHEMA,
        n,
        row_kind=[WINDOW] * n,
        origin_on=[origin_on] * n,
        fitted_on=[fit.fitted_on + timedelta(days=settings.period_days - 1)] * n,
        series_id=pa.array(grid.series, pa.string()),
        window_days=np.full(n, window * settings.period_days),
        forecast_on=np.full(n, grid.periods[grid.n_known]),
        mean_units=forecast.window_mean[window],
        variance_units=forecast.window_variance[window],
        **{name: forecast.window_quantiles[window][:, k] for k, name in enumerate(QUANTILE_COLUMNS)},
        **{f"{name}_units": forecast.drivers[name][:, :window].sum(axis=1) for name in DRIVERS},
        method=forecast.method,
        fallback_reason=forecast.reason,
    )


def _grid(
    features: pa.Table, series: pa.Table, events: pa.Table, settings: ForecastSettings
) -> tuple[Grid, date]:
    origin_on = pc.max(features.column("cut_off_on")).as_py()
    drivers = [name for name in features.column_names if name.startswith(("known_", "past_"))]
    panel = pa.table(
        {
            "series": features.column("series_id"),
            "ds": features.column("demand_on").cast(pa.date32()),
            "demand": features.column("demand_units").cast(pa.float64()),
            "weight": features.column("demand_weight_share").cast(pa.float64()),
            **{name: features.column(name) for name in drivers},
        }
    )
    if settings.grain == "week":
        panel = weekly_panel(panel, origin_on)
    properties = [name for name in series.column_names if name.startswith(("static_", "level_"))]
    statics = pa.table(
        {
            "series": series.column("series_id"),
            "group": series.column("forecast_group"),
            "item": series.column("sku_id"),
            "calendar": series.column("calendar_code"),
            "like_item": series.column("like_sku_id"),
            **{name: series.column(name) for name in properties},
        }
    )
    names = dict(zip(("calendar", "ds", "event"), EVENTS_SCHEMA.names, strict=True))
    calendar = pa.table({new: events.column(old) for new, old in names.items()})
    last_period_on = origin_on - timedelta(days=settings.period_days - 1)
    return read_grid(panel, statics, calendar, last_period_on, settings.engine()), origin_on


def _ends(firsts: pa.ChunkedArray, settings: ForecastSettings) -> pa.ChunkedArray:
    """Last days of the periods that begin on these."""
    later = pa.scalar(settings.period_days - 1, pa.int32())
    return pc.add(firsts.cast(pa.date32()).cast(pa.int32()), later).cast(pa.date32())


def _parts(fit: EngineFit, reason: str, origin_on: date) -> pa.Table:
    """Lay out what was learnt, a row per part."""
    parts = pack_fit(fit)
    size = len(parts)
    return _rows(
        FIT_SCHEMA,
        size,
        fitted_on=[origin_on] * size,
        row_kind=[PART] * size,
        part_name=list(parts),
        part_text=list(parts.values()),
        refit_reason=[reason] * size,
    )


def _held_out(fit: EngineFit, grid: Grid, origin_on: date, settings: ForecastSettings) -> pa.Table:
    """Lay out what was forecast of the past beside what came, lengths in days."""
    held = held_out_table(fit, grid)
    if not held.num_rows:
        # too short a history to hold any of it out
        return FIT_SCHEMA.empty_table()
    quantiles = {
        name: held.column(quantile_column(level))
        for level, name in zip(QUANTILE_LEVELS, QUANTILE_COLUMNS, strict=True)
    }
    methods = {
        f"{name.removeprefix('mean_')}_units": held.column(name)
        for name in held.column_names
        if name.startswith("mean_")
    }
    return _rows(
        FIT_SCHEMA,
        held.num_rows,
        fitted_on=[origin_on] * held.num_rows,
        row_kind=[HELD_OUT] * held.num_rows,
        series_id=held.column("series"),
        origin_on=_ends(held.column("origin"), settings),
        window_days=pc.multiply(held.column("periods"), settings.period_days),
        first_on=held.column("first_on"),
        ahead_days=pc.multiply(held.column("ahead"), settings.period_days),
        actual_units=held.column("actual"),
        weight_share=held.column("weight"),
        squared_change=held.column("scale"),
        mean_units=held.column("mean"),
        variance_units=held.column("variance"),
        **quantiles,
        **methods,
    )


def _newest(fits: pa.Table, origin_on: date) -> EngineFit | None:
    """Read the newest fit that knows nothing after the origin."""
    days = fits.column("fitted_on").cast(pa.date32())
    known = pc.less_equal(days, pa.scalar(origin_on, pa.date32()))
    newest = pc.max(days.filter(known)).as_py()
    if newest is None:
        return None
    rows = fits.filter(pc.equal(days, pa.scalar(newest, pa.date32())))
    return unpack_fit(
        dict(zip(rows.column("part_name").to_pylist(), rows.column("part_text").to_pylist(), strict=True))
    )


def _rows(schema: pa.Schema, size: int, **columns: object) -> pa.Table:
    """Lay columns out in a schema; those not given are empty."""
    out = []
    for field in schema:
        values = columns.get(field.name)
        if values is None:
            out.append(pa.nulls(size, field.type))
        elif isinstance(values, pa.Array | pa.ChunkedArray):
            out.append(values.cast(field.type))
        else:
            out.append(pa.array(values).cast(field.type))
    return pa.table(out, schema=schema)
