"""The documentation of a model's fields: the texts that stand below them in the source."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from pydantic import BaseModel

__all__ = ["field_docs"]


def field_docs(model: type[BaseModel]) -> dict[str, str]:
    """What is written below each field, where it was declared last.

    A model that was made where there is no source has none.

    >>> class Loom(BaseModel):
    ...     threads: int
    >>> field_docs(Loom)
    {}
    """
    found = {}
    for name in model.model_fields:
        declaring = next((each for each in model.__mro__ if name in inspect.get_annotations(each)), None)
        if declaring is not None and (docs := _docs_of(declaring).get(name)):
            found[name] = docs
    return found


def _docs_of(cls: type) -> Mapping[str, str]:
    try:
        source = inspect.getsource(sys.modules[cls.__module__])
    except (OSError, TypeError, KeyError):  # it was made where there is no file
        return {}
    return _docs_by_class(source).get(cls.__qualname__, {})


@lru_cache(maxsize=256)
def _docs_by_class(source: str) -> Mapping[str, Mapping[str, str]]:
    """The texts below fields of every class of a module, by the class's full name; of two with one name the last."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {name: _below_fields(node) for name, node in _classes(tree, "")}


def _classes(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield prefix + child.name, child
            yield from _classes(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _classes(child, f"{prefix}{child.name}.<locals>.")
        else:
            yield from _classes(child, prefix)


def _below_fields(node: ast.ClassDef) -> dict[str, str]:
    found = {}
    for statement, following in pairwise(node.body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as text)),
            ):
                found[name] = inspect.cleandoc(text)
    return found
