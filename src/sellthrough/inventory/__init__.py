"""Inventory: reorder policy, surplus and the kernels below them."""

__all__ = [
    "REORDER_SCHEMA",
    "SURPLUS_SCHEMA",
    "PolicySettings",
    "SurplusSettings",
    "flag_surplus",
    "reorder_policy",
]

from sellthrough.inventory.policy import REORDER_SCHEMA, PolicySettings, reorder_policy
from sellthrough.inventory.surplus import SURPLUS_SCHEMA, SurplusSettings, flag_surplus
