"""What may be typed at a place: types, attributes, values, variables, assets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from treadle.ir.platform_use import Kind as Offering
from treadle.ir.platform_use import offered
from treadle.language import expressions
from treadle.language.outline import outlines
from treadle.language.positions import Cursor, Range, lines_of
from treadle.language.records import Kind, Suggestion
from treadle.language.shapes import Shape, contradicts, type_words
from treadle.language.spots import Spot, outline_at, spot_at
from treadle.language.workspace import Known, Workspace
from treadle.project.checking.uses import FORMATS

__all__ = ["MOST_ASSETS", "complete", "documentation_of", "scope_at"]

MOST_ASSETS = 1000
"""Of more keys than this, only those are suggested that hold what is typed."""

_MOST_FILES = 200
_PLAIN = re.compile(r"(?!(?i:true|false|null|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9_/.-]*")
_NO_FILES = {".git", ".venv", ".treadle", "__pycache__"}


def complete(workspace: Workspace, file: Path, text: str, cursor: Cursor) -> list[Suggestion]:
    """Everything that may be typed at a cursor, the likeliest first."""
    lines = lines_of(text)
    outline = outline_at(outlines(text), cursor.line)
    spot = spot_at(lines, outline, cursor)
    known = Known(workspace=workspace, file=file, outline=outline)
    if "#" in spot.text and spot.text.lstrip().startswith("#"):
        return []
    if spot.expression is not None:
        found = list(_in_expression(spot, known, spot.expression))
    elif spot.kind == "key":
        found = list(_keys(spot, known))
    else:
        found = list(_values(spot, known))
    unique = {(each.label, each.insert): each for each in reversed(found)}
    return sorted(unique.values(), key=lambda each: (each.order, each.label))


# Expressions


def _in_expression(spot: Spot, known: Known, before: str) -> Iterator[Suggestion]:
    typed = expressions.typed(before)
    end = spot.range.start.column + len(spot.text) if spot.text and "\n" not in spot.text else spot.range.end.column
    cursor_column = end if not spot.text or "\n" in spot.text else spot.range.start.column + len(spot.text)
    at = Range(
        start=Cursor(line=spot.range.start.line, column=cursor_column - len(typed.word)),
        end=Cursor(line=spot.range.start.line, column=cursor_column),
    )
    if typed.kind == "text":
        return
    if typed.kind == "filter":
        for name in expressions.filters():
            yield Suggestion(label=name, kind="filter", insert=name, range=at, detail="filter")
        return
    scope = scope_at(spot, known)
    members = (
        expressions.members_of(typed.owner, scope, known.workspace.environment)
        if typed.kind == "attribute"
        else expressions.variables_of(scope)
    )
    later = {
        name for shape in known.shapes(spot.path) for branch in (shape, *shape.branches()) for name in branch.scope
    }
    for each in members:
        kind: Kind = "function" if each.is_function else "variable"
        order = 1 if typed.kind == "variable" and each.name in later else 3
        yield Suggestion(label=each.name, kind=kind, insert=each.name, range=at, detail=each.words, order=order)


def scope_at(spot: Spot, known: Known) -> dict[str, Any]:
    """What an expression at a place may name."""
    scope = dict(known.scope.variables)
    for shape in known.shapes(spot.path):
        for branch in (shape, *shape.branches()):
            scope |= branch.scope
    scope.pop("*", None)  # anything, under names that nobody can tell
    return scope


# Keys


def _keys(spot: Spot, known: Known) -> Iterator[Suggestion]:
    if not spot.path:
        yield from _top_keys(spot, known)
        return
    for shape in known.shapes(spot.path):
        for branch in shape.branches():
            if branch.kind == "array" and spot.is_empty_line:
                yield from _new_items(spot, known, branch)
            else:
                yield from _attributes(spot, known, branch)
                if spot.is_empty_line and not known.outline.names(spot.path):
                    yield from _value(spot, known, branch)


def _top_keys(spot: Spot, known: Known) -> Iterator[Suggestion]:
    written = known.outline.names(())
    if "type" not in written or (spot.has_colon and written == ["type"]):
        if not written:
            yield from _skeletons(spot, known)
        yield Suggestion(
            label="type", kind="attribute", insert=_key("type", spot, " "), range=spot.range, order=0,
            documentation="The component type.",
        )  # fmt: skip
    for shape in known.shapes(()):
        for each in _attributes(spot, known, shape):
            if each.label != "type":
                yield each


def _skeletons(spot: Spot, known: Known) -> Iterator[Suggestion]:
    """A whole component of each type, as its first example has it."""
    import yaml

    for descriptor in known.workspace.checker.descriptors.all():
        if not descriptor.examples:
            continue
        example = {"type": descriptor.name, "attributes": dict(descriptor.examples[0])}
        text = yaml.safe_dump(example, sort_keys=False, allow_unicode=True, width=100).rstrip()
        yield Suggestion(
            label=descriptor.name,
            kind="snippet",
            insert=text,
            range=spot.range,
            detail="a new component",
            documentation=descriptor.summary,
            order=6,
        )


def _attributes(spot: Spot, known: Known, branch: Shape, prefix: str = "") -> Iterator[Suggestion]:
    if "properties" not in branch.schema or contradicts(branch, spot.path, known.outline):
        return
    present: set[str | None] = set(known.outline.names(spot.path))
    if spot.has_colon or spot.kind == "key":
        present.discard(_current(spot, known))
    present |= {
        schema["x-alias-of"] for name, schema in _properties(branch) if name in present and "x-alias-of" in schema
    }
    required = branch.schema.get("required", ())
    for name, schema in _properties(branch):
        if name in present or "x-alias-of" in schema:
            continue
        inner = branch.inside(schema)
        yield Suggestion(
            label=name,
            kind="attribute",
            insert=prefix + (name if spot.has_colon else _key(name, spot, _opening(inner, spot, len(prefix)))),
            range=spot.range,
            detail=type_words(inner) + (" (required)" if name in required else ""),
            documentation=documentation_of(inner),
            order=1 if name in required else 3,
            deprecated=bool(schema.get("deprecated")),
        )


def _properties(branch: Shape) -> list[tuple[str, dict[str, Any]]]:
    return [(name, each) for name, each in branch.schema["properties"].items() if isinstance(each, dict)]


def _current(spot: Spot, known: Known) -> str | None:
    """The key that the cursor is in: it may be written again."""
    for each in known.outline.entries:
        if each.line == spot.range.start.line and each.start == spot.range.start.column and each.path[:-1] == spot.path:
            return str(each.path[-1])
    return None


def _key(name: str, spot: Spot, opening: str) -> str:
    return name if spot.has_colon else f"{name}:{opening}"


def _opening(shape: Shape, spot: Spot, deeper: int) -> str:
    """What follows the colon: a value on the line, or the start of a mapping or list below."""
    kinds = {branch.kind for branch in shape.branches()} - {"null"}
    indent = " " * (spot.indent + deeper + 2)
    if spot.flow or not kinds or kinds & {"string", "integer", "number", "boolean", ""}:
        return " "
    if kinds == {"array"}:
        return f"\n{indent}- "
    return f"\n{indent}" if kinds == {"object"} else " "


def documentation_of(shape: Shape) -> str:
    """What is said of an attribute, with its default, as Markdown."""
    schema = shape.schema
    text = str(schema.get("description") or next((each.schema.get("description", "") for each in shape.branches()), ""))
    if schema.get("default") not in (None, "", [], {}):
        text += f"\n\nDefault: `{_yaml(schema['default'])}`"
    if schema.get("x-deprecated"):
        text += f"\n\nDeprecated: {schema['x-deprecated']}"
    return text.strip()


def _new_items(spot: Spot, known: Known, branch: Shape) -> Iterator[Suggestion]:
    """Items of a list whose first dash isn't written yet."""
    index = sum(1 for each in known.outline.entries if each.path[:-1] == spot.path and each.is_item)
    inner = branch.step(index)
    for each in inner.branches() if inner else ():
        if each.kind == "object":
            yield from _attributes_of_new(spot, known, each, index)
        else:
            for found in _value(spot, known, each):
                yield Suggestion(
                    label=found.label,
                    kind=found.kind,
                    insert=f"- {found.insert}",
                    range=found.range,
                    detail=found.detail,
                    documentation=found.documentation,
                    order=found.order,
                )


def _attributes_of_new(spot: Spot, known: Known, branch: Shape, index: int) -> Iterator[Suggestion]:
    yield from _attributes(replace(spot, path=(*spot.path, index)), known, branch, prefix="- ")


# Values


def _values(spot: Spot, known: Known) -> Iterator[Suggestion]:
    if spot.path == ("type",):
        yield from _types(spot, known)
        return
    if spot.path == ("template_vars_module",):
        yield from _modules(spot, known)
        return
    for shape in known.shapes(spot.path):
        for branch in shape.branches():
            if spot.kind == "item" and branch.kind == "object":
                yield from _attributes(spot, known, branch)
            else:
                yield from _value(spot, known, branch)


def _types(spot: Spot, known: Known) -> Iterator[Suggestion]:
    for each in known.workspace.checker.descriptors.all():
        for name in (each.name, *each.aliases):
            yield Suggestion(
                label=name,
                kind="type",
                insert=name,
                range=spot.range,
                detail=each.summary,
                documentation=each.description,
                order=2 if name == each.name else 6,
                deprecated=bool(each.deprecated),
            )


def _modules(spot: Spot, known: Known) -> Iterator[Suggestion]:
    for file in sorted(known.file.parent.glob("*.py")):
        if file.stem != "__init__" and "template_var" in file.read_text(encoding="utf-8", errors="replace"):
            yield Suggestion(label=f".{file.stem}", kind="file", insert=f".{file.stem}", range=spot.range)


def _offered(spot: Spot, known: Known, kind: Offering) -> Iterator[Suggestion]:
    """Names of compute profiles, or of credentials, that the platform offers."""
    for name, each in offered(known.workspace.checker.offer.platform, kind).items():
        yield Suggestion(
            label=name,
            kind="value",
            insert=name,
            range=spot.range,
            detail="" if each.allowed == "*" else f"for {each.allowed}",
            documentation=each.description,
        )


def _value(spot: Spot, known: Known, branch: Shape) -> Iterator[Suggestion]:
    schema = branch.schema
    documentation = documentation_of(branch)
    if schema.get("format") == "asset-key":
        yield from _assets(spot, known)
        return
    if schema.get("format") in ("project-path", "project-file"):
        yield from _files(spot, known)
        return
    if (kind := FORMATS.get(schema.get("format", ""))) is not None:
        yield from _offered(spot, known, kind)
        return
    given: Iterable[Any] = [schema["const"]] if "const" in schema else schema.get("enum", ())
    if not given and branch.kind == "boolean":
        given = (True, False)
    default = schema.get("default")
    for each in given:
        order = 1 if each == default else 2
        yield Suggestion(
            label=_yaml(each),
            kind="value",
            insert=_yaml(each),
            range=spot.range,
            documentation=documentation,
            order=order,
        )
    if not given:
        for each in (*schema.get("examples", ()), *((default,) if isinstance(default, str | int | float) else ())):
            if isinstance(each, str | int | float) and each != "":
                shown = _yaml(each)
                yield Suggestion(label=shown, kind="value", insert=shown, range=spot.range, documentation=documentation)
    if "x-record" in schema:
        yield from _records(spot, known, schema["x-record"])


def _records(spot: Spot, known: Known, names: str | list[str]) -> Iterator[Suggestion]:
    """Functions of the scope that give an object of Python: only a template can."""
    wanted = {names} if isinstance(names, str) else set(names)
    for owner, of in known.scope.variables.items():
        if owner in ("dg", "automation_condition"):
            continue  # other names of the same
        for name, member in of.get("properties", {}).items():
            returns = member.get("x-function", {}).get("returns", {})
            if returns.get("x-record") in wanted:
                text = f'"{{{{ {owner}.{name}() }}}}"'
                yield Suggestion(label=text, kind="function", insert=text, range=spot.range, order=3)


def _assets(spot: Spot, known: Known) -> Iterator[Suggestion]:
    index = known.workspace.assets
    declared = {each.key: each for each in index.declared()}
    written = {
        each.text for each in known.outline.entries if each.path[:-1] == spot.path[:-1] and each.path != spot.path
    }
    keys = [each for each in index.keys() if each not in written]  # noqa: SIM118 # not a mapping
    if len(keys) > MOST_ASSETS:
        keys = [each for each in keys if spot.word in each][:MOST_ASSETS]
    for key in keys:
        found = declared.get(key)
        yield Suggestion(
            label=key,
            kind="asset",
            insert=_yaml(key),
            range=spot.range,
            detail=found.group if found else "named elsewhere",
            documentation=found.description if found else "",
            order=1 if found else 4,
        )


def _files(spot: Spot, known: Known) -> Iterator[Suggestion]:
    """Files and folders beside the YAML file, below what is typed so far."""
    start, _, _ = spot.word.rpartition("/")
    folder = known.file.parent / start
    try:
        entries = sorted(folder.iterdir())[:_MOST_FILES]
    except OSError:
        return
    for each in entries:
        if each.name in _NO_FILES or each.name.endswith(".yaml"):
            continue
        path = f"{start}/{each.name}" if start else each.name
        yield Suggestion(label=path, kind="file", insert=_yaml(path), range=spot.range)


def _yaml(value: Any) -> str:
    """A scalar as it is written in YAML."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, default=str)
    if _PLAIN.fullmatch(value):
        return value
    import yaml

    return yaml.safe_dump(value, allow_unicode=True, width=10_000).removesuffix("\n...\n").rstrip("\n")
