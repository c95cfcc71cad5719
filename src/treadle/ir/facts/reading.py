"""From plain values to records again: enough of them to link, to select and to draw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Never

from treadle.errors import Span
from treadle.ir.assets import Asset, Column
from treadle.ir.checks import Check, CheckSeverity
from treadle.ir.definitions import Definitions
from treadle.ir.facts.writing import FORMAT
from treadle.ir.keys import CheckKey, as_key
from treadle.ir.origin import Origin
from treadle.ir.steps import Step, StepContext

__all__ = ["FactsError", "definitions_from"]


class FactsError(ValueError):
    """The values aren't what this format has; `format` is the number that they say they are of."""

    def __init__(self, message: str, *, format: object = None) -> None:
        super().__init__(message)
        self.format = format


def definitions_from(facts: Any, *, project: str = "") -> Definitions:
    """Assets, checks and steps of a project; their steps can't run. What starts runs belongs to the project alone.

    `project` is the name by which selections know where they are from.

    >>> definitions_from({"format": 2})
    Traceback (most recent call last):
    treadle.ir.facts.reading.FactsError: the format is 2, and what can be read is 1

    Raises:
        FactsError: when the values are of another format, or of none.
    """
    found = facts.get("format") if isinstance(facts, Mapping) else None
    if found != FORMAT:
        raise FactsError(f"the format is {found}, and what can be read is {FORMAT}", format=found)
    try:
        return Definitions(
            assets=[_asset(each, project) for each in facts["assets"]],
            checks=[_check(each, project) for each in facts["checks"]],
            steps=[_step(each, project) for each in facts["steps"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FactsError(f"something is missing or of another kind: {error}", format=found) from error


def _asset(facts: Mapping[str, Any], project: str) -> Asset:
    return Asset(
        key=facts["key"],
        deps=facts["deps"],
        description=facts["description"],
        group=facts["group"],
        owners=facts["owners"],
        tags=dict(facts["tags"]),
        kinds=facts["kinds"],
        columns=[
            Column(name=each["name"], type=each["type"], description=each["description"]) for each in facts["columns"]
        ],
        metadata=dict(facts["metadata"]),
        code_version=facts["code_version"],
        skippable=facts["skippable"],
        origin=_origin(facts, project),
    )


def _check(facts: Mapping[str, Any], project: str) -> Check:
    return Check(
        name=facts["name"],
        asset=facts["asset"],
        additional_deps=facts["additional_deps"],
        description=facts["description"],
        severity=CheckSeverity(facts["severity"]),
        blocking=facts["blocking"],
        metadata=dict(facts["metadata"]),
        origin=_origin(facts, project),
    )


def _step(facts: Mapping[str, Any], project: str) -> Step:
    return Step(
        name=facts["name"],
        run=_is_elsewhere,
        component=facts["component"] or "",
        assets=facts["assets"],
        checks=[CheckKey(as_key(each["asset"]), each["name"]) for each in facts["checks"]],
        can_subset=facts["can_subset"],
        description=facts["description"],
        tags=dict(facts["tags"]),
        pool=facts["pool"],
        compute=facts["compute"],
        credentials=facts["credentials"],
        origin=_origin(facts, project),
    )


def _origin(facts: Mapping[str, Any], project: str) -> Origin:
    file = facts["file"]
    span = Span(file=Path(file), line=facts["line"], column=facts["column"] or 1) if file else None
    return Origin(component=facts["component"] or "", span=span, detail=facts["detail"], project=project)


def _is_elsewhere(step: StepContext) -> Never:
    raise RuntimeError(f"the step {step.step.address!r} belongs to another project, which runs it")
