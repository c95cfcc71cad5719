"""The line that is at fault: where an asset's field is written, or else where the asset is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from treadle.documents import KEY, Document
from treadle.errors import Span
from treadle.ir import Asset
from treadle.ir.origin import span_of
from treadle.project.policing.sources import Sources
from treadle.templating.places import NodePath

__all__ = ["entry_of", "names_for", "place_of_asset"]


def place_of_asset(asset: Asset, fields: frozenset[str], sources: Sources) -> Span | None:
    """Where a person would mend a violation: the field that a rule reads, when it reads one that is written there.

    What an asset is named by isn't at fault, when the rule reads something else too.
    """
    span = span_of(asset.origin)
    entry = entry_of(asset, sources)
    if entry is None:
        return _named_place(asset, sources) or span
    document, path = entry
    written = [name for field in sorted(fields - {"key", "name"} or fields) for name in names_for(field)]
    value = _at(document, path)
    found = [document.locate((*path, name, KEY)) for name in written if name in value]
    return found[0] if len(found) == 1 and found[0] else span


def entry_of(asset: Asset, sources: Sources) -> tuple[Document, NodePath] | None:
    """The mapping in a component's file that declares an asset; None when it isn't declared in that way."""
    span = span_of(asset.origin)
    if asset.origin is None or span is None:
        return None
    document = sources.document(span.file, asset.origin.component)
    path = sources.path_at(document, span) if document else None
    if document is None or path is None or "key" not in _at(document, path):
        return None  # a component's own mapping isn't that of one asset
    return document, path


def _named_place(asset: Asset, sources: Sources) -> Span | None:
    """Where a file that isn't a component's names what an asset was found as: a source in dbt's YAML."""
    if asset.origin is None or asset.origin.span is None or not asset.origin.detail:
        return None
    document = sources.document(asset.origin.span.file, "")
    *above, name = asset.origin.detail.split(".")
    found = sources.named(document, name) if document else []
    near = [path for path, around in found if above and above[-1] in around]
    return document.locate((*(near or [path for path, _ in found])[0], "name")) if document and found else None


@cache
def names_for(field: str) -> tuple[str, ...]:
    """The names that YAML may use for what expressions know under one.

    >>> names_for("group"), names_for("name"), names_for("upstream")
    (('group', 'group_name'), ('key',), ('deps',))
    """
    from treadle.components import CommonAttributes  # whose models cost as much as a hundred components
    from treadle.templating.models import names_of

    other = {"name": "key", "path": "key", "upstream": "deps", "all_upstream": "deps"}.get(field, field)
    return tuple(dict.fromkeys(names_of(CommonAttributes).get(other, (other,))))


def _at(document: Document, path: NodePath) -> Mapping[str, object]:
    value = document.value
    for part in path:
        value = value[part]
    assert isinstance(value, dict)
    return value
