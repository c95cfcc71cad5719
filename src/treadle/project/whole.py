"""The model of a whole document; it costs as much to make as a hundred components, so it is imported where it is needed."""

from __future__ import annotations

from treadle.project.post_processing import PostProcessing
from treadle.project.written import Written

__all__ = ["Envelope"]


class Envelope(Written):
    """A document of a component file."""

    post_processing: PostProcessing | None = None
    """What is done with the definitions once they are built."""
