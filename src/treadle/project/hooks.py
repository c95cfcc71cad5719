"""What `[tool.treadle.hooks]` says: who is told what of the project's runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from treadle.errors import cut, did_you_mean, listing
from treadle.ir import check_selection
from treadle.ir.hooks import OCCASIONS, Hook, Occasion, ToCommand, ToEmail, ToSlack, ToWebhook, Way

__all__ = ["Mistake", "hooks_of", "mistakes_in_hooks"]

Mistake = tuple[tuple[str, ...], str, str]
"""The way to the key that is wrong, what is wrong with it, and what to write instead."""

_HTTP = ("https", "http")
_SMTP = ("smtps", "smtp+starttls", "smtp")
_SECRET = {"command", "webhook", "secret", "slack", "email", "smtp"}
"""Keys whose values are never shown: people write secrets into them."""


def hooks_of(hooks: Mapping[str, Mapping[str, Any]]) -> dict[str, Hook]:
    """The hooks that settings without mistakes say.

    >>> hooks_of({"team": {"on": ["failure"], "command": ["notify"]}})["team"].way
    ToCommand(command=('notify',))
    """
    return {
        name: Hook(name=name, on=frozenset(_occasions(table["on"])), select=table.get("select", "*"), way=_way(table))
        for name, table in hooks.items()
    }


def mistakes_in_hooks(hooks: object) -> Iterator[Mistake]:
    """What is wrong with the settings.

    >>> list(mistakes_in_hooks({"team": {"on": ["failure"], "comand": ["notify"]}}))[0][1:]
    ("the hook 'team' has no setting 'comand'", "did you mean 'command'?")
    """
    if not isinstance(hooks, Mapping):
        return
    for name, table in hooks.items():
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            fix = "write letters, digits, - and _"
            yield (name,), f"a hook can't be called {cut(name)}", fix
        if isinstance(table, Mapping):
            yield from _mistakes((name,), table, _FIELDS, f"the hook {name!r}")
            yield from _missing(name, table)
        else:
            yield (
                (name,),
                f"the hook {name!r} has to be a table",
                f"write [tool.treadle.hooks.{name}] and its keys below",
            )


def _mistakes(
    way: tuple[str, ...], table: Mapping[str, Any], fields: Mapping[str, Callable[[Any], object]], where: str
) -> Iterator[Mistake]:
    for key, value in table.items():
        if key not in fields:
            yield (
                way if fields is _EMAIL else (*way, key),
                f"{where} has no setting {key!r}",
                _did_you_mean(key, fields),
            )
        elif key == "email" and isinstance(value, Mapping):
            yield from _mistakes(way, value, _EMAIL, f"the e-mail of {where}")
            for left_out in sorted(_EMAIL.keys() - value.keys()):
                yield way, f"the e-mail of {where} doesn't say {left_out!r}", _EXAMPLES["email"]
        else:
            try:
                fields[key](value)
            except ValueError as error:
                used = "used as it is" if key in _SECRET else cut(value)
                # The line would be shown with what else is on it: that of the hook's name says enough.
                place = way if key in _SECRET or fields is _EMAIL else (*way, key)
                yield place, f"{key!r} of {where} can't be {used}", str(error)


def _missing(name: str, table: Mapping[str, Any]) -> Iterator[Mistake]:
    where = f"the hook {name!r}"
    if "on" not in table:
        yield (
            (name,),
            f"{where} doesn't say on what it is told",
            f'write on = ["failure"], or more of {_list(OCCASIONS)}',
        )
    given = [way for way in _WAYS if way in table]
    if len(given) > 1:
        yield (name,), f"{where} has more than one way: {listing(given)}", "make a hook for each"
    elif not given and not any(did_you_mean(key, _WAYS) for key in table if key not in _FIELDS):
        yield (name,), f"{where} doesn't say how it is told", f"write one of {_list(_WAYS)}"
    if "secret" in table and "webhook" not in table:
        yield (name,), f"{where} has a secret and no webhook", "leave it out: only webhooks are signed with it"


def _did_you_mean(word: str, choices: Iterable[str]) -> str:
    return did_you_mean(word, choices) or f"write one of {listing(choices)}"


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)


def _way(table: Mapping[str, Any]) -> Way:
    if "command" in table:
        return ToCommand(command=tuple(table["command"]))
    if "webhook" in table:
        return ToWebhook(url=table["webhook"], secret=table.get("secret", ""))
    if "slack" in table:
        return ToSlack(url=table["slack"])
    email = table["email"]
    return ToEmail(to=_addresses(email["to"]), sender=email["from"], smtp=email["smtp"])


def _occasions(value: Any) -> tuple[Occasion, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given:
        raise ValueError(f"write a list of {_list(OCCASIONS)}")
    for each in given:
        if each not in OCCASIONS:
            raise ValueError(_did_you_mean(str(each), OCCASIONS))
    return tuple(given)


def _selection(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError('write a selection, like "group:marts"')
    return check_selection(value)


def _command(value: Any) -> object:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise ValueError(_EXAMPLES["command"])
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write it as text, in quotes")
    return value


def _url(value: Any, schemes: tuple[str, ...], example: str) -> str:
    text = _text(value)
    # What a template gives is known when something is told.
    if not text.lstrip().startswith("{{"):
        try:
            parts = urlsplit(text)
        except ValueError:
            raise ValueError(example) from None
        if parts.scheme not in schemes or not ("{{" in text or parts.hostname):
            raise ValueError(example)
    return text


def _addresses(value: Any) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given:
        raise ValueError('write addresses, like ["team@example.com"]')
    return tuple(map(_address, given))


def _address(value: Any) -> str:
    text = _text(value)
    if "{{" not in text and not re.fullmatch(r"[^\r\n]*[^\s@<>,]+@[^\s@<>,]+>?", text):
        raise ValueError("write an address, like team@example.com")
    return text


_EXAMPLES = {
    "command": 'write a command as a list: ["notify", "--channel", "data"]',
    "webhook": 'write a URL, like "https://example.com/hooks", or a template, like "{{ env.WEBHOOK_URL }}"',
    "slack": 'write the URL of an incoming webhook as a template, like "{{ env.SLACK_URL }}"',
    "email": 'write { to = ["team@example.com"], from = "treadle@example.com", smtp = "{{ env.SMTP_URL }}" }',
    "smtp": 'write "smtps://user:password@host:465", smtp+starttls:// or smtp://, or a template: "{{ env.SMTP_URL }}"',
}


def _no_table(value: Any) -> object:
    raise ValueError(_EXAMPLES["email"])


_EMAIL: Mapping[str, Callable[[Any], object]] = {
    "to": _addresses,
    "from": _address,
    "smtp": lambda value: _url(value, _SMTP, _EXAMPLES["smtp"]),
}
_FIELDS: Mapping[str, Callable[[Any], object]] = {
    "on": _occasions,
    "select": _selection,
    "command": _command,
    "webhook": lambda value: _url(value, _HTTP, _EXAMPLES["webhook"]),
    "secret": _text,
    "slack": lambda value: _url(value, _HTTP, _EXAMPLES["slack"]),
    "email": _no_table,
}
_WAYS = ("command", "webhook", "slack", "email")
