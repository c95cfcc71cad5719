"""What Dagster takes for a name, an owner, a tag: it refuses to load a whole code location for a single one."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator

from treadle.ir import AssetKey, CheckKey

__all__ = [
    "UNLIKE_A_TAG",
    "check_output",
    "is_group",
    "is_kind",
    "is_owner",
    "is_tag",
    "is_word",
    "named_apart",
    "output",
    "with_letters_only",
]

UNLIKE_A_TAG = "Dagster's tags are made of letters, digits, _, - and ., 63 at most"
"""Why something can't be a tag."""

_WORD = re.compile(r"[A-Za-z0-9_]+")
_GROUP = re.compile(r"[A-Za-z0-9_]+(/[A-Za-z0-9_]+)*")
_TAG = re.compile(r"([A-Za-z0-9_.-]{1,63}/)?[A-Za-z0-9_.-]{1,63}")
_TAG_VALUE = re.compile(r"[A-Za-z0-9_.-]{0,63}")
_EMAIL = re.compile(r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,7}\b")
_OWN = "arg_dict bool conf config context dict float input input_arg_dict int meta output output_arg_dict str type"
_RESERVED = frozenset({*_OWN.split(), *keyword.kwlist})


def is_word(text: str) -> bool:
    """Whether it may name an op, a job, a schedule or an output.

    >>> is_word("daily_orders"), is_word("daily-orders"), is_word("config")
    (True, False, False)
    """
    return _WORD.fullmatch(text) is not None and text not in _RESERVED


def is_group(text: str) -> bool:
    """Whether it may name a group: words with slashes between them."""
    return _GROUP.fullmatch(text) is not None


def is_owner(text: str) -> bool:
    """Whether it may own an asset: an address, or a team.

    >>> is_owner("team:looms"), is_owner("ada@example.com"), is_owner("ada")
    (True, True, False)
    """
    return (text.startswith("team:") and len(text) > len("team:")) or _EMAIL.fullmatch(text) is not None


def is_tag(key: str, value: str = "") -> bool:
    """Whether it may be a tag of an asset."""
    return _TAG.fullmatch(key) is not None and _TAG_VALUE.fullmatch(value) is not None


def is_kind(text: str) -> bool:
    """Whether it may be a kind, which is a tag to Dagster."""
    return "/" not in text and is_tag(text)


def output(key: AssetKey) -> str:
    """What Dagster calls the output of an asset.

    >>> output(AssetKey.parse("raw/orders-2026"))
    'raw__orders_2026'
    """
    return "__".join(key.parts).replace("-", "_").replace(".", "_")


def check_output(key: CheckKey) -> str:
    """What Dagster calls the output of a check."""
    return f"{output(key.asset)}_{key.name}".replace(".", "_")


def with_letters_only(text: str) -> str:
    """The text as a word, with `_` for what a word can't hold.

    >>> with_letters_only("shop.py:load-all")
    'shop_py__load_all'
    """
    return re.sub(r"[^A-Za-z0-9_]", "_", text.replace(":", "__")) or "_"


def named_apart(texts: Iterable[str]) -> Iterator[str]:
    """A word for each text, no two of which are the same.

    >>> list(named_apart(["a:b", "a__b", "type"]))
    ['a__b', 'a__b_2', 'type_']
    """
    taken: set[str] = set()
    for text in texts:
        plain = with_letters_only(text)
        word = first = plain if is_word(plain) else f"{plain}_"
        count = 1
        while word in taken:
            count += 1
            word = f"{first}_{count}"
        taken.add(word)
        yield word
