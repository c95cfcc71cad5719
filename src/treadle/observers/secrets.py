"""The texts of a hook's way, rendered; and what must not be seen of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

from treadle.ir.hooks import ToCommand, ToEmail, ToWebhook, Way

__all__ = ["Render", "redacted", "rendered"]

Render = Callable[[str], tuple[str, frozenset[str]]]
"""Renders a text of a hook, and tells what in it came from the environment."""

_SHORTEST = 3  # what is shorter is no secret, and occurs everywhere
_LONG = 8  # a part of a path that may be a token


def rendered(way: Way, render: Render) -> tuple[Way, frozenset[str]]:
    """A way as it is now, and the secrets in it.

    >>> way, secrets = rendered(ToWebhook(url="https://example.com/hooks/T0ken"), lambda text: (text, frozenset()))
    >>> sorted(secrets)
    ['/hooks/T0ken', 'https://example.com/hooks/T0ken']

    Raises:
        ProjectError: when a template needs what isn't set.
    """
    secrets: set[str] = set()

    def text(template: str) -> str:
        result, read = render(template)
        secrets.update(read)
        return result

    if isinstance(way, ToCommand):
        return replace(way, command=tuple(map(text, way.command))), frozenset(secrets)
    if isinstance(way, ToEmail):
        now = replace(way, to=tuple(map(text, way.to)), sender=text(way.sender), smtp=text(way.smtp))
        return now, frozenset({*secrets, *_in_url(now.smtp)})
    way = replace(way, url=text(way.url))
    if isinstance(way, ToWebhook):
        way = replace(way, secret=text(way.secret))
        secrets |= {way.secret} - {""}
    return way, frozenset({*secrets, *_in_url(way.url)})


def redacted(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets, however they are written in it.

    >>> redacted("401: no user ann with p%40ss", {"p@ss"})
    '401: no user ann with ***'
    """
    forms = {form for secret in secrets for form in (secret, quote(secret), quote(secret, safe=""), repr(secret)[1:-1])}
    # The longest first: a secret may be a part of another one.
    for form in sorted(forms, key=len, reverse=True):
        if len(form.strip()) >= _SHORTEST:
            text = text.replace(form, "***")
    return text


def _in_url(url: str) -> set[str]:
    """What may be secret in a URL: the password, and the path, which is all the secret that Slack's has."""
    try:
        parts = urlsplit(url)
        words = {each for each in re.split(r"[/&=]", f"{parts.path}&{parts.query}") if len(each) >= _LONG}
        return {unquote(parts.password or ""), parts.password or "", parts.path, parts.query, url, *words} - {"", "/"}
    except ValueError:
        return {url}
