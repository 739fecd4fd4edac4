"""What the server of dbt has parsed is what dbt parses in a shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .house import House

# When a node was parsed, and what a command that compiles and runs it adds.
OF_THE_COMMAND = {"created_at", "build_path", "compiled", "compiled_code", "compiled_path"}
OF_THE_COMMAND |= {"extra_ctes", "extra_ctes_injected", "index"}


def parsed(house: House, kind: str) -> dict[str, dict[str, Any]]:
    """Return the nodes of a kind as they were parsed, whatever the folder of the house."""
    text = json.dumps(house.manifest()[kind])
    for folder, default in ((house.validation, "data/validation"), (house.raw, "data/raw")):
        text = text.replace(folder.as_posix(), default)
    nodes: dict[str, dict[str, Any]] = json.loads(text)
    for node in nodes.values():
        # compiling finds more macros than parsing
        node.get("depends_on", {}).pop("macros", None)
    return {
        unique_id: {name: value for name, value in node.items() if name not in OF_THE_COMMAND}
        for unique_id, node in nodes.items()
    }


def test_a_command_of_the_server_reads_the_same_project(retailer: House, tmp_path: Path) -> None:
    copy = retailer.copied(tmp_path / "copy")
    copy.dbt("compile", "--write-json", "--select", "dim_date")
    for kind in ("nodes", "sources", "macros", "exposures", "unit_tests"):
        own, shared = parsed(retailer, kind), parsed(copy, kind)
        assert own.keys() == shared.keys()
        assert {name for name in own if own[name] != shared[name]} == set()
    assert {"model", "seed", "snapshot", "test"} <= {
        n["resource_type"] for n in parsed(copy, "nodes").values()
    }
