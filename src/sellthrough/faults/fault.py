"""What a fault is: where it is planted, how, and what must happen to it."""

from __future__ import annotations

__all__ = ["OUTCOMES", "Fault", "Planted"]

from collections.abc import Callable
from dataclasses import dataclass

from sellthrough.faults.world import World

OUTCOMES = ("quarantined", "repaired", "counted", "ignored", "refused")


@dataclass(frozen=True)
class Planted:
    """One planted fault.

    Attributes
    ----------
    fault
        Name of the fault.
    path
        Raw table in which its fate is told.
    row
        Name of the row that shows it, or an empty text if the whole file does.
    amount
        Money that the row must count with, in its own currency, where the fault changes it; else that of
        the clean build.
    units
        The same for units, in eaches.
    broken_lines
        How many lines of CSV its row has become that can't be read.
    """

    fault: str
    path: str
    row: str = ""
    amount: float | None = None
    units: float | None = None
    broken_lines: int = 0


@dataclass(frozen=True)
class Fault:
    """A kind of bad data.

    Attributes
    ----------
    name
        Its name, unique.
    family
        What it belongs to: values, numbers, dates, keys, rows, texts, columns, files, world.
    batch
        Faults of one batch are planted in one copy and built at once.
    outcome
        `quarantined`: its rows are in quarantine with one of `reasons`. `repaired`: each of its rows counts
        once, with the right units and money. `counted`: each of its rows counts. `ignored`: no row of its
        own; the rest is as if it weren't there. `refused`: the build stops before it begins, with one
        sentence that holds one of `reasons`.
    reasons
        Reasons of quarantine, or a part of the sentence.
    plant
        Plants a number of them and returns what was planted.
    count
        How many `make faults` plants.
    meaning
        What went wrong, in a sentence.
    """

    name: str
    family: str
    batch: str
    outcome: str
    reasons: tuple[str, ...]
    plant: Callable[[World, int], list[Planted]]
    count: int
    meaning: str

    def __post_init__(self) -> None:
        """Refuse an unknown outcome, and one without the reasons that it needs."""
        if self.outcome not in OUTCOMES:
            raise ValueError(
                f"The fault '{self.name}' has the outcome '{self.outcome}': use one of {OUTCOMES}."
            )
        if (self.outcome in ("quarantined", "refused")) != bool(self.reasons):
            raise ValueError(
                f"The fault '{self.name}' must name reasons if, and only if, it is quarantined or refused."
            )
