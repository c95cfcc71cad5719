"""pydantic's errors become diagnostics at the places in the YAML."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from treadle.errors import Diagnostic
from treadle.templating.places import Locate, NodePath
from treadle.templating.problems import find_problems
from treadle.templating.telling import tell

__all__ = ["explain"]


def explain(
    error: ValidationError, model: Any, *, path: NodePath = (), locate: Locate | None = None
) -> tuple[Diagnostic, ...]:
    """What is wrong with attributes that a model (or any type that pydantic knows) refused.

    `path` is where the attributes are in their document, and `locate` tells the place of a path.

    >>> from pydantic import BaseModel
    >>> class Table(BaseModel, extra="forbid"):
    ...     deps: list[str] = []
    >>> try:
    ...     Table.model_validate({"deps": "up/st", "dep": 1})
    ... except ValidationError as error:
    ...     for diagnostic in explain(error, Table):
    ...         print(diagnostic.code, diagnostic.message, "-", diagnostic.fix)
    TRD204 deps: expected a list, found text 'up/st' - put it into a list: [up/st]
    TRD203 unknown attribute 'dep' - did you mean 'deps'?
    """
    return tell(find_problems(_core_schema(model), error.errors(include_url=False)), path=path, locate=locate)


def _core_schema(model: Any) -> Any:
    # Not __pydantic_core_schema__ of the class: an adapter also resolves what was still a forward reference.
    return TypeAdapter(model).core_schema
