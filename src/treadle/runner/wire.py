"""How a step's process speaks to the runner: one JSON object a line, over a pipe."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from treadle.ir import AssetKey, CheckResult, CheckSeverity, LogLine, Materialization, Phase

__all__ = ["EVENTS_FD", "Ended", "HandedOut", "Said", "Used", "from_line", "to_line"]

EVENTS_FD = "TREADLE_EVENTS_FD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The last word of a step; an error when it failed, and whether trying again may help."""

    error: str | None = None
    may_retry: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A secret that the step is about to have: kept out of what it prints, and neither recorded nor told to anybody."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a step's processes used on another machine, where the runner can't look: bytes, and seconds."""

    peak_memory: int
    cpu_seconds: float
    peak_gpu_memory: int | None = None


Said = Materialization | CheckResult | LogLine | Phase | Ended | Used


def to_line(said: Said | HandedOut) -> bytes:
    r"""What is written to the pipe.

    >>> to_line(Ended())
    b'{"kind":"ended","error":null,"may_retry":true}\n'
    """
    return json.dumps(_to_json(said), separators=(",", ":")).encode("ascii") + b"\n"


def _to_json(said: Said | HandedOut) -> dict[str, object]:
    match said:
        case Materialization():
            return {
                "kind": "materialization",
                "asset": _text(said.asset),
                "metadata": dict(said.metadata),
                "data_version": said.data_version,
                "partition": said.partition,
            }
        case CheckResult():
            return {
                "kind": "check",
                "asset": _text(said.asset),
                "check": said.check,
                "passed": said.passed,
                "severity": said.severity.value,
                "description": said.description,
                "partition": said.partition,
                "metadata": dict(said.metadata),
            }
        case LogLine():
            return {"kind": "log", "message": said.message, "level": said.level, "asset": _text(said.asset)}
        case Phase():
            return {
                "kind": "phase",
                "name": said.name,
                "id": said.id,
                "started": said.started,
                "ended": said.ended,
                "parent": said.parent,
                "error": said.error,
                "attributes": dict(said.attributes),
            }
        case Ended():
            return {"kind": "ended", "error": said.error, "may_retry": said.may_retry}
        case HandedOut():
            return {"kind": "handed_out", "name": said.name, "value": said.value}
        case Used():
            return {"kind": "used", **asdict(said)}


def from_line(line: bytes) -> Said | HandedOut:
    """What was read from the pipe.

    >>> from_line(to_line(LogLine(message="half done")))
    LogLine(message='half done', level='info', asset=None)

    Raises:
        ValueError: when the line is nothing that a step says.
    """
    try:
        said = json.loads(line)
        return _from_json(said.pop("kind"), said)
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not an event: {line[:80]!r}") from error


def _from_json(kind: str, said: dict[str, Any]) -> Said | HandedOut:
    if kind == "ended":
        return Ended(error=said["error"], may_retry=said["may_retry"])
    if kind == "handed_out":
        return HandedOut(name=said["name"], value=said["value"])
    if kind == "phase":
        return Phase(**said)
    if kind == "used":
        return Used(**said)
    asset = _key(said.pop("asset"))
    if kind == "materialization":
        return Materialization(asset=asset, **said)
    if kind == "check":
        return CheckResult(asset=asset, severity=CheckSeverity(said.pop("severity")), **said)
    if kind == "log":
        return LogLine(asset=asset, **said)
    raise ValueError(f"unknown kind of event: {kind!r}")


def _text(key: AssetKey | None) -> str | None:
    return None if key is None else str(key)


def _key(text: str | None) -> AssetKey | None:
    return None if text is None else AssetKey(tuple(text.split("/")))
