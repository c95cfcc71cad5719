"""pydantic's error types in the words of YAML: text, number, whole number, true or false, list, mapping."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from enum import Enum
from typing import Any

from treadle.errors import cut, did_you_mean, listing
from treadle.templating.env import FromEnv

__all__ = ["Meaning", "either", "found_words", "meaning_of", "suggestion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What was expected instead, or what is wrong with a value of the right kind."""

    expected: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    text: str = ""
    is_internal: bool = False


_EXPECTED: Mapping[str, str] = {
    **dict.fromkeys(("string_type", "string_sub_type", "string_unicode", "bytes_type"), "text"),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type", "decimal_parsing", "finite_number"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"), "a list"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "a mapping"),
    **dict.fromkeys(("dataclass_type", "dataclass_exact_type"), "a mapping"),
    "none_required": "nothing",
    "path_type": "a path",
    **dict.fromkeys(("url_type", "url_parsing"), "a URL"),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), "a date like 2026-01-31"),
    **dict.fromkeys(("datetime_type", "datetime_parsing"), "a time like 2026-01-31T06:00:00"),
    **dict.fromkeys(("time_type", "time_parsing"), "a time of day like 06:00"),
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), "a duration like PT30M"),
    **dict.fromkeys(("uuid_type", "uuid_parsing"), "a UUID"),
    "callable_type": "a function",
}
_LIMITS: Mapping[str, str] = {
    "greater_than": "expected more than {gt}, found {found}",
    "greater_than_equal": "expected at least {ge}, found {found}",
    "less_than": "expected less than {lt}, found {found}",
    "less_than_equal": "expected at most {le}, found {found}",
    "multiple_of": "expected a multiple of {multiple_of}, found {found}",
    "string_too_short": "expected at least {min_length} characters, found {found}",
    "string_too_long": "expected at most {max_length} characters, found {found}",
    "string_pattern_mismatch": "expected text that matches {pattern}, found {found}",
    "too_short": "expected {min_length} or more items, found {actual_length}",
    "too_long": "expected no more than {max_length} items, found {actual_length}",
    "missing": "there is no item here",
}


def meaning_of(error: Mapping[str, Any], schema: Mapping[str, Any]) -> Meaning:
    """What one of pydantic's errors says."""
    kind, context, found = error["type"], error.get("ctx") or {}, error.get("input")
    if kind in _EXPECTED:
        return Meaning(expected=(_EXPECTED[kind],))
    if kind in ("literal_error", "enum"):
        choices = _choices(schema) or (str(context.get("expected", "")),)
        return Meaning(expected=(either([_shown(one) for one in choices]),), choices=tuple(map(str, choices)))
    if kind == "union_tag_invalid":
        tags = tuple(re.findall(r"'([^']*)'", str(context.get("expected_tags", ""))))
        return Meaning(expected=(either([repr(tag) for tag in tags]),), choices=tags)
    if kind in ("is_instance_of", "is_subclass_of"):
        return Meaning(expected=(f"a value of type {context.get('class', '')}",), is_internal=True)
    if kind in _LIMITS:
        limits = {name: _limit(value, found) for name, value in context.items()}
        return Meaning(text=_LIMITS[kind].format(**limits, found=found_words(found)))
    return Meaning(text=_own_text(error, context, found))


def _limit(value: Any, found: Any) -> Any:
    """A limit as people write it, or how many there are where pydantic doesn't count them."""
    if value is None and isinstance(found, Sized):
        return len(found)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _own_text(error: Mapping[str, Any], context: Mapping[str, Any], found: Any) -> str:
    raised = context.get("error")
    text = str(raised) if isinstance(raised, Exception) and str(raised) else str(error.get("msg", ""))
    text = text.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    for secret in sorted(_secrets(found), key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


def _secrets(found: Any) -> Iterator[str]:
    """The texts in a value that came from the environment."""
    if isinstance(found, FromEnv):
        if found:
            yield str(found)
    elif isinstance(found, Mapping):
        for name, value in found.items():
            yield from (*_secrets(name), *_secrets(value))
    elif isinstance(found, list | tuple | set | frozenset):
        for value in found:
            yield from _secrets(value)


def _choices(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    members = schema.get("expected") if schema.get("type") == "literal" else schema.get("members")
    return tuple(one.value if isinstance(one, Enum) else one for one in members or ())


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "null" if value is None else repr(value)


def either(words: Sequence[str]) -> str:
    """Words in a sentence that offers a choice.

    >>> either(["a list", "text", "true or false"])
    'a list, text or true or false'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else ""


def found_words(value: Any) -> str:
    """What was found, in a few words; never what came from the environment.

    >>> [found_words(value) for value in ("a", 3, True, None, [1, 2], {"a": 1})]
    ["text 'a'", 'number 3', 'true', 'nothing', 'a list of 2', 'a mapping with a']
    """
    if isinstance(value, FromEnv):
        return "text from the environment"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f"text {cut(value)}"
    if isinstance(value, int | float):
        return f"number {cut(value)}"
    if isinstance(value, list | tuple | set):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, Mapping):
        names = ("…" if isinstance(name, FromEnv) else str(name) for name in value)
        return f"a mapping with {listing(names, most=4)}" if value else "an empty mapping"
    kind = type(value).__name__
    return f"{'an' if kind[:1] in 'AEIOUaeiou' else 'a'} {kind}"


def suggestion(meaning: Meaning, found: Any) -> str:
    """What to write instead, where that can be told from what was found."""
    if meaning.choices and isinstance(found, str) and (near := did_you_mean(found, meaning.choices)):
        return near
    if isinstance(found, FromEnv):
        return "change the environment variable"
    if meaning.is_internal:
        return 'write a template that gives one: "{{ … }}"'
    fitting = (
        advise(found) for word, kinds, advise in _ADVICE if word in meaning.expected and isinstance(found, kinds)
    )
    return next((str(advice) for advice in fitting if advice), "")


def _quote(found: Any) -> str:
    if isinstance(found, float):  # 1.10 is read as 1.1, and what was written is what is meant
        return "put quotation marks around it"
    return f'quote it: "{str(found).lower() if isinstance(found, bool) else found}"'


def _bracket(found: Any) -> str:
    return f"put it into a list: [{str(found).lower() if isinstance(found, bool) else cut(str(found))[1:-1]}]"


def _space(found: str) -> str:
    name = re.match(r"([A-Za-z_][\w-]*):\S", found)
    return f"put a space after the colon of '{name[1]}:'" if name else ""


_ADVICE: tuple[tuple[str, Any, Any], ...] = (
    ("a mapping", str, _space),
    ("text", (bool, int, float), _quote),
    ("a list", (str, bool, int, float), _bracket),
    ("a mapping", (list,), lambda found: "write 'name: value' lines without dashes"),
    ("a list", (Mapping,), lambda found: "begin each item with '- '"),
    ("true or false", str, lambda found: "write true or false, without quotation marks"),
    ("a whole number", str, lambda found: "write digits, without quotation marks"),
    ("a number", str, lambda found: "write digits, without quotation marks"),
)
