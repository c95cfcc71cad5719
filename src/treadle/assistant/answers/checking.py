"""Mistakes: what `treadle check` finds, and what it would find if a draft was saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.assistant.answers.told import page, told
from treadle.assistant.models.checking import (
    Change,
    Checked,
    CheckProject,
    CheckYaml,
    CodePage,
    DraftChecked,
    ExplainCode,
    Stale,
)
from treadle.errors import Severity, UsageError, did_you_mean

if TYPE_CHECKING:
    from treadle.errors import Diagnostic
    from treadle.project import Settings

__all__ = ["check_project", "check_yaml", "explain_code"]

_MOST_NAMES = 100
_KINDS = ("assets", "checks", "steps", "schedules", "sensors", "jobs")


def check_project(folder: Path, asked: CheckProject) -> Checked:
    """What `treadle check` finds.

    Raises:
        UsageError: when the path isn't one in the project.
    """
    from treadle.project.looking import look_at

    look = look_at(folder, build=None)
    found = _within(look.diagnostics, look.root, asked.path)
    items, after = page(found, asked.start, asked.limit)
    return Checked(
        **_counted(found),
        components=look.components,
        assets=look.assets,
        excused=look.excused,
        next=after,
        diagnostics=told(items, most=len(items)),
    )


def check_yaml(folder: Path, asked: CheckYaml) -> DraftChecked:
    """What would be wrong if a component file had this text, and what that would change; nothing is written.

    Raises:
        UsageError: when there can't be such a component file.
    """
    from treadle.project import load
    from treadle.project.editing.drafting import preview
    from treadle.project.editing.files import editable
    from treadle.project.editing.previewed import preview_json
    from treadle.project.looking import once
    from treadle.project.settings import find_settings

    settings = find_settings(folder)
    file = editable(settings, asked.path)
    static = _static(settings, file, asked.text)
    before = load(folder, remembered=True).diagnostics
    after = load(folder, remembered=True, texts={file: asked.text}).diagnostics
    there = set(before)
    built = [each for each in after if each not in there or (each.span and each.span.file == file)]
    found = once(static, built)
    facts = preview_json(preview(folder, {file: asked.text}))
    return DraftChecked(
        **_counted(found),
        mended=len(facts["mended"]),
        **{kind: _change(facts[kind]) for kind in _KINDS},
        stale=[Stale(**each) for each in facts["stale"][:_MOST_NAMES]],
        diagnostics=told(found),
    )


def explain_code(folder: Path, asked: ExplainCode) -> CodePage:
    """What a code means.

    Raises:
        UsageError: when there is no such code.
    """
    from treadle.project.codes import codes

    code = asked.code.strip().upper()
    if (found := codes().get(code)) is None:
        raise UsageError(f"there is no code {asked.code!r}", fix=did_you_mean(code, codes()))
    return CodePage(code=code, title=found["title"], text=found["help"])


def _static(settings: Settings, file: Path, text: str) -> tuple[Diagnostic, ...]:
    """What editors show of a text: nothing of the project is imported for it."""
    from treadle.language.workspace import Workspace

    workspace = Workspace(settings)
    workspace.texts = {file: text}
    return workspace.check(file)


def _within(diagnostics: Sequence[Diagnostic], root: Path, path: str) -> Sequence[Diagnostic]:
    """The mistakes in a file or folder; what has no place is about all of them."""
    if not path:
        return diagnostics
    place = (root / path).resolve()
    if not place.is_relative_to(root.resolve()):
        raise UsageError(f"{path!r} is not in the project", fix="name it as seen from the project's folder")
    if not place.exists():
        raise UsageError(f"there is no file or folder {path!r} in the project")
    return [each for each in diagnostics if each.span is None or each.span.file.resolve().is_relative_to(place)]


def _counted(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    errors = sum(each.severity is Severity.ERROR for each in diagnostics)
    return {"errors": errors, "warnings": len(diagnostics) - errors}


def _change(facts: Mapping[str, Any]) -> Change:
    return Change(
        added=facts["added"][:_MOST_NAMES],
        removed=facts["removed"][:_MOST_NAMES],
        renamed=[f"{each['old']} → {each['new']}" for each in facts["renamed"][:_MOST_NAMES]],
        changed=facts["changed"][:_MOST_NAMES],
    )
