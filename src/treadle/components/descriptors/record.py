"""What a descriptor holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

__all__ = ["FORMAT", "Descriptor", "Type", "digest_of"]

FORMAT = 2
"""The version of how descriptors are written: those that say another are made again."""

Type = Mapping[str, Any]
"""A type as JSON Schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """What is known of a component type.

    `target` is where the class is (`package.module:Class`), `schema` the JSON Schema (2020-12) of its
    attributes, `template_vars` the types of the variables that it brings. `scaffolds` says whether
    it makes new components in a way of its own. `sources` are the files that all of this was made
    from, with their SHA-256: a descriptor is valid as long as they are the same. `deprecations` are those of
    the type itself; what is said of its fields is in the schema.
    """

    name: str
    target: str
    package: str = ""
    version: str = ""
    aliases: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    schema: Type = field(default_factory=dict)
    template_vars: Mapping[str, Type] = field(default_factory=dict)
    scaffold_params: Mapping[str, str] = field(default_factory=dict)
    scaffolds: bool = False
    examples: tuple[Mapping[str, Any], ...] = ()
    holds_folder: bool = False
    deprecated: str = ""
    deprecations: tuple[Mapping[str, Any], ...] = ()
    file: Path = Path()
    line: int = 1
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The same for descriptors that say the same, wherever they say it from."""
        said = {name: value for name, value in self.to_json().items() if name not in ("file", "line", "sources")}
        text = json.dumps(said, sort_keys=True, default=str)
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()

    def to_json(self, folder: Path | None = None) -> dict[str, Any]:
        """The same as JSON has it; files are relative to `folder`, when there is one.

        >>> Descriptor(name="a.B", target="a:B", aliases=("c.D",)).to_json()["aliases"]
        ['c.D']
        """
        values: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        relative = {_within(path, folder): digest for path, digest in self.sources.items()}
        return values | {
            "aliases": list(self.aliases),
            "examples": list(self.examples),
            "deprecations": list(self.deprecations),
            "file": _within(self.file, folder),
            "sources": dict(sorted(relative.items())),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any], folder: Path | None = None) -> Self:
        """What `to_json` wrote; names that it doesn't write are left out.

        Raises:
            TypeError, ValueError: when it isn't a descriptor.
        """
        known = {each.name: values[each.name] for each in fields(cls) if each.name in values}
        for name, kind in _KINDS.items():
            if not isinstance(known.get(name, kind()), kind):
                raise TypeError(f"{name} of a descriptor has to be {kind.__name__}")
        base = folder or Path()
        known["aliases"] = tuple(known.get("aliases", ()))
        known["examples"] = tuple(known.get("examples", ()))
        known["deprecations"] = tuple(known.get("deprecations", ()))
        known["file"] = base / known.get("file", "")
        known["sources"] = {str(base / path): digest for path, digest in known.get("sources", {}).items()}
        return cls(**known)


_KINDS: Mapping[str, type] = {
    "name": str,
    "target": str,
    "schema": dict,
    "template_vars": dict,
    "scaffold_params": dict,
    "examples": list,
    "deprecations": list,
    "aliases": list,
    "file": str,
    "sources": dict,
}


def _within(path: str | Path, folder: Path | None) -> str:
    return str(path) if folder is None else Path(path).relative_to(folder).as_posix()


def digest_of(path: str) -> str:
    """The SHA-256 of a file; nothing when it can't be read.

    >>> digest_of("/there/is/nothing")
    ''
    """
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except (OSError, ValueError):
        return ""
