"""The table of commands, and what every command shares: where the project is, and how mistakes end.

Exit codes: 0 all is well, 1 the project is wrong, 2 the command line is wrong, 3 a run failed.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from treadle.errors import MissingExtraError, ProjectError, UsageError, did_you_mean

__all__ = ["COMMANDS", "EXIT_PROJECT", "EXIT_RUN", "EXIT_USAGE", "LazyGroup", "cli", "main"]

EXIT_PROJECT, EXIT_USAGE, EXIT_RUN = 1, 2, 3

COMMANDS = {
    "init": ("treadle.cli.init:init", "Make a new project."),
    "scaffold": ("treadle.cli.scaffold:scaffold", "Make a new component, or a new component type."),
    "list": ("treadle.cli.listings:listings", "List what the project has: assets, checks, components…"),
    "inspect": ("treadle.cli.inspect:inspect", "Explain a component type: its attributes, schema, examples."),
    "descriptors": (
        "treadle.cli.descriptors:descriptors",
        "Describe the component types of a package, to ship that with it.",
    ),
    "check": ("treadle.cli.check:check", "Find every mistake in the project, without running it."),
    "upgrade": ("treadle.cli.upgrade:upgrade", "Rewrite component files that are in an older form of their types."),
    "test": ("treadle.cli.test:test", "Make the tests that are written beside component files."),
    "explain": ("treadle.cli.explain:explain", "Tell where each value of an asset came from, step by step."),
    "diff": ("treadle.cli.diff:diff", "Tell what a change of the repository does to the asset graph."),
    "graph": ("treadle.cli.graph:graph", "Draw the asset graph with the latest outcomes."),
    "run": ("treadle.cli.run:run", "Materialize assets and make their checks."),
    "runs": ("treadle.cli.runs:runs", "Look at past runs, and at what their steps printed."),
    "hooks": ("treadle.cli.hooks:hooks", "Look at what hooks tell of runs, and try them."),
    "policy": ("treadle.cli.policy:policy", "Live with policies: baseline, waivers, reports, tests, previews."),
    "lineage": ("treadle.cli.lineage:lineage", "See which columns are made from which; send what catalogues miss."),
    "credentials": ("treadle.cli.credentials:credentials", "Try the platform's credentials."),
    "store": ("treadle.cli.store:store", "Upgrade the store of past runs, or copy it into a file."),
    "backfill": ("treadle.cli.backfill:backfill", "Materialize many partitions, in runs that are followed as one."),
    "backfills": ("treadle.cli.backfills:backfills", "Look at backfills; stop them, or go on with them."),
    "status": ("treadle.cli.status:status", "Tell which assets are fresh, partial, stale, missing, failed or overdue."),
    "partitions": ("treadle.cli.partition_sets:partitions", "Look at the keys of dynamic partitions, and change them."),
    "scheduler": (
        "treadle.cli.scheduler:scheduler",
        "Let happen what starts by itself: schedules, sensors, queued runs.",
    ),
    "dev": ("treadle.cli.dev:dev", "Serve the web app, follow changes, let happen what starts by itself."),
    "serve": ("treadle.cli.serve:serve", "Serve the web app and the HTTP API of the project."),
    "tokens": ("treadle.cli.tokens:tokens", "Make, list and revoke the API tokens of a shared server."),
    "audit": ("treadle.cli.audit:audit", "Show who changed what through the server, and who was refused."),
    "metrics": ("treadle.cli.metrics:metrics", "Print metrics for Prometheus, or serve them."),
    "automations": ("treadle.cli.automations:automations", "Look at schedules and sensors, and turn them on and off."),
    "schema": ("treadle.cli.schema:schema", "Write the JSON Schema of the project's YAML, for editors."),
    "editor": ("treadle.cli.editor:editor", "Set an editor up for the project's YAML."),
    "lsp": ("treadle.cli.lsp:lsp", "Serve editors: completion, documentation, mistakes as you type."),
    "mcp": ("treadle.cli.mcp:mcp", "Serve assistants: an MCP server about the project."),
    "notebook": ("treadle.cli.notebook:notebook", "Tell a notebook that a person has open what it is for."),
    "facts": ("treadle.cli.facts:facts", "Tell what the project declares, as JSON; for workspaces."),
    "step": ("treadle.cli.step:step", "Run one step; for the runner and other orchestrators."),
}
HIDDEN = {"facts", "step"}
_REFUSALS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EMFILE, errno.ENFILE}
"""What the system refuses, whatever Treadle does."""
_IN_THE_WAY = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR}
"""A file is where a folder has to be, or the other way round."""


class LazyGroup(click.Group):
    """A group whose help is printed from a table, so that no command is imported before it is called."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return [name for name in self.table if name not in HIDDEN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, which is imported now."""
        if cmd_name not in self.table:
            return None
        module, _, attribute = self.table[cmd_name][0].partition(":")
        found = getattr(import_module(module), attribute)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a hint that comes from the table."""
        if args and args[0] not in self.table and not args[0].startswith("-"):
            hint = did_you_mean(args[0], self.list_commands(ctx))
            ctx.fail(f"No such command {args[0]!r}." + (f" D{hint[1:]}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, as it is."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.table[name][1]) for name in self.list_commands(ctx)])


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.option(
    "-C",
    "--project",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The project's folder, or any folder in it. [default: here]",
)
@click.version_option(package_name="treadle", prog_name="treadle")
@click.pass_context
def cli(ctx: click.Context, project: Path) -> None:
    """A few lines of YAML become checked, documented, runnable assets."""
    ctx.obj = project


def main(args: list[str] | None = None) -> None:
    """The `treadle` command."""
    color = False if os.environ.get("NO_COLOR") else None  # see no-color.org
    # A command makes records that it needs to its end: looking for garbage among them takes longer than most commands.
    gc.set_threshold(100_000, 50, 100)
    try:
        with click.Context(cli, color=color):
            _main(args, color)
    finally:
        gc.freeze()


def _main(args: list[str] | None, color: bool | None) -> None:
    try:
        sys.exit(cli.main(args, prog_name="treadle", standalone_mode=False, color=color) or 0)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(EXIT_RUN)
    except ProjectError as error:
        from treadle.cli.diagnostics import show

        show(error.diagnostics)
        sys.exit(EXIT_PROJECT)
    except UsageError as error:
        click.echo(f"error: {error.message}" + (f"\n  fix: {error.fix}" if error.fix else ""), err=True)
        sys.exit(EXIT_USAGE)
    except MissingExtraError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EXIT_PROJECT)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has left: nobody is there to be told
        sys.exit(0)
    except Exception as error:
        if isinstance(error, OSError) and (error.errno in _REFUSALS or (error.filename and error.errno in _IN_THE_WAY)):
            what = f"{error.filename}: " if error.filename else ""
            click.echo(f"error: {what}{error.strerror}", err=True)
            sys.exit(EXIT_PROJECT)
        click.echo("This is a mistake in Treadle, not in your project. Please report it with what follows.", err=True)
        raise
