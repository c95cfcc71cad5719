"""The types of what every template may name, as Treadle ships them: finding them out from the code costs each process more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from treadle import __version__
from treadle.templating.types import Type

__all__ = ["FILE", "base_types", "shipped_text"]

FILE = Path(__file__).with_suffix(".json")


@cache
def base_types() -> Mapping[str, Type]:
    """The types of what every template may name; they are found out where they weren't shipped.

    >>> base_types()["project_root"]
    {'type': 'string'}
    """
    try:
        written = json.loads(FILE.read_bytes())
    except (OSError, ValueError):
        written = {}
    if written.get("treadle") == __version__:
        return dict(written["types"])
    from treadle.components.scope_types import described_base  # it imports and looks at much

    return described_base()


def shipped_text() -> str:
    """What the file has to hold."""
    from treadle.components.scope_types import described_base

    return json.dumps({"treadle": __version__, "types": described_base()}, separators=(",", ":")) + "\n"
