"""Calls that can't work, told before anything is called."""

from __future__ import annotations

from collections.abc import Sequence

from treadle.errors import Diagnostic
from treadle.templating.mistakes import quoted
from treadle.templating.signatures import refusal
from treadle.templating.types import Type, described

__all__ = ["bad_call", "not_a_function"]


def bad_call(name: str, function: Type, positional: int, keywords: Sequence[str], text: str) -> Diagnostic | None:
    """The mistake in calling a function with so many arguments, and those names; None when there is none."""
    found = refusal(name, function["x-function"], positional, keywords)
    if found is None:
        return None
    return Diagnostic(code="TRD308", message=f"{found.what} in {quoted(text)}", why=found.why, fix=found.fix)


def not_a_function(name: str, of: Type, text: str) -> Diagnostic:
    """The mistake of calling a value."""
    return Diagnostic(
        code="TRD308",
        message=f"{name!r} is not a function in {quoted(text)}",
        why=f"it is {described(of)}",
        fix="leave out the round brackets after it",
    )
