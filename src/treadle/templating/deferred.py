"""Values that are rendered later, once per item: `Template[T, Scope]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, get_args

from treadle.errors import ProjectError
from treadle.templating.listening import tell_rendering
from treadle.templating.places import Locate, NodePath, Variables
from treadle.templating.rendering import has_template, render

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, TypeAdapter
    from pydantic_core import CoreSchema

__all__ = ["Template", "Unrendered", "scope_names"]

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrendered:
    """A value as it is written, with what its templates may name from outside of their scope."""

    raw: Any
    variables: Variables = field(default_factory=dict)
    path: NodePath = ()
    locate: Locate | None = None


class Template(Generic[T, S]):
    """A `T` that is written once and rendered for each item, with the variables that the class `S` declares.

    >>> class RowScope:
    ...     row: Mapping[str, Any]
    >>> template: Template[list[int], RowScope] = Template(["{{ row.a }}", 2], result=list[int])
    >>> template.render(row={"a": 1})
    [1, 2]
    """

    __slots__ = ("_locate", "_path", "_result", "_variables", "raw")

    def __init__(self, raw: Any, *, result: Any = Any) -> None:
        """Hold a value as it is written (or an `Unrendered`); `result` is the type that it renders to."""
        source = raw if isinstance(raw, Unrendered) else Unrendered(raw=raw)
        self.raw: Any = source.raw
        self._variables, self._path, self._locate = source.variables, source.path, source.locate
        self._result = result

    def render(self, **variables: object) -> T:
        """The value for one item; raises `ProjectError` at the place in the YAML that is wrong."""
        known = {**self._variables, **variables}
        raw = render(self.raw, known, path=self._path, locate=self._locate)
        from pydantic import ValidationError

        try:
            result = cast("T", _adapter(self._result).validate_python(raw))
        except ValidationError as error:
            from treadle.templating.validation import explain

            raise ProjectError(*explain(error, self._result, path=self._path, locate=self._locate)) from None
        tell_rendering(result, raw=self.raw, variables=known, scope=variables, path=self._path, locate=self._locate)
        return result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and (self.raw, self._result) == (other.raw, other._result)

    __hash__ = None  # type: ignore[assignment] # what is written is a list or a mapping, as often as not

    def __repr__(self) -> str:
        return f"Template({self.raw!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        result, scope = (*get_args(source), Any, Any)[:2]

        def accept(value: Any, validate: Any) -> Template[Any, Any]:
            if isinstance(value, Template):
                return value
            raw = value.raw if isinstance(value, Unrendered) else value
            if not any(map(has_template, _texts(raw))):
                validate(raw)  # what is the same for each item can be told before there is one
            return cls(value, result=result)

        # The result's schema stays inside, unused by validation: JSON schemas and explanations look it up.
        return core_schema.no_info_wrap_validator_function(
            accept,
            handler.generate_schema(result),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda template: template.raw),
            metadata={"treadle_scope": scope},
        )


def scope_names(scope: Any) -> frozenset[str]:
    """The variables that a scope class declares.

    >>> class NodeScope:
    ...     node: Mapping[str, Any]
    >>> sorted(scope_names(NodeScope))
    ['node']
    """
    classes = scope.__mro__ if isinstance(scope, type) else ()
    return frozenset(name for one in classes for name in get_annotations(one) if not name.startswith("_"))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


@lru_cache(maxsize=256)
def _adapter(result: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(result)
