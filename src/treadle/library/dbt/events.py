"""dbt's JSON log, line by line, as materializations, check results and log lines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from treadle.ir import AssetKey, Check, CheckSeverity, StepContext
from treadle.library.dbt.command import is_farewell

__all__ = ["Failure", "Names", "Reporter"]

_WRITTEN = ("model", "seed", "snapshot")
_TESTED = ("test", "unit_test")
_FAILED = ("error", "fail", "runtime error", "partial success")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What dbt's unique ids are on the platform."""

    assets: Mapping[str, AssetKey]
    checks: Mapping[str, Check]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that dbt couldn't do; one that is recorded as a check result needs no other word."""

    name: str
    message: str
    is_check: bool


@dataclass(slots=True, kw_only=True)
class Reporter:
    """Takes dbt's output as it comes, reports to the step, and remembers how it went."""

    step: StepContext
    names: Names
    failures: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    announced: set[str] = field(default_factory=set)

    def read(self, line: str) -> None:
        """One line of dbt's output."""
        # dbt logs every query at the level that holds what we need; those lines aren't worth decoding.
        if '"level": "debug"' in line and '"name": "NodeFinished"' not in line:
            return
        event = _event(line)
        if event is None:
            if is_farewell(line):
                return
            print(line, flush=True)  # noqa: T201 - the step's output is where a person looks for it
            if line.strip():
                self.plain.append(line)
            return
        info, data = event
        if info.get("level") == "debug":
            if info.get("name") == "NodeFinished":
                self._finished(data.get("node_info") or {}, data.get("run_result") or {})
            return
        message = str(info.get("msg", ""))
        print(message, flush=True)  # noqa: T201 - as above
        if str(info.get("name")).startswith("Log") and str(info.get("name")).endswith("Result"):
            self.announced.add((data.get("node_info") or {}).get("unique_id", ""))
        if info.get("level") == "error":
            told = _without_frames(message.replace("Encountered an error:\n", ""))
            self.errors.extend([told] if told else [])

    def _finished(self, node: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        unique_id = str(node.get("unique_id", ""))
        status = str(result.get("status", ""))
        kind = node.get("resource_type")
        if _is_batch(node) and unique_id not in self.announced and status != "skipped":
            # A microbatch model finishes once a batch; dbt announces a model's result only when all are done.
            return
        self.seen.add(unique_id)
        if status == "skipped":
            self._skipped(unique_id, node, kind)
        elif kind in _TESTED:
            self._tested(unique_id, node, result, status)
        elif status in _FAILED:
            self._failed(unique_id, node, result)
        elif kind in _WRITTEN and unique_id in self.names.assets:
            self.step.materialize(self.names.assets[unique_id], metadata=_metadata(unique_id, result))

    def _skipped(self, unique_id: str, node: Mapping[str, Any], kind: object) -> None:
        if unique_id not in self.names.assets:
            return
        self.skipped.append(unique_id)
        self.step.log(
            f"dbt skipped the {kind} {node.get('node_name')}: something that it depends on failed",
            level="warning",
            asset=self.names.assets[unique_id],
        )

    def _tested(self, unique_id: str, node: Mapping[str, Any], result: Mapping[str, Any], status: str) -> None:
        check = self.names.checks.get(unique_id)
        message = str(result.get("message") or "")
        if status in _FAILED:
            name = str(node.get("node_name", unique_id))
            self.failures.append(Failure(name=name, message=message, is_check=check is not None))
        if check is None:
            return
        metadata: dict[str, object] = {"dbt/unique_id": unique_id, "execution_time": _seconds(result)}
        if status in ("fail", "warn", "pass"):
            metadata["failures"] = int(result.get("num_failures") or 0)
        self.step.check(
            check.name,
            status == "pass",
            asset=check.asset,
            severity=_severity(status, check),
            description=message or None,
            metadata=metadata,
        )

    def _failed(self, unique_id: str, node: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        name, message = str(node.get("node_name", unique_id)), str(result.get("message") or "dbt gave no reason")
        self.failures.append(Failure(name=name, message=message, is_check=False))
        self.step.log(f"{name}: {message}", level="error", asset=self.names.assets.get(unique_id))


def _without_frames(message: str) -> str:
    """dbt's words without the way through dbt's own code, which is in the step's output."""
    return f"\n{message}".partition("\nTraceback (most recent call last)")[0].strip()


def _is_batch(node: Mapping[str, Any]) -> bool:
    return node.get("resource_type") == "model" and node.get("materialized") == "incremental"


def _severity(status: str, check: Check) -> CheckSeverity:
    if status == "warn":
        return CheckSeverity.WARN
    return check.severity if status == "pass" else CheckSeverity.ERROR


def _metadata(unique_id: str, result: Mapping[str, Any]) -> dict[str, object]:
    response = result.get("adapter_response") or {}
    rows = response.get("rows_affected")
    metadata: dict[str, object] = {"dbt/unique_id": unique_id, "execution_time": _seconds(result)}
    # Adapters that don't know write nothing, or -1.
    metadata["rows_affected"] = int(rows) if isinstance(rows, int | float) and rows >= 0 else None
    return metadata


def _seconds(result: Mapping[str, Any]) -> float:
    return round(float(result.get("execution_time") or 0.0), 6)


def _event(line: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    if not line.startswith("{"):
        return None
    try:
        found = json.loads(line)
        info, data = found["info"], found.get("data") or {}
    except (ValueError, KeyError, TypeError):
        return None
    return (info, data) if isinstance(info, dict) and isinstance(data, dict) else None
