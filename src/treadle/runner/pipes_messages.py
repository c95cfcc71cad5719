"""What the messages of a Pipes script mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from treadle.errors import cut
from treadle.ir import CheckSeverity, StepFailed
from treadle.runner.pipes import split_escaped

if TYPE_CHECKING:
    from treadle.ir import StepContext

__all__ = ["PipesMessages"]

_LEVELS: Mapping[str, Literal["debug", "info", "warning", "error"]] = {
    "DEBUG": "debug",
    "INFO": "info",
    "WARNING": "warning",
    "ERROR": "error",
    "CRITICAL": "error",
}


class PipesMessages:
    """Records the messages of one script as its step's own."""

    def __init__(self, step: StepContext, *, on_custom: Callable[[object], object] | None = None) -> None:
        self._step = step
        self._on_custom = on_custom or self._log_custom
        self._problem: BaseException | None = None
        self._exception: Mapping[str, Any] | None = None

    def receive(self, message: Mapping[str, Any]) -> None:
        """Record a message. A mistake in it is kept for the end: whoever stopped listening would block the script."""
        try:
            self._receive(message["method"], message["params"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            why = f"it has no {error}" if isinstance(error, KeyError) else cut(str(error))[1:-1]
            problem = f"the script sent a {message['method']} message that makes no sense: {why}"
            self._problem = self._problem or StepFailed(problem)
        except BaseException as error:
            self._problem = self._problem or error

    def close(self, exit_code: int) -> None:
        """Judge the script after its end.

        Raises:
            StepFailed: when it reported what its step doesn't have, or failed with an exception.
        """
        if self._problem is not None:
            raise self._problem
        if self._exception is not None:
            said = " ".join(str(self._exception.get("message") or "an exception").split())
            if exit_code != 0:
                raise StepFailed(f"the script failed: {said}")
            self._step.log(f"the script reported an exception, and went on: {said}", level="warning")

    def _receive(self, method: str, params: Mapping[str, Any]) -> None:
        match method:
            case "report_asset_materialization":
                self._step.materialize(
                    split_escaped(params["asset_key"]),
                    metadata=_values(params.get("metadata")),
                    data_version=params.get("data_version"),
                )
            case "report_asset_check":
                self._step.check(
                    params["check_name"],
                    params["passed"],
                    asset=split_escaped(key) if (key := params["asset_key"]) is not None else None,
                    severity=CheckSeverity(str(params.get("severity") or "ERROR").lower()),
                    description=params.get("description"),
                    metadata=_values(params.get("metadata")),
                )
            case "log":
                self._step.log(params["message"], level=_LEVELS.get(str(params.get("level")).upper(), "info"))
            case "log_external_stream":
                self._step.log(str(params["text"]).rstrip("\n"))
            case "report_custom_message":
                self._on_custom(params.get("payload"))
            case "closed":
                self._exception = params.get("exception")
            case "opened":
                pass
            case _:
                self._step.log(f"the script sent a message that isn't understood: {method} {params}", level="warning")

    def _log_custom(self, payload: object) -> None:
        self._step.log(f"custom message: {payload!r}", level="debug")


def _values(metadata: Mapping[str, Any] | None) -> dict[str, object]:
    return {name: _value(value) for name, value in (metadata or {}).items()}


def _value(typed: Any) -> object:
    """The plain value of a typed one; moments, which come as seconds, as text that can be read."""
    if not isinstance(typed, Mapping) or not {"raw_value", "type"} <= set(typed):
        return typed
    value = typed["raw_value"]
    if typed["type"] == "timestamp" and isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC).isoformat()
    return value
