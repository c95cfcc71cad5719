"""The asset that was asked for, built once more, alone, while somebody listens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from treadle.errors import Diagnostic, ProjectError, Severity, UsageError, did_you_mean
from treadle.ir import Asset, AssetGraph, AssetKey, Step
from treadle.ir.mentions import Mention
from treadle.project.hearing import Heard, hear
from treadle.project.last_load import component_of, remember_assets
from treadle.project.project import Project, load
from treadle.project.settings import Settings

__all__ = ["Found", "find"]

_LOOKS_AROUND = re.compile(r"\+|\b(?:roots|sinks)\b")
"""What in the target of a post-processing depends on other assets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was asked for; an asset that nobody declares has only `mentions`."""

    key: AssetKey
    field: str
    asset: Asset | None = None
    step: Step | None = None
    type: str = ""
    heard: Heard | None = None
    mentions: tuple[Mention, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def find(settings: Settings, text: str) -> Found:
    """The asset that a text names, or whose field it names.

    What was declared when the project was loaded last says which component to build; when that isn't so any more,
    all of it is loaded.

    Raises:
        UsageError: when there is no such asset.
    """
    for key, field in _readings(text):
        if (component := component_of(settings, key)) and (found := _alone(settings, key, field, component)):
            return found
    return _among_all(settings, text)


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """What a text may mean: keys may have dots, too, so the longest that is a key is meant.

    >>> list(_readings("a.b.c"))
    [('a.b.c', ''), ('a.b', 'c'), ('a', 'b.c')]
    """
    yield text, ""
    at = len(text)
    while (at := text.rfind(".", 0, at)) > 0:
        yield text[:at], text[at + 1 :]


def _alone(settings: Settings, key: str, field: str, component: str) -> Found | None:
    """The asset, built with nothing but its component; None when others have to be asked."""
    with hear() as heard:
        project = load(settings.root, only=component)
    asset = project.graph.assets.get(_key(key))
    if asset is None or not project.graph.is_declared(asset.key) or _depends_on_others(heard):
        return None
    return _found(project, asset, field, heard)


def _depends_on_others(heard: Heard) -> bool:
    """Whether a folder has rules that depend on assets that weren't there."""
    return any(map(_LOOKS_AROUND.search, heard.targets))


def _among_all(settings: Settings, text: str) -> Found:
    """The asset, found in the whole project."""
    project = load(settings.root, remembered=True)
    remember_assets(project)
    graph = project.graph
    for key, field in _readings(text):
        asset = graph.assets.get(_key(key))
        if asset is None:
            continue
        if not graph.is_declared(asset.key):
            mentions = tuple(_mentions(graph, asset.key))
            return Found(key=asset.key, field=field, mentions=mentions, diagnostics=project.diagnostics)
        component = asset.origin.component if asset.origin else ""
        found = _alone(settings, key, field, component) if component else None
        if found is not None and found.asset is not None and _is_same(found.asset, asset):
            return found
        return _whole(settings, key, field)
    raise _unknown(settings, graph, text, project.diagnostics)


def _whole(settings: Settings, key: str, field: str) -> Found:
    """The asset, built with everything else."""
    with hear() as heard:
        project = load(settings.root)
    return _found(project, project.graph.assets[_key(key)], field, heard)


def _found(project: Project, asset: Asset, field: str, heard: Heard) -> Found:
    component = asset.origin.component if asset.origin else ""
    return Found(
        key=asset.key,
        field=field,
        asset=asset,
        step=project.graph.step_of(asset.key),
        type=next((each.type for each in project.components if each.address == component), ""),
        heard=heard,
        diagnostics=project.diagnostics,
    )


def _is_same(alone: Asset, among_all: Asset) -> bool:
    return replace(alone, origin=None) == replace(among_all, origin=None)


def _key(text: str) -> AssetKey:
    return AssetKey(tuple(text.split("/")))


def _mentions(graph: AssetGraph, key: AssetKey) -> Iterator[Mention]:
    """Who names an asset that nobody declares."""
    for child in sorted(graph.children(key)):
        yield Mention(by=f"asset {str(child)!r} depends on it", key=key, origin=graph.assets[child].origin)
    for check in graph.checks.values():
        if key == check.asset or key in check.additional_deps:
            yield Mention(by=f"check {str(check.key)!r} is about it", key=key, origin=check.origin)
    if (step := graph.step_of(key)) is not None:
        yield Mention(by=f"step {step.address!r} makes it", key=key, origin=step.origin)


def _unknown(settings: Settings, graph: AssetGraph, text: str, diagnostics: tuple[Diagnostic, ...]) -> Exception:
    """What is asked for may be what a broken component would have declared: then what is wrong with it is told."""
    names = [str(key) for key in graph.assets]
    fix = next((hint for key, _ in _readings(text) if (hint := did_you_mean(key, names))), "")
    errors = [each for each in diagnostics if each.severity is Severity.ERROR]
    if errors and (not fix or any(component_of(settings, key) for key, _ in _readings(text))):
        return ProjectError(*errors)
    return UsageError(f"there is no asset {text!r}", fix=fix or "`treadle list assets` shows all of them")
