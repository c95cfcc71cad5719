"""What policies may ask of an asset, a check, a step, a component and a project: one table, with types and words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from treadle.errors import Span
from treadle.ir.origin import Origin
from treadle.ir.plain import plain_partitions, plain_policy
from treadle.ir.verdicts import PolicyTarget
from treadle.templating.types import BOOLEAN, INTEGER, NULL, NUMBER, OBJECT, TEXT, Type, array_of, union

__all__ = ["FIELDS", "LINEAGE", "WALKS", "Field", "Kind", "scope_of", "type_of"]

Kind = str
"""What a record is: `asset`, `check`, `step`, `component`, `project` or `column`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Something that is known of a record: its type, what it means, and how it is found.

    `read` is given the record and the `Scene` that it is in.
    """

    type: Type
    about: str
    read: Callable[[Any, Any], Any]


def _record(name: str) -> dict[str, Any]:
    return {"x-record": name}


_ASSET, _CHECK, _STEP, _COMPONENT, _PROJECT, _COLUMN = map(
    _record, ("asset", "check", "step", "component", "project", "column")
)
_MAYBE_TEXT = union([TEXT, NULL])
_MAYBE_NUMBER = union([NUMBER, NULL])
_TEXTS = array_of(TEXT)
_TAGS: Type = {**OBJECT, "additionalProperties": TEXT}


def _mapping(**properties: Type) -> Type:
    return {**OBJECT, "properties": properties, "additionalProperties": False}


_PARTITIONS = union(
    [
        {
            **OBJECT,
            "properties": {
                "type": TEXT,
                "keys": _TEXTS,
                "cron": TEXT,
                "start": TEXT,
                "end": _MAYBE_TEXT,
                "format": TEXT,
                "timezone": TEXT,
                "name": TEXT,
                "dimensions": OBJECT,
            },
            "required": ["type"],
            "additionalProperties": False,
        },
        NULL,
    ]
)
_FRESHNESS = union(
    [
        _mapping(
            fail_window=_MAYBE_NUMBER,
            warn_window=_MAYBE_NUMBER,
            deadline_cron=_MAYBE_TEXT,
            lower_bound_delta=_MAYBE_NUMBER,
            timezone=TEXT,
        ),
        NULL,
    ]
)
_BACKFILL = union([_mapping(max_partitions_per_run=union([INTEGER, NULL])), NULL])


def _file(origin: Origin | None, scene: Any) -> str | None:
    return _file_of(origin.span if origin else None, scene)


def _file_of(span: Span | None, scene: Any) -> str | None:
    return None if span is None else scene.file(span.file)


def _component(address: str | None, scene: Any) -> Any:
    return scene.component(address) if address else None


def _field(of: Type, about: str, read: Callable[[Any, Any], Any]) -> Field:
    return Field(type=of, about=about, read=read)


_DECLARED = {
    "component": _field(
        union([_COMPONENT, NULL]),
        "the component that declares it",
        lambda d, s: _component(d.origin.component if d.origin else None, s),
    ),
    "file": _field(
        _MAYBE_TEXT, "the file that declares it, seen from the project's folder", lambda d, s: _file(d.origin, s)
    ),
}
_ASSET_FIELDS = {
    "key": _field(TEXT, "its key: `raw/orders`", lambda a, s: str(a.key)),
    "name": _field(TEXT, "the last part of the key", lambda a, s: a.key.name),
    "path": _field(_TEXTS, "the parts of the key", lambda a, s: list(a.key.parts)),
    "group": _field(TEXT, "its group; `default` when nobody says one", lambda a, s: a.group),
    "description": _field(_MAYBE_TEXT, "what it is", lambda a, s: a.description),
    "owners": _field(_TEXTS, "who answers for it", lambda a, s: list(a.owners)),
    "tags": _field(_TAGS, "its tags, by name", lambda a, s: dict(a.tags)),
    "kinds": _field(_TEXTS, "what it is made with, sorted: `dbt`, `python`", lambda a, s: sorted(a.kinds)),
    "metadata": _field(OBJECT, "what else is said of it, by name", lambda a, s: dict(a.metadata)),
    "columns": _field(array_of(_COLUMN), "its columns", lambda a, s: [s.column(each) for each in a.columns]),
    "code_version": _field(_MAYBE_TEXT, "the version of what makes it", lambda a, s: a.code_version),
    "partitions": _field(
        _PARTITIONS, "its partitions, in the words of YAML", lambda a, s: plain_partitions(a.partitions)
    ),
    "automation": _field(
        _MAYBE_TEXT, "when it is made by itself", lambda a, s: None if a.automation is None else str(a.automation)
    ),
    "freshness": _field(
        _FRESHNESS, "how old it may get; lengths of time in seconds", lambda a, s: plain_policy(a.freshness)
    ),
    "backfill": _field(_BACKFILL, "how many partitions a run takes", lambda a, s: plain_policy(a.backfill)),
    "is_external": _field(BOOLEAN, "whether no step makes it", lambda a, s: s.graph.is_external(a.key)),
    "is_declared": _field(
        BOOLEAN, "whether it is declared, rather than only mentioned", lambda a, s: s.graph.is_declared(a.key)
    ),
    "deps": _field(_TEXTS, "the keys of what it depends on, sorted", lambda a, s: sorted(map(str, a.deps))),
    "upstream": _field(
        array_of(_ASSET), "the assets that it depends on", lambda a, s: s.assets(s.graph.parents(a.key))
    ),
    "downstream": _field(
        array_of(_ASSET), "the assets that depend on it", lambda a, s: s.assets(s.graph.children(a.key))
    ),
    "all_upstream": _field(
        array_of(_ASSET),
        "all that it depends on, however far away",
        lambda a, s: s.assets(s.graph.upstream([a.key]) - {a.key}),
    ),
    "all_downstream": _field(
        array_of(_ASSET),
        "all that depends on it, however far away",
        lambda a, s: s.assets(s.graph.downstream([a.key]) - {a.key}),
    ),
    "checks": _field(
        array_of(_CHECK), "the checks about it", lambda a, s: [s.check(each.key) for each in s.graph.checks_of(a.key)]
    ),
    "step": _field(union([_STEP, NULL]), "the step that makes it", lambda a, s: s.maker(a.key)),
    **_DECLARED,
}
_COLUMN_FIELDS = {
    "name": _field(TEXT, "its name", lambda c, s: c.name),
    "type": _field(_MAYBE_TEXT, "its type, as its source writes it", lambda c, s: c.type),
    "description": _field(_MAYBE_TEXT, "what it holds", lambda c, s: c.description),
}
_CHECK_FIELDS = {
    "key": _field(TEXT, "its key: `raw/orders:has_rows`", lambda c, s: str(c.key)),
    "name": _field(TEXT, "its name", lambda c, s: c.name),
    "asset": _field(_ASSET, "the asset that it is about", lambda c, s: s.asset(c.asset)),
    "description": _field(_MAYBE_TEXT, "what it makes sure of", lambda c, s: c.description),
    "severity": _field(TEXT, "what a failure means: `error` or `warn`", lambda c, s: c.severity.value),
    "blocking": _field(BOOLEAN, "whether a failure stops what is downstream", lambda c, s: c.blocking),
    "metadata": _field(OBJECT, "what else is said of it, by name", lambda c, s: dict(c.metadata)),
    "deps": _field(
        _TEXTS, "the keys of other assets that it reads, sorted", lambda c, s: sorted(map(str, c.additional_deps))
    ),
    "automation": _field(
        _MAYBE_TEXT, "when it is made by itself", lambda c, s: None if c.automation is None else str(c.automation)
    ),
    "step": _field(union([_STEP, NULL]), "the step that makes it", lambda c, s: s.checker(c.key)),
    **_DECLARED,
}
_STEP_FIELDS = {
    "address": _field(TEXT, "its name in the project: component and step", lambda t, s: t.address),
    "name": _field(TEXT, "its name", lambda t, s: t.name),
    "description": _field(_MAYBE_TEXT, "what it does", lambda t, s: t.description),
    "assets": _field(array_of(_ASSET), "the assets that it makes", lambda t, s: s.assets(t.assets)),
    "checks": _field(array_of(_CHECK), "the checks that it makes", lambda t, s: s.checks(t.checks)),
    "compute": _field(_MAYBE_TEXT, "the compute profile that it names", lambda t, s: t.compute),
    "credentials": _field(_TEXTS, "the credentials that it names", lambda t, s: list(t.credentials)),
    "pool": _field(_MAYBE_TEXT, "its pool", lambda t, s: t.pool),
    "locks": _field(_TEXTS, "what only one step may use at a time, sorted", lambda t, s: sorted(t.locks)),
    "retries": _field(
        union([INTEGER, NULL]),
        "how often it is tried again; null when it doesn't say",
        lambda t, s: None if t.retries is None else t.retries.times,
    ),
    "timeout": _field(_MAYBE_NUMBER, "its time limit in seconds; null when it doesn't say", lambda t, s: t.timeout),
    "can_subset": _field(BOOLEAN, "whether a part of its assets may be selected", lambda t, s: t.can_subset),
    "tags": _field(_TAGS, "its tags, by name", lambda t, s: dict(t.tags)),
    "metadata": _field(OBJECT, "what else is said of it, by name", lambda t, s: dict(t.metadata)),
    "component": _field(
        union([_COMPONENT, NULL]), "the component that declares it", lambda t, s: _component(t.component, s)
    ),
    "file": _field(
        _MAYBE_TEXT, "the file that declares it, seen from the project's folder", lambda t, s: _file(t.origin, s)
    ),
}
_COMPONENT_FIELDS = {
    "address": _field(
        TEXT, "its name: its folder below the project's, and its number in the file", lambda c, s: c.address
    ),
    "type": _field(TEXT, "its type", lambda c, s: c.type),
    "package": _field(TEXT, "the package that its type is from", lambda c, s: c.package),
    "attributes": _field(
        OBJECT, "its attributes as they are written, templates as text", lambda c, s: dict(c.attributes)
    ),
    "assets": _field(array_of(_ASSET), "the assets that it declares", lambda c, s: s.assets_of(c.address)),
    "checks": _field(array_of(_CHECK), "the checks that it declares", lambda c, s: s.checks_of(c.address)),
    "steps": _field(array_of(_STEP), "its steps", lambda c, s: s.steps_of(c.address)),
    "file": _field(_MAYBE_TEXT, "its file, seen from the project's folder", lambda c, s: _file_of(c.span, s)),
}
_PROJECT_FIELDS = {
    "name": _field(TEXT, "its name", lambda p, s: p.project),
    "assets": _field(array_of(_ASSET), "every declared asset", lambda p, s: s.declared_assets()),
    "checks": _field(array_of(_CHECK), "every check", lambda p, s: s.checks(p.graph.checks)),
    "steps": _field(array_of(_STEP), "every step", lambda p, s: [s.step(each) for each in p.graph.steps]),
    "components": _field(
        array_of(_COMPONENT), "every component", lambda p, s: [s.component(each.address) for each in p.components]
    ),
}

FIELDS: Mapping[Kind, Mapping[str, Field]] = {
    "asset": _ASSET_FIELDS,
    "check": _CHECK_FIELDS,
    "step": _STEP_FIELDS,
    "component": _COMPONENT_FIELDS,
    "project": _PROJECT_FIELDS,
    "column": _COLUMN_FIELDS,
}
"""What there is to ask of each kind of record."""

LINEAGE: Mapping[Kind, frozenset[str]] = {
    "asset": frozenset(
        ("all_downstream", "all_upstream", "checks", "downstream", "is_declared", "is_external", "step", "upstream")
    ),
    "check": frozenset(("asset", "step")),
    "step": frozenset(("checks",)),
    "component": frozenset(),
    "project": frozenset(_PROJECT_FIELDS),
    "column": frozenset(),
}
"""What isn't known of a record when only the component that declares it is there."""

WALKS = frozenset(("all_downstream", "all_upstream"))
"""What takes a walk through the graph: found only for those items for which it is asked."""

_TYPES = {
    "asset": _ASSET,
    "check": _CHECK,
    "step": _STEP,
    "component": _COMPONENT,
    "project": _PROJECT,
    "column": _COLUMN,
}
for _kind, _fields in FIELDS.items():
    # The types name each other, so they are made first and filled now.
    _TYPES[_kind]["properties"] = {name: each.type for name, each in _fields.items()}


def type_of(kind: Kind) -> Type:
    """The type of a kind of record.

    >>> sorted(type_of("column")["properties"])
    ['description', 'name', 'type']
    """
    return _TYPES[kind]


def scope_of(target: PolicyTarget, parameters: Type) -> Mapping[str, Type]:
    """The variables that a policy's expression may name."""
    return {target: type_of(target), "parameters": parameters}
