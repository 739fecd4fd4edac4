"""Bad data of every kind, planted in copies of the demo's raw tables, with what must happen to it."""

from __future__ import annotations

__all__ = ["BATCHES", "FAULTS", "Fault", "Planted", "World", "plant_batch"]

from sellthrough.faults import business, files, rows, texts, values
from sellthrough.faults.fault import Fault, Planted
from sellthrough.faults.world import World

FAULTS: tuple[Fault, ...] = (
    *values.FAULTS,
    *texts.FAULTS,
    *rows.FAULTS,
    *files.FAULTS,
    *business.FAULTS,
)
BATCHES: tuple[str, ...] = tuple(dict.fromkeys(fault.batch for fault in FAULTS if fault.outcome != "refused"))


def plant_batch(world: World, faults: tuple[Fault, ...]) -> list[Planted]:
    """Plant faults in one world, each as often as it says; return what was planted.

    Examples
    --------
    >>> len(FAULTS) == len({fault.name for fault in FAULTS}) >= 40
    True
    """
    return [planted for fault in faults for planted in fault.plant(world, fault.count)]
