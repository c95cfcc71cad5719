"""The files that steps keep for people: executed notebooks, pages, plots."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from treadle.errors import cut, did_you_mean
from treadle.runner.artifacts import artifacts_folder, artifacts_of
from treadle.server.context import Context, Here
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
_IMAGES = frozenset(("image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp"))
_ANYTHING = "application/octet-stream"
_WRITTEN = frozenset((".html", ".htm", ".ipynb", ".json", ".svg"))  # besides all that is a text
_MOST_REDACTED = 100_000_000  # bytes: what is longer than a page of the largest notebook is no page


@router.get(
    "/runs/{run_id}/artifact",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The file, of whatever kind it is."},
        **error_responses(404, 413),
    },
)
def get_artifact(
    here: Here,
    run_id: str,
    step: Annotated[str, Query(max_length=2000)],
    attempt: Annotated[int, Query(ge=1)],
    name: Annotated[str, Query(max_length=1000, description="As the attempt lists it.")],
    download: Annotated[bool, Query(description="To be saved, not shown.")] = False,
) -> Response:
    """A file that an attempt at a step has kept, secrets taken out of texts; pages can do nothing but be looked at."""
    found = find_attempt(here, find_run(here, run_id), step, attempt)
    file = _find(here, found.output, name)
    kind = _kind(file)
    headers = {
        "content-security-policy": _HARMLESS,
        "x-frame-options": "SAMEORIGIN",
        "cross-origin-opener-policy": "unsafe-none",  # no browser opens what is in a sandbox by itself otherwise
        "cache-control": "no-store",
    }
    how = "inline" if kind != _ANYTHING and not download else "attachment"
    if not (kind.startswith("text/") or file.suffix.lower() in _WRITTEN):
        return FileResponse(file, media_type=kind, filename=file.name, content_disposition_type=how, headers=headers)
    if file.stat().st_size > _MOST_REDACTED:
        raise HTTPException(413, f"{cut(name)} is larger than {_MOST_REDACTED:,} bytes: it is at {cut(str(file))}")
    text = here.redactor.text(file.read_text(encoding="utf-8", errors="replace"))
    headers["content-disposition"] = f"{how}; filename*=UTF-8''{quote(file.name)}"
    return Response(text.encode(), media_type=kind, headers=headers)


def _find(here: Context, output: str, name: str) -> Path:
    """The file that an attempt has kept by this name. Only names of files that are there lead to one.

    Raises:
        NotFoundError: when there is none, or it is a link that leads to what is no run's.
    """
    folder = artifacts_folder(Path(output))
    there = {each.relative_to(folder).as_posix(): each for each in artifacts_of(output)}
    file = there.get(name)
    if file is None or not file.resolve().is_relative_to((here.settings.state / "runs").resolve()):
        raise NotFoundError(f"the attempt has kept no file {cut(name)!r}", fix=did_you_mean(name, there))
    return file


def _kind(file: Path) -> str:
    kind = mimetypes.guess_type(file.name)[0] or ""
    if kind in _IMAGES:
        return kind
    if kind == "text/html":
        return "text/html; charset=utf-8"
    is_text = kind.startswith("text/") or file.suffix.lower() in (".json", ".log", ".md", ".yaml", ".yml")
    return "text/plain; charset=utf-8" if is_text else _ANYTHING
