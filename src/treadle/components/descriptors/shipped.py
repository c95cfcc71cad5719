"""The descriptors that a package brings with it: `descriptors.json` in its folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from treadle.components.descriptors.locating import package_folder
from treadle.components.descriptors.record import Descriptor
from treadle.components.descriptors.validity import made_by, was_made_by_us
from treadle.components.registry import RegisteredType

__all__ = ["FILE", "Shipped", "document_schema", "folder_of", "read", "shipped_text"]

FILE = "descriptors.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What a package's file holds, by the names of types; nothing when there is no file that can be used."""

    types: Mapping[str, Descriptor] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict)


def folder_of(offered: RegisteredType) -> Path | None:
    """The folder of the package that a registered type is in."""
    return package_folder(offered.target.partition(":")[0])


def read(folder: Path) -> Shipped:
    """What is shipped in a package's folder."""
    try:
        written = json.loads((folder / FILE).read_bytes())
        if not was_made_by_us(written):
            return Shipped()
        types = {name: Descriptor.from_json(each, folder) for name, each in written["types"].items()}
        return Shipped(types=types, document=written.get("document", {}))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Shipped()


def shipped_text(folder: Path, types: Iterable[Descriptor], document: Mapping[str, Any] | None = None) -> str:
    """What a package's file has to hold; sources outside of its folder are another package's to watch."""
    inside = {each.name: replace(each, sources=_inside(each.sources, folder)).to_json(folder) for each in types}
    written = {**made_by(), **({"document": document} if document else {}), "types": dict(sorted(inside.items()))}
    return json.dumps(written, indent=1, ensure_ascii=False) + "\n"


def _inside(sources: Mapping[str, str], folder: Path) -> dict[str, str]:
    return {file: digest for file, digest in sources.items() if Path(file).is_relative_to(folder)}


@cache
def document_schema() -> dict[str, Any]:
    """The JSON Schema of a YAML document without what its attributes have to be.

    >>> sorted(document_schema()["properties"])[:2]
    ['attributes', 'post_processing']
    """
    folder = package_folder("treadle")
    assert folder is not None
    return dict(read(folder).document)
