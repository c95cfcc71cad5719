"""A component's document, read: what it says around its attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from treadle.components import Attributes
from treadle.documents import Document
from treadle.errors import ProjectError
from treadle.project.envelope import shape_mistake
from treadle.project.post_processing import PostProcessing
from treadle.templating import resolve
from treadle.templating.validation import explain

__all__ = ["Envelope", "Requirements", "read_envelope", "read_post_processing"]


class Requirements(Attributes):
    """What a component needs from its surroundings."""

    env: list[str] = Field(default_factory=list)
    """Names of environment variables that have to be set."""


class Envelope(Attributes):
    """A document of a component file."""

    type: str
    """The component type."""
    attributes: dict[str, Any] | None = None
    """What the component type asks for."""
    template_vars_module: str | None = None
    """A Python module whose template variables may be used here."""
    requirements: Requirements | None = None
    """What the component needs from its surroundings."""
    post_processing: PostProcessing | None = None
    """What is done with the definitions once they are built."""


def read_envelope(document: Document) -> Envelope:
    """What surrounds the attributes; the post-processing is read later, once its template variables are known.

    Raises:
        ProjectError: everything that is wrong with it.
    """
    if (mistake := shape_mistake(document)) is not None:
        raise ProjectError(mistake)
    assert isinstance(document.value, dict)
    written = {key: value for key, value in document.value.items() if key != "post_processing"}
    try:
        envelope = Envelope.model_validate(written)
    except ValidationError as error:
        raise ProjectError(*explain(error, Envelope, path=(), locate=document.span)) from None
    if document.value.get("post_processing") is None:
        return envelope
    return envelope.model_copy(update={"post_processing": PostProcessing()})


def read_post_processing(document: Document, variables: Mapping[str, object]) -> PostProcessing:
    """The post-processing of a document that has some.

    Raises:
        ProjectError: everything that is wrong with it.
    """
    assert isinstance(document.value, dict)
    path = ("post_processing",)
    raw = resolve(PostProcessing, document.value["post_processing"], variables, path=path, locate=document.span)
    try:
        return PostProcessing.model_validate(raw)
    except ValidationError as error:
        raise ProjectError(*explain(error, PostProcessing, path=path, locate=document.span)) from None
