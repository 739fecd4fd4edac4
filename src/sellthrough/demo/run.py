"""Build a demo world on disk: simulate, write month by month, and record what was written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sellthrough.demo.amazon import Amazon
from sellthrough.demo.config import GENERATOR_VERSION, DemoConfig
from sellthrough.demo.defects import DEFECT_SCHEMA, Defects
from sellthrough.demo.marketing import Analytics, write_ads, write_calendars, write_mails, write_plans
from sellthrough.demo.masters import (
    committed,
    write_amazon_stock,
    write_erp_masters,
    write_erp_stock,
    write_shop_masters,
)
from sellthrough.demo.netsuite import Erp
from sellthrough.demo.pos import Tills, shared_barcodes
from sellthrough.demo.shop_facts import SHOPS
from sellthrough.demo.shopify import Shop
from sellthrough.demo.simulate import World, simulate
from sellthrough.demo.sink import Sink
from sellthrough.demo.truth import Truth
from sellthrough.demo.wms import Warehouses

__all__ = ["build_demo", "is_current"]


def _arguments(config: DemoConfig) -> dict[str, Any]:
    return {
        "skus": config.skus,
        "days": config.days,
        "seed": config.seed,
        "mess": config.mess,
        "last_day": str(config.last_day),
        "generator_version": GENERATOR_VERSION,
    }


def is_current(config: DemoConfig, out: Path) -> bool:
    """Tell whether `out` already holds this very world, all of its files in place."""
    card = out / "demo.json"
    if not card.is_file():
        return False
    try:
        known = json.loads(card.read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        return False
    return bool(known.get("arguments") == _arguments(config)) and all(
        (out / f).is_file() for f in known["files"]
    )


def build_demo(config: DemoConfig, out: Path, say: Callable[[str], None] = print) -> dict[str, int]:
    """Simulate a world and write ``raw/``, ``truth/`` and ``demo.json`` below `out`.

    Parameters
    ----------
    config
        The world.
    out
        Output folder; its former ``raw`` and ``truth`` are replaced.
    say
        Takes progress lines.

    Returns
    -------
    dict
        Rows written, by file name without its suffix.
    """
    (out / "demo.json").unlink(missing_ok=True)
    for part in ("raw", "truth"):
        shutil.rmtree(out / part, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    world, sink = World.build(config), Sink(out)
    defects = Defects(sink)
    shops = [Shop(world, sink, defects, facts) for facts in SHOPS]
    amazon, erp, wms = (
        Amazon(world, sink, defects),
        Erp(world, sink, defects),
        Warehouses(world, sink, defects),
    )
    tills = Tills(world, sink, defects, world.assortment.barcode[shared_barcodes(world)[0]])
    analytics, truth = Analytics(world, sink), Truth(world, sink)
    erp.opening()
    wms.opening()
    for month in simulate(world):
        flows = []
        for shop in shops:
            lines, late = shop.month(month)
            flows.append((shop.facts.location, lines, late))
            analytics.month(month, shop)
        lines, late = amazon.month(month)
        flows.append((0, lines, late))
        tills.month(month)
        erp.month(month)
        wms.month(month, flows)
        truth.month(month)
        if month.index % 6 == 5 or month.stop == config.days:
            say(f"simulated and written up to {config.first_day + (month.stop - 1)}")
    write_erp_masters(world, sink, defects)
    waiting = committed(world, shops, amazon)
    write_erp_stock(world, sink, waiting, erp.backordered)
    write_amazon_stock(world, sink, amazon)
    for shop in shops:
        write_shop_masters(world, sink, defects, shop, waiting)
    write_ads(world, sink)
    write_mails(world, sink, shops)
    write_calendars(world, sink)
    write_plans(world, sink)
    truth.finish(shops, amazon)
    if "truth/defects" not in sink.rows:
        sink.write("truth/defects", DEFECT_SCHEMA.empty_table())
    sink.close()
    _write_card(config, out, sink.rows)
    return sink.rows


def _write_card(config: DemoConfig, out: Path, rows: dict[str, int]) -> None:
    files = sorted(str(p.relative_to(out)) for part in ("raw", "truth") for p in (out / part).rglob("*.*"))
    card = {
        "retailer": "Harbour & Pine",
        "arguments": _arguments(config),
        "first_day": str(config.first_day),
        "daily_truth_share_of_skus": config.sample_share,
        "rows": dict(sorted(rows.items())),
        "files": files,
    }
    (out / "demo.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
