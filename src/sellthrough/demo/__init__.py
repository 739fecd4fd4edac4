"""The demo retailer Harbour & Pine: raw tables of eleven systems, with the truth behind them on file.

A day-by-day simulation of a retailer with two web shops, a marketplace, six stores and wholesale. What a
connector would land goes to ``raw/``; what only the simulator can know (latent demand, elasticities, uplifts,
phantom stock, planted defects) goes to ``truth/``, so that every model can be judged against it.
"""

from sellthrough.demo.config import DemoConfig
from sellthrough.demo.run import build_demo

__all__ = ["DemoConfig", "build_demo"]
