"""Assets that a file lists: more than fit into a selection, as programs name them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from treadle.errors import UsageError, cut
from treadle.ir import AssetGraph, AssetKey

__all__ = ["listed_keys", "text_of_keys"]

_LONGEST = 10_000  # characters that a selection may have


def listed_keys(lines: Iterable[str]) -> frozenset[AssetKey]:
    """The keys of assets, one a line; empty lines are passed over.

    >>> sorted(map(str, listed_keys(["orders\\n", "\\n", "raw/rates\\n"])))
    ['orders', 'raw/rates']

    Raises:
        UsageError: when a line is no key, or there is none.
    """
    try:
        keys = frozenset(AssetKey.parse(line.rstrip("\n")) for line in lines if line.strip())
    except ValueError as error:
        raise UsageError(f"the list of assets can't be read: {cut(str(error), 200)}") from error
    if not keys:
        raise UsageError("the list of assets is empty", fix="write the key of an asset into each line")
    return keys


def text_of_keys(graph: AssetGraph, keys: Collection[AssetKey]) -> str:
    """What is told of them: a selection of just these, or that of their components where that is too long.

    Raises:
        UsageError: when one of them isn't in the graph.
    """
    if unknown := sorted(key for key in keys if key not in graph.assets):
        graph.select(f'key:"{unknown[0]}"')  # which says what was meant
    text = " or ".join(f'key:"{key}"' for key in sorted(keys))
    if len(text) <= _LONGEST:
        return text
    makers = {step.component for key in keys if (step := graph.step_of(key))}
    return " or ".join(f'component:"{maker}"' for maker in sorted(makers))[:_LONGEST]
