"""Where assets come from: the lines that declare them, and who said what of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from treadle.server.context import Here
from treadle.server.errors import error_responses
from treadle.server.models.sources import Explanation, Source
from treadle.server.routes.assets import find_key
from treadle.server.sources import source_of

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["assets"])


@router.get("/source", responses=error_responses(404))
def get_source(
    here: Here,
    file: Annotated[str, Query(max_length=4000, description="As a `place` says it, or below the project's folder.")],
    line: Annotated[int | None, Query(ge=1, le=10_000_000, description="The line that is asked for.")] = None,
) -> Source:
    """The lines of a file in which a component of the project is written, and which of them belong to a line.

    Other files aren't given, secrets are taken out.
    """
    return source_of(here.snapshot, file, line)


@router.get("/explanation", responses=error_responses(404, 409))
def explain_asset(
    here: Here, asset: Annotated[str, Query(max_length=2000, description="The key of the asset.")]
) -> Explanation:
    """Where each value of an asset comes from: every line, default, template and rule that had a say, in order."""
    return here.explainer.explain(str(find_key(here.snapshot, asset)))
