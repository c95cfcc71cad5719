"""Template variables that a project's own modules and component types add."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from treadle.components import Component, ComponentContext, call_with
from treadle.errors import Diagnostic, ProjectError, Span, did_you_mean, user_frames
from treadle.project.hearing import tell_variable
from treadle.project.modules import import_package

__all__ = ["has_variables", "module_variables", "type_variables"]


def module_variables(
    name: str, context: ComponentContext, *, text: str, span: Span, given: Container[str] = ()
) -> dict[str, object]:
    """The values of a module's template variables that a document uses.

    Args:
        name: the module; a leading dot starts at the folder of the YAML file.
        text: the document's text: variables that don't occur in it are not evaluated.
        span: where the module is named.
        given: names of variables whose values are known already: these are not evaluated.

    Raises:
        ProjectError: TRD310 when the module has no template variables, TRD311 when one of them raises or takes too much,
            TRD312 when the module can't be imported.
    """
    path = f"{context.package}{name}" if name.startswith(".") else name
    module = import_package(path, context.path, code="TRD312", span=span)
    functions = dict(_marked(vars(module)))
    if not functions:
        raise ProjectError(
            Diagnostic(
                code="TRD310",
                message=f"the module {path!r} has no template variables",
                why="a template variable is a function with the decorator @template_var",
                fix=did_you_mean("template_var", vars(module)) or "decorate one: from treadle import template_var",
                span=span,
            )
        )
    return _evaluate(functions, context, text, module, given)


def type_variables(
    component_type: type[Component],
    context: ComponentContext,
    *,
    text: Callable[[], str],
    given: Container[str] = (),
) -> dict[str, object]:
    """The values of template variables that a component type brings: static methods with `@template_var`.

    `text` gives the document's text, when there are any.
    """
    functions = _of_type(component_type)
    return _evaluate(functions, context, text(), component_type, given) if functions else {}


def has_variables(component_type: type[Component]) -> bool:
    """Whether a component type brings template variables."""
    return bool(_of_type(component_type))


@cache
def _of_type(component_type: type[Component]) -> Mapping[str, Callable[..., Any]]:
    static = {name: value.__func__ for name, value in vars(component_type).items() if isinstance(value, staticmethod)}
    return dict(_marked(static))


def _marked(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in namespace.items():
        if callable(value) and getattr(value, "__treadle_template_var__", False):
            yield name, value


def _evaluate(
    functions: Mapping[str, Callable[..., Any]],
    context: ComponentContext,
    text: str,
    owner: ModuleType | type,
    given: Container[str],
) -> dict[str, object]:
    values: dict[str, object] = {}
    mistakes: list[Diagnostic] = []
    for name, function in functions.items():
        if name in given or not re.search(rf"\b{re.escape(name)}\b", text):
            continue  # a variable that nobody uses can't break anybody
        try:
            values[name] = _call(function, context)
            tell_variable(name, function, owner.__name__)
        except (Exception, SystemExit) as error:
            mistakes.append(_raised(name, function, error, owner))
    if mistakes:
        raise ProjectError(*mistakes)
    return values


def _call(function: Callable[..., Any], context: ComponentContext) -> object:
    parameters = len(inspect.signature(function).parameters)
    if parameters > 1:
        raise TypeError(f"it takes {parameters} parameters; a template variable takes none, or the context")
    return call_with(function, context)


def _raised(name: str, function: Callable[..., Any], error: BaseException, owner: ModuleType | type) -> Diagnostic:
    code = inspect.unwrap(function).__code__
    frames = user_frames(error)
    return Diagnostic(
        code="TRD311",
        message=f"the template variable {name!r} can't be evaluated: {type(error).__name__}: {error}",
        why=f"{owner.__name__} defines it" + (f"\n{frames}" if frames else ""),
        fix="mend the function",
        span=Span(file=Path(code.co_filename), line=code.co_firstlineno),
    )
