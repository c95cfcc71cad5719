"""Expressions as Python functions over columns: a judgement costs less than a microsecond then, and not thirty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateSyntaxError

from treadle.policies.translating import WRITERS, translate
from treadle.policies.translation import Translation, Untranslatable
from treadle.templating.compiled import Expression as TextExpression
from treadle.templating.compiled import UnclosedError, split
from treadle.templating.operators import as_text
from treadle.templating.positions import Understood, understand
from treadle.templating.types import Type
from treadle.templating.work import work_budget

__all__ = ["Compiled", "CompiledMessage", "compile_message", "compile_policy"]

Columns = Mapping[str, Sequence[Any] | Mapping[int, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What finds violations. `columns` are the fields that it reads; an empty name is the target itself."""

    columns: tuple[str, ...]
    all: Callable[..., list[int]]
    one: Callable[..., bool]
    is_metered: bool

    def violations(
        self, numbers: Iterable[int], parameters: Mapping[str, object], columns: Columns, ask: Callable[[int], bool]
    ) -> list[int]:
        """The numbers of the items for which it isn't true; `ask` is asked for those for which this can't be said."""
        given = [parameters, *(columns[name] for name in self.columns)]
        numbers = list(numbers)
        if not self.is_metered:
            try:
                return self.all(numbers, *given)
            except Exception:  # one of them is something else than its type says, or isn't there
                return [n for n in numbers if not self._sure(n, given, ask)]
        return [n for n in numbers if not self._metered(n, given, ask)]

    def _sure(self, number: int, given: list[Any], ask: Callable[[int], bool]) -> bool:
        try:
            return self.one(number, *given)
        except Exception:
            return ask(number)

    def _metered(self, number: int, given: list[Any], ask: Callable[[int], bool]) -> bool:
        with work_budget():
            return self._sure(number, given, ask)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledMessage:
    """What makes the message of an item from its columns; raises where only the sandbox can."""

    columns: tuple[str, ...]
    made: Callable[..., str]

    def say(self, number: int, parameters: Mapping[str, object], *columns: Sequence[Any] | Mapping[int, Any]) -> str:
        """The message of an item."""
        with work_budget():
            return self.made(number, parameters, *columns)


def compile_policy(understood: Understood, target: str) -> Compiled | None:
    """The functions for an expression; nothing for one that only the sandbox can work out.

    >>> from treadle.policies.fields import scope_of
    >>> from treadle.templating.positions import understand
    >>> found = compile_policy(understand("asset.owners and asset.group != 'raw'", scope_of("asset", {})), "asset")
    >>> found.all([0, 1], {}, [["team:a"], []], ["marts", "marts"])
    [1]
    """
    try:
        return _compiled(translate(understood, target))
    except (Untranslatable, RecursionError, MemoryError, SyntaxError):
        return None


def compile_message(text: str, target: str, scope: Mapping[str, Type]) -> CompiledMessage | None:
    """The function for a message with templates; nothing for one that only the sandbox can make.

    >>> from treadle.policies.fields import scope_of
    >>> compile_message("{{ asset.key }} is lost", "asset", scope_of("asset", {})).say(0, {}, ["orders"])
    'orders is lost'
    """
    if "{%" in text or "{#" in text:
        return None
    translation = Translation(target=target, types={}, writers=WRITERS)
    try:
        source = ", ".join(_piece(each, translation, scope) for each in split(text))
        given = ", ".join(("n", "parameters", *translation.columns.values()))
        names = _made(f"def say({given}):\n    return ''.join([{source}])\n", translation)
    except (Untranslatable, RecursionError, MemoryError, SyntaxError, TemplateSyntaxError, UnclosedError):
        return None
    return CompiledMessage(columns=tuple(translation.columns), made=names["say"])


def _piece(part: str | TextExpression, translation: Translation, scope: Mapping[str, Type]) -> str:
    if isinstance(part, str):
        return translation.constant(part)
    understood = understand(part.text, scope)
    if understood.tree is None:
        raise Untranslatable
    translation.types = {**translation.types, **understood.types}
    return f"{translation.constant(as_text)}({translation.part(understood.tree)})"


def _compiled(translation: Translation) -> Compiled:
    columns = tuple(translation.columns)
    given = ", ".join(("parameters", *translation.columns.values()))
    text = (
        f"def all(numbers, {given}):\n"
        f"    found = []\n"
        f"    for n in numbers:\n"
        f"        if not {translation.source}:\n"
        f"            found.append(n)\n"
        f"    return found\n"
        f"def one(n, {given}):\n"
        f"    return bool({translation.source})\n"
    )
    names = _made(text, translation)
    return Compiled(columns=columns, all=names["all"], one=names["one"], is_metered=translation.is_metered)


def _made(text: str, translation: Translation) -> dict[str, Any]:
    """The functions that a text defines."""
    # Only names that are made here are in the source: texts and numbers of the expression are values of names.
    names = {"__builtins__": {"len": len, "list": list, "bool": bool}, **translation.names}
    exec(compile(text, "<policy>", "exec"), names)
    return names
