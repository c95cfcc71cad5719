"""Every answer that isn't a success has one shape, whatever went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from treadle.errors import MissingExtraError, ProjectError, UsageError
from treadle.server.facts import plain_diagnostic
from treadle.server.models.mistakes import ErrorBody

__all__ = [
    "ConflictError",
    "ForbiddenError",
    "NotFoundError",
    "UnavailableError",
    "error_body",
    "error_responses",
    "handle_errors",
]

_WORDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    416: "range_not_satisfiable",
    421: "wrong_host",
    422: "invalid",
    429: "too_often",
    500: "internal",
    503: "unavailable",
}


class NotFoundError(UsageError):
    """What the path names doesn't exist."""


class ForbiddenError(UsageError):
    """Who asks may not do this."""


class UnavailableError(UsageError):
    """It can't be told at the moment."""


class ConflictError(UsageError):
    """It makes sense, but not as things are now; `diagnostics` say what is in the way."""

    def __init__(self, message: str, *, fix: str = "", diagnostics: Iterable[Mapping[str, Any]] = ()) -> None:
        super().__init__(message, fix=fix)
        self.diagnostics = tuple(diagnostics)


def error_body(
    status: int, message: str, *, code: str = "", diagnostics: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The one body.

    >>> error_body(404, "there is no run 'x'")
    {'error': {'code': 'not_found', 'message': "there is no run 'x'", 'diagnostics': []}}
    """
    word = code or _WORDS.get(status, "error")
    return {"error": {"code": word, "message": message, "diagnostics": list(diagnostics)}}


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the answers of a route that aren't successes."""
    return {each: {"model": ErrorBody, "description": _WORDS[each].replace("_", " ").capitalize()} for each in statuses}


def _answer(status: int, message: str, diagnostics: Iterable[Mapping[str, Any]] = ()) -> JSONResponse:
    return JSONResponse(error_body(status, message, diagnostics=diagnostics), status_code=status)


def _said(error: UsageError) -> str:
    if not error.fix:
        return error.message
    # What shows a place in a text ends with the mark below it: nothing may stand beside that.
    between = "\n" if "\n" in error.message else "; "
    return f"{error.message}{between}{error.fix}"


async def _usage(request: Request, error: Exception) -> JSONResponse:
    from treadle.store import StoreUnavailableError

    assert isinstance(error, UsageError)
    if isinstance(error, ConflictError):
        return _answer(409, _said(error), error.diagnostics)
    kinds: dict[type[UsageError], int] = {
        ForbiddenError: 403,
        NotFoundError: 404,
        StoreUnavailableError: 503,
        UnavailableError: 503,
    }
    return _answer(next((status for kind, status in kinds.items() if isinstance(error, kind)), 400), _said(error))


async def _project(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProjectError)
    return _answer(409, str(error), map(plain_diagnostic, error.diagnostics))


async def _missing(request: Request, error: Exception) -> JSONResponse:
    return _answer(503, str(error))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    words = {404: f"there is nothing at {request.url.path}", 405: f"{request.url.path} doesn't take {request.method}"}
    answer = _answer(error.status_code, words.get(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _answer(422, "; ".join(map(_unreadable, error.errors()[:10])))


def _unreadable(mistake: Mapping[str, Any]) -> str:
    if mistake["type"] == "json_invalid":
        return f"the body is no JSON from character {int(mistake['loc'][-1]) + 1} on: {mistake['ctx']['error']}"
    return f"{'.'.join(map(str, mistake['loc'][1:])) or 'the body'}: {mistake['msg']}"


async def _ours(request: Request, error: Exception) -> JSONResponse:
    # Starlette raises it again, so the traceback is on the standard error; whoever asks is told nothing of what is inside.
    return _answer(500, "this is a mistake in Treadle; what happened is in the output of the server")


def handle_errors(app: FastAPI) -> None:
    """Let an app answer in this shape."""
    app.add_exception_handler(UsageError, _usage)
    app.add_exception_handler(ProjectError, _project)
    app.add_exception_handler(MissingExtraError, _missing)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _ours)
