"""`treadle credentials …`: try what the platform offers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.errors import UsageError, did_you_mean, listing

if TYPE_CHECKING:
    from treadle.credentials.resolved import Resolved

__all__ = ["credentials", "resolved_here"]


@click.group()
def credentials() -> None:
    """Try the platform's credentials."""


@credentials.command(short_help="Resolve a credential, and say what came of it.")
@click.argument("name")
@click.pass_obj
@click.pass_context
def test(ctx: click.Context, folder: Path, name: str) -> None:
    """Resolve the credential NAME here and now, as a step would, and say what came of it, never its value.

    Ends with 3 when it can't be had.
    """
    found, source = resolved_here(ctx, folder, name)
    click.echo(f"The credential {name!r} comes from {source}: {_told(found)}.")


def resolved_here(ctx: click.Context, folder: Path, name: str) -> tuple[Resolved, str]:
    """A credential as a step of the project would have it here and now, and where it comes from.

    Raises:
        UsageError: when there is none of that name.
        Exit: when it can't be had, which has been told.
    """
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_RUN
    from treadle.credentials import CredentialError, Credentials
    from treadle.credentials.providers import source_of
    from treadle.project import find_settings
    from treadle.project.platform import read_offer
    from treadle.project.settings import read_environment

    settings = find_settings(folder)
    offer = read_offer(settings, imports=True)
    known = offer.platform.credentials
    if name not in known:
        show(offer.diagnostics)
        there = f"there is {listing(known)}" if known else "declare it in credentials.yaml"
        raise UsageError(f"there is no credential {name!r}", fix=did_you_mean(name, known) or there)
    environment, _ = read_environment(settings)
    try:
        found = Credentials([name], known, environment=environment, folder=settings.root).resolved(name)
    except CredentialError as error:
        show(error.diagnostics)
        ctx.exit(EXIT_RUN)
    return found, source_of(known[name].provider, settings.root)


def _told(found: Resolved) -> str:
    """What may be said of a value."""
    from treadle.credentials.resolved import now

    length = f"{len(found.value):,} characters"
    if found.lifetime is None:
        return f"{length}, and nothing says that they expire"
    return f"{length}, good for {_duration(found.lifetime - (now() - found.had_at))}"


def _duration(seconds: float) -> str:
    """A length of time as people say it.

    >>> _duration(59), _duration(3600), _duration(200_000)
    ('59 s', '60 min', '56 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
