"""Sellthrough: the decision layer above a retailer's systems."""

__all__ = ["__version__"]

__version__ = "0.2.0"
