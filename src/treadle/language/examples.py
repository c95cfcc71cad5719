"""Examples of components, as a person would write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["example_yaml"]


def example_yaml(name: str, attributes: Mapping[str, Any]) -> str:
    """An example as a person would write it.

    >>> print(example_yaml("mill.Loom", {"threads": 2}), end="")
    type: mill.Loom
    attributes:
      threads: 2
    """
    import yaml

    document: dict[str, Any] = {"type": name}
    if attributes:
        document["attributes"] = dict(attributes)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
