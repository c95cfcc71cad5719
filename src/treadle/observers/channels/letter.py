"""A message on its way, and why it didn't arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from treadle.errors import TreadleError
from treadle.observers.messages import Message

__all__ = ["NO_ANSWER", "Letter", "UndeliverableError"]

NO_ANSWER = "it didn't answer in time"


class UndeliverableError(TreadleError):
    """Why a message didn't arrive; the text may hold secrets, until it is redacted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message on its way. `id` is the same in all attempts, so that a receiver can tell what it has already.

    `seconds` is how long it may take; `project` is the folder in which commands run, with this `environment`.
    """

    id: str
    hook: str
    message: Message
    seconds: float
    project: Path
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
