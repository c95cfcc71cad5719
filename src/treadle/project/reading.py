"""A component's document, read: what it says around its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ValidationError

from treadle.documents import Document
from treadle.errors import ProjectError
from treadle.project.envelope import shape_mistake
from treadle.project.written import Written
from treadle.templating import resolve
from treadle.templating.validation import explain

if TYPE_CHECKING:
    from treadle.project.post_processing import PostProcessing

__all__ = ["has_post_processing", "read_envelope", "read_post_processing"]


def read_envelope(document: Document) -> Written:
    """What surrounds the attributes; the post-processing is read later, once its template variables are known.

    Raises:
        ProjectError: everything that is wrong with it.
    """
    if (mistake := shape_mistake(document)) is not None:
        raise ProjectError(mistake)
    assert isinstance(document.value, dict)
    written = {key: value for key, value in document.value.items() if key != "post_processing"}
    try:
        return Written.model_validate(written)
    except ValidationError as error:
        from treadle.project.whole import Envelope  # which knows all the names that could have been meant

        raise ProjectError(*explain(error, Envelope, path=(), locate=document.span)) from None


def has_post_processing(document: Document) -> bool:
    """Whether something is to be done with the definitions of a document."""
    return isinstance(document.value, dict) and document.value.get("post_processing") is not None


def read_post_processing(document: Document, variables: Mapping[str, object]) -> PostProcessing:
    """The post-processing of a document that has some.

    Raises:
        ProjectError: everything that is wrong with it.
    """
    from treadle.project.post_processing import PostProcessing

    assert isinstance(document.value, dict)
    path = ("post_processing",)
    raw = resolve(PostProcessing, document.value["post_processing"], variables, path=path, locate=document.span)
    try:
        return PostProcessing.model_validate(raw)
    except ValidationError as error:
        raise ProjectError(*explain(error, PostProcessing, path=path, locate=document.span)) from None
