"""`node` in templates: one entry of dbt's manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["NodeView"]

# What templates usually ask for; anything else is looked up in the manifest's own text.
_AT_HAND = frozenset(
    [
        "name",
        "resource_type",
        "package_name",
        "original_file_path",
        "unique_id",
        "fqn",
        "alias",
        "database",
        "schema",
        "relation_name",
        "description",
        "tags",
        "meta",
        "group",
        "version",
        "source_name",
    ]
)


class NodeView(Mapping[str, Any]):
    """An entry of the manifest as a mapping, with its fields as attributes too; read only as far as it is used."""

    __slots__ = ("_node", "_text", "_whole")

    def __init__(self, node: Any, text: Callable[[str], bytes]) -> None:
        self._node = node
        self._text = text
        self._whole: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        if name in _AT_HAND and (name != "source_name" or self._node.source_name is not None):
            return getattr(self._node, name)
        return self._all()[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return f"<dbt node {self._node.unique_id}>"

    def _all(self) -> dict[str, Any]:
        if self._whole is None:
            self._whole = json.loads(self._text(self._node.unique_id) or b"{}")
        return self._whole
