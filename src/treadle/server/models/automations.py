"""What starts runs, and each look at whether they are due."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from treadle.server.models.given import Given, Page, Taken
from treadle.server.models.project import Place

__all__ = ["Automation", "AutomationList", "Switch", "Tick", "TickPage"]


class Tick(Given):
    """A look at whether runs were due: what was decided, and why."""

    id: int
    kind: str
    name: str
    due_at: datetime
    status: Literal["fired", "skipped", "failed"]
    reason: str = ""
    run_ids: list[str] = []


class TickPage(Page[Tick]):
    """A page of ticks, the newest first."""


class Automation(Given):
    """Something that starts runs: a schedule, a sensor, or (`automation`) all conditions of assets."""

    kind: Literal["schedule", "sensor", "automation"]
    name: str
    when: str
    description: str | None = None
    selection: str | None = None
    on: bool
    next_at: datetime | None = None
    last_tick: Tick | None = None
    place: Place


class AutomationList(Given):
    """Everything that starts runs."""

    items: list[Automation]


class Switch(Taken):
    """Whether something that starts runs is on; null leaves it as it is declared."""

    on: bool | None
