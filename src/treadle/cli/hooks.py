"""`treadle hooks …`: who is told what of the project's runs, and what became of that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import opened_store
from treadle.cli.showing import json_option
from treadle.errors import ProjectError, UsageError, did_you_mean, listing

if TYPE_CHECKING:
    from treadle.ir.hooks import Hook
    from treadle.project import Settings
    from treadle.store import DeliveryRecord

__all__ = ["hooks"]

_STATUSES = ("pending", "delivered", "failed")
_COLORS = {"delivered": "green", "failed": "red", "pending": "yellow"}


@click.group()
def hooks() -> None:
    """Look at what hooks tell of runs, and try them."""


@hooks.command(name="list")
@json_option
@click.pass_obj
def list_(folder: Path, as_json: bool) -> None:
    """List the project's hooks, and whether what they need of the environment is there."""
    from treadle.cli.tables import table
    from treadle.ir.hooks import OCCASIONS, way_name
    from treadle.project import find_settings

    settings = find_settings(folder)
    found: list[dict[str, Any]] = [
        {
            "name": hook.name,
            "on": [each for each in OCCASIONS if each in hook.on],
            "select": hook.select,
            "way": way_name(hook.way),
            "missing": _missing(settings, hook),
        }
        for hook in settings.hooks.values()
    ]
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    rows = [
        (each["name"], ", ".join(each["on"]), each["select"], each["way"], each["missing"] or "ready") for each in found
    ]
    table(("Hook", "On", "Of", "By", "State"), rows, empty="No hooks. Write [tool.treadle.hooks.NAME].")


def _missing(settings: Settings, hook: Hook) -> str | None:
    from treadle.observers.secrets import rendered
    from treadle.project.hook_values import renderer

    try:
        rendered(hook.way, renderer(settings))
    except ProjectError as error:
        return str(error)
    return None


@hooks.command()
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many, the newest first.",
)
@click.option("--status", "statuses", type=click.Choice(_STATUSES), multiple=True, help="Only such. (repeatable)")
@click.option("--hook", metavar="NAME", help="Only those of this hook.")
@click.option("--run", "run_id", metavar="ID", help="Only those about this run; `latest` is the newest.")
@json_option
@click.pass_obj
def deliveries(
    folder: Path, limit: int, statuses: tuple[str, ...], hook: str | None, run_id: str | None, as_json: bool
) -> None:
    """List what hooks had to tell, the newest first, and whether they have."""
    from treadle.cli.named_runs import named_run
    from treadle.cli.tables import table
    from treadle.project import find_settings
    from treadle.store import DeliveryStatus

    settings = find_settings(folder)
    with opened_store(settings) as store:
        found = store.deliveries(
            project=str(settings.root),
            hook=hook,
            run_id=None if run_id is None else named_run(store, run_id).id,
            statuses=map(DeliveryStatus, statuses),
            limit=limit,
        )
    if as_json:
        click.echo(json.dumps([_delivery_json(each) for each in found], indent=2))
        return
    rows = [
        (str(each.id), each.hook, each.status.value, str(each.attempts), each.run_id or "–", _what(each))
        for each in found
    ]
    table(("ID", "Hook", "Status", "Attempts", "Run", "What"), rows, empty="Nothing was to be told.")


def _what(delivery: DeliveryRecord) -> str:
    kind = str(delivery.message["kind"]).replace("_", " ")
    return f"{kind}: {delivery.error}" if delivery.error else kind


def _delivery_json(delivery: DeliveryRecord) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "hook": delivery.hook,
        "run": delivery.run_id,
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "error": delivery.error,
        "created_at": delivery.created_at.isoformat(),
        "next_at": delivery.next_at.isoformat() if delivery.status.value == "pending" else None,
        "ended_at": delivery.ended_at.isoformat() if delivery.ended_at else None,
        "message": dict(delivery.message),
    }


@hooks.command(short_help="Tell something to a hook, to see whether it works.")
@click.argument("name")
@click.pass_obj
@click.pass_context
def test(ctx: click.Context, folder: Path, name: str) -> None:
    """Tell something to the hook NAME, to see whether it works. Ends with 3 when it doesn't."""
    from treadle.cli.hooking import SECONDS
    from treadle.cli.main import EXIT_RUN
    from treadle.observers import deliver, trial_message
    from treadle.project import find_settings
    from treadle.project.hook_values import renderer
    from treadle.project.settings import read_environment

    settings = find_settings(folder)
    if (hook := settings.hooks.get(name)) is None:
        hint = f"it has {listing(settings.hooks)}" if settings.hooks else "write [tool.treadle.hooks.NAME]"
        raise UsageError(f"the project has no hook {name!r}", fix=did_you_mean(name, settings.hooks) or hint)
    environment, _ = read_environment(settings)
    message = trial_message(project=str(settings.root), hook=name)
    error = deliver(hook, message, render=renderer(settings), environment=environment, seconds=SECONDS)
    if error:
        click.echo(f"The hook {name!r} couldn't be told: {error}", err=True)
        ctx.exit(EXIT_RUN)
    click.echo(f"The hook {name!r} was told.")


@hooks.command()
@click.argument("delivery_id", metavar="ID", type=int)
@click.pass_obj
@click.pass_context
def retry(ctx: click.Context, folder: Path, delivery_id: int) -> None:
    """Tell again what couldn't be told, with as many attempts as at first.

    Also tells what else is due. Ends with 3 when it couldn't be told now either.
    """
    from treadle.cli.hooking import deliver, show_told
    from treadle.cli.main import EXIT_RUN
    from treadle.project import find_settings
    from treadle.store import DeliveryStatus

    settings = find_settings(folder)
    with opened_store(settings) as store:
        if store.delivery(delivery_id).project != str(settings.root):
            raise UsageError(f"delivery {delivery_id} belongs to another project", fix="see: treadle hooks deliveries")
        store.retry_delivery(delivery_id)
        show_told(deliver(settings, store))
        found = store.delivery(delivery_id)
    if found.status is not DeliveryStatus.DELIVERED:
        ctx.exit(EXIT_RUN)
    click.echo(f"The hook {found.hook!r} was told.")


@hooks.command(name="deliver")
@click.pass_obj
def deliver_(folder: Path) -> None:
    """Tell what is due now; runs and the scheduler do this by themselves."""
    from treadle.cli.hooking import deliver, show_told
    from treadle.project import find_settings

    settings = find_settings(folder)
    with opened_store(settings) as store:
        told = deliver(settings, store)
    show_told(told)
    arrived = sum(1 for each in told if not each.error)
    click.echo(f"Told: {arrived}. Couldn't be told: {len(told) - arrived}.")
