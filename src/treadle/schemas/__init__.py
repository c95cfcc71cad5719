"""JSON Schemas: whether a value is what a schema describes, and what is wrong with it where it isn't."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.schemas.acceptance import accepts
    from treadle.schemas.schema import Expression, Schema, compile_schema

__all__ = ["Expression", "Schema", "accepts", "compile_schema"]

# Looked up when they are asked for: a listing that remembers everything only asks what paths are.
_EXPORTS = {"Expression": "schema", "Schema": "schema", "accepts": "acceptance", "compile_schema": "schema"}


def __getattr__(name: str) -> object:
    if module := _EXPORTS.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.schemas.{module}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
