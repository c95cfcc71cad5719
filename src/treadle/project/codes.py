"""What the codes of diagnostics mean, in the words of their pages: it is told wherever the pages aren't at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["codes"]


@cache
def codes() -> Mapping[str, Mapping[str, str]]:
    """The title of each code's page, and what the page says of it.

    >>> codes()["TRD203"]["title"]
    'there is no such attribute'
    """
    text = files("treadle.project").joinpath("codes.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found
