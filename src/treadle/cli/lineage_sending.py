"""What commands that run something, and the scheduler, do for catalogues of lineage."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from treadle.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from treadle.ir import Step, TimeWindow
    from treadle.ir.observing import ToCatalogue
    from treadle.observers.lineage.sending import Sent
    from treadle.project import Project, Settings
    from treadle.store import PendingDelivery, RunEvent, Store

__all__ = ["SECONDS", "noting", "send_lineage", "show_sent", "tell_lineage"]

SECONDS = 10.0
"""How long the end of a command may take to send events."""


def noting(settings: Settings) -> Callable[[Sequence[RunEvent]], Sequence[PendingDelivery]] | None:
    """What says of a run's events which of them are told to a catalogue; for `execute`."""
    if (catalogue := settings.observed().lineage) is None:
        return None
    from treadle.observers.lineage.noting import noting

    return noting(catalogue, project=str(settings.root))


def send_lineage(
    project: Project, store: Store, *, seconds: float = SECONDS, is_patient: bool = False
) -> list[Sent] | None:
    """Send the events that wait; None when the project tells nobody.

    Raises:
        StoreUnavailableError: when the store can't be used at the moment.
    """
    if (catalogue := project.settings.observed().lineage) is None:
        return None
    return _sent(project, catalogue, store, seconds=seconds, is_patient=is_patient)


def tell_lineage(project: Project, store: Store) -> None:
    """Send what waits, and say what couldn't be sent: that changes nothing of what the command did."""
    try:
        show_sent(send_lineage(project, store) or [])
    except UsageError as error:
        click.echo(f"warning: no lineage was sent, it will be next time: {error.message}", err=True)
    except KeyboardInterrupt:
        click.echo("warning: lineage wasn't sent to the end, it will be next time", err=True)


def show_sent(sent: Sequence[Sent]) -> None:
    """Say on the standard error what wasn't sent, and what becomes of it."""
    for each in sent:
        why = f": {each.error}" if each.error else ""
        if each.lost:
            click.echo(f"warning: {_events(each.lost)} of lineage given up ({each.way}){why}", err=True)
        if each.waiting:
            why = "" if each.lost else why
            click.echo(
                f"warning: {_events(each.waiting)} of lineage wait for the next time ({each.way}){why}", err=True
            )


def _events(number: int) -> str:
    return f"{number:,} {'event' if number == 1 else 'events'}"


def _sent(project: Project, catalogue: ToCatalogue, store: Store, *, seconds: float, is_patient: bool) -> list[Sent]:
    from treadle.observers.lineage.events import EventMaker
    from treadle.observers.lineage.sending import send_waiting

    settings = project.settings
    return send_waiting(
        store,
        catalogue,
        EventMaker(catalogue, project.graph, store, name=settings.module, window=_window),
        project=str(settings.root),
        environment=os.environ,
        seconds=seconds,
        is_patient=is_patient,
    )


def _window(step: Step, partition: str) -> TimeWindow | None:
    from treadle.runner.partitions.seen import seen

    try:
        return seen(partition, step, step.assets or {check.asset for check in step.checks}).window
    except UsageError:
        return None
