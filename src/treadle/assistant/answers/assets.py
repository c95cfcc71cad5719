"""Assets, as they are in the graph of the loaded project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.assistant.answers.told import page, told
from treadle.assistant.models import assets as models

if TYPE_CHECKING:
    from treadle import ir
    from treadle.project.blocked import Blocked

__all__ = ["explain_asset", "list_assets"]

_MOST_MENTIONS = 50
_KNOWN = ("key", "step")
"""Fields that everybody knows, so nothing is told of them when all are asked for."""


def list_assets(folder: Path, asked: models.ListAssets) -> models.Assets:
    """The assets of a selection that have all words somewhere.

    Raises:
        UsageError: when the selection can't be read, or names an asset that doesn't exist.
    """
    from treadle.project import load
    from treadle.project.blocked import blocked_assets

    project = load(folder, remembered=True)
    graph, blocked = project.graph, blocked_assets(project)
    words = asked.search.casefold().split()
    found = [
        graph.assets[key]
        for key in sorted(graph.select(asked.selection))
        if graph.is_declared(key) and _has(graph.assets[key], words)
    ]
    items, after = page(found, asked.start, asked.limit)
    broken = sum(each.state == "broken" for each in project.components)
    return models.Assets(
        items=[_asset(each, graph, blocked) for each in items],
        total=len(found),
        next=after,
        note=f"what {broken} broken components declare isn't here; check_project tells why" if broken else "",
    )


def explain_asset(folder: Path, asked: models.ExplainAsset) -> models.Explanation:
    """Where the values of an asset come from: those that somebody says, or one in full.

    Raises:
        UsageError: when there is no such asset.
    """
    from treadle.project.explaining import explain
    from treadle.project.explaining.telling import explanation_json

    found = explain(folder, asked.asset)
    facts = explanation_json(found)
    said = [each.is_said or bool(found.field) for each in found.fields]
    fields = [
        _field(each)
        for each, is_said in zip(facts["fields"], said, strict=True)
        if is_said and (found.field or each["field"] not in _KNOWN)
    ]
    return models.Explanation(
        asset=facts["asset"],
        component=facts["component"] or "",
        type=facts["type"] or "",
        file=facts["file"],
        line=facts["line"],
        fields=fields,
        unsaid=[each.name for each, is_said in zip(found.fields, said, strict=True) if not is_said],
        mentioned_by=[models.Mention(**each) for each in facts["mentioned_by"][:_MOST_MENTIONS]],
        diagnostics=told(found.diagnostics),
    )


def _has(asset: ir.Asset, words: list[str]) -> bool:
    text = f"{asset.key}\n{asset.description or ''}".casefold()
    return all(each in text for each in words)


def _asset(asset: ir.Asset, graph: ir.AssetGraph, blocked: Blocked) -> models.Asset:
    span = asset.origin.span if asset.origin else None
    return models.Asset(
        key=str(asset.key),
        description=next(iter((asset.description or "").strip().splitlines()), ""),
        group=asset.group,
        kinds=sorted(asset.kinds),
        owners=list(asset.owners),
        tags=dict(sorted(asset.tags.items())),
        component=asset.origin.component if asset.origin else "",
        file=str(span.file) if span else None,
        line=span.line if span else None,
        checks=len(graph.checks_of(asset.key)),
        blocked=blocked.of(asset.key),
    )


def _field(facts: Mapping[str, Any]) -> models.ExplainedField:
    return models.ExplainedField(
        field=facts["field"],
        value=facts["value"],
        steps=[
            models.ExplainedStep(
                **{name: value for name, value in each.items() if name not in ("templates",)},
                templates=[_template(one) for one in each["templates"]],
            )
            for each in facts["steps"]
        ],
    )


def _template(facts: Mapping[str, Any]) -> models.Template:
    return models.Template(
        text=facts["text"],
        variables=[
            models.Variable(
                name=each["name"],
                value=each["value"],
                source=each["from"],
                text=each["text"],
                file=each["file"],
                line=each["line"],
            )
            for each in facts["variables"]
        ],
    )
