"""The project keeps its rules: who may read whom, what things are called, what is documented and tested."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest

from .house import PROJECT, House

Node = dict[str, Any]
PREFIXES = {
    ("models", "staging"): ("stg_",),
    ("models", "intermediate"): ("int_",),
    ("models", "marts", "core"): ("dim_", "fct_", "bridge_"),
    ("models", "marts"): ("dim_", "fct_", "rpt_"),
    ("python_models", "intermediate"): ("int_",),
}
TOPICS = {
    "catalogue",
    "sales",
    "stock",
    "supply",
    "demand",
    "inventory",
    "pricing",
    "marketing",
    "customers",
    "finance",
    "actions",
    "trust",
    "calendar",
    "core",
}


class Project:
    """What the manifest says, by kind of node."""

    def __init__(self, manifest: Node) -> None:
        own = [node for node in manifest["nodes"].values() if node["package_name"] == "sellthrough"]
        self.manifest = manifest
        self.models = {n["unique_id"]: n for n in own if n["resource_type"] == "model"}
        self.seeds = {n["unique_id"]: n for n in own if n["resource_type"] == "seed"}
        self.snapshots = {n["unique_id"]: n for n in own if n["resource_type"] == "snapshot"}
        self.tests = [n for n in own if n["resource_type"] == "test"]
        self.sources: dict[str, Node] = manifest["sources"]
        self.exposures: dict[str, Node] = manifest["exposures"]
        self.macros = [m for m in manifest["macros"].values() if m["package_name"] == "sellthrough"]

    def tests_of(self, node: Node) -> list[Node]:
        """Return the generic and singular tests that read a node."""
        return [test for test in self.tests if node["unique_id"] in test["depends_on"]["nodes"]]

    def column_tests(self, node: Node, column: str) -> set[str]:
        """Return the kinds of tests that stand on a column."""
        return {
            test["test_metadata"]["name"]
            for test in self.tests
            if test.get("attached_node") == node["unique_id"]
            and test.get("column_name") == column
            and test.get("test_metadata")
        }

    def parents(self, node: Node) -> list[str]:
        """Return the ids of what a model reads, each once."""
        return sorted(set(node["depends_on"]["nodes"]))


@pytest.fixture(scope="module")
def project(retailer: House) -> Project:
    return Project(retailer.manifest())


def folder(node: Node) -> tuple[str, ...]:
    """Return the folders of a node's file, from the project's root."""
    return PurePosixPath(node["original_file_path"]).parts[:-1]


def names(nodes: Iterator[Node] | list[Node]) -> list[str]:
    """Return the names of nodes, for a readable failure."""
    return sorted(str(node["name"]) for node in nodes)


def test_staging_alone_reads_sources_and_reads_one(project: Project) -> None:
    for node in project.models.values():
        sources = [parent for parent in project.parents(node) if parent.startswith("source.")]
        others = [parent for parent in project.parents(node) if not parent.startswith("source.")]
        if folder(node)[:2] == ("models", "staging"):
            assert len(sources) == 1 and others == [], node["name"]
        else:
            assert sources == [], node["name"]


def test_each_source_table_has_one_staging_model_in_its_folder(project: Project) -> None:
    readers: dict[str, list[Node]] = {source: [] for source in project.sources}
    for node in project.models.values():
        for parent in project.parents(node):
            if parent in readers:
                readers[parent].append(node)
    for source, found in readers.items():
        assert len(found) == 1, f"{source} is read by {names(found)}"
        system = project.sources[source]["source_name"]
        assert folder(found[0]) == ("models", "staging", system)
        assert found[0]["name"].startswith(f"stg_{system}__")


def test_labels_only_measure(project: Project) -> None:
    """What people checked leads to the report of quality and nowhere else."""
    children = project.manifest["child_map"]
    below: set[str] = set()
    waiting = [uid for uid, node in project.models.items() if node["name"].startswith("stg_audit__")]
    assert waiting
    while waiting:
        found = [child for parent in waiting for child in children[parent] if child in project.models]
        below |= set(found)
        waiting = found
    assert names([project.models[uid] for uid in below]) == [
        "int_sku_labels_compared",
        "rpt_identity_quality",
    ]


def test_each_source_table_is_described_and_has_freshness(project: Project) -> None:
    for source in project.sources.values():
        assert source["description"].startswith("One row"), source["unique_id"]
        assert source["freshness"] and source["freshness"]["warn_after"]["count"], source["unique_id"]
        assert source["loaded_at_query"] or source["loaded_at_field"], source["unique_id"]
        assert folder(source) == ("models", "staging", source["source_name"])


def test_names_tell_the_folder(project: Project) -> None:
    for node in project.models.values():
        place = folder(node)
        match = max((known for known in PREFIXES if place[: len(known)] == known), key=len, default=())
        assert match, f"{node['name']} lies in {'/'.join(place)}"
        assert node["name"].startswith(PREFIXES[match]), f"{node['name']} in {'/'.join(place)}"
        if place[:2] != ("models", "staging"):
            assert place[-1] in TOPICS, node["name"]


def test_the_yaml_of_a_model_lies_in_its_folder(project: Project) -> None:
    for node in [*project.models.values(), *project.seeds.values(), *project.snapshots.values()]:
        assert node["patch_path"], f"{node['name']} has no YAML"
        yaml = PurePosixPath(node["patch_path"].split("://")[1])
        assert yaml.parts[:-1] == folder(node), node["name"]


def test_nothing_reads_across_the_floors(project: Project) -> None:
    floors = {"staging": 0, "intermediate": 1, "marts": 2}
    for node in project.models.values():
        for parent_id in project.parents(node):
            parent = project.models.get(parent_id)
            if parent is None:
                continue
            floor, above = folder(parent), folder(node)
            if above[:2] == ("models", "staging"):
                pytest.fail(f"{node['name']} is staging and reads {parent['name']}")
            if above[0] == "models" and floors[above[1]] == 2:
                assert floor[:2] != ("models", "staging"), f"{node['name']} reads {parent['name']}"
            if above[0] == "python_models":
                assert floor[:2] != ("models", "staging"), f"{node['name']} reads {parent['name']}"


def test_no_model_has_more_than_ten_parents_or_none(project: Project) -> None:
    for node in project.models.values():
        assert 1 <= len(project.parents(node)) <= 10, f"{node['name']}: {project.parents(node)}"


def test_no_more_than_five_views_stand_in_a_chain(project: Project) -> None:
    depths: dict[str, int] = {}

    def depth(unique_id: str) -> int:
        node = project.models.get(unique_id)
        if node is None or node["config"]["materialized"] not in ("view", "ephemeral"):
            return 0
        if unique_id not in depths:
            depths[unique_id] = 1 + max((depth(parent) for parent in project.parents(node)), default=0)
        return depths[unique_id]

    assert max(depth(unique_id) for unique_id in project.models) in range(1, 6)


def test_each_model_opens_its_description_with_its_grain(project: Project) -> None:
    described = [*project.models.values(), *project.snapshots.values()]
    assert names([n for n in described if not n["description"].startswith("One row")]) == []


def test_incremental_models_know_the_macros_that_shape_their_rows(project: Project) -> None:
    shaping = ("macros/landing/", "macros/portable/", "macros/rules/")
    texts = sorted(m["macro_sql"] for m in project.macros if m["original_file_path"].startswith(shaping))
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    written = PROJECT / "macros/incremental/macros_written.sql"
    assert f"return('{digest}')" in written.read_text("utf-8"), f"write {digest} into {written}"


def test_each_model_has_a_key_that_is_tested_unique_and_not_null(project: Project) -> None:
    without = [
        node
        for node in [*project.models.values(), *project.snapshots.values()]
        if not any(
            {"unique", "not_null"} <= tests or "primary_key" in tests
            for tests in (project.column_tests(node, column) for column in node["columns"])
        )
    ]
    assert names(without) == []


def test_each_column_of_the_warehouse_is_documented_and_each_documented_one_is_there(
    project: Project, retailer: House
) -> None:
    columns = retailer.columns()
    for node in [*project.models.values(), *project.seeds.values(), *project.snapshots.values()]:
        told = {name: column["description"] for name, column in node["columns"].items()}
        assert set(told) == set(columns[node["name"]]), node["name"]
        assert [name for name, text in told.items() if not text.strip()] == [], node["name"]


def test_each_column_of_a_source_is_described_and_typed(project: Project) -> None:
    for source in project.sources.values():
        assert source["columns"]
        for column in source["columns"].values():
            assert column["description"].strip() and column["data_type"], (
                source["unique_id"],
                column["name"],
            )


def test_each_seed_is_described(project: Project) -> None:
    assert project.seeds
    assert names([n for n in project.seeds.values() if not n["description"].strip()]) == []


def test_each_macro_is_documented_with_its_arguments(project: Project) -> None:
    engines = ("default__", "duckdb__", "snowflake__", "bigquery__", "spark__", "test_")
    without = []
    for macro in project.macros:
        if macro["name"].startswith(engines):
            continue
        signature = re.search(r"macro\s+" + macro["name"] + r"\s*\(([^)]*)\)", macro["macro_sql"])
        assert signature, macro["name"]
        wanted = [argument.split("=")[0].strip() for argument in signature[1].split(",") if argument.strip()]
        told = [argument["name"] for argument in macro["arguments"] if argument["description"].strip()]
        if not macro["description"].strip() or wanted != told:
            without.append(macro["name"])
    assert without == []


def test_macros_stand_in_files_named_after_them(project: Project) -> None:
    stems = {(PurePosixPath(m["original_file_path"]).stem, m["original_file_path"]) for m in project.macros}
    known = {macro["name"] for macro in project.macros} | {
        macro["name"].removeprefix("test_") for macro in project.macros
    }
    assert [path for stem, path in stems if stem not in known] == []


def test_what_is_public_is_a_contracted_table_with_an_exposure(project: Project) -> None:
    exposed = {
        parent for exposure in project.exposures.values() for parent in exposure["depends_on"]["nodes"]
    }
    public = {uid: node for uid, node in project.models.items() if node["access"] == "public"}
    assert public
    for unique_id, node in public.items():
        assert node["contract"]["enforced"], node["name"]
        assert node["config"]["materialized"] in ("table", "incremental"), node["name"]
        assert folder(node)[:2] == ("models", "marts"), node["name"]
        assert unique_id in exposed, node["name"]
    marts = {uid for uid, node in project.models.items() if folder(node)[:2] == ("models", "marts")}
    assert marts == set(public)


def test_exposures_stand_on_public_tables_only(project: Project) -> None:
    assert project.exposures
    for exposure in project.exposures.values():
        assert exposure["depends_on"]["nodes"] and exposure["description"].strip()
        for parent in exposure["depends_on"]["nodes"]:
            assert project.models[parent]["access"] == "public", (exposure["name"], parent)


def test_sql_names_no_relation_by_hand(project: Project) -> None:
    for node in project.models.values():
        if node["language"] != "sql":
            continue
        code = re.sub(r"--[^\n]*", "", node["raw_code"])
        code = re.sub(r"'[^']*'", "''", re.sub(r"\{#.*?#\}", "", code, flags=re.S))
        # an expression glued to a name numbers it
        code = re.sub(r"(?<=\w)\{\{.*?\}\}", "", code)
        own = set(re.findall(r"^\s*(\w+) as \(", code, flags=re.M))
        for relation in re.findall(r"\b(?:from|join)\s+([\w.\"]+)", code):
            is_extract = re.search(r"extract\(\w+ from " + re.escape(relation), code)
            assert relation in own or is_extract, f"{node['name']} reads {relation}"


def test_each_model_has_tests(project: Project) -> None:
    assert names([n for n in project.models.values() if not project.tests_of(n)]) == []


def computes(node: Node) -> bool:
    """Tell whether a model does more than pass columns on."""
    return bool(re.search(r"\bcase\b|\bjoin\b|group by|\bover \(|\w\)? [-*/] |\bunion\b", node["raw_code"]))


def test_each_mart_that_computes_has_a_unit_test(project: Project) -> None:
    tested = {
        parent
        for unit_test in project.manifest["unit_tests"].values()
        for parent in unit_test["depends_on"]["nodes"]
    }
    marts = [
        node for node in project.models.values() if folder(node)[:2] == ("models", "marts") and computes(node)
    ]
    assert len(marts) > 10
    assert names([node for node in marts if node["unique_id"] not in tested]) == []


def test_snapshots_record_one_model_on_the_datas_days_for_one_history(project: Project) -> None:
    assert project.snapshots
    for unique_id, node in project.snapshots.items():
        assert node["name"].startswith("snap_") and folder(node) == ("snapshots",), node["name"]
        parents = [project.models[parent]["name"] for parent in project.parents(node)]
        assert len(parents) == 2 and "int_sales_cut_off" in parents, (node["name"], parents)
        assert not any(name.startswith("stg_") for name in parents), node["name"]
        config = node["config"]
        assert (config["strategy"], config["updated_at"]) == ("check", "as_of_on"), node["name"]
        assert {config["unique_key"], *config["check_cols"]} <= set(node["columns"]), node["name"]
        (history,) = [
            project.models[child]
            for child in project.manifest["child_map"][unique_id]
            if child in project.models
        ]
        assert history["name"].endswith("_history") and history["access"] == "public", node["name"]
        kinds = {
            test["test_metadata"]["name"] for test in project.tests_of(history) if test.get("test_metadata")
        }
        assert "validity_without_overlap" in kinds, history["name"]


def test_singular_tests_are_named_as_sentences(project: Project) -> None:
    singular = [test for test in project.tests if not test.get("test_metadata")]
    assert singular
    for test in singular:
        assert re.fullmatch(r"assert_\w+", test["name"]), test["name"]
        assert test["raw_code"].lstrip().startswith("--"), f"{test['name']} doesn't say what it promises"


def test_each_var_says_its_unit_and_reason() -> None:
    text = (PROJECT / "dbt_project.yml").read_text("utf-8")
    block = text.split("\nvars:\n")[1].split("\nmodels:\n")[0]
    declared = [line for line in block.splitlines() if re.match(r"  \w+:", line)]
    assert len(declared) > 50
    # the locations share the comment above them
    without = [line for line in declared if "#" not in line and "_location:" not in line]
    assert without == []


def test_python_models_are_thin(project: Project) -> None:
    python = [node for node in project.models.values() if node["language"] == "python"]
    assert python
    for node in python:
        lines = node["raw_code"].splitlines()
        assert len(lines) <= 45, node["name"]
        assert not re.search(
            r"^\s*(?:for|while)\b|\.apply\(|import (?:pandas|numpy)", node["raw_code"], re.M
        ), f"{node['name']} computes; its arithmetic belongs in the library"
