"""What steps print: all of it, a part, or as it comes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from treadle.errors import did_you_mean
from treadle.runner.output import Printed, read_output
from treadle.server.context import Context, Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.routes.runs import find_run
from treadle.store import RunRecord, StepStatus

if TYPE_CHECKING:
    from treadle.store import AttemptRecord

__all__ = ["find_attempt", "router"]

router = APIRouter(prefix="/api", tags=["runs"])

_SECONDS_BETWEEN_LOOKS = 0.2
_TEXT = "text/plain; charset=utf-8"


@router.get(
    "/runs/{run_id}/output",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/plain": {}}, "description": "What was printed."},
        206: {"content": {"text/plain": {}}, "description": "The part that `Range` asks for."},
        **error_responses(404, 416),
    },
)
def get_output(
    here: Here,
    run_id: str,
    step: Annotated[str, Query(max_length=2000)],
    attempt: Annotated[int | None, Query(ge=1, description="Which attempt; the last without it.")] = None,
    follow: Annotated[bool, Query(description="Go on as long as the step runs.")] = False,
    range: Annotated[str | None, Header(description="`bytes=0-999` or `bytes=1000-`.")] = None,
) -> StreamingResponse:
    """What an attempt at a step printed, secrets taken out; a very long output has a gap in its middle."""
    run = find_run(here, run_id)
    found = find_attempt(here, run, step, attempt)
    file = Path(found.output)
    if not file.resolve().is_relative_to((here.settings.state / "runs").resolve()):
        raise NotFoundError("this output is kept on another machine")
    if follow:
        return StreamingResponse(_followed(here, found, file), media_type=_TEXT)
    printed = Printed(file)
    start, end = _part(range, printed)
    headers = {"accept-ranges": "bytes", "content-length": str(end - start)}
    if range is not None:
        headers["content-range"] = f"bytes {start}-{end - 1}/{printed.size}"
    return StreamingResponse(
        _some(printed, start, end), status_code=206 if range is not None else 200, media_type=_TEXT, headers=headers
    )


def find_attempt(here: Context, run: RunRecord, step: str, number: int | None) -> AttemptRecord:
    """An attempt at a step; the last without a number.

    Raises:
        NotFoundError: when there is none.
    """
    attempts = here.store.attempts(run.id, step)
    if not attempts:
        names = [each.step for each in here.store.steps(run.id)]
        if step in names:
            raise NotFoundError(f"{step!r} has printed nothing: it hasn't started")
        raise NotFoundError(f"the run has no step {step!r}", fix=did_you_mean(step, names))
    found = next((each for each in attempts if each.attempt == number), None) if number else attempts[-1]
    if found is None:
        raise NotFoundError(f"{step!r} has no attempt {number}")
    return found


def _part(asked: str | None, printed: Printed) -> tuple[int, int]:
    """From which byte to which."""
    size = printed.size
    if asked is None:
        return 0, size
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.strip())
    start = int(found[1]) if found else 0
    end = min(int(found[2]) + 1, size) if found and found[2] else size
    if found is None or start >= end:
        printed.close()
        raise HTTPException(416, f"there are {size} bytes", headers={"content-range": f"bytes */{size}"})
    return start, end


def _some(printed: Printed, start: int, end: int) -> Iterator[bytes]:
    """Exactly what was promised, though more may be there by now."""
    with printed:
        yield from printed.read(start, end)


async def _followed(here: Context, attempt: AttemptRecord, file: Path) -> AsyncIterator[bytes]:
    start = 0
    while True:
        is_over = await run_sync(_is_over, here, attempt)
        for chunk in await run_sync(lambda: list(read_output(file, start=start, most=1 << 20))):  # noqa: B023
            start += len(chunk)
            yield chunk
            if len(chunk) == 1 << 16:
                is_over = False  # there may be more of it
        if is_over or not await here.streams.wait(_SECONDS_BETWEEN_LOOKS):
            return


def _is_over(here: Context, attempt: AttemptRecord) -> bool:
    now = [each for each in here.store.attempts(attempt.run_id, attempt.step) if each.attempt == attempt.attempt]
    return not now or now[0].status is not StepStatus.RUNNING or here.store.run(attempt.run_id).status.is_final
