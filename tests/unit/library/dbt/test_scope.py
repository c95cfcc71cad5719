"""What templates may ask of a dbt node, without a manifest."""

import dataclasses
import json

import pytest

from treadle.components.scope_types import scope_types
from treadle.library.dbt.settings import NodeScope, PartitionScope
from treadle.templating.inference import infer


def test_dbt_has_no_fields_that_we_do_not_know():
    """
    Every public field of dbt's own records is one of `node`.
    """
    resources = pytest.importorskip("dbt.artifacts.resources")
    known = scope_types(NodeScope)["node"]["properties"]
    kinds = (resources.Model, resources.Seed, resources.Snapshot, resources.SourceDefinition)
    theirs = {each.name for kind in kinds for each in dataclasses.fields(kind) if not each.name.startswith("_")}
    assert set() == theirs - set(known)


def test_what_dbt_writes_is_known(parsed_shop):
    """
    Whatever is in the manifest of a real project can be named in a template.
    """
    manifest = json.loads((parsed_shop / "target" / "manifest.json").read_text())
    scope = scope_types(NodeScope)
    kinds = ("model", "seed", "snapshot", "source")
    entries = [*manifest["nodes"].values(), *manifest["sources"].values()]
    names = {name for entry in entries if entry["resource_type"] in kinds for name in entry if not name.startswith("_")}
    assert names
    assert [] == [mistake for name in sorted(names) for mistake in infer(f"{{{{ node.{name} }}}}", scope).mistakes]


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("{{ node.nam }}", "did you mean 'name'?"),
        ("{{ node['scheme'] }}", "did you mean 'schema'?"),
        ("{{ node.depends_on.node }}", "did you mean 'nodes'?"),
    ],
)
def test_misspelled_fields_are_told(text, fix):
    """
    A field that no node has is a mistake before there is a manifest.
    """
    assert [fix] == [one.fix for one in infer(text, scope_types(NodeScope)).mistakes]


@pytest.mark.parametrize(
    "text",
    [
        "target/{{ node.name }}",
        "{{ node.config.alias or node.name }}",
        "{{ node.meta.dagster.group | default('raw') }}",
        "{{ node.tags | join(',') }}",
        "{{ node.get('source_name', node.fqn[0]) }}",
        "{{ node.name | replace('stg_', '') | upper }}",
        "{% for name, column in node.columns.items() %}{{ name }} {{ column.data_type }}{% endfor %}",
    ],
)
def test_what_people_write_is_let_be(text):
    """
    What stands in people's projects has nothing wrong with it.
    """
    assert () == infer(text, scope_types(NodeScope)).mistakes


def test_partitions():
    """
    The ends of a range are text.
    """
    scope = scope_types(PartitionScope)
    assert {"type": "string"} == infer("{{ partition_key_range.start }}", scope).type
    assert ["TRD302"] == [one.code for one in infer("{{ partition_time_window.begin }}", scope).mistakes]
