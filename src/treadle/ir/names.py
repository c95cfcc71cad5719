"""Names of groups, owners and tags: what they may look like."""

from __future__ import annotations

import re

__all__ = ["check_group", "check_owner", "check_tag"]

_GROUP = re.compile(r"[A-Za-z0-9_]+(/[A-Za-z0-9_]+)*")
_TAG = re.compile(r"([A-Za-z0-9_.-]{1,63}/)?[A-Za-z0-9_.-]{1,63}")
_OWNER = re.compile(r"team:\S+|[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost")


def check_group(text: str) -> str:
    """The name of a group, when it is one.

    >>> check_group("marts/finance")
    'marts/finance'

    Raises:
        ValueError: when it isn't.
    """
    if not _GROUP.fullmatch(text):
        raise ValueError(f"{text!r} is not a group name: only letters, digits and underscores, parts joined by '/'")
    return text


def check_owner(text: str) -> str:
    """The name of an owner, when it is one.

    >>> check_owner("team:data")
    'team:data'

    Raises:
        ValueError: when it isn't.
    """
    if not _OWNER.fullmatch(text):
        raise ValueError(f"{text!r} is not an owner: write an e-mail address or 'team:NAME'")
    return text


def check_tag(text: str) -> str:
    """The name of a tag, when it is one.

    >>> check_tag("acme/layer")
    'acme/layer'

    Raises:
        ValueError: when it isn't.
    """
    if not _TAG.fullmatch(text):
        raise ValueError(
            f"{text!r} is not the name of a tag: at most 63 letters, digits, '_', '-' and '.', after 'PREFIX/' if you like"
        )
    return text
