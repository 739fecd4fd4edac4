"""LightGBM's models as text: fitted, kept and read with the same bits."""

__all__ = ["Booster", "TreesFailedError", "boosted", "trees_missing"]

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .settings import EngineSettings

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

_PREDICTED_AT_ONCE = 400_000


class TreesFailedError(RuntimeError):
    """LightGBM is there but could not fit."""


def trees_missing() -> str | None:
    """Return why LightGBM can't be used here, or None if it can."""
    try:
        import lightgbm  # noqa: F401
    except ImportError as error:
        return f"LightGBM is not installed ({error}): install it with pip."
    except OSError as error:
        return f"LightGBM's library can't be loaded ({error}): install the system package libgomp1."
    return None


@dataclass(frozen=True)
class Booster:
    """A fitted model.

    Attributes
    ----------
    text
        LightGBM's own text of the trees, without the parameters they were fitted with.
    start
        What prediction adds to the trees' sum.
    """

    text: str
    start: float = 0.0

    @cached_property
    def _model(self) -> Any:
        import lightgbm

        return lightgbm.Booster(model_str=self.text)

    def raw(self, features: Singles, threads: int) -> Floats:
        """Start plus the sum of the trees, shape (rows,); the number of threads changes no bit."""
        out = np.empty(features.shape[0])
        for first in range(0, features.shape[0], _PREDICTED_AT_ONCE):
            part = slice(first, first + _PREDICTED_AT_ONCE)
            out[part] = self._model.predict(features[part], raw_score=True, num_threads=threads)
        return np.asarray(out + self.start)


def boosted(data: Any, parameters: dict[str, Any], rounds: int, settings: EngineSettings) -> str:
    """Fit trees and return their text.

    Parameters
    ----------
    data
        A LightGBM data set.
    parameters
        Objective and sizes.
    rounds
        Number of trees.
    settings
        Seed and threads.

    Returns
    -------
    str
        The same text whatever the number of threads.

    Raises
    ------
    TreesFailedError
        If LightGBM fails.
    """
    import lightgbm

    fixed = {
        "verbose": -1,
        "num_threads": settings.threads,
        "seed": settings.seed,
        # the same bits whatever the number of threads
        "deterministic": True,
        "force_row_wise": True,
    }
    try:
        text = str(lightgbm.train(parameters | fixed, data, num_boost_round=rounds).model_to_string())
    except lightgbm.basic.LightGBMError as error:
        raise TreesFailedError(f"LightGBM failed: {error}") from error
    # the parameters hold the number of threads, and prediction needs none of them
    return text.partition("\nparameters:")[0] + "\n"
