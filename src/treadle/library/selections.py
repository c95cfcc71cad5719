"""Selections of assets, as attributes write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from treadle.components import Written, text_format
from treadle.ir import check_selection

__all__ = ["SelectionText", "Selections"]

SelectionText = Annotated[str, AfterValidator(check_selection), text_format("selection", "group:marts", "+orders")]


def _together(written: str | list[str]) -> str:
    return written if isinstance(written, str) else " or ".join(f"({each})" for each in written)


Selections = Annotated[str, Written(SelectionText | Annotated[list[SelectionText], Field(min_length=1)], _together)]
"""A selection, or a list of selections that are taken together."""
