"""What happened: runs, their steps, and what those reported, in SQLite or PostgreSQL.

Importing this package is free: SQLAlchemy is imported when a store is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from treadle.store.events import (
    RunEnded,
    RunEvent,
    RunInterrupted,
    RunStarted,
    StepEnded,
    StepReported,
    StepStarted,
    is_kept,
)
from treadle.store.records import (
    AssetState,
    AttemptRecord,
    CheckResultRecord,
    EventRecord,
    MaterializationRecord,
    PendingStep,
    Runner,
    RunRecord,
    RunStatus,
    StepRecord,
    StepStatus,
)

if TYPE_CHECKING:
    from treadle.store.dialect import StoreUnavailableError
    from treadle.store.store import RunLostError, Store

__all__ = [
    "AssetState",
    "AttemptRecord",
    "CheckResultRecord",
    "EventRecord",
    "MaterializationRecord",
    "PendingStep",
    "RunEnded",
    "RunEvent",
    "RunInterrupted",
    "RunLostError",
    "RunRecord",
    "RunStarted",
    "RunStatus",
    "Runner",
    "StepEnded",
    "StepRecord",
    "StepReported",
    "StepStarted",
    "StepStatus",
    "Store",
    "StoreUnavailableError",
    "is_kept",
    "open_store",
]


def open_store(url: str) -> Store:
    """The store at a SQLAlchemy URL; it is made, or brought up to date, when that is needed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/treadle.db") as store:
    ...     store.runs()
    []

    Raises:
        UsageError: when the URL makes no sense, or what it names can't be used as a store.
    """
    from treadle.store.store import Store

    return Store(url)


def __getattr__(name: str) -> object:
    if name in ("Store", "RunLostError"):
        from treadle.store import store

        return getattr(store, name)
    if name == "StoreUnavailableError":
        from treadle.store.dialect import StoreUnavailableError

        return StoreUnavailableError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
