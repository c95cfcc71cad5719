"""What a step returns, recorded as if it had been reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from treadle.errors import cut
from treadle.ir import CheckResult, LogLine, Materialization, StepFailed

if TYPE_CHECKING:
    from treadle.runner.context import RunningStep

__all__ = ["record_returned"]


def record_returned(step: RunningStep, value: object) -> None:
    """Record a `Materialization` or a `CheckResult`, or each of an iterable of them; None is nothing.

    Raises:
        StepFailed: when the value is anything else.
    """
    match value:
        case None:
            return
        case Materialization():
            step.materialize(
                value.asset, metadata=value.metadata, data_version=value.data_version, partition=value.partition
            )
        case CheckResult():
            step.check(
                value.check,
                value.passed,
                asset=value.asset,
                severity=value.severity,
                description=value.description,
                metadata=value.metadata,
            )
        case LogLine():
            step.log(value.message, level=value.level, asset=value.asset)
        case Iterable() if not isinstance(value, (str, bytes, bytearray, Mapping)):
            for item in value:
                _record_item(step, item)
        case _:
            raise StepFailed(_refused(value))


def _record_item(step: RunningStep, item: object) -> None:
    if not isinstance(item, (Materialization, CheckResult, LogLine)):
        raise StepFailed(_refused(item))
    record_returned(step, item)


def _refused(value: object) -> str:
    return (
        f"the step returned {cut(value)} ({type(value).__name__}); "
        "return nothing, a Materialization, a CheckResult, or an iterable of them"
    )
