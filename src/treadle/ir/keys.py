"""Names of assets and checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self, cast

__all__ = ["AssetKey", "CheckKey", "as_key", "as_keys", "settle"]


@dataclass(frozen=True, slots=True, order=True)
class AssetKey:
    """The name of an asset: one or more parts, written with slashes.

    >>> AssetKey.parse("target/main/orders").parts
    ('target', 'main', 'orders')
    >>> print(AssetKey.of("raw", "orders"))
    raw/orders
    >>> AssetKey.parse("a//b")
    Traceback (most recent call last):
    ValueError: 'a//b' is not an asset key: a part between two slashes is empty
    """

    parts: tuple[str, ...]

    @classmethod
    def of(cls, *parts: str) -> Self:
        """The key made of these parts."""
        return cls.parse("/".join(parts))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that `a/b/c` names.

        Raises:
            ValueError: when the text is empty, has an empty part, or holds characters that no key may hold.
        """
        parts = tuple(text.split("/"))
        if not text.strip():
            raise ValueError("an asset key can't be empty")
        if not all(part.strip() for part in parts):
            raise ValueError(f"{text!r} is not an asset key: a part {_where_empty(parts)} is empty")
        if bad := [character for character in text if not character.isprintable() or character in "\"*'"]:
            raise ValueError(f"{text!r} is not an asset key: it can't hold {bad[0]!r}")
        return cls(parts)

    def with_prefix(self, prefix: Iterable[str]) -> Self:
        """The same name below a prefix."""
        return type(self)((*prefix, *self.parts))

    def __hash__(self) -> int:
        # A project asks for more hashes than for anything else; the generated method makes a tuple of the tuple.
        return hash(self.parts)

    @property
    def name(self) -> str:
        """The last part."""
        return self.parts[-1]

    @property
    def path(self) -> tuple[str, ...]:
        """The parts, by the name that Dagster's users write in templates."""
        return self.parts

    def to_user_string(self) -> str:
        """The key with slashes, by the name that Dagster's users write in templates."""
        return str(self)

    def __str__(self) -> str:
        return "/".join(self.parts)


def _where_empty(parts: tuple[str, ...]) -> str:
    if not parts[0].strip():
        return "before the first slash"
    if not parts[-1].strip():
        return "after the last slash"
    return "between two slashes"


@dataclass(frozen=True, slots=True, order=True)
class CheckKey:
    """The name of a check: the asset it checks, and its own name.

    >>> print(CheckKey(AssetKey.parse("raw/orders"), "unique_id"))
    raw/orders:unique_id
    """

    asset: AssetKey
    name: str

    def __str__(self) -> str:
        return f"{self.asset}:{self.name}"


def as_key(key: AssetKey | str) -> AssetKey:
    """A key, however it was written.

    >>> as_key("raw/orders") == AssetKey.of("raw", "orders")
    True
    """
    return AssetKey.parse(key) if isinstance(key, str) else key


def as_keys(keys: Iterable[AssetKey | str]) -> frozenset[AssetKey]:
    """A set of keys, however they were written; a set of keys is given back as it is.

    >>> sorted(map(str, as_keys(["b", AssetKey.of("a")])))
    ['a', 'b']
    """
    # Large projects make tens of thousands of records from keys that are right already.
    if isinstance(keys, frozenset) and str not in map(type, keys):
        return cast(frozenset[AssetKey], keys)
    return frozenset(map(as_key, keys))


def settle(record: object, **values: object) -> None:
    """Give a frozen record, while it is being made, the form of its values that everybody else relies on."""
    for name, value in values.items():
        object.__setattr__(record, name, value)
