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
    AutomationState,
    BackfillPart,
    BackfillRecord,
    BackfillStatus,
    CheckResultRecord,
    CheckState,
    DeliveryRecord,
    DeliveryStatus,
    EventRecord,
    MaterializationRecord,
    NewRun,
    PendingDelivery,
    PendingStep,
    PlannedPart,
    Recorded,
    Runner,
    RunRecord,
    RunSearch,
    RunStatus,
    StepRecord,
    StepStatus,
    TickRecord,
    TickStatus,
)

if TYPE_CHECKING:
    from pathlib import Path

    from treadle.store.dialect import StoreUnavailableError
    from treadle.store.store import RunLostError, Store
    from treadle.store.upgrading import Upgrade

__all__ = [
    "AssetState",
    "AttemptRecord",
    "AutomationState",
    "BackfillPart",
    "BackfillRecord",
    "BackfillStatus",
    "CheckResultRecord",
    "CheckState",
    "DeliveryRecord",
    "DeliveryStatus",
    "EventRecord",
    "MaterializationRecord",
    "NewRun",
    "PendingDelivery",
    "PendingStep",
    "PlannedPart",
    "Recorded",
    "RunEnded",
    "RunEvent",
    "RunInterrupted",
    "RunLostError",
    "RunRecord",
    "RunSearch",
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
    "TickRecord",
    "TickStatus",
    "backup_store",
    "is_kept",
    "open_store",
    "upgrade_store",
]


def open_store(url: str) -> Store:
    """The store at a SQLAlchemy URL; it is made when it is missing, and a SQLite file is brought up to date.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/treadle.db") as store:
    ...     store.runs()
    []

    Raises:
        UsageError: when the URL makes no sense, or what it names can't be used as a store.
    """
    from treadle.store.store import Store

    return Store(url)


def upgrade_store(url: str) -> Upgrade:
    """Bring the tables of a store up to date, also in a PostgreSQL that others use.

    Raises:
        UsageError: when the URL makes no sense, or what it names can't be upgraded.
    """
    from treadle.store.upgrading import upgrade_store

    return upgrade_store(url)


def backup_store(url: str, file: Path) -> None:
    """Copy a store into a file, as it is at one moment, while others write to it.

    Raises:
        UsageError: when the file exists or can't be written, or the store can't be read.
    """
    from treadle.store.backups import backup_store

    backup_store(url, file)


def __getattr__(name: str) -> object:
    if name in ("Store", "RunLostError"):
        from treadle.store import store

        return getattr(store, name)
    if name == "StoreUnavailableError":
        from treadle.store.dialect import StoreUnavailableError

        return StoreUnavailableError
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
