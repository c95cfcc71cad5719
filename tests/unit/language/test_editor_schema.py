"""The schema for editors: what it accepts, and what it refuses, by the `jsonschema` library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from tests.conftest import MakeProject
from treadle.components.descriptors import Descriptors, document_schema
from treadle.documents import parse_yaml
from treadle.errors import ProjectError
from treadle.language.editor_schema import editor_schema
from treadle.language.schema_file import schema_comment, schema_of, write_schema
from treadle.language.workspace import open_workspace
from treadle.project import find_settings
from treadle.schemas import compile_schema

GOLDEN = Path(__file__).parents[2] / "golden"
DESCRIPTORS = Descriptors(None, None)


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(editor_schema(DESCRIPTORS.all(), document_schema()))


def mistakes(text: str, check: Draft202012Validator | None = None) -> list[str]:
    """Where the schema refuses the documents of a text: paths, without the branches of types."""
    documents = parse_yaml(Path("defs.yaml"), text.encode())
    found = [error for each in documents for error in (check or validator()).iter_errors(each.value)]
    return ["/".join(map(str, error.absolute_path)) for error in found]


def test_the_schema_is_one() -> None:
    """
    It is a schema by the rules of JSON Schema 2020-12, and all of its references lead somewhere.
    """
    schema = validator().schema
    Draft202012Validator.check_schema(schema)
    assert references(schema) <= {f"#/$defs/{name}" for name in schema["$defs"]}


def references(node: Any) -> set[str]:
    inside = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    own = {node["$ref"]} if isinstance(node, Mapping) and isinstance(node.get("$ref"), str) else set()
    return own.union(*map(references, inside))


@pytest.mark.parametrize(
    ("name", "example"),
    [
        pytest.param(name, example, id=f"{name}-{index}")
        for each in DESCRIPTORS.all()
        for name in (each.name, *each.aliases)
        for index, example in enumerate(each.examples)
    ],
)
def test_examples_are_valid(name: str, example: Mapping[str, Any]) -> None:
    """
    What every type gives as an example is accepted, under each of its names.
    """
    assert [] == list(validator().iter_errors({"type": name, "attributes": dict(example)}))


SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: a.py}\n  assets:\n    - key: a\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SCRIPT + '      skippable: "{{ env.FAST }}"\n', id="a template for a boolean"),
        pytest.param(SCRIPT + '      tags: "{{ tags }}"\n', id="a template for a mapping"),
        pytest.param(SCRIPT + '      deps: ["{{ one }}", two]\n', id="a template in a list"),
        pytest.param(SCRIPT + "      group_name: b\n", id="another name for an attribute"),
        pytest.param(SCRIPT + "      partitions: {type: daily, start_date: '2026-01-01'}\n", id="another name for a required one"),
        pytest.param(SCRIPT + '      automation: "{{ automation.eager() }}"\n', id="what only a template gives"),
        pytest.param("type: .loom.Loom\nattributes: {anything: 1}\n", id="a type by its place"),
        pytest.param("type: treadle.DefsFolder\n", id="no attributes"),
        pytest.param("type: treadle.DefsFolder\nattributes:\n", id="empty attributes"),
        pytest.param("type: treadle.DefsFolder\nrequirements: {env: [A]}\ntemplate_vars_module: .v\n", id="keys around"),
        pytest.param("type: treadle.DefsFolder\npost_processing:\n  assets:\n  - attributes: {group: a}\n", id="processing"),
    ],
)  # fmt: skip
def test_what_is_accepted(text: str) -> None:
    """
    Templates stand for values, and what a document may have around its attributes is known.
    """
    assert [] == mistakes(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("attributes: {}\n", "", id="no type"),
        pytest.param("type: treadle.Nothing\n", "type", id="an unknown type"),
        pytest.param("type: treadle.PythonScript\n", "", id="no attributes"),
        pytest.param("type: treadle.PythonScript\nattributes: {}\n", "attributes", id="a required attribute"),
        pytest.param(SCRIPT.replace("assets", "asets"), "attributes", id="an unknown attribute"),
        pytest.param(SCRIPT + "      skippable: maybe\n", "attributes/assets/0/skippable", id="text for a boolean"),
        pytest.param(SCRIPT + "      skippable: '{{ half'\n", "attributes/assets/0/skippable", id="half a template"),
        pytest.param(SCRIPT + "      tags: [a]\n", "attributes/assets/0/tags", id="a list for a mapping"),
        pytest.param(SCRIPT + "atributes: {}\n", "", id="an unknown key at the top"),
        pytest.param(SCRIPT + "requirements: [A]\n", "requirements", id="a list around"),
        pytest.param("type: treadle.DbtProject\nattributes: {project: a, prepare_if_dev: banana}\n", "attributes/prepare_if_dev", id="banana"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, place: str) -> None:
    """
    A value that isn't of its attribute's type is a mistake at its place: no attribute takes just any text.
    """
    (document,) = parse_yaml(Path("defs.yaml"), text.encode())
    found = best_match(validator().iter_errors(document.value))
    assert found
    assert place == "/".join(map(str, found.absolute_path))


TEXTS = ["5", "-5", "+5", " 5 ", "5.0", "5.5", ".5", "1e3", "1_000", "1__0", "007", "0x1F", "five", "", "5 m", "."]
TEXTS += ["yes", "Yes", "no", "on", "OFF", "true", "tRuE", "f", "1", "0", "2", "maybe", " true"]


@pytest.mark.parametrize("kind", ["integer", "number", "boolean"])
def test_text_is_taken_for_what_loading_takes_it_for(kind: str) -> None:
    """
    A number or a boolean in quotation marks is accepted by an editor as it is by `treadle check`.
    """
    fields = {"type": "object", "properties": {"plain": {"type": kind}, "perhaps": {"type": [kind, "null"]}}}
    some = Draft202012Validator(editor_schema([replace(DESCRIPTORS.all()[0], name="p.Some", schema=fields)], {}))
    compiled = compile_schema(fields)

    def is_refused(name: str, text: str) -> bool:
        return any(compiled.check({name: text}))

    for name in fields["properties"]:
        given = {each: bool([*some.iter_errors({"type": "p.Some", "attributes": {name: each}})]) for each in TEXTS}
        assert {each: is_refused(name, each) for each in TEXTS} == given


SHAPES = {"TRD203", "TRD205", "TRD207"}
"""Mistakes that a schema can see: an unknown or a missing attribute."""


@pytest.mark.parametrize("case", sorted(each.name for each in GOLDEN.iterdir() if (each / "pyproject.toml").is_file()))
def test_golden_projects(case: str) -> None:
    """
    The files of a project are refused where its attributes have the wrong names, and accepted where nothing is wrong.
    """
    try:
        workspace = open_workspace(GOLDEN / case)
    except ProjectError:
        pytest.skip("its settings can't be read")
    check = Draft202012Validator(schema_of(workspace.settings, workspace.checker.descriptors))
    for file in workspace.files():
        codes = {each.code for each in workspace.check(file)}
        if any(code.startswith("TRD1") for code in codes):
            continue
        found = mistakes(file.read_text(encoding="utf-8-sig"), check)
        if not codes:
            assert [] == found, file
        if codes & SHAPES:
            assert found, (file, codes)


def test_types_of_one_name_do_not_mix(make_project: MakeProject) -> None:
    """
    Two types whose models are named alike have each their own.
    """
    module = (
        "from treadle import Attributes, Component, Definitions\n\n\nclass Part(Attributes):\n    {field}: int\n\n\n"
        "class Loom(Component):\n    part: Part\n    parts: list[Part] = []\n\n"
        "    def build_defs(self, context):\n        return Definitions()\n"
    )
    root = make_project(
        {
            "/src/p/components/__init__.py": "",
            "/src/p/components/one.py": module.format(field="a"),
            "/src/p/components/two.py": module.format(field="b"),
            "x/defs.yaml": "type: p.components.one.Loom\nattributes: {part: {a: 1}}\n",
        }
    ).folder
    workspace = open_workspace(root)
    check = Draft202012Validator(schema_of(workspace.settings, workspace.checker.descriptors))
    for name, right, wrong in (("one", "a", "b"), ("two", "b", "a")):
        text = f"type: p.components.{name}.Loom\nattributes: {{part: {{FIELD: 1}}}}\n"
        assert [] == mistakes(text.replace("FIELD", right), check)
        assert [] != mistakes(text.replace("FIELD", wrong), check)


def test_types_outside_of_the_project_s_modules_are_found_in_its_files(make_project: MakeProject) -> None:
    """
    A type that only a component file names is part of the schema.
    """
    loom = "from treadle import Component, Definitions\n\n\nclass Loom(Component):\n    threads: int\n\n    def build_defs(self, context):\n        return Definitions()\n"
    root = make_project(
        {"/src/p/elsewhere.py": loom, "x/defs.yaml": "type: p.elsewhere.Loom\nattributes: {threads: 1}\n"}
    ).folder
    workspace = open_workspace(root)
    check = Draft202012Validator(schema_of(workspace.settings, workspace.checker.descriptors))
    assert [] == mistakes("type: p.elsewhere.Loom\nattributes: {threads: 1}\n", check)
    assert [] != mistakes("type: p.elsewhere.Loom\nattributes: {thread: 1}\n", check)


def test_the_file_is_written_once_and_named_by_a_comment(make_project: MakeProject) -> None:
    """
    The schema file is only written when it changes, and the comment of a component file leads to it.
    """
    settings = find_settings(make_project({}).folder)
    file = write_schema(settings, DESCRIPTORS)
    before = file.stat().st_mtime_ns
    assert before == write_schema(settings, DESCRIPTORS).stat().st_mtime_ns
    assert "$defs" in json.loads(file.read_text(encoding="utf-8"))
    component = settings.defs / "a/b/defs.yaml"
    component.parent.mkdir(parents=True)
    named = schema_comment(settings, component).strip().rpartition("$schema=")[2]
    assert file == (component.parent / named).resolve()
