"""Only tests and the demo itself know the demo world's truth."""

from __future__ import annotations

import re

from .house import PROJECT, House

FOLDERS = ("models", "python_models", "macros", "seeds", "profiles", "tests/data", "tests/generic")
TRUTH = re.compile(r"truth/|/truth\b|\btruth\s*/|(?:from|import) sellthrough\.demo|from \.+demo")


def test_no_model_macro_seed_or_library_module_reads_the_truth() -> None:
    files = [path for name in FOLDERS for path in (PROJECT / name).rglob("*") if path.is_file()]
    files += [PROJECT / "dbt_project.yml"]
    library = PROJECT / "src" / "sellthrough"
    # the fault library makes a demo of its own to damage
    makers = {"demo", "faults"}
    files += [path for path in library.rglob("*.py") if not makers & set(path.relative_to(library).parts)]
    # the demo's last words name the folder; they read nothing
    files = [path for path in files if path != library / "show.py"]
    texts = [path for path in files if path.suffix in (".sql", ".py", ".yml", ".csv", ".md")]
    assert len(texts) > 200
    assert [str(path.relative_to(PROJECT)) for path in texts if TRUTH.search(path.read_text("utf-8"))] == []


def test_no_compiled_sql_reads_the_truth(retailer: House) -> None:
    compiled = [path for path in retailer.target.rglob("*.sql") if path.is_file()]
    assert len(compiled) > 150
    assert [path.name for path in compiled if TRUTH.search(path.read_text("utf-8"))] == []


def test_the_pattern_would_find_a_reader() -> None:
    assert TRUTH.search("select * from read_parquet('data/truth/demand.parquet')")
    assert TRUTH.search("from sellthrough.demo import build_demo")
