"""One look at a project, for mistakes: the static check, what building tells, or both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import Diagnostic
from treadle.ir.garbage import no_garbage_collection
from treadle.project.beside import beside
from treadle.project.policing import has_rules
from treadle.project.settings import find_settings

if TYPE_CHECKING:
    from treadle.project import Project, Settings
    from treadle.project.checking import Checked
    from treadle.project.policing.told import Told

__all__ = ["Look", "look_at", "once"]

# What an expression can't give by its type is a wrong value once it is rendered, and a call that can't work fails.
_ONCE_BUILT = {"TRD309": "TRD204", "TRD308": "TRD305"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found, in how many components; when it was built, also in how many assets, and how much is excused.

    `project` is there when this process was asked to build it.
    """

    root: Path
    components: int
    diagnostics: tuple[Diagnostic, ...]
    assets: int | None = None
    excused: str = ""
    project: Project | None = None


def look_at(folder: Path, *, build: bool | None, check: bool = True) -> Look:
    """Look at the project that a folder is in; when `build` is None, it is built where policies hold, to be judged.

    Raises:
        ProjectError: when there is no project, or its settings can't be used.
    """
    if not check:
        return _built(folder)
    if build is None:
        return _check_and_judge(folder)
    checked, static = _checked(folder)
    if build:
        found = _built(folder)
        return replace(found, diagnostics=once(static.diagnostics, found.diagnostics))
    return replace(static, diagnostics=_with_rules(checked)) if has_rules(checked.settings) else static


def _check_and_judge(folder: Path) -> Look:
    """The static check, and at the same time what policies say, where there are any."""
    settings = find_settings(folder)
    if not has_rules(settings):
        return _checked(folder)[1]
    from treadle.project.policing.remembered import told_before

    if (known := told_before(settings)) is not None:
        found, static = known, _checked(folder)[1]
    else:
        looks: list[Look] = []  # unmaking all that was loaded takes a while, which another process needn't do
        with beside(partial(_judged, settings, looks)) as judged:
            static = _checked(folder)[1]
            found = judged()
    return Look(
        root=settings.root,
        components=found.components,
        diagnostics=once(static.diagnostics, found.diagnostics),
        assets=found.assets,
        excused=found.excused,
    )


def _checked(folder: Path) -> tuple[Checked, Look]:
    from treadle.project.checking import check as check_project

    checked = check_project(folder)
    return checked, Look(root=checked.settings.root, components=checked.components, diagnostics=checked.diagnostics)


def _with_rules(checked: Checked) -> tuple[Diagnostic, ...]:
    from treadle.project.diagnostics import ordered
    from treadle.project.policing.reading_alone import mistakes_in_rules

    return ordered([*checked.diagnostics, *mistakes_in_rules(checked.settings)])


def _built(folder: Path, *, audits: bool = True) -> Look:
    from treadle.project import load  # takes longer than most checks
    from treadle.project.last_load import remember_assets

    project = load(folder, remembered=True, audits=audits)
    remember_assets(project)
    return Look(
        root=project.settings.root,
        components=len(project.components),
        diagnostics=project.diagnostics,
        assets=len(project.graph.assets),
        excused=project.admission.excused.told if project.admission else "",
        project=project,
    )


def _judged(settings: Settings, looks: list[Look]) -> Told:
    """What building and judging tells; it is remembered as long as nothing changes. What was loaded is left in `looks`."""
    from treadle.project.policing.remembered import told_now
    from treadle.project.policing.told import Told

    def judge() -> tuple[Told, str | None]:
        found = _built(settings.root, audits=False)
        looks.append(found)
        told = Told(
            diagnostics=found.diagnostics,
            components=found.components,
            assets=found.assets or 0,
            excused=found.excused,
        )
        builds = found.project.builds if found.project else None
        return told, builds.state() if builds else None

    with no_garbage_collection():  # which would go through every asset of the project, again and again
        return told_now(settings, judge)


def once(static: Sequence[Diagnostic], built: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What either look has found; a mistake that both see is told in the words of the first."""
    from treadle.project.diagnostics import ordered

    told, also = _by_place(static), _by_place(built)
    return ordered(
        each for place in {**told, **also} for each in max(told.get(place, []), also.get(place, []), key=len)
    )


def _by_place(diagnostics: Sequence[Diagnostic]) -> dict[tuple[str, object], list[Diagnostic]]:
    """The mistakes of each kind at each place; there may be several, as two names that are missing."""
    found: dict[tuple[str, object], list[Diagnostic]] = {}
    for each in dict.fromkeys(diagnostics):
        code = _ONCE_BUILT.get(each.code, each.code)
        found.setdefault((code, each.span or each.message), []).append(each)
    return found
