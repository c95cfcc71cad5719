"""dbt options that select exactly some nodes of a project, and nothing else.

dbt selects by patterns over names, where a folder's name stands for all that is in it: `a.b` is the
model `b`, everything in a folder `b`, and the unit tests of a model `b`. What each pattern would
select is worked out here over the manifest, and patterns are narrowed until it is what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from typing import TYPE_CHECKING, Any

from treadle.ir import StepFailed

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Manifest

__all__ = ["Selectable", "exact_args", "selectables"]

# What has a meaning in dbt's selection language (or would end a word of it) is written as "any character".
_SPECIAL = re.compile(r"[^A-Za-z0-9_.-]")
_VERSIONED = frozenset(("model",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectable:
    """What dbt looks at when it selects."""

    unique_id: str
    fqn: Sequence[str]
    resource_type: str
    package: str
    is_versioned: bool
    parents: Sequence[str]


def selectables(manifest: Manifest) -> list[Selectable]:
    """Everything that dbt's `fqn:` can hit."""
    parts: tuple[Mapping[str, Any], ...] = (
        manifest.nodes,
        manifest.unit_tests,
        manifest.exposures,
        manifest.metrics,
        manifest.semantic_models,
        manifest.saved_queries,
        manifest.functions,
    )
    return [
        Selectable(
            unique_id=unique_id,
            fqn=node.fqn,
            resource_type=node.resource_type,
            package=node.package_name,
            is_versioned=node.resource_type in _VERSIONED and node.version is not None,
            parents=node.parents,
        )
        for part in parts
        for unique_id, node in part.items()
    ]


def exact_args(everything: Sequence[Selectable], wanted: Iterable[str], *, may_exclude: bool) -> list[str]:
    """The options that select what is wanted; the shorter of naming it and (when allowed) naming the rest.

    They hold only where dbt doesn't add tests by itself: `DBT_INDIRECT_SELECTION=empty`.

    Raises:
        StepFailed: when there is no way to say it.
    """
    ids = frozenset(wanted)
    rest = frozenset(each.unique_id for each in everything) - ids
    index = _Index(everything)
    if may_exclude and len(rest) < len(ids):
        words = _words(index, rest)
        return ["--exclude", *words] if words else []
    return ["--select", *_words(index, ids)]


def _words(index: _Index, wanted: frozenset[str]) -> list[str]:
    return sorted({_word(index, index.by_id[each], wanted) for each in wanted})


def _word(index: _Index, node: Selectable, wanted: frozenset[str]) -> str:
    word = f"fqn:{_pattern(node.fqn)}"
    hit = index.matches(_pattern(node.fqn))
    for more, narrower in _narrowings(index, node):
        if hit <= wanted:
            break
        word, hit = f"{word},{more}", hit & narrower
    if node.unique_id not in hit or not hit <= wanted:
        others = ", ".join(sorted(hit - wanted)) or "nothing"
        raise StepFailed(f"dbt can't select {node.unique_id!r} alone: {word!r} selects {others} as well")
    return word


def _narrowings(index: _Index, node: Selectable) -> Iterator[tuple[str, frozenset[str]]]:
    everything = index.everything
    yield (
        f"resource_type:{node.resource_type}",
        frozenset(each.unique_id for each in everything if each.resource_type == node.resource_type),
    )
    # A folder may have the name of a model beside it; the model's own name tells them apart.
    leaf = ".".join(node.fqn[-2:]) if node.is_versioned else node.fqn[-1]
    if not _SPECIAL.search(leaf):
        yield f"fqn:{leaf}", index.matches(leaf)
    yield f"package:{node.package}", frozenset(each.unique_id for each in everything if each.package == node.package)
    for parent in node.parents:
        if (found := index.by_id.get(parent)) is not None:
            of_parent = index.matches(_pattern(found.fqn))
            children = {each.unique_id for each in everything if not of_parent.isdisjoint(each.parents)}
            yield f"fqn:{_pattern(found.fqn)}+1", of_parent | children


def _pattern(fqn: Iterable[str]) -> str:
    return ".".join(_SPECIAL.sub("?", segment) for segment in fqn)


class _Index:
    """Finds what a pattern hits without asking every node: dbt matches whole segments from the left."""

    def __init__(self, everything: Sequence[Selectable]) -> None:
        self.everything = everything
        self.by_id = {each.unique_id: each for each in everything}

    @cached_property
    def _by_start(self) -> dict[tuple[str, ...], set[str]]:
        """Every node under each beginning of its full name, with its package and without."""
        found: dict[tuple[str, ...], set[str]] = {}
        for each in self.everything:
            for fqn in (each.fqn, each.fqn[1:]):
                flat = tuple(part for segment in fqn for part in segment.split("."))
                for length in range(1, len(flat) + 1):
                    found.setdefault(flat[:length], set()).add(each.unique_id)
        return found

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        """Every node under its last name, whole; versioned models also under `name_v1`."""
        found: dict[str, set[str]] = {}
        for each in self.everything:
            if not each.is_versioned:
                found.setdefault(each.fqn[-1] if each.fqn else "", set()).add(each.unique_id)
                continue
            for name in (each.fqn[-2], "_".join(each.fqn[-2:])):
                found.setdefault(name, set()).add(each.unique_id)
        return found

    def matches(self, pattern: str) -> frozenset[str]:
        """The unique ids that `fqn:pattern` selects."""
        if "?" in pattern:
            return frozenset(each.unique_id for each in self.everything if _matches_wildcards(each, pattern))
        segments = pattern.split(".")
        found = self._by_start.get(tuple(segments), set()) | self._by_name.get(pattern, set())
        versioned = self._by_name.get("_".join(segments[-2:]), set())
        return frozenset(found | {each for each in versioned if self.by_id[each].is_versioned})


def _matches_wildcards(node: Selectable, pattern: str) -> bool:
    segments = pattern.split(".")
    for fqn in (node.fqn, node.fqn[1:]):
        flat = [part for segment in fqn for part in segment.split(".")]
        if len(flat) < len(segments):
            continue
        first = next(index for index, segment in enumerate(segments) if "?" in segment)
        if flat[:first] == segments[:first] and fnmatch(".".join(flat[first:]), ".".join(segments[first:])):
            return True
    return False
