"""Where the values of an asset come from, as the process tells it that has loaded its component."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import ProjectError, UsageError
from treadle.server.facts import plain_diagnostic
from treadle.server.models.project import Place
from treadle.server.models.sources import (
    ExplainedField,
    ExplainedStep,
    ExplainedTemplate,
    ExplainedVariable,
    Explanation,
    Mention,
)

if TYPE_CHECKING:
    from treadle.errors import Span
    from treadle.project.explaining import Explanation as Found
    from treadle.project.explaining import FieldStep, FieldStory, TemplateUse, Variable

__all__ = ["explained"]


def explained(folder: Path, asset: str) -> bytes:
    """What the process says: an explanation as JSON, or why there is none."""
    from treadle.project.explaining import explain

    try:
        return _explanation(explain(folder, asset)).model_dump_json().encode()
    except UsageError as error:
        return json.dumps({"missing": error.message, "fix": error.fix}).encode()
    except ProjectError as error:
        diagnostics = [plain_diagnostic(each) for each in error.diagnostics]
        return json.dumps({"error": error.diagnostics[0].message, "diagnostics": diagnostics}).encode()


def _explanation(found: Found) -> Explanation:
    return Explanation(
        asset=str(found.asset),
        fields=[_field(each) for each in found.fields],
        mentioned_by=[
            Mention(by=each.by, place=_place(each.origin.span if each.origin else None)) for each in found.mentions
        ],
    )


def _field(story: FieldStory) -> ExplainedField:
    return ExplainedField(
        name=story.name, value=story.value, said=story.is_said, steps=[_step(each) for each in story.steps]
    )


def _step(step: FieldStep) -> ExplainedStep:
    from treadle.ir.provenance import KINDS

    return ExplainedStep(
        kind=step.kind,
        words=KINDS[step.kind],
        effect=step.effect,
        value=step.value,
        text=step.text,
        place=_place(step.span),
        templates=[_template(each) for each in step.templates],
    )


def _template(use: TemplateUse) -> ExplainedTemplate:
    return ExplainedTemplate(text=use.text, variables=[_variable(each) for each in use.variables])


def _variable(variable: Variable) -> ExplainedVariable:
    return ExplainedVariable(
        name=variable.name,
        value=variable.value,
        shown=variable.is_shown,
        source=variable.comes_from,
        text=variable.text,
        place=_place(variable.span),
    )


def _place(span: Span | None) -> Place:
    return Place(file=str(span.file), line=span.line) if span else Place()
