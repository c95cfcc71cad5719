"""What can be called, as data: parameters and result, and whether a call can work."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from treadle.errors import did_you_mean
from treadle.templating.types import UNKNOWN, Type

__all__ = ["Refusal", "function_type", "refusal", "signature_type"]

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a call can't work: what is wrong, what the function takes, and what to do."""

    what: str
    why: str
    fix: str


def function_type(parameters: Sequence[Mapping[str, Any]] | None = None, *, returns: Type = UNKNOWN) -> Type:
    """The type of a function; `None` for parameters that aren't known.

    >>> function_type([{"name": "text", "type": {"type": "string"}, "required": True}])["x-function"]["variadic"]
    False
    """
    shown = None if parameters is None else list(parameters)
    return {"x-function": {"parameters": shown, "variadic": False, "returns": returns}}


def signature_type(
    signature: inspect.Signature, *, annotated: Callable[[Any], Type], returns: Type, skip: int = 0
) -> Type:
    """The type of a function with this signature, without its first parameters.

    A parameter has a `kind` when it can't be given both ways; `keywords` says that any name is taken.

    >>> found = signature_type(inspect.signature(lambda a, *, b=1: a), annotated=lambda each: {}, returns={})
    >>> [(each["name"], each["required"], each.get("kind")) for each in found["x-function"]["parameters"]]
    [('a', True, None), ('b', False, 'keyword')]
    """
    parameters = list(signature.parameters.values())[skip:]
    listed: list[Mapping[str, Any]] = []
    for each in parameters:
        if each.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            continue
        one: dict[str, Any] = {
            "name": each.name,
            "type": annotated(each.annotation),
            "required": each.default is inspect.Parameter.empty,
        }
        if each.kind is inspect.Parameter.POSITIONAL_ONLY:
            one["kind"] = "positional"
        elif each.kind is inspect.Parameter.KEYWORD_ONLY:
            one["kind"] = "keyword"
        listed.append(one)
    kinds = {each.kind for each in parameters}
    found: dict[str, Any] = {
        "parameters": listed,
        "variadic": inspect.Parameter.VAR_POSITIONAL in kinds,
        "returns": returns,
    }
    if inspect.Parameter.VAR_KEYWORD in kinds:
        found["keywords"] = True
    return {"x-function": found}


def refusal(name: str, function: Mapping[str, Any], positional: int, keywords: Sequence[str]) -> Refusal | None:
    """Why a function can't be called with so many arguments, and those names; None when it can.

    >>> made = function_type([{"name": "text", "type": {}, "required": True}])["x-function"]
    >>> refusal("shout", made, 2, ()).what
    "'shout' takes 1 argument, not 2,"
    """
    parameters = function.get("parameters")
    if parameters is None:
        return None
    by_position = [each for each in parameters if each.get("kind") != "keyword"]
    by_name = {each["name"]: each for each in parameters if each.get("kind") != "positional"}
    why = f"it is called like this: {_shown(name, function)}"
    if positional > len(by_position) and not function.get("variadic"):
        most = len(by_position)
        takes = f"{most} argument{'' if most == 1 else 's'}" if most else "no arguments"
        return Refusal(what=f"{name!r} takes {takes}, not {positional},", why=why, fix="leave out what is too much")
    given = {each["name"] for each in by_position[:positional]}
    for keyword in keywords:
        if keyword in given and keyword in by_name:
            return Refusal(what=f"{name!r} is given {keyword!r} twice", why=why, fix="leave out one of them")
        if keyword not in by_name and not function.get("keywords"):
            fix = did_you_mean(keyword, by_name) or f"leave out {keyword!r}"
            return Refusal(what=f"{name!r} has no parameter {keyword!r}", why=why, fix=fix)
    given |= set(keywords)
    missing = [each["name"] for each in parameters if each.get("required") and each["name"] not in given]
    if not missing:
        return None
    return Refusal(what=f"{name!r} is called without {missing[0]!r}", why=why, fix=f"add {missing[0]!r}")


def _shown(name: str, function: Mapping[str, Any]) -> str:
    words = []
    for each in function["parameters"]:
        word = f"{each['name']}=…" if each.get("kind") == "keyword" else str(each["name"])
        words.append(word if each.get("required") else f"[{word}]")
    return f"{name}({', '.join([*words, *(['…'] if function.get('variadic') or function.get('keywords') else [])])})"
