"""What a project declares comes out of plain values as it went in; what isn't in this format is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from treadle.errors import Diagnostic, Edit, Severity, Span
from treadle.ir import Asset, AssetKey, Check, CheckKey, Column, Definitions, Origin, Step, link
from treadle.ir.diagnostics import diagnostic_facts, diagnostic_from
from treadle.ir.facts import FORMAT, FactsError, definitions_from, facts_of

ORIGIN = Origin(component="shop[1]", span=Span(file=Path("/p/defs.yaml"), line=3, column=5), detail="model.orders")
ORDERS, RAW = AssetKey.parse("shop/orders"), AssetKey.parse("raw")
ASSET = Asset(
    key=ORDERS,
    deps=[RAW],
    description="What was ordered.",
    group="marts",
    owners=["team:shop"],
    tags={"pii": "no"},
    kinds=["sql"],
    columns=[Column(name="id", type="int", description="The number.")],
    metadata={"rows": 3},
    code_version="2",
    skippable=True,
    origin=ORIGIN,
)
CHECK = Check(name="has_rows", asset=ORDERS, additional_deps=[RAW], blocking=True, origin=ORIGIN)
STEP = Step(
    name="build",
    run=lambda step: None,
    component="shop[1]",
    assets=[ORDERS],
    checks=[CheckKey(ORDERS, "has_rows")],
    tags={"slow": "yes"},
    pool="warehouse",
    origin=ORIGIN,
)


def facts() -> Any:
    """What is declared, as another process reads it."""
    graph, mistakes = link(Definitions(assets=[ASSET], checks=[CHECK], steps=[STEP]))
    assert [] == [each for each in mistakes if each.severity is Severity.ERROR]
    return json.loads(json.dumps(facts_of(graph, dict)))


def test_what_is_declared_is_read_as_it_was_written() -> None:
    """
    Assets, checks and steps are equal but for the project that they are of, and for what a step does.
    """
    found = definitions_from(facts())
    assert ([ASSET], [CHECK]) == (list(found.assets), list(found.checks))
    [step] = found.steps
    assert all(
        getattr(step, name) == getattr(STEP, name)
        for name in ("name", "component", "assets", "checks", "tags", "pool", "compute", "credentials", "origin")
    )


def test_what_is_read_knows_its_project() -> None:
    """
    Every record says of which project it is.
    """
    found = definitions_from(facts(), project="teams/shop")
    assert {"teams/shop"} == {
        each.origin.project for each in (*found.assets, *found.checks, *found.steps) if each.origin
    }


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"format": FORMAT + 1}, id="newer"),
        pytest.param({"format": None}, id="none"),
        pytest.param({"assets": [3]}, id="number"),
        pytest.param({"assets": [{"key": "a"}]}, id="incomplete"),
        pytest.param({"steps": None}, id="nothing"),
    ],
)
def test_what_is_not_in_this_format_is_refused(change: dict[str, Any]) -> None:
    """
    Values of another format, or with something missing, are one mistake and never half a project.
    """
    with pytest.raises(FactsError):
        definitions_from({**facts(), **change})


@pytest.mark.parametrize("severity", Severity)
def test_nothing_of_a_diagnostic_is_lost(severity: Severity) -> None:
    """
    A diagnostic with edits comes out as it went in.
    """
    span = Span(file=Path("/p/defs.yaml"), line=3, column=5)
    edit = Edit(span=span, old="a", new="b")
    mistake = Diagnostic(
        code="TRD109", message="twice", why="w", fix="f", span=span, severity=severity, edits=(edit, edit)
    )
    assert mistake == diagnostic_from(json.loads(json.dumps(diagnostic_facts(mistake))))
