"""`treadle notebook`: what a notebook is told when a person opens it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.errors import UsageError, listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from treadle.ir import Step

__all__ = ["notebook"]


@click.group()
def notebook() -> None:
    """Notebooks as a person opens them."""


@notebook.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def context(folder: Path, file: Path | None) -> None:
    """Print as JSON what the notebook FILE finds as `treadle.notebook.context` outside of a run.

    Without FILE it is the only notebook of a component in this folder.
    """
    from treadle.cli.loaded import load_for_listing

    project, _ = load_for_listing(folder)
    step = _step(project.graph.steps.values(), folder, file)
    told = {"parameters": "values", "context": "context", "context_class": "context_class", "notebook": "notebook"}
    said = {
        "run_id": None,
        "asset_keys": [str(key) for key in step.assets],
        "credentials": list(step.credentials),
        "extras": {"treadle": {name: step.metadata[source] for name, source in told.items()}},
    }
    click.echo(json.dumps(said, indent=2, default=str))


@notebook.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--schema", "as_schema", is_flag=True, help="Print their JSON Schema, for forms and programs.")
@click.pass_obj
def parameters(folder: Path, file: Path | None, as_schema: bool) -> None:
    """Show which parameters the notebook FILE has, and which values its component gives.

    Without FILE it is the only notebook of a component in this folder.
    """
    from treadle.cli.loaded import load_for_listing
    from treadle.cli.tables import table

    project, _ = load_for_listing(folder)
    step = _step(project.graph.steps.values(), folder, file)
    schema: Any = step.metadata["parameters"]
    if as_schema:
        click.echo(json.dumps(schema, indent=2, default=str))
        return
    values: Any = step.metadata["values"]
    rows = [
        (
            name,
            _type(said),
            json.dumps(said["default"]) if "default" in said else str(said.get("x-default", "has to be given")),
            json.dumps(values[name], default=str) if name in values else "",
            said.get("description", ""),
        )
        for name, said in schema["properties"].items()
    ]
    table(
        ("Parameter", "Type", "Default", "Given", "Description"),
        rows,
        empty="The notebook has no parameters. Tag the cell that sets the defaults `parameters`.",
    )


def _type(schema: Mapping[str, Any]) -> str:
    """The type that a schema describes, in a word or two.

    >>> _type({"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]})
    'array of integer or null'
    """
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return " or ".join(json.dumps(each) for each in schema.get("enum", [schema.get("const")]))
    kind = str(schema.get("format") or schema.get("type", "any"))
    return f"{kind} of {_type(schema['items'])}" if schema.get("items") else kind


@notebook.command(hidden=True)
@click.argument("name")
@click.pass_obj
@click.pass_context
def credential(ctx: click.Context, folder: Path, name: str) -> None:
    """Give the value of the credential NAME to `treadle.notebook`, which asks for it; never to a terminal."""
    from treadle.cli.credentials import resolved_here

    if sys.stdout.isatty():
        raise UsageError("a credential isn't shown", fix=f"see whether it can be had: treadle credentials test {name}")
    found, _ = resolved_here(ctx, folder, name)
    click.echo(found.value, nl=False)


def _step(steps: Iterable[Step], folder: Path, file: Path | None) -> Step:
    """The step that runs a notebook.

    Raises:
        UsageError: when there is none, or more than one and it isn't said which.
    """
    known = [(Path(str(step.metadata["notebook"])).resolve(), step) for step in steps if "notebook" in step.metadata]
    if file is not None:
        wanted = (folder / file).resolve()
        found = [step for path, step in known if path == wanted]
        if not found:
            raise UsageError(
                f"no component runs the notebook {file}", fix="make one: treadle scaffold defs Notebook NAME"
            )
        return found[0]
    here = [(path, step) for path, step in known if path.parent == folder.resolve()]
    if len(here) != 1:
        names = listing(path.name for path, _ in here)
        raise UsageError(
            f"there are several notebooks here: {names}" if here else "no component runs a notebook of this folder",
            fix='say which: os.environ["TREADLE_NOTEBOOK"] = "file.ipynb"',
        )
    return here[0][1]
