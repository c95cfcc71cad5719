"""`treadle list packages`: the installed packages that offer something to projects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.showing import json_option, show_objects
from treadle.cli.tables import table

if TYPE_CHECKING:
    from treadle.components import Descriptors, RegisteredType
    from treadle.components.packages import OfferingPackage

__all__ = ["packages"]

_READY, _BROKEN, _CLASH, _NO_DESCRIPTOR = "ready", "broken", "clash", "not described"


@click.command()
@json_option
@click.pass_obj
@click.pass_context
def packages(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List the installed packages that offer something: component types, names for them, platforms, policies.

    A type is `ready`, `not described` (the package ships no descriptor that fits it: see `treadle descriptors build`),
    `broken` (it can't be imported), or in a `clash` with another package's.
    """
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.cli.types import known_types
    from treadle.components.packages import offering_packages
    from treadle.components.registry import clashes

    descriptors = known_types(folder).descriptors
    found = offering_packages()
    states = {each.name: _state(each, descriptors) for package in found for each in package.types}
    objects = [_package(each, states) for each in found]
    mistakes = [mistake for state in states.values() for mistake in state[1]]
    mistakes += [each for name, each in clashes().items() if name not in states]
    show(mistakes)

    def draw() -> None:
        rows = [(each["name"], each["version"], _offer(each), each["state"]) for each in objects]
        table(("Package", "Version", "Offers", "State"), rows, empty="No installed package offers anything.")
        for each in objects:
            if each["types"]:
                click.echo(f"\n{click.style(each['name'], bold=True)}: {each['folder']}")
            for one in each["types"]:
                state = "" if one["state"] == _READY else f"  ({one['state']})"
                click.echo(f"  {one['type']}{state}")

    show_objects(as_json, objects, draw)
    ctx.exit(EXIT_PROJECT if mistakes else 0)


def _state(each: RegisteredType, descriptors: Descriptors) -> tuple[str, tuple[Any, ...]]:
    """How a type is, and what is wrong with it."""
    from treadle.errors import ProjectError

    try:
        descriptors.find(each.name)
    except ProjectError as error:
        is_clash = error.diagnostics[0].code == "TRD222"
        return _CLASH if is_clash else _BROKEN, error.diagnostics
    return _READY if descriptors.is_shipped(each.name) else _NO_DESCRIPTOR, ()


def _package(each: OfferingPackage, states: dict[str, tuple[str, tuple[Any, ...]]]) -> dict[str, Any]:
    types = [
        {"type": one.name, "target": one.target, "aliases": list(one.aliases), "state": states[one.name][0]}
        for one in each.types
    ]
    worst = next(
        (state for state in (_BROKEN, _CLASH, _NO_DESCRIPTOR) if any(state == one["state"] for one in types)), _READY
    )
    return {
        "name": each.name,
        "version": each.version,
        "folder": str(each.folder),
        "state": worst,
        "types": types,
        "aliases": list(each.aliases),
        "platform": list(each.platform),
        "policies": list(each.policies),
    }


def _offer(each: dict[str, Any]) -> str:
    """What a package offers, in a few words.

    >>> _offer({"types": [1, 2], "aliases": [], "platform": ["lab"], "policies": ["lab"]})
    '2 types, 1 platform, policies'
    """
    words = {"types": ("type", "types"), "aliases": ("alias", "aliases"), "platform": ("platform", "platforms")}
    counted = [
        f"{len(each[kind])} {one if len(each[kind]) == 1 else many}"
        for kind, (one, many) in words.items()
        if each[kind]
    ]
    # How many there are is for `treadle list policies` to say: here they are only named.
    return ", ".join([*counted, *(["policies"] if each["policies"] else [])])
