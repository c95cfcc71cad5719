"""Rules over what was declared, seen from outside."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeProject

SCRIPT = """\
type: treadle.PythonScript
attributes:
  execution: {path: s.py}
  assets:
    - {key: raw/orders, group: raw, tags: {layer: raw}}
    - {key: totals, deps: [raw/orders]}
  checks:
    - {name: has_rows, asset: raw/orders}
    - {name: has_rows, asset: totals, metadata: {own: 1}}
    - {name: unique, asset: totals}
"""
ALL = ["raw/orders:has_rows", "totals:has_rows", "totals:unique"]


def project(make_project: MakeProject, rules: str) -> Any:
    return make_project({"a/defs.yaml": f"{SCRIPT}post_processing:\n{rules}\n", "a/s.py": ""})


@pytest.mark.parametrize(
    ("target", "blocking"),
    [
        pytest.param("*", ALL, id="all"),
        pytest.param("group:raw", ["raw/orders:has_rows"], id="group"),
        pytest.param("raw/orders+", ALL, id="downstream"),
        pytest.param("not totals", ["raw/orders:has_rows"], id="not"),
        pytest.param("totals:unique", ["totals:unique"], id="one"),
        pytest.param("*:has_rows", ["raw/orders:has_rows", "totals:has_rows"], id="name"),
        pytest.param("raw/*:*", ["raw/orders:has_rows"], id="pattern"),
        pytest.param("tag:layer", ["raw/orders:has_rows"], id="tag"),
    ],
)
def test_targets_of_rules_for_checks(make_project: MakeProject, target: str, blocking: list[str]) -> None:
    """
    Checks are selected by their assets, or by the names of both.
    """
    treadle = project(make_project, f'  checks:\n    - {{target: "{target}", attributes: {{blocking: true}}}}')
    assert blocking == [each["key"] for each in treadle("list", "checks", "--json").json if each["blocking"]]


@pytest.mark.parametrize(
    ("operation", "metadata"),
    [pytest.param("merge", {"own": 1, "new": 2}, id="merge"), pytest.param("replace", {"new": 2}, id="replace")],
)
def test_operations(make_project: MakeProject, operation: str, metadata: dict[str, int]) -> None:
    """
    Metadata is merged, or replaced.
    """
    rule = f"{{target: 'totals:has_rows', operation: {operation}, attributes: {{metadata: {{new: 2}}}}}}"
    treadle = project(make_project, f"  checks:\n    - {rule}")
    found = {each["key"]: each["metadata"] for each in treadle("list", "checks", "--json").json}
    assert metadata == found["totals:has_rows"]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param("  checks: [{target: 'nope:(', attributes: {}}]", "TRD411", id="unreadable"),
        pytest.param("  checks: [{target: 'totals:uniqe', attributes: {}}]", "TRD412", id="nothing-fits"),
        pytest.param("  assets: [{target: 'tolats', attributes: {}}]", "TRD412", id="no-asset"),
        pytest.param("  checks: [{attributes: {blocking: maybe}}]", "TRD204", id="wrong-value"),
        pytest.param("  checks: [{attributes: {asset: x}}]", "TRD203", id="not-to-be-changed"),
        pytest.param("  checks: [{attributes: {description: '{{ asset.key }}'}}]", "TRD302", id="not-in-scope"),
        pytest.param("  checks: [{attributes: {description: '{{ check.nme }}'}}]", "TRD302", id="no-such-attribute"),
        pytest.param("  checkz: []", "TRD203", id="section"),
    ],
)
def test_mistakes(make_project: MakeProject, rules: str, told: str) -> None:
    """
    What is wrong in a rule is told once.
    """
    found = project(make_project, rules)("check", "--build", "--json").json["diagnostics"]
    assert [told] == [each["code"] for each in found]


def test_a_rule_of_a_folder_is_silent_about_what_is_broken(make_project: MakeProject) -> None:
    """
    A rule that nothing fits may be for what could not be loaded; then only that is told.
    """
    rules = "post_processing:\n  assets: [{target: totals, attributes: {tags: {x: y}}}]\n"
    files = {"defs.yaml": f"type: treadle.DefsFolder\n{rules}", "a/defs.yaml": SCRIPT.replace("assets", "asets", 1)}
    found = make_project(files)("check", "--build", "--json").json["diagnostics"]
    assert "TRD412" not in [each["code"] for each in found]
