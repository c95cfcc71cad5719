"""Values with templates inside become plain values; every mistake is told at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from treadle.errors import Diagnostic, ProjectError
from treadle.templating.compiled import Expression, compile_expression, compile_template, split
from treadle.templating.env import FromEnv, reads_env
from treadle.templating.mistakes import explain_failure
from treadle.templating.operators import as_text
from treadle.templating.places import Locate, NodePath, Variables, has_template, span_of
from treadle.templating.undefined import insist
from treadle.templating.work import TooMuchWorkError, is_spent, shared_budget, work_budget

__all__ = ["has_template", "render", "render_text"]


def render(value: object, variables: Variables, *, path: NodePath = (), locate: Locate | None = None) -> Any:
    """The value with every template in it rendered, once; raises `ProjectError` with every mistake in it.

    Text without braces is returned as it is. A template that is the whole text gives a value of any
    kind; with text around it, it gives text.

    >>> render({"n": "{{ n }}", "text": "no. {{ n }}", "plain": "{n}"}, {"n": 3})
    {'n': 3, 'text': 'no. 3', 'plain': '{n}'}
    """
    mistakes: list[Diagnostic] = []
    with shared_budget():
        result = _walk(value, variables, path, locate, mistakes)
    if mistakes:
        raise ProjectError(*mistakes)
    return result


def render_text(text: str, variables: Variables) -> Any:
    """One text rendered; raises whatever goes wrong."""
    if is_spent():
        raise TooMuchWorkError
    with work_budget():
        if "{%" in text or "{#" in text:
            result: Any = compile_template(text)(variables)
        else:
            result = _assembled(split(text), variables)
    if type(result) is str and reads_env(text):
        return FromEnv(result)
    return result


def _assembled(parts: tuple[str | Expression, ...], variables: Variables) -> Any:
    first = parts[0]
    # A block of YAML text ends in a line break that nobody means.
    if isinstance(first, Expression) and not "".join(p if isinstance(p, str) else "x" for p in parts[1:]).strip("\n"):
        result = compile_expression(first.text)(variables)
        insist(result)
        return result
    pieces = []
    for part in parts:
        if isinstance(part, Expression):
            piece = compile_expression(part.text)(variables)
            insist(piece)
            pieces.append(as_text(piece))
        else:
            pieces.append(part)
    return "".join(pieces)


def _walk(
    value: object, variables: Variables, path: NodePath, locate: Locate | None, mistakes: list[Diagnostic]
) -> object:
    if isinstance(value, str):
        if not has_template(value):
            return value
        try:
            return render_text(value, variables)
        except Exception as error:
            mistakes.extend(explain_failure(error, value, variables, span_of(path, locate)))
            return None
    if isinstance(value, list | tuple):
        items = [
            item if _is_plain(item) else _walk(item, variables, (*path, index), locate, mistakes)
            for index, item in enumerate(value)
        ]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, Mapping):
        return {
            name: item if _is_plain(item) else _walk(item, variables, (*path, name), locate, mistakes)
            for name, item in value.items()
        }
    return value


def _is_plain(value: object) -> bool:
    """Whether a value is a text that nothing has to be done with, as nearly all of them are."""
    return type(value) is str and "{" not in value
