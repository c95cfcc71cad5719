"""Partitions as they are at a moment: their keys, the windows that they mean, and sets of them as text.

`keys_of` gives the keys, `parse_keys` reads what a person writes, `text_of` writes it; `upstream_keys`
and `downstream_keys` follow dependencies.
"""

from treadle.runner.partitions.keys import DynamicKeys, dimensions_of, keys_of, no_dynamic_keys, window_of
from treadle.runner.partitions.mapping import Upstream, downstream_keys, upstream_keys
from treadle.runner.partitions.ranges import parse_keys, summary, text_of
from treadle.runner.partitions.refusing import check_key

__all__ = [
    "DynamicKeys",
    "Upstream",
    "check_key",
    "dimensions_of",
    "downstream_keys",
    "keys_of",
    "no_dynamic_keys",
    "parse_keys",
    "summary",
    "text_of",
    "upstream_keys",
    "window_of",
]
