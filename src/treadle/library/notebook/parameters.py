"""The contract of a notebook: what its parameters cell says of names, types and defaults."""

from __future__ import annotations

import ast
import io
import json
import math
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, Literal

from treadle.errors import cut, did_you_mean, listing

__all__ = ["NoParameters", "Parameter", "injected", "json_schema", "mistakes", "parameters_of"]

_NAMES: Mapping[str, Any] = {
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "list": list,
    "dict": dict,
    "tuple": tuple,
    "set": set,
    "date": date,
    "datetime": datetime,
    "Path": Path,
    "Any": Any,
    "object": Any,
    "None": None,
    "List": list,
    "Dict": dict,
    "Tuple": tuple,
    "Sequence": list,
    "Mapping": dict,
}
_UNKNOWN = Any
_COMMAND = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
"""A command to IPython or to the shell, which parameters cells have as other cells do."""


class NoParameters(Exception):  # noqa: N818 - what was found, not what went wrong
    """The parameters cell isn't Python that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A name that the parameters cell sets, or only declares; then it has to be given.

    `annotation` is the type as it is written (or as the default tells), `type` what pydantic makes of it. `default` is
    the value as Python source. `description` is the comment behind it. `line` counts from 1 in the cell.
    """

    name: str
    annotation: str = ""
    type: Any = Any
    default: str | None = None
    description: str = ""
    line: int = 1

    @property
    def is_required(self) -> bool:
        """Whether a value has to be given."""
        return self.default is None


def parameters_of(source: str) -> tuple[Parameter, ...]:
    """The parameters that the source of a cell declares.

    Raises:
        NoParameters: when it isn't Python; commands to IPython (`%matplotlib inline`) are passed over.

    >>> for each in parameters_of("rate: float = 0.1  # how fast it learns\\nrows = 100"):
    ...     print([each.name, each.annotation, each.default, each.description])
    ['rate', 'float', '0.1', 'how fast it learns']
    ['rows', 'int', '100', '']
    """
    source = _COMMAND.sub("", source)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        raise NoParameters(str(getattr(error, "msg", error))) from None
    comments = dict(_comments(source))
    found: dict[str, Parameter] = {}
    for statement in tree.body:
        for each in _declared(statement, source):
            line = each.line
            found[each.name] = Parameter(
                name=each.name,
                annotation=each.annotation,
                type=each.type,
                default=each.default,
                description=comments.get(statement.end_lineno or line, ""),
                line=line,
            )
    return tuple(found.values())


def _declared(statement: ast.stmt, source: str) -> Iterator[Parameter]:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        written = ast.get_source_segment(source, statement.annotation) or ""
        default = None if statement.value is None else ast.get_source_segment(source, statement.value)
        yield Parameter(
            name=statement.target.id,
            annotation=written,
            type=_type(statement.annotation),
            default=default,
            line=statement.lineno,
        )
    elif isinstance(statement, ast.Assign):
        default = ast.get_source_segment(source, statement.value) or ""
        kind = _type_of_value(statement.value)
        for target in statement.targets:
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                name = "" if kind is _UNKNOWN else kind.__name__
                yield Parameter(name=target.id, annotation=name, type=kind, default=default, line=statement.lineno)


def _type_of_value(value: ast.expr) -> Any:
    """The type that a default tells, when it is a plain value."""
    try:
        literal = ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _UNKNOWN
    return type(literal) if isinstance(literal, bool | int | float | str | list | dict) else _UNKNOWN


def _type(annotation: ast.expr | None) -> Any:
    """The type that an annotation names; what isn't known takes any value.

    >>> _type(ast.parse("list[int] | None", mode="eval").body)
    list[int] | None
    """
    match annotation:
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=str(text)):
            try:
                return _type(ast.parse(text, mode="eval").body)
            except (SyntaxError, ValueError):
                return _UNKNOWN
        case ast.Name(id=name):
            return _NAMES.get(name, _UNKNOWN)
        case ast.Attribute(attr=name):
            return _NAMES.get(name, _UNKNOWN)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _either(left, right)
        case ast.Subscript(value=generic, slice=inside):
            return _generic(generic, inside)
    return _UNKNOWN


def _either(*options: ast.expr) -> Any:
    types = [_type(each) for each in options]
    return _UNKNOWN if _UNKNOWN in types else reduce(or_, types)


def _generic(generic: ast.expr, inside: ast.expr) -> Any:
    name = generic.id if isinstance(generic, ast.Name) else getattr(generic, "attr", "")
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if name == "Literal":
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        return Literal[tuple(values)] if len(values) == len(parts) else _UNKNOWN
    if name == "Optional":
        return _UNKNOWN if (kind := _type(parts[0])) is _UNKNOWN else kind | None
    if name == "Union":
        return _either(*parts)
    container = _NAMES.get(name)
    if container not in (list, dict, tuple, set):
        return _UNKNOWN
    types = tuple(... if isinstance(part, ast.Constant) and part.value is ... else _type(part) for part in parts)
    return container[types]


def _comments(source: str) -> Iterator[tuple[int, str]]:
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string.lstrip("#: ").strip()
    except (tokenize.TokenError, IndentationError):
        return


def mistakes(parameters: Iterable[Parameter], given: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the values that are given: the name, what is wrong, and how to mend it.

    >>> found = list(mistakes(parameters_of("rate: float = 0.1"), {"rate": "fast", "rates": 1}))
    >>> [message for name, message, fix in found]
    ["the parameter 'rate' has to be float, and is 'fast'", "the notebook has no parameter 'rates'"]
    """
    known = {each.name: each for each in parameters}
    for name, value in given.items():
        if (parameter := known.get(name)) is None:
            hint = did_you_mean(name, known)
            fix = hint or (f"it has {listing(known)}" if known else "add it to the cell that is tagged `parameters`")
            yield name, f"the notebook has no parameter {name!r}", fix
        elif (problem := _problem(parameter, value)) is not None:
            yield name, f"the parameter {name!r} has to be {parameter.annotation}, and is {cut(value)}", problem
    for name, parameter in known.items():
        if parameter.is_required and name not in given:
            kind = f" ({parameter.annotation})" if parameter.annotation else ""
            yield name, f"the parameter {name!r}{kind} isn't given", "give it a value, or a default in the notebook"


def _problem(parameter: Parameter, value: object) -> str | None:
    """Why a value doesn't fit; None when it does."""
    if parameter.type is _UNKNOWN:
        return None
    from pydantic import TypeAdapter, ValidationError

    try:
        # As JSON: a list may be a tuple and a text a date, and yet a text is no number.
        TypeAdapter(parameter.type).validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = "".join(f"[{part!r}]" for part in first["loc"] if part in _places(value))
        return f"{place + ': ' if place else ''}{first['msg'][0].lower()}{first['msg'][1:]}"
    return None


def _places(value: object) -> tuple[object, ...]:
    if isinstance(value, Mapping):
        return (*value, *(place for each in value.values() for place in _places(each)))
    if isinstance(value, list):
        return (*range(len(value)), *(place for each in value for place in _places(each)))
    return ()


def json_schema(parameters: Iterable[Parameter]) -> dict[str, Any]:
    """The contract as a JSON Schema (2020-12), for forms, documentation and language models.

    >>> json_schema(parameters_of("n: int  # rows"))
    {'type': 'object', 'properties': {'n': {'type': 'integer', 'description': 'rows'}}, 'required': ['n'], 'additionalProperties': False}
    """
    from pydantic import TypeAdapter

    properties: dict[str, Any] = {}
    required = []
    for each in parameters:
        properties[each.name] = schema = {} if each.type is _UNKNOWN else TypeAdapter(each.type).json_schema()
        if each.description:
            schema["description"] = each.description
        if each.default is None:
            required.append(each.name)
        else:
            try:
                schema["default"] = ast.literal_eval(each.default)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                schema["x-default"] = each.default
    asked = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **asked, "additionalProperties": False}


def injected(parameters: Iterable[Parameter], given: Mapping[str, object]) -> str:
    """The source of the cell that sets the parameters to the values that are given.

    >>> print(injected(parameters_of("rate: float = 0.1\\nday: date = None"), {"rate": 1, "day": "2026-01-01"}))
    rate = 1
    day = date.fromisoformat('2026-01-01')
    """
    known = {each.name: each for each in parameters}
    return "\n".join(f"{name} = {_source(value, known.get(name))}" for name, value in given.items())


def _source(value: object, parameter: Parameter | None) -> str:
    if parameter is not None and isinstance(value, str | date | Path):
        if parameter.type in (date, datetime):
            text = value.isoformat() if isinstance(value, date) else str(value)
            return f"{parameter.annotation}.fromisoformat({text!r})"
        if parameter.type is Path:
            return f"{parameter.annotation}({str(value)!r})"
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_source(each, None)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_source(each, None) for each in value) + "]"
    if isinstance(value, date | Path):
        return repr(str(value))
    return repr(value)
