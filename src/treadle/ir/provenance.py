"""How assets came to be what they are: whoever makes or changes one tells it here, and somebody may listen.

As long as nobody listens, telling costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from treadle.errors import Span
from treadle.ir.assets import Asset

__all__ = ["KINDS", "UNKNOWN", "Change", "Kind", "Source", "changes", "tell_change"]

Kind = Literal["yaml", "template", "default", "dbt", "post_processing", "policy", "code", "inferred"]
"""What a value comes from."""

KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        "yaml": "written in YAML",
        "template": "given by a template in YAML",
        "default": "said by nobody",
        "dbt": "said in the dbt project",
        "post_processing": "added by a post-processing",
        "policy": "given by a policy",
        "code": "made by Python",
        "inferred": "worked out",
    }
)
"""What each kind means, in words."""

UNKNOWN: Final = object()
"""The value of a source of which nobody knows what it alone would have given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the value of a field was taken from; `value` is what it said, before others said something else.

    >>> Source(kind="policy", text="owners").value is UNKNOWN
    True
    """

    kind: Kind
    text: str = ""
    span: Span | None = None
    value: object = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An asset that was made (then there is no `before`) or changed.

    `said` is the model of what was written, if there is one: its fields that are set say which of the asset's are
    meant, or `fields` does, by their names in the model, as far as they were changed. `sources` tells where values
    were taken from, by the name of their field (`tags.pii`, `group`), the last one being the one that holds; it is
    asked only when somebody wants to know. All others come from `kind`, with `text` as its name.
    """

    before: Asset | None
    after: Asset
    kind: Kind = "code"
    text: str = ""
    said: object = None
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sources: Callable[[], Mapping[str, tuple[Source, ...]]] | None = None


_listening: ContextVar[list[Change] | None] = ContextVar("_listening", default=None)


def tell_change(
    before: Asset | None,
    after: Asset,
    *,
    kind: Kind = "code",
    text: str = "",
    said: object = None,
    fields: Mapping[str, str] | None = None,
    sources: Callable[[], Mapping[str, tuple[Source, ...]]] | None = None,
) -> Asset:
    """Tell whoever listens that an asset was made or changed, and give it back.

    What is told of the same change a second time is what holds: whoever had it made knows best why.

    A policy that gives assets an owner needs no more than this:

    >>> from dataclasses import replace
    >>> orders = Asset(key="orders")
    >>> with changes() as told:
    ...     owned = tell_change(orders, replace(orders, owners=("team:data",)), kind="policy", text="owners")
    >>> [(each.text, each.after.owners) for each in told]
    [('owners', ('team:data',))]
    """
    if (told := _listening.get()) is not None:
        if told and told[-1].after is after and told[-1].before is before:
            told.pop()
        told.append(
            Change(before=before, after=after, kind=kind, text=text, said=said, fields=fields or {}, sources=sources)
        )
    return after


@contextmanager
def changes() -> Iterator[list[Change]]:
    """Listen to every change of an asset inside of the block, in order."""
    told: list[Change] = []
    token = _listening.set(told)
    try:
        yield told
    finally:
        _listening.reset(token)
