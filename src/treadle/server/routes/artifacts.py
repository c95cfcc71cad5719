"""The files that steps keep for people: executed notebooks, pages, plots."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from treadle.runner.artifacts import artifacts_folder, artifacts_of
from treadle.server.context import Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.routes.outputs import find_attempt
from treadle.server.routes.runs import find_run

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["runs"])

# A page that a step has made may hold anything: it has no origin, runs no scripts, and asks nobody for anything.
_HARMLESS = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_SHOWN = frozenset(("application/json", "image/gif", "image/jpeg", "image/png", "image/webp", "text/html"))


@router.get(
    "/runs/{run_id}/artifact",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The file, of whatever kind it is."},
        **error_responses(404),
    },
)
def get_artifact(
    here: Here,
    run_id: str,
    step: Annotated[str, Query(max_length=2000)],
    attempt: Annotated[int, Query(ge=1)],
    name: Annotated[str, Query(max_length=1000, description="As the attempt lists it.")],
) -> FileResponse:
    """A file that an attempt at a step has kept; pages come so that they can do nothing but be looked at."""
    found = find_attempt(here, find_run(here, run_id), step, attempt)
    folder = artifacts_folder(Path(found.output))
    there = {each.relative_to(folder).as_posix(): each for each in artifacts_of(found.output)}
    file = there.get(name)
    if file is None or not file.resolve().is_relative_to((here.settings.state / "runs").resolve()):
        raise NotFoundError(f"the attempt has kept no file {name!r}")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    is_text = kind.startswith("text/") and kind != "text/html"
    kind = "text/plain; charset=utf-8" if is_text else kind if kind in _SHOWN else "application/octet-stream"
    return FileResponse(
        file,
        media_type=kind,
        filename=file.name,
        content_disposition_type="attachment" if kind == "application/octet-stream" else "inline",
        headers={"content-security-policy": _HARMLESS, "x-frame-options": "SAMEORIGIN", "cache-control": "no-store"},
    )
