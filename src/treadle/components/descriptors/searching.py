"""Finds component types by words: in their names, in what is said of them, and in their attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from treadle.components.descriptors.documenting import paths_of
from treadle.components.descriptors.record import Descriptor

__all__ = ["Found", "Match", "TypeSearch"]

Where = Literal["name", "alias", "summary", "description", "attribute"]

_MOST_MATCHES = 3
_AROUND = 70  # characters of a text that are shown on each side of what was found
_WORD = re.compile(r"[^\W_]+")
_HUMPS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")

_WEIGHTS: dict[Where, float] = {"name": 12, "alias": 8, "summary": 5, "attribute": 3, "description": 2}
_OF_DOCS = 0.4  # what is said of an attribute, against its name
_OF_ITS_OWN = 1.2  # the name of a class, against the whole path
_WHOLE, _EXACT, _BEGINS, _WITHIN = 1.3, 1.0, 0.7, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Where something was found: the way to an attribute when it is one, and the text around it."""

    where: Where
    text: str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A component type that was found, how many words of the query are in it, and the places that fit best."""

    type: Descriptor
    score: float
    terms: int = 0
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text that is looked at; `words` are its words, without capitals."""

    where: Where
    text: str
    weight: float
    words: frozenset[str]
    path: str = ""


class TypeSearch:
    """Looks through component types; what there is to look at is written down once.

    >>> loom = Descriptor(name="mill.PowerLoom", target="mill:PowerLoom", summary="Weaves cloth.")
    >>> [each.type.name for each in TypeSearch([loom]).find("loom cloth")]
    ['mill.PowerLoom']
    """

    def __init__(self, types: Iterable[Descriptor]) -> None:
        self._types = [(each, tuple(_texts(each))) for each in types]

    def find(self, query: str) -> list[Found]:
        """The types in which all words of a query are found, the best first; when there are none, those with most of them."""
        terms = list(dict.fromkeys(query.casefold().split()))
        if not terms:
            return [Found(type=each, score=0) for each, _ in self._types]
        found = [_found(each, texts, terms) for each, texts in self._types]
        most = max((each.terms for each in found), default=0)
        fitting = [each for each in found if each.terms and each.terms == most]
        return sorted(fitting, key=lambda each: (-each.score, each.type.name))


def _texts(descriptor: Descriptor) -> Iterator[_Text]:
    """What is looked at of a type."""

    def of(where: Where, text: str, path: str = "", weight: float | None = None) -> _Text:
        return _Text(where=where, text=text, path=path, words=_words(text), weight=weight or _WEIGHTS[where])

    yield of("name", descriptor.name)
    yield of("name", descriptor.name.rpartition(".")[2], weight=_WEIGHTS["name"] * _OF_ITS_OWN)
    for alias in descriptor.aliases:
        yield of("alias", alias)
    yield of("summary", descriptor.summary)
    if rest := descriptor.description.removeprefix(descriptor.summary).strip():
        yield of("description", rest)
    for path, each in paths_of(descriptor):
        # What many objects have deep inside says less of a type than what it asks for itself.
        weight = _WEIGHTS["attribute"] / (1 + path.count("."))
        yield of("attribute", each.name, path, weight)
        if "|" in each.type:
            yield of("attribute", each.type, path, weight * _OF_DOCS)
        if each.description:
            yield of("attribute", each.description, path, weight * _OF_DOCS)


def _words(text: str) -> frozenset[str]:
    """The words of a text, and the parts of names that are written together.

    >>> sorted(_words("treadle.PythonScript"))
    ['python', 'pythonscript', 'script', 'treadle']
    """
    words = _WORD.findall(text)
    return frozenset(each.casefold() for word in words for each in (word, *_HUMPS.findall(word)))


def _found(descriptor: Descriptor, texts: Iterable[_Text], terms: list[str]) -> Found:
    best = dict.fromkeys(terms, 0.0)
    places: dict[tuple[Where, str], tuple[float, _Text]] = {}
    for each in texts:
        fits = {term: _fit(each, term) for term in terms}
        for term, fit in fits.items():
            best[term] = max(best[term], fit)
        score, place = sum(fits.values()), (each.where, each.path)
        if score > places.get(place, (0.0, each))[0]:
            places[place] = score, each
    told = sorted(places.values(), key=lambda pair: -pair[0])[:_MOST_MATCHES]
    matches = tuple(Match(where=each.where, text=_cut(each.text, terms), path=each.path) for _, each in told)
    return Found(
        type=descriptor,
        score=sum(best.values()),
        terms=sum(each > 0 for each in best.values()),
        matches=matches,
    )


def _fit(text: _Text, term: str) -> float:
    """How well a word fits a text; nothing when it isn't in it."""
    if text.words == {term}:
        return text.weight * _WHOLE
    if not text.words.isdisjoint(_forms(term)):
        return text.weight * _EXACT
    if any(word.startswith(term) for word in text.words):
        return text.weight * _BEGINS
    return text.weight * _WITHIN if term in text.text.casefold() else 0.0


def _forms(term: str) -> set[str]:
    """One of something, and several.

    >>> sorted(_forms("retry")), sorted(_forms("looms"))
    (['retries', 'retry', 'retrys'], ['loom', 'looms'])
    """
    if term.endswith("s"):
        return {term, term[:-1], f"{term[:-3]}y"} if term.endswith("ies") else {term, term[:-1]}
    return {term, f"{term}s", f"{term[:-1]}ies"} if term.endswith("y") else {term, f"{term}s"}


def _cut(text: str, terms: Iterable[str]) -> str:
    """The part of a text around the first of some words that is in it.

    >>> _cut("What a tree is, and " * 5 + "woven " + "and then sold, " * 9, ["woven"])
    '… is, and What a tree is, and What a tree is, and What a tree is, and woven and then sold, and then sold, and then sold, and then sold, and …'
    """
    line = " ".join(text.split())
    low = line.casefold()
    at = min((place for term in terms if (place := low.find(term)) >= 0), default=0)
    start, end = max(0, at - _AROUND), min(len(line), at + _AROUND)
    first = line.find(" ", start) + 1 if start else 0
    last = line.rfind(" ", at, end) if end < len(line) else end
    return f"{'… ' if first else ''}{line[first:last]}{' …' if last < len(line) else ''}"
