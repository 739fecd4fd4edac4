"""Invented people: names, streets and telephone numbers that follow from a customer's number."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from sellthrough.demo.config import IntArray
from sellthrough.demo.sink import as_text, pick

__all__ = ["FIRST", "LAST", "first_names", "last_names", "street_names", "telephones", "whole_names"]

FIRST = (
    "Ada",
    "Ben",
    "Cara",
    "Dev",
    "Ella",
    "Finn",
    "Grace",
    "Hugo",
    "Isla",
    "Jonas",
    "Kemi",
    "Liam",
    "Maya",
    "Noor",
    "Owen",
    "Priya",
    "Quinn",
    "Rosa",
    "Sam",
    "Tess",
    "Uma",
    "Vera",
    "Will",
)
LAST = (
    "Archer",
    "Baker",
    "Clarke",
    "de Vries",
    "Evans",
    "Fischer",
    "Green",
    "Hughes",
    "Iqbal",
    "Jansen",
    "Khan",
    "Lewis",
    "Meyer",
    "Nolan",
    "Okafor",
    "Patel",
    "Reid",
    "Singh",
    "Taylor",
    "Visser",
    "Walker",
)
_STREETS = ("Quay Street", "Pine Road", "Mill Lane", "Church View", "Kerkstraat", "Lindenweg", "Station Road")


def first_names(customer: IntArray) -> pa.Array:
    """Return first names."""
    return pick(list(FIRST), customer * 7 % len(FIRST))


def last_names(customer: IntArray) -> pa.Array:
    """Return last names."""
    return pick(list(LAST), customer * 5 % len(LAST))


def whole_names(customer: IntArray) -> pa.Array:
    """Return first and last names.

    Examples
    --------
    >>> import numpy as np
    >>> whole_names(np.array([0, 3])).to_pylist()
    ['Ada Archer', 'Vera Patel']
    """
    return pc.binary_join_element_wise(first_names(customer), last_names(customer), " ")


def street_names(customer: IntArray) -> pa.Array:
    """Return streets with house numbers."""
    number = as_text(customer % 180 + 1)
    return pc.binary_join_element_wise(number, pick(list(_STREETS), customer % len(_STREETS)), " ")


def telephones(customer: IntArray) -> pa.Array:
    """Return telephone numbers of the range that is kept for fiction."""
    return pc.binary_join_element_wise("+44 7700 9", pc.utf8_lpad(as_text(customer % 100_000), 5, "0"), "")
