"""The project, what is wrong with it, and what happens in it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from treadle import __version__
from treadle.errors import did_you_mean
from treadle.project.codes import codes
from treadle.server.context import Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.identity.needs import needs
from treadle.server.models.mistakes import Diagnostic, DiagnosticCode
from treadle.server.models.project import Project, Told
from treadle.server.snapshot import Snapshot
from treadle.server.streams import event_stream, message

__all__ = ["changed", "project_of", "router"]

router = APIRouter(prefix="/api", tags=["project"])


@router.get("/project")
def get_project(here: Here) -> Project:
    """The project: how it was loaded last, and what is wrong with it."""
    return project_of(here.snapshot)


@router.get("/diagnostics/{code}", responses=error_responses(404))
def get_diagnostic_code(code: str) -> DiagnosticCode:
    """What a code of diagnostics means."""
    found = codes().get(code)
    if found is None:
        raise NotFoundError(f"there is no code {code!r}", fix=did_you_mean(code, codes()))
    return DiagnosticCode(code=code, title=found["title"], text=found["help"])


@router.post("/project/reload", status_code=202, dependencies=[needs("launcher")])
async def reload_project(here: Here) -> Told:
    """Load the project again; `GET /api/events` tells when that is done, if anything has changed."""
    here.current.ask()
    return Told(message="the project is being loaded again")


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Server-sent events, without an end."}},
)
async def get_events(here: Here) -> StreamingResponse:
    """What happens, as it does: `reload` when the project was loaded anew, `run` when a run changes its status.

    The first event is `reload`, with what is known now.
    """
    return event_stream(here.streams.all(message("reload", changed(here.snapshot))))


def changed(snapshot: Snapshot) -> dict[str, object]:
    """What the event `reload` says."""
    errors = sum(each["severity"] == "error" for each in snapshot.facts.diagnostics)
    return {"version": snapshot.version, "state": snapshot.state, "errors": errors, "error": snapshot.error}


def project_of(snapshot: Snapshot) -> Project:
    """What the API says of a project."""
    return Project(
        name=snapshot.settings.module,
        root=str(snapshot.settings.root),
        version=snapshot.version,
        state=snapshot.state,
        error=snapshot.error,
        loaded_at=snapshot.loaded_at,
        seconds=snapshot.seconds,
        assets=len(snapshot.keys),
        checks=len(snapshot.graph.checks),
        components=len(snapshot.components),
        groups=snapshot.words["groups"],
        kinds=snapshot.words["kinds"],
        owners=snapshot.words["owners"],
        diagnostics=[Diagnostic(**each) for each in snapshot.facts.diagnostics],
        treadle=__version__,
    )
