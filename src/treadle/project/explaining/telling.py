"""The documented JSON shape of an explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treadle.errors import Span
    from treadle.ir import Origin
    from treadle.project.explaining.records import Explanation, FieldStep, FieldStory

__all__ = ["explanation_json"]


def explanation_json(found: Explanation) -> dict[str, Any]:
    """Where the values of an asset come from."""
    return {
        "asset": str(found.asset),
        "declared": not found.mentions,
        "component": found.component or None,
        "type": found.type or None,
        **_place_json(found.origin),
        "mentioned_by": [{"by": each.by, **_place_json(each.origin)} for each in found.mentions],
        "fields": [_story_json(each) for each in found.fields],
    }


def _story_json(story: FieldStory) -> dict[str, Any]:
    return {"field": story.name, "value": story.value, "steps": [_step_json(each) for each in story.steps]}


def _step_json(step: FieldStep) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "effect": step.effect,
        "value": step.value,
        "text": step.text,
        **_span_json(step.span),
        "templates": [
            {
                "text": use.text,
                "variables": [
                    {
                        "name": each.name,
                        "value": each.value,
                        "shown": each.is_shown,
                        "from": each.comes_from,
                        "text": each.text,
                        **_span_json(each.span),
                    }
                    for each in use.variables
                ],
            }
            for use in step.templates
        ],
    }


def _place_json(origin: Origin | None) -> dict[str, Any]:
    span = origin.span if origin else None
    return {"file": str(span.file) if span else None, "line": span.line if span else None}


def _span_json(span: Span | None) -> dict[str, Any]:
    return {
        "file": str(span.file) if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
    }
