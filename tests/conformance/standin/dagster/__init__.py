"""The few names of `dagster` that the cases' own code uses, over Treadle's: enough to ask what YAML means to it.

It is no host of Dagster's components: those come with a later version.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

import treadle
from treadle import template_var

__all__ = [
    "AssetSpec",
    "Component",
    "ComponentLoadContext",
    "Definitions",
    "Model",
    "Resolvable",
    "asset",
    "template_var",
]

Definitions = treadle.Definitions
asset = partial(treadle.asset, kinds=())


class Resolvable:
    """In Dagster, what makes attributes of a class's fields."""


class Model:
    """In Dagster, what makes a class a pydantic model, as every component type here is."""


class Component(treadle.Component):
    """A component type whose `build_defs` gets Dagster's context."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        written = cls.__dict__["build_defs"]
        cls.build_defs = lambda self, context: written(self, ComponentLoadContext(context))  # type: ignore[method-assign]


class ComponentLoadContext:
    """As much of Dagster's context as the cases look at."""

    def __init__(self, context: treadle.ComponentContext) -> None:
        self.component_path = self
        self.file_path = context.path
        self.instance_key = int(context.address.partition("[")[2].rstrip("]") or 0)


def AssetSpec(key: str, metadata: dict[str, Any] | None = None) -> treadle.Asset:  # noqa: N802 - Dagster's name
    """An asset that nothing makes."""
    return treadle.Asset(key=key, metadata=metadata or {})


_dataclass = dataclasses.dataclass


def _dataclass_unless_component(cls: type | None = None, **options: Any) -> Any:
    """The standard decorator; component types, which may be dataclasses in Dagster, are models here without it."""
    if isinstance(cls, type) and issubclass(cls, treadle.Component):
        return cls
    return _dataclass(cls, **options)


dataclasses.dataclass = _dataclass_unless_component  # type: ignore[assignment] # for the cases' code alone
