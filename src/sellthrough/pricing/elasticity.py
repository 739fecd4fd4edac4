"""Own-price elasticity per SKU, its interval and how far to trust it."""

from __future__ import annotations

__all__ = ["ELASTICITY_SCHEMA", "PANEL_SCHEMA", "ElasticitySettings", "estimate_elasticities", "log_log_ols"]

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats
from threadpoolctl import threadpool_limits

from sellthrough.pricing._panel import PANEL_SCHEMA, WeeklyPanel, read_panel
from sellthrough.pricing._solver import STEPS, CategoryPanel
from sellthrough.pricing.log_log import log_log_by_item, log_log_ols
from sellthrough.pricing.ppml import fit_category, season_controls
from sellthrough.pricing.shrinkage import Shrunk, shrink, widen_strange

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ELASTICITY_SCHEMA = pa.schema(
    [
        pa.field("sku_id", pa.string(), nullable=False),
        pa.field("elasticity", pa.float64(), nullable=False),
        pa.field("elasticity_low", pa.float64(), nullable=False),
        pa.field("elasticity_high", pa.float64(), nullable=False),
        pa.field("standard_error", pa.float64(), nullable=False),
        pa.field("raw_elasticity", pa.float64()),
        pa.field("raw_standard_error", pa.float64()),
        pa.field("pooled_with", pa.string(), nullable=False),
        pa.field("own_weight_share", pa.float64(), nullable=False),
        pa.field("n_weeks", pa.int64(), nullable=False),
        pa.field("n_price_changes", pa.int64(), nullable=False),
        pa.field("price_range_share", pa.float64(), nullable=False),
        pa.field("units", pa.float64(), nullable=False),
        pa.field("grade", pa.string(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("fallback_reason", pa.string()),
    ]
)
"""Columns of `estimate_elasticities`, one row per SKU of the panel, sorted by SKU."""

_MOSTLY_OWN = 0.8
_BARELY_NEGATIVE = -0.05


@dataclass(frozen=True)
class ElasticitySettings:
    """The knobs of the elasticities.

    Attributes
    ----------
    interval_level
        Probability that the interval holds, 0 to 1.
    min_in_stock_share
        Weeks with less stock than this share of the time are left out, 0 to 1.
    min_weeks
        Usable weeks that an item needs for an estimate of its own.
    min_units
        Units sold that it needs.
    min_price_range_share
        Range of its price that it needs, share of its mean price.
    min_items_for_week_effects
        Items that a category needs in a channel for an effect of every week; smaller ones get trend and
        season.
    price_change_share
        Smallest change of price between weeks that counts as one, share of the price.
    promotion_spread, trend_spread
        Standard deviations of the items' promotion uplift (log) and trend (log per year) around their
        category's.
    residual_lags
        Weeks over which an item's unexplained demand may correlate.
    max_steps
        Steps that a category's regression may take in each round; items that haven't settled by then take a
        log-log regression.
    max_elasticity
        Largest size of an item's own estimate that is believed; one beyond it is left out.
    prior_elasticity, prior_sd
        What is assumed of the overall mean before any data, and how uncertain it is.
    prior_item_sd, prior_category_sd
        Spread of elasticities within and between categories before any data.

    Raises
    ------
    ValueError
        On a value out of its range.
    """

    interval_level: float = 0.9
    min_in_stock_share: float = 0.5
    min_weeks: int = 12
    min_units: float = 20.0
    min_price_range_share: float = 0.02
    min_items_for_week_effects: int = 5
    price_change_share: float = 0.01
    promotion_spread: float = 0.3
    trend_spread: float = 0.3
    residual_lags: int = 4
    max_steps: int = STEPS
    max_elasticity: float = 10.0
    prior_elasticity: float = -1.5
    prior_sd: float = 1.0
    prior_item_sd: float = 0.7
    prior_category_sd: float = 0.5

    def __post_init__(self) -> None:
        """Check every range."""
        if not 0 < self.interval_level < 1:
            raise ValueError(
                f"interval_level is {self.interval_level}; set it between 0 and 1, both excluded."
            )
        if not 0 <= self.min_in_stock_share <= 1:
            raise ValueError(f"min_in_stock_share is {self.min_in_stock_share}; set it between 0 and 1.")
        for name in ("min_weeks", "min_items_for_week_effects"):
            if getattr(self, name) < 2:
                raise ValueError(f"{name} is {getattr(self, name)}; set it to 2 or more.")
        for name in ("min_units", "min_price_range_share", "price_change_share", "residual_lags"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; set it to zero or more.")
        if self.max_steps < 1:
            raise ValueError(f"max_steps is {self.max_steps}; set it to 1 or more.")
        if not self.max_elasticity > 0:
            raise ValueError(f"max_elasticity is {self.max_elasticity}; set it above zero.")
        for name in ("promotion_spread", "trend_spread", "prior_sd", "prior_item_sd", "prior_category_sd"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} is {value}; set it to a finite number above zero.")
        if not math.isfinite(self.prior_elasticity):
            raise ValueError(f"prior_elasticity is {self.prior_elasticity}; set it to a finite number.")


@dataclass
class _Evidence:
    """What the panel says of each SKU before any pooling; the regressions fill in from `raw` on."""

    weeks: Ints
    changes: Ints
    price_range: Floats
    units: Floats
    raw: Floats
    variance: Floats
    week_effects: Bools
    settled: Bools
    spikes: Ints
    strange: Bools


def estimate_elasticities(panel: pa.Table, settings: ElasticitySettings | None = None) -> pa.Table:
    r"""Own-price elasticity of every SKU, pooled as far as its own data fall short.

    1. Per category, a Poisson pseudo-maximum-likelihood regression of weekly demand on the log of the price
       with an intercept per SKU and channel, an effect of every week per category and channel (trend and
       season where a channel has few items), the share of promotion, and a slow trend per SKU
       (`fit_category`). What moves a whole category at once, a season or a sale, falls into the week effects:
       an elasticity rests on the price of an item relative to its category, and the promotion's own uplift
       isn't mistaken for it.
    2. Each SKU stands for itself: where the regression doesn't settle for one, it takes a log-log regression
       of its own weeks (`log_log_by_item`), and an estimate beyond `max_elasticity` is left out. Neither
       touches the others.
    3. An estimate far from its category's has its error widened, or it would set the spread of all.
    4. Empirical Bayes: SKUs are drawn to their category, categories to the mean of all (`shrink`). The
       interval is the posterior's.

    Grades: A at least 70 % own data and a 90 % interval narrower than 1.0; B at least 40 % and 2.0; C at
    least 10 %; D less, or a posterior mean above -0.05. Without week effects B at best: there a sale of the
    whole category can't be told from the item's own price. From a log-log regression C at best, as it leaves
    out weeks without sales.

    Parameters
    ----------
    panel
        `PANEL_SCHEMA`: demand in units corrected for stock-outs, the mean price paid in one currency, in any
        order. Weeks without demand belong in it, with demand 0 and the price that would have been paid.
    settings
        The knobs; the defaults if None.

    Returns
    -------
    pyarrow.Table
        `ELASTICITY_SCHEMA`, each SKU once, sorted by SKU. Without an estimate of its own a SKU has its
        category's mean (or that of all items), the raw columns null and the reason in `fallback_reason`.

    Raises
    ------
    ValueError
        On a panel that `read_panel` refuses.
    """
    settings = settings or ElasticitySettings()
    if not panel.num_rows and not set(PANEL_SCHEMA.names) - set(panel.column_names):
        return ELASTICITY_SCHEMA.empty_table()
    weekly = read_panel(panel, settings.min_in_stock_share)
    evidence = _measure(weekly, settings)
    identified = (
        (evidence.weeks >= settings.min_weeks)
        & (evidence.units >= settings.min_units)
        & (evidence.price_range >= settings.min_price_range_share)
    )
    # one thread: the systems are small, and threads that wait for each other on a busy machine cost tenfold
    with threadpool_limits(limits=1, user_api="blas"), np.errstate(over="ignore"):
        _fit_all(weekly, evidence, identified, settings)
    with np.errstate(invalid="ignore"):
        usable = identified & (np.abs(evidence.raw) <= settings.max_elasticity)
    raw = np.where(usable, evidence.raw, np.nan)
    variance = np.where(usable, evidence.variance, np.nan)
    trusted = widen_strange(raw, variance, weekly.category_of_sku, settings.prior_item_sd)
    evidence.strange = trusted > variance
    shrunk = shrink(
        raw,
        trusted,
        weekly.category_of_sku,
        prior_mean=settings.prior_elasticity,
        prior_sd=settings.prior_sd,
        prior_item_sd=settings.prior_item_sd,
        prior_group_sd=settings.prior_category_sd,
    )
    return _table(weekly, evidence, raw, variance, shrunk, settings)


def _measure(weekly: WeeklyPanel, settings: ElasticitySettings) -> _Evidence:
    """Count weeks, units and movements of the price per SKU."""
    size, used = len(weekly.skus), weekly.used
    weeks_used = np.zeros((size, used.shape[1]), dtype=np.bool_)
    np.logical_or.at(weeks_used, weekly.sku, used)
    changes = np.zeros(len(used), dtype=np.int64)
    last = np.zeros(len(used))
    for week in range(used.shape[1]):
        price, now = weekly.price[:, week], used[:, week]
        changes += now & (last > 0) & (np.abs(price - last) > settings.price_change_share * last)
        last = np.where(now, price, last)
    count = used.sum(axis=1)
    mean = np.divide(weekly.price.sum(axis=1), count, out=np.ones(len(used)), where=count > 0)
    top = weekly.price.max(axis=1)
    bottom = np.where(used, weekly.price, np.inf).min(axis=1)
    # a channel without sales tells nothing, whatever its price does
    moved = np.where((count > 0) & (weekly.demand.sum(axis=1) > 0), (top - bottom) / mean, 0.0)
    price_range = np.zeros(size)
    np.maximum.at(price_range, weekly.sku, np.nan_to_num(moved, posinf=0.0, neginf=0.0))
    return _Evidence(
        weeks=weeks_used.sum(axis=1),
        changes=np.bincount(weekly.sku, changes, size).astype(np.int64),
        price_range=price_range.round(6),
        units=np.bincount(weekly.sku, weekly.demand.sum(axis=1), size).astype(np.float64).round(6),
        raw=np.full(size, np.nan),
        variance=np.full(size, np.nan),
        week_effects=np.zeros(size, dtype=np.bool_),
        settled=np.zeros(size, dtype=np.bool_),
        spikes=np.zeros(size, dtype=np.int64),
        strange=np.zeros(size, dtype=np.bool_),
    )


def _fit_all(
    weekly: WeeklyPanel, evidence: _Evidence, identified: Bools, settings: ElasticitySettings
) -> None:
    """Fit every category that has an identified SKU and write the estimates into `evidence`."""
    row_category = weekly.category_of_sku[weekly.sku]
    selling = weekly.demand.sum(axis=1) > 0
    for category in range(len(weekly.categories)):
        rows = np.flatnonzero((row_category == category) & selling)
        if not identified[weekly.sku[rows]].any():
            continue
        skus, item = np.unique(weekly.sku[rows], return_inverse=True)
        panel, all_weekly = _category_panel(weekly, rows, item.reshape(-1), identified, settings)
        fit = fit_category(panel, settings.residual_lags, settings.max_steps)
        # the more cautious of the two, as each is too small where its assumption fails
        slope, variance = fit.slope[:, 0], np.maximum(fit.model_variance, fit.robust_variance)
        settled = fit.settled & np.isfinite(slope) & np.isfinite(variance)
        if not settled.all():
            other, other_variance = log_log_by_item(
                panel.demand,
                panel.used,
                panel.slopes,
                panel.item,
                panel.group,
                # the promotion's spread is around a common uplift, which an item alone can't know
                spread=np.array([np.inf, np.inf, settings.trend_spread]),
                week_effects=np.array([control is None for control in panel.controls]),
                min_weeks=settings.min_weeks,
            )
            slope = np.where(settled, slope, other)
            variance = np.where(settled, variance, other_variance)
        evidence.raw[skus], evidence.variance[skus] = slope, variance
        evidence.week_effects[skus] = all_weekly
        evidence.settled[skus] = settled
        evidence.spikes[skus] = np.where(settled, fit.spikes, 0)


def _category_panel(
    weekly: WeeklyPanel, rows: Ints, item: Ints, identified: Bools, settings: ElasticitySettings
) -> tuple[CategoryPanel, bool]:
    used = weekly.used[rows]
    count = np.maximum(used.sum(axis=1, keepdims=True), 1)

    def centred(values: Floats) -> Floats:
        return np.where(used, values - np.where(used, values, 0.0).sum(axis=1, keepdims=True) / count, 0.0)

    log_price = centred(np.log(np.where(used, weekly.price[rows], 1.0)))
    log_price[~identified[weekly.sku[rows]]] = 0.0
    years = (weekly.weeks - weekly.weeks.mean()) / 365.25
    trend = centred(np.broadcast_to(years, used.shape))
    promotion = np.where(used, weekly.promotion[rows], 0.0)
    channels, channel = np.unique(weekly.channel[rows], return_inverse=True)
    channel = channel.reshape(-1)
    items_of = np.array([len(np.unique(item[channel == g])) for g in range(len(channels))])
    large = items_of >= settings.min_items_for_week_effects
    # small channels of a category share one trend and season
    group = np.where(large[channel], np.cumsum(large)[channel] - 1, int(large.sum()))
    controls: list[Floats | None] = [None] * int(large.sum())
    if not large.all():
        controls.append(season_controls(weekly.weeks))
    panel = CategoryPanel(
        demand=weekly.demand[rows],
        used=used,
        slopes=np.stack([log_price, promotion, trend]),
        item=item,
        group=group,
        controls=controls,
        spread=np.array([np.inf, settings.promotion_spread, settings.trend_spread]),
    )
    return panel, bool(large.all())


def _table(
    weekly: WeeklyPanel,
    evidence: _Evidence,
    raw: Floats,
    variance: Floats,
    shrunk: Shrunk,
    settings: ElasticitySettings,
) -> pa.Table:
    mean, sd = shrunk.mean.round(6), np.sqrt(shrunk.variance).round(6)
    own = shrunk.own_weight.round(6)
    half = float(stats.norm.ppf(0.5 + settings.interval_level / 2)) * sd
    known = np.isfinite(raw)
    peers = np.bincount(weekly.category_of_sku, known, len(weekly.categories))[weekly.category_of_sku] - known
    pooled = [
        "own data"
        if own[i] >= _MOSTLY_OWN
        else f"category {weekly.categories[weekly.category_of_sku[i]]}"
        if peers[i] > 0
        else "all items"
        for i in range(len(mean))
    ]
    columns = {
        "sku_id": pa.array(weekly.skus, pa.string()),
        "elasticity": pa.array(mean),
        "elasticity_low": pa.array((mean - half).round(6)),
        "elasticity_high": pa.array((mean + half).round(6)),
        "standard_error": pa.array(sd),
        "raw_elasticity": pa.array(raw.round(6), from_pandas=True),
        "raw_standard_error": pa.array(np.sqrt(variance).round(6), from_pandas=True),
        "pooled_with": pa.array(pooled, pa.string()),
        "own_weight_share": pa.array(own),
        "n_weeks": pa.array(evidence.weeks.astype(np.int64)),
        "n_price_changes": pa.array(evidence.changes),
        "price_range_share": pa.array(evidence.price_range),
        "units": pa.array(evidence.units),
        "grade": pa.array(
            [
                _grade(mean[i], sd[i], own[i], evidence.week_effects[i], evidence.settled[i] or not known[i])
                for i in range(len(mean))
            ],
            pa.string(),
        ),
        "method": pa.array(
            [_method(known[i], evidence.settled[i], evidence.week_effects[i]) for i in range(len(mean))],
            pa.string(),
        ),
        "fallback_reason": pa.array(
            [_reason(evidence, i, mean[i], own[i], known[i], settings) for i in range(len(mean))], pa.string()
        ),
    }
    return pa.table(columns, schema=ELASTICITY_SCHEMA)


def _grade(mean: float, sd: float, own: float, week_effects: bool = True, settled: bool = True) -> str:
    """Grade by the width of the 90 % interval and the weight of own data.

    >>> _grade(-2.0, 0.2, 0.9), _grade(-2.0, 0.5, 0.6), _grade(-2.0, 0.5, 0.2), _grade(-2.0, 0.5, 0.0)
    ('A', 'B', 'C', 'D')
    >>> _grade(0.1, 0.2, 0.9), _grade(-2.0, 0.2, 0.9, week_effects=False)
    ('D', 'B')
    >>> _grade(-2.0, 0.2, 0.9, settled=False)
    'C'
    """
    width = 2 * 1.6449 * sd
    if mean > _BARELY_NEGATIVE or own < 0.1:
        return "D"
    if not settled:
        return "C"
    if own >= 0.7 and width <= 1.0 and week_effects:
        return "A"
    return "B" if own >= 0.4 and width <= 2.0 else "C"


def _method(known: bool, settled: bool, week_effects: bool) -> str:
    if not known:
        return "mean of comparable items"
    if not settled:
        return "log-log regression within the item, empirical Bayes"
    time = "week effects" if week_effects else "trend and season"
    return f"Poisson regression with {time} by category, empirical Bayes"


def _reason(
    evidence: _Evidence, i: int, mean: float, own: float, known: bool, settings: ElasticitySettings
) -> str | None:
    """Say why SKU `i` hasn't the usual estimate, the gravest first; None where it has."""
    if evidence.weeks[i] < settings.min_weeks:
        return f"{evidence.weeks[i]} usable weeks, {settings.min_weeks} needed"
    if evidence.units[i] < settings.min_units:
        return f"{evidence.units[i]:g} units sold, {settings.min_units:g} needed"
    if evidence.price_range[i] < settings.min_price_range_share:
        return f"price moved by less than {settings.min_price_range_share:.0%}"
    if not known and np.isfinite(evidence.raw[i]):
        return f"own estimate of {evidence.raw[i]:.2f} is beyond ±{settings.max_elasticity:g} and left out"
    if not evidence.settled[i]:
        rest = "" if known else f"; {settings.min_weeks} weeks with sales needed for a log-log one"
        return f"Poisson regression didn't settle{rest}"
    if mean > _BARELY_NEGATIVE:
        return "demand doesn't fall with the price in the data"
    if own < 0.1:
        return "price moved too little against its category for demand this erratic"
    if evidence.strange[i]:
        return f"own estimate of {evidence.raw[i]:.2f} is far from its category's and counts less"
    if evidence.spikes[i]:
        weeks = "week" if evidence.spikes[i] == 1 else "weeks"
        return f"exceptional demand of {evidence.spikes[i]} {weeks} capped"
    return None
