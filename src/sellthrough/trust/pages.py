"""Data docs that open without a network: Great Expectations' pages without scripts and foreign styles."""

from __future__ import annotations

__all__ = ["write_pages"]

import html
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView

from .outcomes import Outcome

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2733; margin: 2rem auto; max-width: 70rem;
  padding: 0 1rem }
table { border-collapse: collapse; margin: .5rem 0 1rem; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #d9dfe5 }
table table { width: auto } h1 { font-size: 1.6rem } h5, h6 { font-size: 1.05rem; margin: 1.2rem 0 .2rem }
.badge { background: #e6ebf0; border-radius: .3rem; padding: 0 .35rem; margin-right: .15rem }
.number { text-align: right; font-variant-numeric: tabular-nums } a { color: #0b5cad }
.text-success, .met { color: #17723a } .text-danger, .broken { color: #b3261e } .warned { color: #8a5a00 }
""".strip()
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>
<body>{body}</body></html>
"""


def write_pages(folder: Path, phase: str, outcomes: Sequence[Outcome], results: Mapping[str, Any]) -> Path:
    """Write a page per suite and the phase's list of them; rewrite the front page.

    Parameters
    ----------
    folder
        Folder of the pages.
    phase
        `raw` or `marts`; the other phase's pages stay.
    outcomes
        All outcomes of the phase.
    results
        Great Expectations' result by table.

    Returns
    -------
    Path
        The front page.
    """
    shutil.rmtree(folder / phase, ignore_errors=True)
    (folder / phase).mkdir(parents=True)
    for table, result in results.items():
        (folder / phase / f"{table}.html").write_text(_suite_page(table, result), "utf-8")
    (folder / phase / "list.html").write_text(_list_page(phase, outcomes, results), "utf-8")
    lists = [
        (folder / one / "list.html").read_text("utf-8").split("<body>")[1].split("</body>")[0]
        for one in ("raw", "marts")
        if (folder / one / "list.html").exists()
    ]
    front = folder / "index.html"
    front.write_text(_page("Validation", "<h1>What lands and what leaves</h1>" + "".join(lists)), "utf-8")
    return front


def _page(title: str, body: str) -> str:
    return _PAGE.format(title=html.escape(title), style=_STYLE, body=body)


def _list_page(phase: str, outcomes: Sequence[Outcome], results: Mapping[str, Any]) -> str:
    tables: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        tables.setdefault(outcome.table, []).append(outcome)
    lines = []
    for table, own in tables.items():
        broken = [outcome for outcome in own if not outcome.is_met]
        is_critical = any(outcome.severity == "critical" for outcome in broken)
        state, word = (
            ("broken", "broken") if is_critical else ("warned", "warned") if broken else ("met", "met")
        )
        name = html.escape(table)
        link = f'<a href="{phase}/{name}.html">{name}</a>' if table in results else name
        sentences = "".join(f"<div>{html.escape(outcome.message)}</div>" for outcome in broken)
        lines.append(
            f'<tr><td>{link}</td><td class="{state}">{word}</td>'
            f'<td class="number">{own[0].table_row_count:,}</td>'
            f'<td class="number">{own[0].checked_row_count:,}</td>'
            f'<td class="number">{len(own) - len(broken)} of {len(own)}</td><td>{sentences}</td></tr>'
        )
    title = "What lands: source tables" if phase == "raw" else "What leaves: marts"
    run_at = f"{outcomes[0].run_at:%Y-%m-%d %H:%M} UTC" if outcomes else "no table was found"
    head = "".join(
        f"<th>{word}</th>" for word in ("Table", "State", "Rows", "Rows looked at", "Promises kept", "Broken")
    )
    body = f"<h2>{title}</h2><p>{run_at}</p><table><tr>{head}</tr>{''.join(lines)}</table>"
    return _page(title, body)


def _suite_page(table: str, result: Any) -> str:
    """Take the sections out of Great Expectations' page; leave everything that the network would bring."""
    document = ValidationResultsPageRenderer(run_info_at_end=True).render(result)
    rendered = str(DefaultJinjaPageView().render(document))
    body = rendered[rendered.index('<div id="section-1"') : rendered.rindex("</body>")]
    for tag in ("script", "style", "footer", "nav"):
        body = re.sub(rf"<{tag}\b.*?</{tag}>", "", body, flags=re.S)
    body = re.sub(r"<(?:link|img|input|button)\b[^>]*>|</button>", "", body, flags=re.S)
    body = re.sub(r"<a\b[^>]*>(.*?)</a>", r"\1", body, flags=re.S)
    body = re.sub(r'<i class="[^"]*text-success[^"]*"[^>]*>', '<i class="text-success">✓', body)
    body = re.sub(r'<i class="[^"]*text-(?:danger|warning)[^"]*"[^>]*>', '<i class="text-danger">✗', body)
    body = re.sub(r"\s(?:id|onclick|data-[\w-]+)=\"[^\"]*\"", "", body)
    return _page(table, f'<p><a href="../index.html">All tables</a></p><h1>{html.escape(table)}</h1>{body}')
