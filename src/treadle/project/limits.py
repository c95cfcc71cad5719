"""What `[tool.treadle.run]` and `[tool.treadle.pools]` say of the project's runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Literal

from treadle.errors import cut, did_you_mean, listing
from treadle.ir import Limits, RetryPolicy
from treadle.ir.durations import parse_duration

__all__ = ["limits_of", "mistakes_in_limits"]

Mistake = tuple[str, str, str]
"""The key that is wrong, what is wrong with it, and what to write instead."""


def limits_of(run: Mapping[str, Any], pools: Mapping[str, int]) -> Limits:
    """The limits that settings without mistakes say.

    >>> limits_of({"timeout": "2h", "retries": {"times": 3, "delay": "10s"}}, {"warehouse": 2}).timeout
    7200.0
    """
    values = {key: _FIELDS[key](value) for key, value in run.items()}
    return Limits(pools=dict(pools), **values)


def mistakes_in_limits(run: object, pools: object) -> Iterator[Mistake]:
    """What is wrong with the settings.

    >>> [key for key, message, fix in mistakes_in_limits({"timeout": "soon", "retries": {"delay": "10s"}}, {})]
    ['timeout', 'retries']
    """
    if isinstance(run, Mapping):
        yield from _mistakes(run, _FIELDS, "[tool.treadle.run]")
        if isinstance(retries := run.get("retries"), Mapping):
            # They are told where the table begins: written in one line, its keys have no line of their own.
            for _, message, fix in _mistakes(retries, _RETRIES, "the setting 'retries'"):
                yield "retries", message, fix
    if isinstance(pools, Mapping):
        for name, limit in pools.items():
            if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
                yield name, f"the pool {name!r} can't have {cut(limit)} places", "write how many steps may run at once"


def _mistakes(table: Mapping[str, Any], fields: Mapping[str, Callable[[Any], object]], where: str) -> Iterator[Mistake]:
    for key, value in table.items():
        if key not in fields:
            fix = did_you_mean(key, fields) or f"write one of {listing(fields)}"
            yield key, f"{where} has no setting {key!r}", fix
            continue
        try:
            fields[key](value)
        except ValueError as error:
            yield key, f"the setting {key!r} can't be {cut(value)}", str(error)


def _count(value: Any, *, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"write a number from {least} on")
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, str):
        found: timedelta = parse_duration(value)
        return found.total_seconds()
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return float(value)
    raise ValueError("write seconds, or text like '30s' or '2h'")


def _backoff(value: Any) -> Literal["constant", "linear", "exponential"]:
    if value in ("constant", "linear", "exponential"):
        return value  # type: ignore[no-any-return] # one of these
    raise ValueError("write 'constant', 'linear' or 'exponential'")


def _jitter(value: Any) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise ValueError("write a share between 0 and 1")


def _policy(value: Any) -> RetryPolicy:
    if isinstance(value, Mapping):
        if "times" not in value:
            raise ValueError("say how often as well: times = 3")
        return RetryPolicy(**{key: _RETRIES[key](each) for key, each in value.items() if key in _RETRIES})
    return RetryPolicy(times=_count(value, least=0))


_RETRIES: Mapping[str, Callable[[Any], Any]] = {
    "times": lambda value: _count(value, least=0),
    "delay": _seconds,
    "backoff": _backoff,
    "jitter": _jitter,
    "longest": _seconds,
}
_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "jobs": _count,
    "runs": _count,
    "grace": _seconds,
    "retries": _policy,
    "timeout": _seconds,
    "output": lambda value: _count(value, least=1_000),
    "patience": _seconds,
}
