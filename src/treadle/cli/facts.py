"""`treadle facts`: what a project declares and what is wrong with it, for other programs; workspaces ask for it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from treadle.errors import ProjectError

__all__ = ["facts"]


@click.command()
@click.option("--check", is_flag=True, help="Also compare every file with what is known of its component type.")
@click.option("--no-build", is_flag=True, help="Build nothing, and tell only what the check finds.")
@click.pass_obj
def facts(folder: Path, check: bool, no_build: bool) -> None:
    """Tell what the project declares, and what is wrong with it, as JSON; for workspaces and other programs.

    It ends with 0 whenever there is an answer, also when something is wrong with the project.
    """
    answer = os.dup(1)
    os.dup2(2, 1)  # whatever code of the project prints, also from below Python, is no part of the answer
    written = json.dumps(_facts(folder, check=check or no_build, build=not no_build)).encode()
    sys.stdout.flush()
    with os.fdopen(answer, "wb") as file:
        file.write(written)


def _facts(folder: Path, *, check: bool, build: bool) -> dict[str, Any]:
    import treadle
    from treadle.ir.diagnostics import diagnostic_facts
    from treadle.ir.facts import FORMAT, facts_of
    from treadle.project.looking import look_at
    from treadle.runner.metadata import json_safe

    said: dict[str, Any] = {"format": FORMAT, "treadle": treadle.__version__, "components": None, "graph": None}
    try:
        look = look_at(folder, build=build, check=check)
    except ProjectError as error:
        return {**said, "diagnostics": list(map(diagnostic_facts, error.diagnostics))}
    graph = facts_of(look.project.graph, json_safe) if look.project else None
    found = {"components": look.components, "diagnostics": list(map(diagnostic_facts, look.diagnostics))}
    return {**said, **found, "graph": graph}
