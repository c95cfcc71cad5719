"""Component types as data: a descriptor says of a type what its class says, and needs no import of it.

A package ships the descriptors of its types; those of a project's own types are made in a process of
their own, and kept in its `.treadle` folder until the source changes.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.components.descriptors.building import build
    from treadle.components.descriptors.catalogue import Descriptors
    from treadle.components.descriptors.describing import describe
    from treadle.components.descriptors.record import Descriptor
    from treadle.components.descriptors.scaffolding import scaffold
    from treadle.components.descriptors.schema import attributes_schema
    from treadle.components.descriptors.shipped import document_schema

__all__ = ["Descriptor", "Descriptors", "attributes_schema", "build", "describe", "document_schema", "scaffold"]

# Looked up when they are asked for: only who makes descriptors needs pydantic.
_EXPORTS = {
    "Descriptor": "record",
    "Descriptors": "catalogue",
    "attributes_schema": "schema",
    "build": "building",
    "describe": "describing",
    "document_schema": "shipped",
    "scaffold": "scaffolding",
}


def __getattr__(name: str) -> object:
    if module := _EXPORTS.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.components.descriptors.{module}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
