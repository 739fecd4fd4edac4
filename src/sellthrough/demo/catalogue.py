"""What is fixed about categories and suppliers: season shapes, sensitivities, lead-time laws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["CATEGORIES", "Category", "Supplier", "build_suppliers"]


@dataclass(frozen=True)
class Category:
    """What the SKUs of one category share."""

    name: str
    division: str
    subcategories: tuple[str, ...]
    elasticity: float
    price: float  # median list price, GBP including VAT
    season: str
    peak_day: float
    strength: float
    width: float
    temperature_effect: float  # log demand per 5 degrees above the day's norm
    rain_effect: float  # log demand per 5 mm of rain above the norm


# fmt: off
CATEGORIES = (
    Category("Garden & Outdoor", "Outdoor", ("Planters", "Tools", "Furniture", "Lanterns"), -1.9, 32.0,
             "spring_summer", 150, 1.3, 1.4, 0.16, -0.03),
    Category("Waterproofs", "Apparel", ("Jackets", "Wellies", "Umbrellas"), -2.3, 48.0,
             "autumn_winter", 310, 1.0, 1.2, -0.03, 0.12),
    Category("Knitwear", "Apparel", ("Jumpers", "Scarves", "Hats & Gloves"), -2.6, 42.0,
             "autumn_winter", 335, 1.25, 1.4, 0.0, 0.0),
    Category("Beach & Swim", "Apparel", ("Swimwear", "Towels", "Bags"), -3.0, 26.0,
             "spring_summer", 190, 1.5, 1.8, 0.0, 0.0),
    Category("Kitchen", "Home", ("Enamelware", "Boards", "Textiles", "Storage"), -1.4, 18.0,
             "all_year", 340, 0.3, 1.0, 0.0, 0.0),
    Category("Bedding", "Home", ("Throws", "Linen", "Cushions"), -1.8, 45.0,
             "all_year", 15, 0.3, 1.0, 0.0, 0.0),
    Category("Candles & Gifts", "Home", ("Candles", "Ornaments", "Stationery"), -3.3, 14.0,
             "christmas", 343, 1.5, 8.0, 0.0, 0.0),
    Category("Bath & Body", "Home", ("Soap", "Lotion", "Accessories"), -1.1, 11.0,
             "all_year", 345, 0.3, 2.0, 0.0, 0.0),
)
# fmt: on


@dataclass(frozen=True)
class Supplier:
    """One supplier and the true law of its lead times, in days."""

    name: str
    region: str  # UK, EU or Far East
    currency: str
    law: str  # gamma or lognormal
    lead_mean: float
    lead_sd: float
    quoted_days: int
    late_rate: float
    late_mean: float
    split_rate: float
    short_rate: float
    order_weekday: int
    case_unit: bool


def build_suppliers(rng: np.random.Generator) -> tuple[Supplier, ...]:
    """Draw the suppliers' lead-time laws: about 10 days in the UK, 25 from the EU, 75 from the Far East."""
    names = {
        "UK": (
            "Aire Valley Crafts",
            "Mendip Textiles",
            "Tyne Candle Works",
            "Ribble Soap Co",
            "Severn Joinery",
        ),
        "EU": ("Porto Linens", "Delft Enamel", "Vosges Woodcraft", "Bergamo Knit"),
        "Far East": ("Ningbo Home", "Xiamen Outdoor", "Haiphong Garments"),
    }
    mean = {"UK": 10.0, "EU": 25.0, "Far East": 75.0}
    suppliers = []
    for region, firms in names.items():
        for name in firms:
            lead = mean[region] * rng.uniform(0.85, 1.15)
            suppliers.append(
                Supplier(
                    name=name,
                    region=region,
                    currency="EUR" if region == "EU" else "GBP",
                    law=("gamma", "lognormal")[int(rng.integers(2))],
                    lead_mean=round(lead, 2),
                    lead_sd=round(lead * rng.uniform(0.08, 0.25), 2),
                    quoted_days=round(lead * rng.uniform(1.0, 1.12)),
                    late_rate=round(rng.uniform(0.03, 0.15), 3),
                    late_mean=round(lead * rng.uniform(0.25, 0.5), 2),
                    split_rate=round(rng.uniform(0.04, 0.2), 3),
                    short_rate=round(rng.uniform(0.03, 0.12), 3),
                    order_weekday=int(rng.integers(0, 5)),
                    case_unit=region != "UK",
                )
            )
    return tuple(suppliers)
