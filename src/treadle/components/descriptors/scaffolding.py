"""The attributes of a new component, as its type makes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from treadle.components.descriptors.process import Surroundings, ask
from treadle.components.descriptors.record import Descriptor
from treadle.errors import MissingExtraError, ProjectError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["scaffold"]


def scaffold(
    descriptor: Descriptor, *, folder: Path, project_root: Path, params: Mapping[str, str], around: Surroundings
) -> Mapping[str, Any]:
    """The attributes of a new component in `folder`: the type's first example, or what its own `scaffold` gives.

    That function may write files beside the new component; it runs in a process of its own.

    Raises:
        ProjectError: when it raises, or its module can't be imported.
        UsageError, MissingExtraError: when it says so.
    """
    if not descriptor.scaffolds:
        return descriptor.examples[0] if descriptor.examples else {}
    request = {
        "do": "scaffold",
        "name": descriptor.name,
        "package": "",
        "folder": str(folder),
        "project_root": str(project_root),
        "params": dict(params),
    }
    (answer,) = ask([request], around)
    if answer.mistakes:
        raise ProjectError(*answer.mistakes)
    found = answer.found
    if "refused" in found:
        raise UsageError(found["refused"], fix=found["fix"])
    if "extra" in found:
        raise MissingExtraError(found["extra"], needed_by=found["needed_by"])
    attributes: Mapping[str, Any] = found["attributes"]
    return attributes
