"""`treadle mcp`: the MCP server that assistants start."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import click

__all__ = ["mcp"]


@click.command()
@click.option("--allow-runs", is_flag=True, help="Also let the assistant launch runs, which policies may refuse.")
@click.pass_obj
def mcp(folder: Path, allow_runs: bool) -> None:
    """Serve assistants: what types there are, what is wrong, what a draft would do, what came of runs.

    Speaks the Model Context Protocol on standard input and output; nothing listens at an address. Assistants start it;
    see docs/how-to/connect-an-assistant.md. Without --allow-runs, no tool changes anything.

    Needs `pip install 'treadle[mcp]'`.
    """
    from treadle.errors import MissingExtraError

    if find_spec("mcp") is None:
        raise MissingExtraError("mcp", needed_by="treadle mcp")
    from treadle.assistant.server import serve
    from treadle.cli.lineage_sending import noting

    _refuse_no_project(folder)
    if sys.stdin.isatty():
        click.echo("assistants start this: see docs/how-to/connect-an-assistant.md; Ctrl-C ends it", err=True)
    serve(folder, allow_runs=allow_runs, announce=noting)


def _refuse_no_project(folder: Path) -> None:
    """A folder without a project is a mistake in the client's configuration; one that is broken is to be mended.

    Raises:
        ProjectError: TRD501.
    """
    from treadle.errors import ProjectError
    from treadle.project import find_settings

    try:
        find_settings(folder)
    except ProjectError as error:
        if error.diagnostics[0].code == "TRD501":
            raise
