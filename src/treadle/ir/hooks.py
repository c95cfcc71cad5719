"""Who is told what of a project's runs, and by which way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

__all__ = ["OCCASIONS", "Hook", "Occasion", "ToCommand", "ToEmail", "ToSlack", "ToWebhook", "Way", "way_name"]

Occasion = Literal["success", "failure", "retry", "check_failure", "overdue"]
OCCASIONS: tuple[Occasion, ...] = get_args(Occasion)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCommand:
    """The message goes to a command's standard input."""

    command: tuple[str, ...]


# Texts that may hold a secret stay out of what is printed of a record.


@dataclass(frozen=True, slots=True, kw_only=True)
class ToWebhook:
    """The message is posted to a URL as JSON, signed when there is a secret."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSlack:
    """The message is posted to an incoming webhook of Slack, or of what understands the same JSON."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToEmail:
    """The message is mailed through an SMTP server, whose URL may hold a user and a password."""

    to: tuple[str, ...]
    sender: str
    smtp: str = field(repr=False)


Way = ToCommand | ToWebhook | ToSlack | ToEmail


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Tells somebody when something happens: on which occasions, to which assets, and by which way.

    The way's texts may be templates over `env`, which are rendered when something is told.

    >>> hook = Hook(name="team", on=frozenset({"failure"}), way=ToSlack(url="https://hooks.example.com/T/B/secret"))
    >>> hook.way, hook.select
    (ToSlack(), '*')
    """

    name: str
    on: frozenset[Occasion]
    way: Way
    select: str = "*"


def way_name(way: Way) -> str:
    """The word by which the settings call a way.

    >>> way_name(ToCommand(command=("notify",)))
    'command'
    """
    return type(way).__name__.removeprefix("To").lower()
