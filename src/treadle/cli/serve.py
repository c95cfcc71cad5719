"""`treadle serve`: the HTTP API of a project."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.lineage_sending import noting
from treadle.cli.loaded import opened_store
from treadle.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from treadle.server.snapshot import Snapshot

__all__ = ["HOST", "PORT", "greet", "need_extra", "serve", "teller"]

HOST, PORT = "127.0.0.1", 3070
_MOST_TOLD = 5


@click.command()
@click.option("--host", default=HOST, show_default=True, metavar="ADDRESS", help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, metavar="N", help="The port.")
@click.pass_obj
def serve(folder: Path, host: str, port: int) -> None:
    """Serve the web app and the HTTP API of the project, until it is told to stop.

    It prints an address with a token: open that, or send the token as `Authorization: Bearer TOKEN`. The project is
    loaded once; see `treadle dev` for what follows each change, and lets schedules and sensors happen.

    With [tool.treadle.server] in pyproject.toml, people log in at an OIDC provider instead, and other machines are let
    in. Without it, the address has to be of this machine.
    """
    need_extra("treadle serve")
    from treadle.project import find_settings
    from treadle.server import running

    settings = find_settings(folder)
    if (sharing := settings.sharing) is not None:
        _need_oidc()
    with running.listening(host, port, is_shared=sharing is not None) as door, opened_store(settings) as store:
        running.serve(
            settings,
            store,
            door,
            sharing=sharing,
            announce=noting(settings),
            started=greet if sharing is None else _greet_shared(door),
            told=teller(has_mistakes=True),
        )
    click.echo("stopped; runs that were started go on")


def greet(address: str) -> None:
    """Say where the server is."""
    click.echo(f"serving at {click.style(address, bold=True)}")
    click.echo("whoever has this address can run the project; Ctrl-C ends it")


def _greet_shared(door: socket) -> Callable[[str], None]:
    host, port = door.getsockname()[:2]

    def greet(address: str) -> None:
        click.echo(f"serving {click.style(address, bold=True)} at {host}:{port}")
        click.echo("people log in there; Ctrl-C ends it")

    return greet


def teller(*, has_mistakes: bool) -> Callable[[Snapshot], None]:
    """What says on the terminal how loading went, with the first mistakes where nobody else tells them."""
    from treadle.cli.diagnostics import relative
    from treadle.cli.outcomes import amount

    def tell(snapshot: Snapshot) -> None:
        errors = sum(each["severity"] == "error" for each in snapshot.facts.diagnostics)
        if snapshot.error:
            click.echo(click.style(f"not loaded: {snapshot.error}", fg="red"), err=True)
            return
        what = f"{amount(len(snapshot.keys), 'asset')}, {amount(len(snapshot.components), 'component')}"
        took = "" if snapshot.seconds is None else f" in {snapshot.seconds:.2f} s"
        wrong = click.style(f", {amount(errors, 'error')}", fg="red") if errors else ""
        click.echo(f"loaded {what}{took}{wrong}")
        for each in snapshot.facts.diagnostics[:_MOST_TOLD] if has_mistakes else ():
            place = f"{relative(Path(each['file']))}:{each['line']}  " if each["file"] else ""
            click.echo(f"  {place}{each['code']} {each['message'].splitlines()[0]}")

    return tell


def need_extra(command: str) -> None:
    """Refuse to go on without the packages of the server.

    Raises:
        MissingExtraError: when they aren't installed.
    """
    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        raise MissingExtraError("server", needed_by=command)


def _need_oidc() -> None:
    if find_spec("authlib") is None or find_spec("joserfc") is None:
        raise MissingExtraError("oidc", needed_by="[tool.treadle.server]")
