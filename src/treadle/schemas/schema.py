"""Checks values against a JSON Schema, and says what is wrong in the words of YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.errors import Diagnostic, Severity
from treadle.schemas.formats import KindOf, kind_of
from treadle.schemas.quick import Look, compile_test
from treadle.schemas.reading import Node
from treadle.schemas.visiting import NO_SCOPE, Seen, Visitor
from treadle.templating.places import KEY, Locate, NodePath, dotted, has_template, span_of

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

__all__ = ["Expression", "Schema", "compile_schema"]

Expression = Callable[[str, Node, Mapping[str, Node]], Iterable[Diagnostic]]
"""Looks at one text with a template: the text, the schema of what it has to give, the variables of its own scope."""


class Schema:
    """A JSON Schema that values can be checked against. It is made by `compile_schema`."""

    def __init__(self, schema: Mapping[str, Node]) -> None:
        self.node = schema
        self.definitions: Mapping[str, Node] = schema.get("$defs", {})
        self._is_right = compile_test(schema, self.definitions)
        self._visitor = Visitor(self.definitions)

    def check(
        self,
        value: object,
        *,
        path: NodePath = (),
        locate: Locate | None = None,
        folder: Path | None = None,
        kind: KindOf | None = None,
        expression: Expression | None = None,
    ) -> tuple[Diagnostic, ...]:
        """Everything that is wrong with a value; text with a template is right wherever a value is.

        Args:
            path: where the value is in its document.
            locate: tells the place of a path.
            folder: where relative paths start; without it, nobody looks whether files exist.
            kind: tells what a path is (`file`, `folder` or nothing), for those who keep the answers.
            expression: looks at each text with a template: gets the text, the schema of what it has to
                give, and the variables that exist there in addition.

        >>> schema = compile_schema({"type": "object", "properties": {"deps": {"type": "array"}}, "additionalProperties": False})
        >>> [(each.code, each.message) for each in schema.check({"deps": "up/st"})]
        [('TRD204', "deps: expected a list, found text 'up/st'")]
        """
        look = Look(folder=folder, kind=kind or kind_of)
        is_right = self._is_right(value, look)
        if is_right and not look.templates and not look.deprecated:
            return ()
        found = () if is_right else self._explain(value, path, locate, look)
        return (*found, *self._noted(value, path, locate, expression, deprecated=look.deprecated or not is_right))

    def _explain(self, value: object, path: NodePath, locate: Locate | None, look: Look) -> tuple[Diagnostic, ...]:
        # What tells of mistakes is needed only once there is one.
        from pydantic_core import ValidationError

        from treadle.templating.problems import find_problems
        from treadle.templating.telling import tell

        core, validator = self._exact
        try:
            validator.validate_python(_pending(value), context={"folder": look.folder, "kind": look.kind})
        except ValidationError as error:
            return tell(find_problems(core, error.errors(include_url=False)), path=path, locate=locate)
        return ()

    @cached_property
    def _exact(self) -> tuple[Mapping[str, Any], SchemaValidator]:
        # Costs as much as reading hundreds of files, and is needed only once something is wrong.
        from pydantic_core import SchemaValidator

        from treadle.schemas.core import to_core_schema

        core = to_core_schema(self.node, self.definitions)
        return core, SchemaValidator(core)

    def _noted(
        self,
        value: object,
        path: NodePath,
        locate: Locate | None,
        expression: Expression | None,
        *,
        deprecated: bool,
    ) -> Iterator[Diagnostic]:
        """What is deprecated, and what is wrong with templates."""
        for seen in self._visitor.visit((self.node,), value, (), NO_SCOPE, deprecated=deprecated):
            if seen.text is None:
                yield _deprecated(seen, path, locate)
            elif expression is not None:
                span = span_of((*path, *seen.path), locate)
                for each in expression(seen.text, seen.node, seen.scope):
                    yield each if each.span is not None else replace(each, span=span)


def compile_schema(schema: Mapping[str, Node]) -> Schema:
    """A schema, ready to check any number of values.

    What it accepts is what pydantic accepts for the class that the schema was made from. Its keywords
    are those of JSON Schema 2020-12 as pydantic writes them, and Treadle's own: `x-scope`, `x-record`,
    `x-alias-of`, `x-deprecated`, `x-date-format`, `x-instead-of`, `x-names-of`.
    """
    return Schema(schema)


def _pending(value: object) -> object:
    """The value with something that may be anything in the place of each text with a template."""
    from treadle.templating.problems import Pending

    if isinstance(value, str):
        return Pending(value) if has_template(value) else value
    if isinstance(value, Mapping):
        return {name: _pending(each) for name, each in value.items()}
    return [_pending(each) for each in value] if isinstance(value, list) else value


def _deprecated(seen: Seen, path: NodePath, locate: Locate | None) -> Diagnostic:
    name, parent = seen.path[-1], seen.path[:-1]
    if why := seen.node.get("x-ignored"):
        return Diagnostic(
            code="TRD216",
            message=f"the attribute {name!r}" + (f" in {dotted(parent)}" if parent else "") + " has no effect",
            why=str(why),
            fix=f"remove {name!r}",
            span=span_of((*path, *seen.path, KEY), locate),
            severity=Severity.WARNING,
        )
    return Diagnostic(
        code="TRD212",
        message=f"the attribute {name!r}" + (f" in {dotted(parent)}" if parent else "") + " is deprecated",
        why=str(seen.node.get("x-deprecated") or "a later version will not accept it"),
        span=span_of((*path, *seen.path, KEY), locate),
        severity=Severity.WARNING,
    )
