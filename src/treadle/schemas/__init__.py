"""JSON Schemas: whether a value is what a schema describes, and what is wrong with it where it isn't."""

from treadle.schemas.acceptance import accepts
from treadle.schemas.schema import Expression, Schema, compile_schema

__all__ = ["Expression", "Schema", "accepts", "compile_schema"]
