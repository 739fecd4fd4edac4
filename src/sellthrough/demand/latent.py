"""Demand behind stock-outs, by a rate model that learns each day from all that was in stock on it."""

__all__ = ["ESTIMATORS", "PARTIAL_DAYS", "estimate_demand", "recover_demand"]

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ._latent_columns import (
    codes_of,
    driver_codes,
    ended_by_sales,
    periods_since,
    ran_out_flags,
    shelf_days,
    sorted_keys,
)
from .censoring import CENSORED_SCHEMA, in_stock_mean
from .distribution import demand_beyond
from .local_level import HALF_LIVES, Level, Runs, choose_strengths, level_sums, levels, runs_of
from .rate_effects import Factor, Law, effect, factor_of, own_spread, variance_law
from .tables import floats, refuse_nulls, typed_column

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: What can be made of days out of stock: `recover_demand` and `in_stock_mean`.
ESTIMATORS = ("latent", "in_stock_mean")
#: How a day partly in stock speaks for the level of its series.
PARTIAL_DAYS = ("auto", "exposure", "neutral")

_TYPES = {"series": pa.string(), "ds": pa.date32(), "y": pa.float64(), "in_stock_share": pa.float64()}
_KNOWN = (*_TYPES, "group", "item", "ran_out", "shelf")
_METHODS = ("observed", "latent_rate", "no_stock_history")
_ROUNDS = 5
_SLOW = 400.0  # periods: seasons are left to the effects that series share
_SLOW_STRENGTH = 10.0
_SHARE_BINS = 10
_MOST_CROSSED = 12
_LAW_ROWS = 50
_THINNING_ROWS = 50.0


@dataclass(frozen=True)
class _Panel:
    """Rows of a panel sorted by series and day."""

    runs: Runs
    group: Ints
    units: Floats
    share: Floats
    ran_out: Bools
    shelf: Ints
    factors: tuple[Factor, ...]

    @property
    def is_whole(self) -> Bools:
        """Rows with stock all day, whose units are their demand."""
        return np.asarray((self.share == 1.0) & ~self.ran_out)


@dataclass(frozen=True)
class _Rates:
    """What a fit expects of each row with stock all day, from all rows but itself."""

    mean: Floats
    law: Law


@dataclass(frozen=True)
class _Fit:
    """Effects of each row, the sums that levels are made of, and the law of variances."""

    sums: Level
    multiplier: Floats
    law: Law

    def rates(self, strengths: tuple[float, ...]) -> _Rates:
        """Levels of these strengths with the effects."""
        return _Rates(levels(self.sums, strengths) * self.multiplier, self.law)


def estimate_demand(panel: pa.Table, estimator: str = "latent", window_days: int = 28) -> pa.Table:
    """Estimate demand with the estimator of that name.

    Parameters
    ----------
    panel
        See `recover_demand`.
    estimator
        Of `ESTIMATORS`. "latent" counts days partly in stock by their exposure, as stock that ran
        out had been sold.
    window_days
        Window of the in-stock mean.

    Returns
    -------
    pyarrow.Table
        `CENSORED_SCHEMA`, in the panel's order.

    Raises
    ------
    ValueError
        If the estimator is unknown or the panel is refused.
    """
    if estimator == "latent":
        return recover_demand(panel, partial_days="exposure")
    if estimator == "in_stock_mean":
        return in_stock_mean(panel, window_days=window_days)
    raise ValueError(f"demand_estimator is {estimator!r}: set it to one of {', '.join(ESTIMATORS)}.")


def recover_demand(panel: pa.Table, *, partial_days: str = "auto", cycle: int = 7, seed: int = 7) -> pa.Table:
    r"""Estimate demand on days out of stock by a rate model over all series of a panel.

    Units of series i on day t are expected to be :math:`s_{it} L_{it} \prod_k F_k`: the share of
    the day in stock, the level of the series around the day, and effects that many rows share:
    weekday, month, week and day (over all, by group, by series), and the drivers (over all, by
    group, by series). A day in which other series of the group had stock thus tells how strong it
    was. Each effect is drawn to 1 as by its noise (`rate_effects.effect`), the level is a cascade of
    two-sided exponential means from the whole series to its closest days (`local_level.levels`),
    whose strengths are chosen on days in stock that are hidden by other series' stock-outs.

    A day that ran out at an unknown time had at least the demand that was served: its estimate is the
    negative binomial's mean from there on, in the fit as well (expectation and maximisation).
    A day partly in stock has the demand that was served plus the best linear prediction of the
    rest: the more the day's own sales tell of its strength, the more they count (Bühlmann's
    credibility; for Poisson arrivals at a gamma rate it is the posterior mean).

    Parameters
    ----------
    panel
        series (text), ds (date), y (units served), in_stock_share (0 to 1; empty counts as 1);
        optionally group (text: series that share the effects of days) and item (text: what several
        series sell, e.g. one SKU in many places). Every other column is a driver: numbers (cut into
        quantiles), booleans or texts; an empty driver is a value of its own. A driver that is
        constant within series is a further group. One row per series and day, in any order; gaps
        are allowed. An empty y is unknown and estimated as if out of stock.
    partial_days
        "exposure": a day with stock for a share s of its demand counts as s days. That is unbiased
        where stock ran out because it was sold, as strong days run out first and whole days alone
        are the weak ones. "neutral": days partly in stock are first put on the level of whole days,
        so that the estimate says what days in stock would have sold. "auto" is exposure where the
        panel shows that sales ended those days (whole days often sell nothing, these hardly ever
        do), else neutral.
    cycle
        Periods of the short cycle: 7 days of a week. Panels with longer steps have none.
    seed
        Seed of the hidden days that strengths and variances are fitted on.

    Returns
    -------
    pyarrow.Table
        `CENSORED_SCHEMA`, in the panel's order. `demand_sd` is the standard deviation of the
        estimated part, 0 on observed days; `method` is observed, latent_rate, or no_stock_history
        where the series never had stock and only its group tells a level.

    Raises
    ------
    ValueError
        If a column is missing, a key is empty or doubled, a share lies outside 0 to 1, a driver is
        neither number, boolean nor text, or `partial_days` is unknown.

    Examples
    --------
    Three days in stock sell 4, 5 and 6; a day without stock then had 5:

    >>> import datetime, pyarrow as pa
    >>> days = [datetime.date(2026, 1, day) for day in (1, 2, 3, 4)]
    >>> table = pa.table(
    ...     {"series": ["a"] * 4, "ds": days, "y": [4.0, 5.0, 6.0, 0.0], "in_stock_share": [1, 1, 1, 0]}
    ... )
    >>> [round(units, 1) for units in recover_demand(table).column("demand").to_pylist()]
    [4.0, 5.0, 6.0, 5.0]
    """
    if partial_days not in PARTIAL_DAYS:
        raise ValueError(f"partial_days is {partial_days!r}: set it to one of {', '.join(PARTIAL_DAYS)}.")
    if cycle < 2:
        raise ValueError(f"cycle is {cycle}: set it to 2 periods or more.")
    data = {name: typed_column(panel, name, kind, "panel") for name, kind in _TYPES.items()}
    refuse_nulls({name: data[name] for name in ("series", "ds")}, "panel")
    if panel.num_rows == 0:
        return CENSORED_SCHEMA.empty_table()
    order, series, day = sorted_keys(data["series"], data["ds"])
    units = floats(data["y"])[order]
    share = np.nan_to_num(floats(data["in_stock_share"])[order], nan=1.0)
    if ((share < 0) | (share > 1)).any():
        raise ValueError(
            f"in_stock_share lies between {share.min()} and {share.max()} in the panel: give 0 to 1."
        )
    known = np.isfinite(units)
    share = np.where(known, share, 0.0)
    units = np.where(known, np.maximum(units, 0.0), 0.0)
    ran_out = ran_out_flags(panel, order) & known
    full = (share == 1.0) & ~ran_out
    demand, deviation = units.copy(), np.zeros(units.size)
    method = np.zeros(units.size, dtype=np.int8)
    if not full.all():
        time, step = periods_since(day)
        runs = runs_of(series, time)
        group = codes_of(panel, "group", order)[0]
        factors = _factors(panel, order, runs, day, step, cycle)
        shelf = shelf_days(panel, order, series, day)[ran_out]
        sorted_panel = _Panel(runs, group, units, share, ran_out, shelf, factors)
        # a panel that tells which days ran out has told it all
        is_sold = "ran_out" not in panel.column_names and ended_by_sales(series, units, share)
        if partial_days == "auto":
            partial_days = "exposure" if is_sold else "neutral"
        demand, deviation = _estimates(sorted_panel, partial_days, is_sold, seed)
        seen = np.bincount(series, np.maximum(share, ran_out)) > 0
        method = np.where(full, 0, np.where(seen[series], 1, 2)).astype(np.int8)
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    return pa.table(
        [
            data["series"],
            data["ds"],
            pa.array(demand[back]),
            pa.array(deviation[back]),
            pa.DictionaryArray.from_arrays(pa.array(method[back]), pa.array(_METHODS)).cast(pa.string()),
        ],
        schema=CENSORED_SCHEMA,
    )


def _sold_out(panel: _Panel, mean: Floats, between: Floats, within: float) -> tuple[Floats, Floats]:
    """Return demand and its variance on days that ran out, for the rows of `panel.ran_out`.

    What stock ended is the demand of the whole shelf: the series that sell from it share what was
    asked for beyond it as they share what is expected.
    """
    units, expected = panel.units[panel.ran_out], mean[panel.ran_out]
    variance = within * expected + between[panel.runs.series[panel.ran_out]] * expected**2
    _, code = np.unique(panel.shelf, return_inverse=True)
    served, total, spread = (np.bincount(code, one).astype(np.float64) for one in (units, expected, variance))
    demand, spread = demand_beyond(served, total, spread)
    part = np.divide(expected, total[code], out=np.zeros(units.size), where=total[code] > 0)
    beyond = (demand - served)[code]
    return units + part * beyond, part**2 * spread[code] + part * (1.0 - part) * beyond


def _series_constant(code: Ints, runs: Runs) -> bool:
    """Whether a driver never changes within a series."""
    return bool((code == code[runs.start][runs.series]).all())


def _factors(
    panel: pa.Table, order: Ints, runs: Runs, day: Ints, step: int, cycle: int
) -> tuple[Factor, ...]:
    """Return groupings of rows, from those that all share to those of one series."""
    group = codes_of(panel, "group", order)
    series = (runs.series, runs.start.size)
    groups: list[tuple[Ints, int]] = [(np.zeros(order.size, dtype=np.int64), 1)]
    if group[1] > 1:
        groups.append(group)
    drivers: list[tuple[Ints, int]] = []
    for name in sorted(set(panel.column_names) - set(_KNOWN)):
        code, size = driver_codes(panel.column(name), name, order)
        if (code == code[0]).all():
            continue
        if _series_constant(code, runs):
            distinct = np.unique(code[runs.start]).size
            if distinct * 3 <= series[1]:
                groups.append((code, size))
        else:
            drivers.append((code, size))
    items = [codes_of(panel, "item", order)] if "item" in panel.column_names else []
    period = (day - int(day.min())) // step
    out: list[Factor] = []
    is_cyclic = step * 2 <= cycle
    if is_cyclic:
        phase = ((day + 3) // step % cycle, cycle)
        out += [factor_of(one, phase) for one in [*groups, series]]
    blocks = (4 * cycle, cycle, 1) if is_cyclic else (12, 4, 1)
    for block in blocks:
        at = period // block
        when = (at, int(at.max()) + 1)
        out += [factor_of(one, when) for one in groups + (items if block > cycle // 2 and block > 4 else [])]
    for driver in drivers:
        crossed = [*groups[1:2], *items, series] if len(drivers) <= _MOST_CROSSED else []
        out += [factor_of(driver), *(factor_of(one, driver) for one in crossed)]
    return tuple(one for one in out if one.size > 1)


def _estimates(panel: _Panel, partial_days: str, is_sold: bool, seed: int) -> tuple[Floats, Floats]:
    """Demand and the deviation of its estimated part, shape (n,) each."""
    full = panel.is_whole
    hidden = _hidden_rows(panel, seed)
    # the fit without the hidden rows chooses the strengths of the levels for both
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(_fit, panel, np.zeros(0, dtype=np.int64), partial_days, is_sold)
        tried = _fit(panel, hidden, partial_days, is_sold)
        fitted = waiting.result()
    strengths = choose_strengths(tried.sums, tried.multiplier, panel.units, hidden)
    trial, rates = tried.rates(strengths), fitted.rates(strengths)
    tested = hidden if hidden.size >= _LAW_ROWS else np.flatnonzero(full)
    reference = (trial if tested is hidden else rates).mean
    mean = rates.mean
    if partial_days == "neutral":
        level = _held_out_level(panel.units[hidden], trial.mean[hidden], panel.runs.series[hidden])
        mean, reference = mean * level, reference * level
    law = variance_law(panel.units[tested], reference[tested])
    if is_sold:
        # whole days are the weak ones there: every day with stock tells how days scatter, as far as seen
        seen = panel.share > 0
        law = variance_law(panel.units[seen], (mean * panel.share)[seen], most_within=1.0)
    return _completed(panel, mean, law, rates.law, is_sold)


def _held_out_level(units: Floats, mean: Floats, series: Ints) -> float:
    """Units of held-out days over what was expected of them, drawn to 1 as by its error.

    The error lets the days of a series go together; the shrinkage is James and Stein's.
    """
    expected = float(mean.sum())
    if expected <= 0:
        return 1.0
    excess = float(units.sum()) / expected - 1.0
    error = float((np.bincount(series, units - mean) ** 2).sum()) / expected**2
    return 1.0 + excess * max(0.0, 1.0 - error / excess**2) if excess else 1.0


def _hidden_rows(panel: _Panel, seed: int) -> Ints:
    """Rows fully in stock on which another series, counted from both ends, was not."""
    runs = panel.runs
    donor = np.random.default_rng(seed).permutation(runs.start.size)[runs.series]
    if runs.start.size == 1:
        donor = np.zeros(runs.series.size, dtype=np.int64)
    last = runs.start + runs.length - 1
    from_end = last[runs.series] - np.arange(runs.series.size)
    shift = runs.length[donor] // 3 if runs.start.size == 1 else 0
    place = (from_end + shift) % np.maximum(runs.length[donor], 1) if runs.start.size == 1 else from_end
    inside = place < runs.length[donor]
    donated = panel.share[last[donor] - np.minimum(place, runs.length[donor] - 1)]
    hidden = panel.is_whole & inside & (donated < 1.0)
    # What is left must still tell a level.
    left = np.bincount(runs.series, panel.is_whole & ~hidden, runs.start.size)
    return np.flatnonzero(hidden & (left[runs.series] > 0))


def _fit(panel: _Panel, hidden: Ints, partial_days: str, is_sold: bool) -> _Fit:
    """Fit effects and levels in turns, without the hidden rows."""
    runs = panel.runs
    exposure = np.where(panel.ran_out, 1.0, panel.share)
    exposure[hidden] = 0.0
    partial = (exposure > 0) & (exposure < 1.0)
    if partial_days == "neutral":
        exposure[partial] = 0.0
    multiplier = np.ones(exposure.size)
    law = Law(1.0, 0.0)
    weight = (exposure > 0).astype(np.float64)
    units = np.where(exposure > 0, panel.units, 0.0)
    for turn in range(_ROUNDS):
        if turn == _ROUNDS - 2 and partial_days == "neutral" and partial.any():
            rate = _slow_level(panel, weight * units, weight * exposure * multiplier)
            exposure = np.where(partial, _neutral_share(panel, rate * multiplier, partial, law), exposure)
            units = np.where(exposure > 0, panel.units, 0.0)
        rate = _slow_level(panel, weight * units, weight * exposure * multiplier)
        mean = rate * exposure * multiplier
        used = exposure > 0
        if panel.ran_out.any():
            # expectation and maximisation: what sold out is expected to have been asked for more
            # (by the law of all: a mean that knows its day's units hides how much a series scatters)
            between = np.full(runs.start.size, law.between)
            units[panel.ran_out] = _sold_out(panel, mean, between, law.within)[0]
        law = variance_law(units[used], mean[used])
        weight = _weights(runs, law, mean, used, exposure if is_sold else np.ones(1))
        weighted, expected = weight * units, weight * mean
        for factor in panel.factors:
            change = effect(factor, weighted, expected)[factor.code]
            multiplier *= change
            expected *= change
    sums = level_sums(
        runs, panel.group, weight * units, weight * exposure * multiplier, HALF_LIVES, with_own=False
    )
    return _Fit(sums, multiplier, law)


def _weights(runs: Runs, law: Law, mean: Floats, used: Bools, ended: Floats) -> Floats:
    """Weights of rows by the usual mean of their series, 0 where unused.

    Weights by the row's own mean would be a little sharper, but wherever the model falls short of a
    series' strong days they would trust those days least and leave the series' total too low. Of a
    day that sales ended only the part until then counts (`ended`): strong days end first, and with
    a whole day's noise they would weigh too little.
    """
    count = np.bincount(runs.series, used, runs.start.size)
    total = np.bincount(runs.series, np.where(used, mean, 0.0), runs.start.size)
    usual = total / np.maximum(count, 1.0)
    return np.where(used, law.weight(usual[runs.series] * ended), 0.0)


def _slow_level(panel: _Panel, units: Floats, exposure: Floats) -> Floats:
    """Level of each row that moves too slowly to take the seasons that series share."""
    sums = level_sums(panel.runs, panel.group, units, exposure, (np.inf, _SLOW), with_own=True)
    return levels(sums, (_SLOW_STRENGTH,))


def _neutral_share(panel: _Panel, mean: Floats, partial: Bools, law: Law) -> Floats:
    """Return what partial days sold of what whole days sell, by tenths of the share."""
    bins = np.minimum((panel.share * _SHARE_BINS).astype(np.int64), _SHARE_BINS - 1)
    weight = np.where(partial, law.weight(mean), 0.0)
    real = np.bincount(bins, weight * panel.units, _SHARE_BINS)
    expected = np.bincount(bins, weight * mean, _SHARE_BINS)
    share = np.bincount(bins, weight * mean * panel.share, _SHARE_BINS)
    usual = np.divide(share, expected, out=np.ones(_SHARE_BINS), where=expected > 0)
    ratio = (real + _SLOW_STRENGTH * usual) / (expected + _SLOW_STRENGTH)
    # within a tenth the ratio goes with the share
    scale = np.divide(ratio, usual, out=np.ones(_SHARE_BINS), where=usual > 0)
    return np.asarray(np.clip(panel.share * scale[bins], 0.0, 2.0))


def _completed(panel: _Panel, mean: Floats, law: Law, inner: Law, is_sold: bool) -> tuple[Floats, Floats]:
    """Return served units plus the best linear prediction of the rest, and its deviation.

    `law` is that of held-out days: it holds the error of the mean too. What is asked for beyond
    what was served follows the days' own law, `inner`: a tail widened by that error reaches too far.
    Where sales ended the days (`is_sold`), units came one by one, and the moment of the last says
    little: what a short part of a day sold must not be blown up to the whole, as if it were its
    exact share.
    """
    share, units = panel.share, panel.units
    full, partial = panel.is_whole, (share > 0) & (share < 1.0) & ~panel.ran_out
    whole = np.maximum(law.variance(mean), 1e-12)
    thinning = (
        min(inner.within, 1.0) if is_sold else _thinning(units[partial], mean[partial], share[partial], law)
    )
    noise = thinning * mean * share * (1.0 - share)
    served = share**2 * whole + noise
    gain = np.divide(share * whole, served, out=np.zeros(mean.size), where=partial & (served > 0))
    expected = np.where(partial, mean + gain * (units - share * mean), mean)
    variance = np.where(
        partial, np.divide(whole * noise, served, out=np.zeros(mean.size), where=served > 0), whole
    )
    if panel.ran_out.any():
        last = panel.runs.start.size - 1  # so that every series gets a place
        own = own_spread(
            np.append(panel.runs.series[full], last),
            np.append(units[full], 0.0),
            np.append(mean[full], 0.0),
            inner,
        )
        expected[panel.ran_out], variance[panel.ran_out] = _sold_out(panel, mean, own, inner.within)
    # A day's own sales are part of its demand, so an estimate never falls below them.
    demand = np.where(full, units, np.maximum(units, expected))
    return demand, np.where(full, 0.0, np.sqrt(np.maximum(variance, 0.0)))


def _thinning(units: Floats, mean: Floats, share: Floats, law: Law) -> float:
    """Variance within the day per unit of mean, from how far partial days' sales scatter.

    0 where a share of the day sells that share of its demand exactly; `law.within` where
    arrivals are independent. Few partial days say little and are drawn to the latter.
    """
    whole, split = law.variance(mean), mean * share * (1.0 - share)
    usable = split > 1e-9
    if not usable.any():
        return law.within
    units, mean, share, whole, split = (one[usable] for one in (units, mean, share, whole, split))
    bins = np.minimum((share * _SHARE_BINS).astype(np.int64), _SHARE_BINS - 1)
    real = np.bincount(bins, units, _SHARE_BINS)
    expected = np.bincount(bins, share * mean, _SHARE_BINS)
    level = np.divide(real, expected, out=np.ones(_SHARE_BINS), where=expected > 0)[bins]
    error = (units - level * share * mean) ** 2 - (level * share) ** 2 * whole
    weight = 1.0 / (share**2 * whole + law.within * split) ** 2
    fitted = float((weight * split * error).sum()) / float((weight * split**2).sum())
    trust = units.size / (units.size + _THINNING_ROWS)
    return float(np.clip(trust * fitted + (1.0 - trust) * law.within, 0.0, law.within))
