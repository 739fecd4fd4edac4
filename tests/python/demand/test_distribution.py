import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sellthrough.demand import QUANTILE_LEVELS, negative_binomial_cdf, negative_binomial_quantiles

LEVELS = np.array(QUANTILE_LEVELS)


def reference(mean: float, variance: float) -> np.ndarray:
    if variance <= mean:
        return np.asarray(stats.poisson.ppf(LEVELS, mean))
    return np.asarray(stats.nbinom.ppf(LEVELS, mean**2 / (variance - mean), mean / variance))


@settings(max_examples=150, deadline=None)
@given(mean=st.floats(1e-3, 2_000.0), ratio=st.floats(1.01, 30.0))
def test_quantiles_equal_those_of_scipy(mean: float, ratio: float) -> None:
    variance = mean * ratio
    ours = negative_binomial_quantiles([mean], [variance], QUANTILE_LEVELS)[0]
    theirs = reference(mean, variance)
    # At a level that is hit exactly the two may round to different sides of it.
    near = (
        np.abs(negative_binomial_cdf(np.minimum(ours, theirs), [mean] * 11, [variance] * 11) - LEVELS) < 1e-9
    )
    assert ((ours == theirs) | near).all()


@pytest.mark.parametrize("mean", [0.02, 0.7, 3.0, 45.0, 390.0, 5_000.0])
def test_quantiles_of_poisson_equal_those_of_scipy(mean: float) -> None:
    ours = negative_binomial_quantiles([mean, mean], [mean, mean / 2], QUANTILE_LEVELS)
    assert (ours == reference(mean, mean)).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 20_000)), min_size=1, max_size=20))
def test_quantiles_never_cross_and_are_whole_and_not_negative(pairs: list[tuple[float, float]]) -> None:
    mean, variance = np.array(pairs).T
    quantiles = negative_binomial_quantiles(mean, variance, QUANTILE_LEVELS)
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles == np.floor(quantiles)).all()


def test_no_demand_has_only_zero_quantiles() -> None:
    assert (negative_binomial_quantiles([0.0], [0.0], QUANTILE_LEVELS) == 0).all()


def test_level_next_to_one_ends() -> None:
    assert np.isfinite(negative_binomial_quantiles([3.0], [9.0], [0.5, 0.9999])).all()


@pytest.mark.parametrize(
    ("mean", "variance", "levels", "sentence"),
    [
        ([-1.0], [1.0], [0.5], "mean at position 0 is -1.0"),
        ([1.0], [np.nan], [0.5], "variance at position 0 is nan"),
        ([1.0, 2.0], [1.0], [0.5], "2 means but 1 variances"),
        ([1.0], [1.0], [0.5, 0.4], "ascending"),
        ([1.0], [1.0], [1.0], "between 0 and 1"),
    ],
)
def test_bad_laws_are_refused(
    mean: list[float], variance: list[float], levels: list[float], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        negative_binomial_quantiles(mean, variance, levels)


def test_cdf_equals_that_of_scipy() -> None:
    rng = np.random.default_rng(2)
    mean = rng.gamma(1.0, 20.0, 500)
    variance = mean * rng.uniform(1.05, 8.0, 500)
    units = np.floor(rng.gamma(1.0, 25.0, 500)) - 1
    ours = negative_binomial_cdf(units, mean, variance)
    assert np.allclose(
        ours, stats.nbinom.cdf(units, mean**2 / (variance - mean), mean / variance), atol=1e-12
    )
