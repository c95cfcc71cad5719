"""Whether a document may use the profiles and credentials that it names, as far as its own text tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from treadle.documents import Document
from treadle.errors import Diagnostic
from treadle.ir.allowing import Subject, is_allowed
from treadle.ir.platform_use import Kind, not_allowed, offered, unknown_name
from treadle.ir.selection_terms import AttributeName
from treadle.project.platform import Offer
from treadle.schemas.finding import Finder
from treadle.templating.places import has_template

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptor

__all__ = ["FORMATS", "mistakes_in_uses"]

FORMATS: Mapping[str, Kind] = {"compute-profile": "compute profile", "credential": "credential"}
"""What the schema of an attribute calls the name of each kind."""

_OTHER_NAMES = {"group_name": "group"}


def mistakes_in_uses(
    document: Document,
    descriptor: Descriptor,
    finder: Finder,
    offer: Offer,
    *,
    address: Callable[[], str],
    is_changed: bool,
) -> Iterator[Diagnostic]:
    """What a document names and doesn't exist, or may not use.

    `address` gives that of its component. With `is_changed`, rules of the folders above may change its assets.
    """
    attributes = document.value.get("attributes")
    if not isinstance(attributes, dict):
        return
    found = list(finder.find(attributes))
    if not found:
        return
    # Our own types take assets as they are written; another's may add to them.
    is_ours = descriptor.package == "treadle"
    is_changed = is_changed or document.value.get("post_processing") is not None
    component = address()
    subjects = _subjects(attributes, component, is_ours=is_ours, is_changed=is_changed)
    for path, format, name in found:
        kind, span = FORMATS[format], document.span(("attributes", *path))
        there = offered(offer.platform, kind)
        if name not in there:
            if kind not in offer.open and (kind, name) not in offer.broken:
                yield unknown_name(kind, name, there, span)
            continue
        refused = [each for each in subjects if is_allowed(there[name].allowed, each) is False]
        # A type with several steps may use each thing for some of its assets.
        if refused and (is_ours or len(refused) == len(subjects)):
            yield not_allowed(f"the component {component!r}", kind, name, offer.platform, subjects, refused, span)


def _subjects(attributes: Mapping[str, Any], address: str, *, is_ours: bool, is_changed: bool) -> list[Subject]:
    """The assets of a document, by what is written of them; without any, something of which only the place is known."""
    written = attributes.get("assets")
    assets = [each for each in written if isinstance(each, dict)] if isinstance(written, list) else []
    known = [_subject(each, address, is_ours=is_ours, is_changed=is_changed) for each in assets]
    return known or [Subject(component=address)]


def _subject(asset: Mapping[str, Any], address: str, *, is_ours: bool, is_changed: bool) -> Subject:
    key = _text(asset.get("key"))
    if is_changed:
        return Subject(key=key, component=address)
    said = {_OTHER_NAMES.get(name, name): value for name, value in asset.items()}
    group = _text(said.get("group"))
    values = {
        "group": (group,) if group else ("default",) if "group" not in said and is_ours else (),
        "kind": _texts(said.get("kinds")),
        "owner": _texts(said.get("owners")),
    }
    tags = said.get("tags")
    return Subject(
        key=key,
        component=address,
        values=values,
        tags=_tags(tags),
        open=frozenset(_open(said, group, is_ours=is_ours)),
    )


def _open(said: Mapping[str, Any], group: str | None, *, is_ours: bool) -> Iterator[AttributeName]:
    """Of which attributes there may be more than what is written."""
    yield from ("column", "kind")  # a type may know them better
    if not group and not (is_ours and "group" not in said):
        yield "group"
    if not is_ours or _holds_template(said.get("owners")):
        yield "owner"
    if not is_ours or _holds_template(said.get("tags")):
        yield "tag"


def _tags(tags: object) -> dict[str, str]:
    if not isinstance(tags, dict):
        return {}
    plain = {name: value for name, value in tags.items() if isinstance(name, str) and not _holds_template(value)}
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in plain.items()
        if not has_template(name)
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and not has_template(value) else None


def _texts(values: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, values))) if isinstance(values, list) else ()


def _holds_template(value: object) -> bool:
    if isinstance(value, str):
        return has_template(value)
    if isinstance(value, dict):
        return any(map(_holds_template, (*value, *value.values())))
    return isinstance(value, list) and any(map(_holds_template, value))
