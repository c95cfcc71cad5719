"""The audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from treadle.server.models.given import Given, Page

__all__ = ["AuditEntry", "AuditPage"]


class AuditEntry(Given):
    """Something that was changed, or refused: by whom, when, from where, and what came of it."""

    id: int
    at: datetime
    kind: Literal["person", "token", "local", "command", "unknown"]
    who: str
    action: str
    target: str
    details: str
    outcome: Literal["done", "refused", "failed"]
    status: int
    message: str
    address: str


class AuditPage(Page[AuditEntry]):
    """A page of the audit log."""
