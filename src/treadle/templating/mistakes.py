"""What goes wrong in a template, in words: never the value of an environment variable among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.utils import missing

from treadle.errors import Diagnostic, ProjectError, Span, cut, did_you_mean, listing
from treadle.templating.compiled import Expression, UnclosedError, compile_expression, compile_template, split
from treadle.templating.env import Env, reads_env, unset_in
from treadle.templating.hardening import StatementError
from treadle.templating.places import Variables
from treadle.templating.sandbox import SANDBOX
from treadle.templating.undefined import MissingError
from treadle.templating.work import TooMuchWorkError

__all__ = ["explain_failure", "quoted", "unknown_member", "unknown_variable"]


def explain_failure(error: Exception, text: str, variables: Variables, span: Span | None) -> tuple[Diagnostic, ...]:
    """The mistake behind what an expression raised."""
    if isinstance(error, ProjectError):
        return tuple(replace(one, span=one.span or span) for one in error.diagnostics)
    if isinstance(error, MissingError):
        return (replace(_missing(error, text, variables), span=span),)
    for kind, explain in _BY_KIND:
        if isinstance(error, kind):
            return (replace(explain(error, text), span=span),)
    return (replace(_failed(error, text), span=span),)


def unknown_variable(name: str, text: str, known: Iterable[str]) -> Diagnostic:
    """A name that no variable has."""
    names = [one for one in known if not one.startswith("_")]
    return Diagnostic(
        code="TRD302",
        message=f"there is no variable {name!r} in {quoted(text)}",
        why=f"available: {listing(names)}" if names else "no variables are available here",
        fix=did_you_mean(name, names),
    )


def quoted(text: str) -> str:
    """A text as messages show it: on one line, and cut."""
    return cut(" ".join(text.split()))


def _missing(error: MissingError, text: str, variables: Variables) -> Diagnostic:
    hint, owner, name = error.what.asked
    if hint:
        return Diagnostic(
            code="TRD302",
            message=f"{quoted(text)} gives nothing",
            why=hint,
            fix="write … if … else …, or pipe it through default('…')",
        )
    if owner is missing:
        return unknown_variable(str(name), text, variables)
    if isinstance(owner, Env):
        return unset_in(owner, str(name))
    return _missing_of(owner, name, text)


def _missing_of(owner: Any, name: Any, text: str) -> Diagnostic:
    names = _names_of(owner)
    if str(name) not in text:
        # A computed name may be what an environment variable holds.
        return Diagnostic(
            code="TRD302",
            message=f"a computed name or index doesn't exist in {quoted(text)}",
            why=f"available: {listing(names)}" if names else "there is nothing under it",
            fix="check what it is computed from, or pipe it through default('…')",
        )
    kinds = {dict: "the mapping", list: "the list", tuple: "the list", str: "the text", type(None): "null"}
    return unknown_member(name, text, names, owner=kinds.get(type(owner), f"the {type(owner).__name__}"))


def unknown_member(name: Any, text: str, names: Iterable[str], *, owner: str) -> Diagnostic:
    """An attribute, entry or item that isn't there; `owner` says of what, where the text doesn't."""
    found = re.search(rf"([A-Za-z_][\w.]*)\s*(?:\.\s*{re.escape(str(name))}\b|\[)", text)
    names = list(names)
    return Diagnostic(
        code="TRD302",
        message=f"{repr(found[1]) if found else owner} has no {name!r} in {quoted(text)}",
        why=f"available: {listing(names)}" if names else "",
        fix=did_you_mean(str(name), names) or "give it a value there, or pipe it through default('…')",
    )


def _names_of(owner: Any) -> list[str]:
    if isinstance(owner, Mapping):
        return [str(name) for name in owner]
    if isinstance(owner, ModuleType):
        return list(getattr(owner, "__all__", ()))
    if owner is None or isinstance(owner, str | bytes | int | float | list | tuple | set):
        return []
    return [name for name in dir(owner) if not name.startswith("_")]


def _syntax(error: TemplateSyntaxError, text: str) -> Diagnostic:
    reason = error.message or ""
    if found := re.match(r"No (filter|test) named '(\w+)'", reason):
        known = SANDBOX.filters if found[1] == "filter" else SANDBOX.tests
        names = [name for name in known if name[0].isalpha()]
        return Diagnostic(
            code="TRD301",
            message=f"there is no {found[1]} {found[2]!r} in {quoted(_culprit(text))}",
            why=f"available: {listing(names, most=60)}",
            fix=did_you_mean(found[2], names),
        )
    return Diagnostic(
        code="TRD301",
        message=f"the template {quoted(_culprit(text))} can't be read",
        why=_reason(reason),
        fix="write {{ name }} or {{ name.part | filter }}; literal braces are written {{ '{{' }}",
    )


def _reason(reason: str) -> str:
    """What Jinja's parser found, in our words."""
    if "end of template" in reason or ("end of print statement" in reason and "got 'end" in reason):
        return "it ends too early, or is empty"
    if found := re.search(r"got '?(.+?)'?$", reason):
        return f"{found[1]!r} doesn't fit where it stands"
    if found := re.match(r"unexpected (?:char )?'(.+?)'", reason):
        return f"{found[1]!r} doesn't fit where it stands"
    if "nested" in reason:
        return "it is nested too deep"
    if found := re.match(r"Encountered unknown tag '(\w+)'", reason):
        return f"there is no statement {found[1]!r}"
    return "something follows where the expression should end" if "chunk" in reason else "it is incomplete"


def _culprit(text: str) -> str:
    """The part of a text that doesn't compile, or all of it."""
    try:
        if "{%" in text or "{#" in text:
            compile_template(text)
            return text
        parts = split(text)
    except Exception:
        return text
    for part in parts:
        if isinstance(part, Expression):
            try:
                compile_expression(part.text)
            except Exception:
                return f"{{{{ {part.text} }}}}"
    return text


def _unclosed(error: UnclosedError, text: str) -> Diagnostic:
    return Diagnostic(
        code="TRD301",
        message=f"the template in {quoted(text)} is never closed",
        why=f"'{{{{' in column {text.rfind('{{') + 1} of the text has no '}}}}' after it",
        fix="put '}}' at its end",
    )


def _statement(error: StatementError, text: str) -> Diagnostic:
    return Diagnostic(
        code="TRD304",
        message=f"{quoted(text)} uses a statement that templates don't have here: {error}",
        why="templates have if, for, set and with",
        fix="put the logic into a template variable (template_vars_module)",
    )


def _refused(error: SecurityError, text: str) -> Diagnostic:
    details = "" if reads_env(text) else f"{error.message}; "
    return Diagnostic(
        code="TRD304",
        message=f"{quoted(text)} is not allowed",
        why=f"{details}templates can't reach into Python",
        fix="put the logic into a template variable (template_vars_module)",
    )


def _too_much(error: Exception, text: str) -> Diagnostic:
    return Diagnostic(
        code="TRD306",
        message=f"{quoted(text)} asks for too much work",
        why="loops, repetitions, widths and powers are limited, so that a template can't stop a project from loading",
        fix="put the logic into a template variable (template_vars_module)",
    )


def _failed(error: Exception, text: str) -> Diagnostic:
    # Python puts values into its messages, and this one may have come from the environment.
    secret = reads_env(text)
    details = "" if secret else f": {cut(str(error))[1:-1]}"
    return Diagnostic(
        code="TRD305",
        message=f"{quoted(text)} fails",
        why=f"{type(error).__name__}{details}",
        fix="check the values that it is made from" + (" (not shown: they read the environment)" if secret else ""),
    )


_BY_KIND: tuple[tuple[Any, Any], ...] = (
    (TemplateSyntaxError, _syntax),
    (UnclosedError, _unclosed),
    (StatementError, _statement),
    (SecurityError, _refused),
    ((TooMuchWorkError, RecursionError, MemoryError), _too_much),
)
