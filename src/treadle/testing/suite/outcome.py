"""What came of a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from treadle.errors import Diagnostic, Severity
from treadle.testing.suite.finding import Test

__all__ = ["Covered", "Outcome", "Result"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What a test gave to a component: the name of its type as it is written, and the attributes."""

    type: str
    package: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the process of a test found; `output` is what was printed there."""

    failures: tuple[Diagnostic, ...] = ()
    covered: tuple[Covered, ...] = ()
    output: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A test and what came of it; `failures` tell what is otherwise than it expects."""

    test: Test
    seconds: float
    result: Result = field(default_factory=Result)

    @property
    def failures(self) -> tuple[Diagnostic, ...]:
        """What is otherwise than the test expects."""
        return self.result.failures

    @property
    def passed(self) -> bool:
        """Whether everything is as the test expects."""
        return not any(each.severity is Severity.ERROR for each in self.failures)
