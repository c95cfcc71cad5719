"""The YAML models of lengths of time, and of how a step that failed is tried again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AliasChoices, Field, WithJsonSchema

from treadle.components.automation import DurationText
from treadle.components.model import Attributes, Instance, Written, record_schema
from treadle.ir import RetryPolicy
from treadle.ir.durations import parse_duration

__all__ = ["Length", "Retries", "Wait"]

_LONGEST = 1_000_000_000
"""Some 31 years, in seconds: more than that no clock of a process can be told to wait."""


def _seconds(written: float | str) -> float:
    length = parse_duration(written).total_seconds() if isinstance(written, str) else float(written)
    return min(length, float(_LONGEST))


Length = Annotated[float, Written(Annotated[float, Field(gt=0, le=_LONGEST)] | DurationText, _seconds)]
"""A length of time, as seconds: `90`, or text like `90s`, `2h`, `1d 12h`."""
Wait = Annotated[float, Written(Annotated[float, Field(ge=0, le=_LONGEST)] | DurationText, _seconds)]
"""The same, where it may also be none."""


class RetryAttributes(Attributes):
    """How often a step that failed is tried again, and how long to wait before each time."""

    times: int = Field(ge=0, le=1_000_000, validation_alias=AliasChoices("times", "max_retries"))
    """How often."""
    delay: Wait = Field(default=0.0, examples=["10s", 2.5])
    """How long to wait before the first time: seconds, or text like `10s` or `5m`."""
    backoff: Literal["exponential", "linear", "constant", "EXPONENTIAL", "LINEAR"] = "exponential"
    """How the delay grows: it doubles each time, gets longer by the first one each time, or stays the same."""
    longest: Wait = Field(default=3600.0, examples=["10m"])
    """How long a delay gets at most."""
    jitter: Annotated[float, Field(ge=0, le=1)] | Literal["FULL", "PLUS_MINUS"] = 0.25
    """The share of a delay that chance adds or takes away; `FULL` is any time up to the delay, `PLUS_MINUS` is 1."""

    def to_policy(self) -> RetryPolicy:
        """The record that a step holds.

        >>> RetryAttributes(times=3, delay="10s", backoff="LINEAR").to_policy()
        RetryPolicy(times=3, delay=10.0, backoff='linear', jitter=0.25, longest=3600.0)
        """
        # Any time up to a delay is half of it, and by chance all of that more or less.
        share = 0.5 if self.jitter == "FULL" else 1.0
        return RetryPolicy(
            times=self.times,
            delay=self.delay * share,
            backoff=_BACKOFFS[self.backoff],
            jitter=1.0 if isinstance(self.jitter, str) else self.jitter,
            longest=self.longest * share,
        )


_BACKOFFS: dict[str, Literal["exponential", "linear", "constant"]] = {
    "exponential": "exponential",
    "linear": "linear",
    "constant": "constant",
    "EXPONENTIAL": "exponential",
    "LINEAR": "linear",
}


def _policy(written: int | RetryAttributes | RetryPolicy) -> RetryPolicy:
    if isinstance(written, int):
        return RetryPolicy(times=written)
    return written.to_policy() if isinstance(written, RetryAttributes) else written


RetryTemplate = Annotated[RetryPolicy, Instance(), WithJsonSchema(record_schema("RetryPolicy"))]
Retries = Annotated[
    RetryPolicy, Written(RetryTemplate | Annotated[int, Field(ge=0, le=1_000_000)] | RetryAttributes, _policy)
]
"""How often, or a mapping, or a template that gives a `RetryPolicy`."""
