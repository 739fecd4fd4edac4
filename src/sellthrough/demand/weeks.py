"""From days to weeks that end on the origin."""

__all__ = ["weekly_panel"]

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WEEK = 7


def weekly_panel(panel: pa.Table, origin_on: date) -> pa.Table:
    """Sum a daily panel up to weeks, the last known one ending on the origin.

    A week of which a series has only some days stands at their rate, with the weight of the days it has.

    Parameters
    ----------
    panel
        `series`, `ds`, `demand` (units, empty after the origin), `weight` (0 to 1) and drivers.
    origin_on
        Last known day.

    Returns
    -------
    pyarrow.Table
        The same columns: `ds` the week's first day, `demand` its sum, `weight` the share of it that is known,
        drivers their means.

    Examples
    --------
    >>> days = [date(2026, 3, day) for day in range(1, 8)]
    >>> week = weekly_panel(
    ...     pa.table({"series": ["a"] * 7, "ds": days, "demand": [2.0] * 7, "weight": [1.0] * 7}), days[-1]
    ... )
    >>> week.select(["ds", "demand", "weight"]).to_pydict()
    {'ds': [datetime.date(2026, 3, 1)], 'demand': [14.0], 'weight': [1.0]}
    """
    first = np.datetime64(origin_on, "D").astype(np.int64) - (_WEEK - 1)
    days = panel.column("ds").cast(pa.date32()).cast(pa.int32()).to_numpy().astype(np.int64)
    week = first + (days - first) // _WEEK * _WEEK
    drivers = [name for name in panel.column_names if name.startswith(("known_", "past_"))]
    dated = panel.set_column(panel.column_names.index("ds"), "ds", pa.array(week))
    summed = dated.group_by(["series", "ds"], use_threads=False).aggregate(
        [("demand", "mean"), ("weight", "sum"), *[(name, "mean") for name in drivers]]
    )
    # a week that is half there stands for a whole one, with half the weight
    weight = pc.divide(summed.column("weight_sum"), float(_WEEK))
    return pa.table(
        {
            "series": summed.column("series"),
            "ds": summed.column("ds").cast(pa.int32()).cast(pa.date32()),
            "demand": pc.multiply(summed.column("demand_mean"), float(_WEEK)),
            "weight": weight,
            **{name: summed.column(f"{name}_mean") for name in drivers},
        }
    )
