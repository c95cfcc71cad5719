"""What a compute profile says to its launcher alone, compared with what that knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from treadle.documents import KEY, Document
from treadle.errors import Diagnostic
from treadle.ir import ComputeProfile
from treadle.ir.launchers import OPTIONS
from treadle.templating.validation import explain

__all__ = ["mistakes_for_launcher"]


def mistakes_for_launcher(profile: ComputeProfile, document: Document) -> Iterator[Diagnostic]:
    """Options that a profile's launcher doesn't have, or that are no such value; and what it can't do without."""
    if profile.launcher not in OPTIONS:
        return
    path = (profile.name, "options")
    model = _model(profile.launcher)
    try:
        model.model_validate(dict(profile.options))
    except ValidationError as error:
        yield from explain(error, model, path=path, locate=document.span)
    if profile.launcher == "kubernetes" and profile.image is None:
        yield Diagnostic(
            code="TRD523",
            message=f"the compute profile {profile.name!r} needs an image",
            why="Kubernetes runs a step in a container",
            fix="name an image that has Python, Treadle and the project: image: registry.example.com/lab:1",
            span=document.span((profile.name, KEY)),
        )


@cache
def _model(launcher: str) -> type[BaseModel]:
    record = OPTIONS[launcher]
    hints = get_type_hints(record)
    known: dict[str, Any] = {}
    for each in fields(record):
        made = Field(default_factory=each.default_factory) if each.default_factory is not MISSING else each.default
        known[each.name] = (hints[each.name], made)
    return create_model(record.__name__, __config__=ConfigDict(extra="forbid"), **known)
