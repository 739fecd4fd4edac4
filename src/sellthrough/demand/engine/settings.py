"""What steers the engine besides its data."""

__all__ = ["LEVELS", "EngineSettings"]

from dataclasses import asdict, dataclass
from typing import Any

LEVELS: tuple[float, ...] = (0.005, 0.025, 0.165, 0.25, 0.5, 0.75, 0.835, 0.975, 0.995)
# A fit is the same whatever these are.
_FREE = ("threads", "keeps_held_out", "explains")


@dataclass(frozen=True)
class EngineSettings:
    """Everything that steers a forecast besides its data.

    Attributes
    ----------
    horizon
        Periods to forecast after the origin.
    period_days
        Days of a period: 1 for daily, 7 for weekly panels.
    windows
        Lengths, in periods, of the windows whose sums get a distribution of their own.
    levels
        Probabilities of the quantiles, ascending.
    threads
        Threads of the trees. The result does not depend on it.
    seed
        Seed of every draw.
    rounds
        Trees of the global model.
    most_rows
        Rows that the global model learns from at most.
    prophet
        Whether Prophet forecasts the totals of the grid's margins.
    keeps_held_out
        Whether the fit keeps what was forecast of the past beside what came.
    explains
        Whether a forecast's means are split into what drives them.
    """

    horizon: int = 28
    period_days: int = 1
    windows: tuple[int, ...] = ()
    levels: tuple[float, ...] = LEVELS
    threads: int = 2
    seed: int = 7
    rounds: int = 180
    most_rows: int = 3_200_000
    prophet: bool = False
    keeps_held_out: bool = False
    explains: bool = False

    @property
    def of_fit(self) -> dict[str, Any]:
        """What a fit depends on, and a change of which calls for a new one."""
        return {name: value for name, value in sorted(asdict(self).items()) if name not in _FREE}

    def __post_init__(self) -> None:
        """Refuse settings that no forecast can be made with.

        Raises
        ------
        ValueError
            If a number is out of its range.
        """
        for name in ("horizon", "threads", "rounds", "most_rows"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{name} is {getattr(self, name)} in the engine settings: set it to 1 or more."
                )
        if self.period_days not in (1, 7):
            raise ValueError(f"period_days is {self.period_days} in the engine settings: set it to 1 or 7.")
        far = [window for window in self.windows if not 1 <= window <= self.horizon]
        if far:
            raise ValueError(
                f"Window {far[0]} does not fit into the horizon of {self.horizon} periods: shorten it or "
                "forecast further."
            )
        rising = all(a < b for a, b in zip(self.levels, self.levels[1:], strict=False))
        if not self.levels or not rising or self.levels[0] <= 0 or self.levels[-1] >= 1:
            raise ValueError(
                f"Quantile levels are {list(self.levels)}: give ascending numbers between 0 and 1."
            )
