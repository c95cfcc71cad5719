"""Two snapshots of a project, compared."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from treadle.errors import Severity, listing
from treadle.project.comparing.records import Changed, Comparison, Edge, FieldChange, Finding, Part, Renamed, Stale
from treadle.project.comparing.snapshots import Snapshot

__all__ = ["compare"]

_KINDS = ("assets", "checks", "steps", "schedules", "sensors", "jobs")
_IS_ELSEWHERE = {"steps": ("assets", "checks")}
"""Fields that say again what is told of others."""
_PLACE = re.compile(r":\d+(?::\d+)?\b")
_MOST_NAMED = 3

_Values = Mapping[str, Mapping[str, Any]]


def compare(old: Snapshot, new: Snapshot) -> Comparison:
    """What is different in the new one.

    >>> from treadle.project.comparing.snapshots import EMPTY
    >>> same = {**EMPTY, "assets": {"a": {"group": "raw", "deps": []}}, "origins": {"a": ["a", ""]}}
    >>> other = {**same, "assets": {"a": {"group": "marts", "deps": []}}}
    >>> compare(same, other).parts["assets"].changed[0].fields
    (FieldChange(field='group', old='raw', new='marts'),)
    """
    renamed = dict(_renamed(old, new))
    parts = {kind: _part(kind, old[kind], new[kind], renamed if kind == "assets" else {}) for kind in _KINDS}
    before, after = _edges(old), _edges(new)
    found, mended = _findings(old, new)
    return Comparison(
        parts=parts,
        edges_added=tuple(sorted(after - before)),
        edges_removed=tuple(sorted(before - after)),
        stale=tuple(_stale(old, new, renamed)),
        new=found,
        mended=mended,
    )


def _part(kind: str, old: _Values, new: _Values, renamed: Mapping[str, str]) -> Part:
    left_out = _IS_ELSEWHERE.get(kind, ())
    both = [name for name in new if name in old]
    changed = [(name, _fields(old[name], new[name], left_out)) for name in both]
    return Part(
        added=tuple(sorted(new.keys() - old.keys() - set(renamed.values()))),
        removed=tuple(sorted(old.keys() - new.keys() - renamed.keys())),
        renamed=tuple(
            Renamed(old=was, new=name, fields=_fields(old[was], new[name], left_out))
            for was, name in sorted(renamed.items())
        ),
        changed=tuple(Changed(name=name, fields=fields) for name, fields in sorted(changed) if fields),
    )


def _fields(old: Mapping[str, Any], new: Mapping[str, Any], left_out: Iterable[str]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field=name, old=old.get(name), new=new.get(name))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name) and name not in left_out
    )


def _renamed(old: Snapshot, new: Snapshot) -> Iterator[tuple[str, str]]:
    """The assets that evidently are the same under another name.

    Those are one thing in another system (the same model of dbt), or the only ones of their component that say the same.
    """
    gone = {key: old["assets"][key] for key in old["assets"] if key not in new["assets"]}
    come = {key: new["assets"][key] for key in new["assets"] if key not in old["assets"]}
    marks_old, marks_new = _marks(gone, old), _marks(come, new)
    for mark, keys in marks_old.items():
        others = marks_new.get(mark, [])
        if len(keys) == len(others) == 1:
            yield keys[0], others[0]


def _marks(assets: Mapping[str, Mapping[str, Any]], side: Snapshot) -> dict[tuple[str, ...], list[str]]:
    """Assets by what tells them apart beside their name."""
    found: dict[tuple[str, ...], list[str]] = {}
    for key, values in assets.items():
        component, detail = side["origins"][key]
        said = sorted((name, repr(value)) for name, value in values.items() if not name.startswith("metadata."))
        found.setdefault((component, detail or repr(said)), []).append(key)
    return found


def _edges(side: Snapshot) -> set[Edge]:
    return {(dep, key) for key, values in side["assets"].items() for dep in values["deps"]}


def _stale(old: Snapshot, new: Snapshot, renamed: Mapping[str, str]) -> Iterator[Stale]:
    """What has to be made again: what changed itself, and all that is made from it."""
    made = set(new["made"])
    was_made = {renamed.get(key, key) for key in old["made"]}
    names = {new_name: was for was, new_name in renamed.items()}
    direct = {
        key: reason
        for key in new["assets"]
        if key in made & was_made and (reason := _reason(key, names.get(key, key), old, new))
    }
    below: dict[str, list[str]] = {}
    for dep, key in sorted(_edges(new)):
        below.setdefault(dep, []).append(key)
    causes = _causes(direct, below)
    for key in sorted(direct):
        yield Stale(asset=key, reason=direct[key])
    for key in sorted(causes.keys() - direct.keys()):
        if key in made & was_made:
            above = tuple(sorted(causes[key]))
            yield Stale(asset=key, reason=f"made from {listing(above, most=_MOST_NAMED)}", because=above)


def _reason(key: str, was: str, old: Snapshot, new: Snapshot) -> str:
    """Why an asset itself isn't what it was."""
    if key != was:
        return f"it was {was!r}, and nothing was made under its new name"
    before, after = old["assets"][key], new["assets"][key]
    if after["code_version"] is not None and before["code_version"] != after["code_version"]:
        return f"its code changed: {_version(before['code_version'])} → {_version(after['code_version'])}"
    if more := sorted({*after["deps"]} - {*before["deps"]}):
        return f"it is made from more: {listing(more, most=_MOST_NAMED)}"
    return ""


def _version(version: str | None) -> str:
    return "none" if version is None else version if len(version) <= 12 else f"{version[:8]}…"


def _causes(direct: Iterable[str], below: Mapping[str, list[str]]) -> dict[str, set[str]]:
    """Of everything downstream, the changed assets that it is made from."""
    causes: dict[str, set[str]] = {}
    for start in direct:
        seen, waiting = {start}, deque([start])
        while waiting:
            for key in below.get(waiting.popleft(), ()):
                if key not in seen:
                    seen.add(key)
                    causes.setdefault(key, set()).add(start)
                    waiting.append(key)
    return causes


def _findings(old: Snapshot, new: Snapshot) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The mistakes that are new, and those that are gone; one that only moved within its file is the same."""
    before = Counter(map(_mark, old["diagnostics"]))
    after = Counter(map(_mark, new["diagnostics"]))
    return tuple(_left(new["diagnostics"], before)), tuple(_left(old["diagnostics"], after))


def _mark(diagnostic: Mapping[str, Any]) -> tuple[str, ...]:
    message = _PLACE.sub("", diagnostic["message"])
    return diagnostic["code"], diagnostic["severity"], message, diagnostic["file"] or ""


def _left(diagnostics: Iterable[Mapping[str, Any]], known: Counter[tuple[str, ...]]) -> Iterator[Finding]:
    left = known.copy()
    for each in diagnostics:
        if left[_mark(each)] > 0:
            left[_mark(each)] -= 1
            continue
        yield Finding(
            code=each["code"],
            severity=Severity(each["severity"]),
            message=each["message"],
            file=each["file"],
            line=each["line"],
            fix=each["fix"],
        )
