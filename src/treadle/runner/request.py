"""What a step's process is asked to do: a JSON file that any process on any machine can follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from treadle.errors import UsageError
from treadle.ir import AssetKey, CheckKey

__all__ = ["StepRequest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """One step of one run. It holds names only: no code, and nothing of the environment.

    `project` is the folder of the project; `component` and `step` name the step in it. `artifacts` is the folder for
    the attempt's files, which need not exist yet. `traceparent` is the span that its process, and what that starts,
    belong to.
    """

    project: Path
    step: str
    component: str = ""
    assets: tuple[AssetKey, ...] = ()
    checks: tuple[CheckKey, ...] = ()
    skippable: tuple[AssetKey, ...] = ()
    partition: str | None = None
    run_id: str = ""
    attempt: int = 1
    config: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    artifacts: Path | None = None
    traceparent: str = ""

    @property
    def address(self) -> str:
        """The name that the step has in the project."""
        return f"{self.component}:{self.step}" if self.component else self.step

    def write(self, file: Path) -> None:
        """Keep the request in a file."""
        file.write_text(self.to_text(indent=1), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> Self:
        """The request in a file.

        Raises:
            UsageError: when the file can't be read or holds something else.
        """
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"the request {str(file)!r} can't be read: {error.strerror}") from error
        except ValueError as error:
            raise UsageError(f"{str(file)!r} is not a step request: {error}") from error
        return cls.from_text(text, repr(str(file)))

    def to_text(self, *, indent: int | None = None) -> str:
        """The request as JSON; of one line without `indent`."""
        value = {
            "project": str(self.project),
            "component": self.component,
            "step": self.step,
            "assets": [str(key) for key in self.assets],
            "checks": [[str(key.asset), key.name] for key in self.checks],
            "skippable": [str(key) for key in self.skippable],
            "partition": self.partition,
            "run_id": self.run_id,
            "attempt": self.attempt,
            "config": dict(self.config),
            "tags": dict(self.tags),
            "artifacts": None if self.artifacts is None else str(self.artifacts),
            "traceparent": self.traceparent,
        }
        return json.dumps(value, indent=indent)

    @classmethod
    def from_text(cls, text: str, origin: str) -> Self:
        """The request in a text; `origin` says in messages where that came from.

        Raises:
            UsageError: when it is something else.
        """
        try:
            value = json.loads(text)
            return cls(
                project=Path(value["project"]),
                component=value["component"],
                step=value["step"],
                assets=tuple(_key(text) for text in value["assets"]),
                checks=tuple(CheckKey(_key(asset), name) for asset, name in value["checks"]),
                skippable=tuple(_key(text) for text in value["skippable"]),
                partition=value["partition"],
                run_id=value["run_id"],
                attempt=value["attempt"],
                config=value["config"],
                tags=value["tags"],
                artifacts=None if value.get("artifacts") is None else Path(value["artifacts"]),
                traceparent=value.get("traceparent", ""),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{origin} is not a step request: {error}") from error


def _key(text: str) -> AssetKey:
    return AssetKey(tuple(text.split("/")))
