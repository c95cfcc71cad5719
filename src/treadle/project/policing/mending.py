"""The edits that `treadle check --fix` makes for a violation: attributes in the file of whatever violates a policy.

An asset that its component's file declares gets them where it is declared. One that a component finds elsewhere (a dbt
model) gets them by a rule below `post_processing`, which every component may have. Comments and layout stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from treadle.documents import KEY, Document
from treadle.documents.scalars import is_word
from treadle.errors import Edit, Span
from treadle.ir import Asset
from treadle.project.policing.places import entry_of, names_for
from treadle.project.policing.sources import Sources
from treadle.templating.places import NodePath

__all__ = ["edits_by_rule", "edits_in_entry", "flow"]

_PLAIN = re.compile(r"[A-Za-z_][\w./@-]*(:[\w./@-]+)*")
_EMPTY = re.compile(r"\[\s*\]|\{\s*\}|''|\"\"|~|null")


def edits_in_entry(asset: Asset, attributes: Mapping[str, Any], sources: Sources) -> tuple[Edit, ...]:
    """Edits that write attributes into the mapping that declares an asset; none where that isn't mechanical."""
    entry = entry_of(asset, sources)
    if entry is None:
        return ()
    document, path = entry
    lines = sources.lines(document.file)
    value = _value_at(document, path)
    new: dict[str, Any] = {}
    edits: list[Edit] = []
    for name, wanted in attributes.items():
        own = next((each for each in names_for(name) if each in value), None)
        if own is None:
            new[name] = wanted
        elif (changed := _changed(document, (*path, own), value[own], wanted, lines)) is not None:
            edits += changed
        else:
            return ()
    if new:
        added = _added(document, path, "key", new, lines)
        if added is None:
            return ()
        edits.append(added)
    return tuple(edits)


def edits_by_rule(
    file: Path, address: str, assets: Iterable[Asset], attributes: Mapping[str, Any], sources: Sources
) -> tuple[Edit, ...]:
    """Edits that add a rule for assets to the `post_processing` of the component that declares them."""
    document = sources.document(file, address)
    if document is None or not isinstance(document.value, dict):
        return ()
    target = " or ".join(f'key:"{key}"' for key in sorted({str(each.key) for each in assets}))
    lines = sources.lines(file)
    written = document.value.get("post_processing")
    if written is None and "post_processing" not in document.value:
        return _at_the_end(document, target, attributes, lines)
    rules = written.get("assets") if isinstance(written, dict) else None
    if not isinstance(rules, list) or not rules:
        return ()
    place = document.locate(("post_processing", "assets", 0))
    if place is None or not re.fullmatch(r"\s*- ", lines[place.line - 1][: place.column - 1]):
        return ()  # in brackets, or something stands before it
    inner, dash = " " * (place.column - 1), lines[place.line - 1][: place.column - 1]
    new = f"target: {_quoted(target)}\n{inner}attributes: {flow(attributes)}\n{dash}"
    return (Edit(span=place, old="", new=new),)


def _at_the_end(
    document: Document, target: str, attributes: Mapping[str, Any], lines: Sequence[str]
) -> tuple[Edit, ...]:
    start = document.span(())
    if start.column != 1 or not lines:
        return ()
    end = next(
        (number for number in range(start.line, len(lines)) if re.match(r"---|\.\.\.", lines[number])), len(lines)
    )
    while end > start.line and not lines[end - 1].strip():
        end -= 1
    text = f"\npost_processing:\n  assets:\n    - target: {_quoted(target)}\n      attributes: {flow(attributes)}"
    place = Span(file=document.file, line=end, column=len(lines[end - 1]) + 1)
    return (Edit(span=place, old="", new=text),)


def _added(document: Document, path: NodePath, after: str, new: Mapping[str, Any], lines: Sequence[str]) -> Edit | None:
    """Names that are added to a mapping, behind the one that it begins with for a reader."""
    name, value = document.locate((*path, after, KEY)), document.locate((*path, after))
    if name is None or value is None or name.line != value.line:
        return None
    line = lines[name.line - 1]
    before = line[: name.column - 1]
    if re.fullmatch(r"[\s-]*", before):
        indent = " " * (name.column - 1)
        text = "".join(f"\n{indent}{each}: {flow(wanted)}" for each, wanted in new.items())
        return Edit(span=Span(file=document.file, line=name.line, column=len(line) + 1), old="", new=text)
    # In braces: behind the value, where it is plain what that is.
    end = value.column - 1 + len(str(_value_at(document, (*path, after))))
    if re.match(r"\s*[,}]", line[end:]):
        text = "".join(f", {each}: {flow(wanted)}" for each, wanted in new.items())
        return Edit(span=Span(file=document.file, line=value.line, column=end + 1), old="", new=text)
    text = "".join(f"{each}: {flow(wanted)}, " for each, wanted in new.items())
    return Edit(span=name, old="", new=text)


def _value_at(document: Document, path: NodePath) -> Any:
    value = document.value
    for part in path:
        value = value[part]
    return value


def _changed(document: Document, path: NodePath, written: Any, wanted: Any, lines: Sequence[str]) -> list[Edit] | None:
    """Edits of a value that is there; None when there is no one way to make them."""
    if written == wanted:
        return []
    if isinstance(written, dict) and written and isinstance(wanted, dict):
        return _merged(document, path, written, wanted, lines)
    place = document.locate(path)
    if place is None:
        return None
    rest = lines[place.line - 1][place.column - 1 :]
    old = _EMPTY.match(rest)
    if old:
        return [Edit(span=place, old=old[0], new=flow(wanted))]
    if isinstance(written, str) and rest.startswith(written) and re.fullmatch(r"\s*(#.*)?", rest[len(written) :]):
        return [Edit(span=place, old=written, new=flow(wanted))]
    return None


def _merged(
    document: Document, path: NodePath, written: Mapping[str, Any], wanted: Mapping[str, Any], lines: Sequence[str]
) -> list[Edit] | None:
    first = next(iter(written))
    missing = {name: value for name, value in wanted.items() if name not in written}
    others = [(name, value) for name, value in wanted.items() if name in written]
    edits: list[Edit] = []
    for name, value in others:
        changed = _changed(document, (*path, name), written[name], value, lines)
        if changed is None:
            return None
        edits += changed
    if missing:
        added = _added(document, path, first, missing, lines)
        if added is None or isinstance(written[first], dict | list):
            return None
        edits.append(added)
    return edits


def flow(value: Any) -> str:
    """A value as YAML in one line.

    >>> flow({"owners": ["team:data", "ann@example.com"], "tags": {"pii": "no", "n": "1"}, "description": "To do: it"})
    '{owners: [team:data, ann@example.com], tags: {pii: no, n: "1"}, description: "To do: it"}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(name)}: {flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) and not is_word(value) else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
