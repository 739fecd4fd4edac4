"""The log of planted defects: which row of which table is wrong, how, and what is to be done about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sellthrough.demo.schemas import schema_of
from sellthrough.demo.sink import Sink

__all__ = ["DEFECT_SCHEMA", "EXPECTED", "Defects"]

DEFECT_SCHEMA = schema_of("s:system s:table_name s:source_key s:defect s:expected")

EXPECTED = {
    "test_order": "quarantine:test_order",
    "gift_card": "quarantine:gift_card",
    "cancelled_order": "repaired",
    "unmapped_sku": "quarantine:unmapped_sku",
    "typed_over_barcode": "quarantine:unmapped_sku",
    "ambiguous_barcode": "quarantine:ambiguous_barcode",
    "shared_barcode": "quarantine:ambiguous_barcode",
    "absurd_quantity": "quarantine:absurd_quantity",
    "negative_quantity": "quarantine:negative_quantity",
    "unknown_channel": "quarantine:unknown_channel",
    "orphan_line": "quarantine:orphan_line",
    "duplicate_row": "repaired",
    "edited_order": "repaired",
    "soft_deleted": "repaired",
    "case_as_each": "repaired",
    "late_row": "repaired",
}


class Defects:
    """Collects planted defects and writes them to the truth table ``defects``."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def add(self, system: str, table: str, keys: Any, defect: str) -> None:
        """Log rows of one table by their keys.

        Raises
        ------
        ValueError
            If the defect has no expected treatment on file.
        """
        if defect not in EXPECTED:
            raise ValueError(f"The defect {defect!r} has no expected treatment: add it to EXPECTED.")
        if len(keys) == 0:
            return
        text = pa.array([str(k) for k in (keys.tolist() if isinstance(keys, np.ndarray) else list(keys))])
        self.sink.write(
            "truth/defects",
            {
                "system": system,
                "table_name": table,
                "source_key": text,
                "defect": defect,
                "expected": EXPECTED[defect],
            },
            DEFECT_SCHEMA,
        )
