"""What commands that run something, and the scheduler, do for the project's hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from treadle.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from treadle.ir import AssetGraph
    from treadle.observers import Told
    from treadle.project import Settings
    from treadle.store import PendingDelivery, RunEvent, Store

__all__ = ["SECONDS", "announcing", "deliver", "show_told", "tell_hooks"]

SECONDS = 10.0
"""How long the end of a command may wait for hooks."""


def announcing(
    settings: Settings, graph: AssetGraph, store: Store
) -> Callable[[Sequence[RunEvent]], Sequence[PendingDelivery]] | None:
    """What says of a run's events what the project's hooks have to tell; for `execute`."""
    if not settings.hooks:
        return None
    from treadle.observers import announcer

    return announcer(settings.hooks.values(), graph, store)


def deliver(settings: Settings, store: Store, *, seconds: float = SECONDS) -> list[Told]:
    """Tell what the project's hooks have to tell by now.

    Raises:
        StoreUnavailableError: when the store can't be used at the moment.
    """
    if not settings.hooks:
        return []
    from treadle.observers import deliver_due
    from treadle.project.hook_values import renderer
    from treadle.project.settings import read_environment

    environment, _ = read_environment(settings)
    return deliver_due(
        store,
        settings.hooks,
        project=str(settings.root),
        render=renderer(settings),
        environment=environment,
        seconds=seconds,
    )


def tell_hooks(settings: Settings, store: Store) -> None:
    """Tell what is due, and say which hooks couldn't be told: that changes nothing of what the command did."""
    try:
        show_told(deliver(settings, store))
    except UsageError as error:
        click.echo(f"warning: hooks weren't told, and will be next time: {error.message}", err=True)
    except KeyboardInterrupt:
        click.echo("warning: hooks weren't told to the end, and will be next time", err=True)


def show_told(told: Sequence[Told]) -> None:
    """Say on the standard error what couldn't be told, and what becomes of it."""
    for each in told:
        if each.error:
            number = each.delivery.id
            later = f"given up; treadle hooks retry {number} tries again"
            if each.again_in is not None:
                later = f"due again in {_length(each.again_in.total_seconds())}"
            click.echo(f"warning: the hook {each.delivery.hook!r} couldn't be told: {each.error} ({later})", err=True)


def _length(seconds: float) -> str:
    """A length of time in the largest unit that fits.

    >>> [_length(each) for each in (29.7, 105, 15757)]
    ['30 s', '2 min', '4 h']
    """
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
