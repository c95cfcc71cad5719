"""`treadle explain` of assets that dbt has: which of dbt's files said what, and what the translation made of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from treadle.project.explaining import Explanation, explain

DEFS = """\
type: treadle.DbtProject
attributes:
  project: "{{ project_root }}/shop"
  execution:
    retries: 2
    pool: warehouse
  translation:
    key: "dbt/{{ node.name }}"
    group: "{{ 'books' if node.group == 'finance' else node.resource_type }}"
    tags:
      schema: "{{ node.schema }}"
post_processing:
  assets:
    - target: dbt/orders
      attributes:
        owners: ["team:board"]
"""


@pytest.fixture
def project(tmp_path: Path, parsed_shop: Path) -> Path:
    shutil.copytree(parsed_shop, tmp_path / "shop")
    (tmp_path / "pyproject.toml").write_text('[tool.treadle]\nmodule = "p"\n')
    file = tmp_path / "src" / "p" / "defs" / "jdbt" / "defs.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(DEFS)
    model = tmp_path / "shop" / "models" / "marts" / "orders.sql"
    assert model.is_file()
    return tmp_path


def told(found: Explanation, name: str) -> list[tuple[str, object, str]]:
    """Kind, value and place of each step of a field."""
    story = next(each for each in found.fields if each.name == name)
    return [(each.kind, each.value, place(each.span)) for each in story.steps]


def place(span: object) -> str:
    return str(span).rpartition(":")[0].rpartition("/")[2]


@pytest.mark.dbt
def test_files_of_dbt_are_named_before_what_is_made_of_them(project: Path) -> None:
    """
    `dbt_project.yml`, properties and the model's own file come first, then the translation, then post-processings.
    """
    found = explain(project, "dbt/orders")
    assert [("inferred", "orders", "orders.sql:1"), ("template", "dbt/orders", "defs.yaml:8")] == told(found, "key")
    assert [("dbt", "finance", "marts.yml:5"), ("template", "books", "defs.yaml:9")] == told(found, "group")
    assert [
        ("dbt", ["team:money"], "marts.yml:5"),
        ("post_processing", ["team:board"], "defs.yaml:16"),
    ] == told(found, "owners")
    assert [("dbt", "One row for each paid order.", "marts.yml:4")] == told(found, "description")
    assert [("dbt", "table", "dbt_project.yml:20")] == told(found, "metadata.dbt/materialized")
    assert [("template", "main", "defs.yaml:11")] == told(found, "tags.schema")
    assert [("dbt", ["dbt/stg_customers", "dbt/stg_orders"], "orders.sql:1")] == told(found, "deps")
    assert [("yaml", {"times": 2}, "defs.yaml:5")] == told(found, "retries")
    assert [("yaml", "warehouse", "defs.yaml:6")] == told(found, "pool")


@pytest.mark.dbt
def test_sources_and_seeds_are_explained_too(project: Path) -> None:
    """
    A source is written in a file of properties, a seed is described in one; both have columns there.
    """
    source, seed = explain(project, "dbt/raw_customers"), explain(project, "dbt/raw_orders")
    assert [("dbt", "Customers as the till knows them.", "sources.yml:7")] == told(source, "description")
    assert [("dbt", "Orders as the till writes them.", "seeds.yml:4")] == told(seed, "description")
    assert ["seeds.yml:6"] == [place for _, _, place in told(seed, "columns.id")]


@pytest.mark.dbt
def test_a_template_says_what_it_read_of_the_node(project: Path) -> None:
    """
    Each part of `node` that a translation reads is told with its value.
    """
    (group,) = explain(project, "dbt/orders.group").fields
    (use,) = group.steps[-1].templates
    assert [
        ("node.group", "finance", "dbt node model.shop.orders"),
        ("node.resource_type", "model", "dbt node model.shop.orders"),
    ] == [(each.name, each.value, each.text) for each in use.variables]


@pytest.mark.dbt
def test_tags_of_dbt_are_told_one_by_one(project: Path) -> None:
    """
    A tag has the place of the list that it is written in.
    """
    found = explain(project, "dbt/stg_orders")
    assert [("dbt", "", "staging.yml:5")] == told(found, "tags.nightly")
