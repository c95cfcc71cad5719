"""What each project tells of itself: its mistakes, and what it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from treadle.errors import Diagnostic, Severity
from treadle.ir import Definitions
from treadle.ir.diagnostics import diagnostic_from
from treadle.ir.facts import FORMAT, FactsError, definitions_from
from treadle.workspace.asking import Answer, ask
from treadle.workspace.failing import other_format
from treadle.workspace.records import Workspace, WorkspaceProject

__all__ = ["Told", "tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one project told.

    `facts` are what it declares as plain values, `definitions` the same as records: its steps can't run here. Where it
    gave no answer, or its settings are wrong, there are none of either, and `diagnostics` say why.
    """

    project: WorkspaceProject
    diagnostics: tuple[Diagnostic, ...] = ()
    treadle: str | None = None
    components: int | None = None
    facts: Mapping[str, Any] | None = None
    definitions: Definitions = field(default_factory=Definitions)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The mistakes that aren't mere warnings."""
        return tuple(each for each in self.diagnostics if each.severity is Severity.ERROR)


def tell(workspace: Workspace, *, check: bool = False, build: bool = True) -> tuple[Told, ...]:
    """What all projects tell of themselves, in their order.

    Args:
        check: whether each compares its files with what is known of their types, as `treadle check` does.
        build: whether each builds its components; what it declares is only known then.
    """
    arguments = ["facts", *(["--check"] if check else []), *([] if build else ["--no-build"])]
    return tuple(_told(each) for each in ask(workspace, arguments))


def _told(answer: Answer) -> Told:
    project, found = answer.project, answer.found
    if answer.mistakes:
        return Told(project=project, diagnostics=answer.mistakes)
    treadle = found.get("treadle") if isinstance(found, Mapping) else None
    try:
        facts, diagnostics = _read(found)
        definitions = Definitions() if facts is None else definitions_from(facts, project=project.name)
    except FactsError as error:
        return Told(project=project, treadle=treadle, diagnostics=(other_format(project, treadle, str(error)),))
    return Told(
        project=project,
        diagnostics=tuple(_named(each, project) for each in diagnostics),
        treadle=treadle,
        components=found.get("components"),
        facts=facts,
        definitions=definitions,
    )


def _read(found: Any) -> tuple[Mapping[str, Any] | None, list[Diagnostic]]:
    number = found.get("format") if isinstance(found, Mapping) else None
    if number != FORMAT:
        raise FactsError(f"the format is {number}, and what can be read is {FORMAT}", format=number)
    try:
        return found["graph"], [diagnostic_from(each) for each in found["diagnostics"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FactsError(f"something is missing or of another kind: {error}", format=number) from error


def _named(diagnostic: Diagnostic, project: WorkspaceProject) -> Diagnostic:
    """A mistake without a place says whose it is: that of others is seen by the path."""
    return diagnostic if diagnostic.span else replace(diagnostic, message=f"{project.name}: {diagnostic.message}")
