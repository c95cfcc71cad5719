"""`treadle scaffold …`: make a new component, or a new component type."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from pathlib import Path

import click

from treadle.cli.diagnostics import relative
from treadle.errors import UsageError, did_you_mean, listing

__all__ = ["scaffold"]

_COMPONENT = '''"""The component type {name}."""

from treadle import AssetAttributes, Component, ComponentContext, Definitions, Step, StepContext


class {name}(Component):
    """Writes the assets that it names."""

    assets: list[AssetAttributes]
    """What it writes."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """One step that writes all assets."""
        assets = tuple(
            each.to_asset(context.origin("attributes", "assets", index)) for index, each in enumerate(self.assets)
        )
        step = Step(name=context.name, assets=tuple(each.key for each in assets), run=self.run)
        return Definitions(assets=assets, steps=(step,))

    def run(self, step: StepContext) -> None:
        """Write each asset, and say so."""
        for key in sorted(step.assets):
            step.log(f"writing {{key}}")
            step.materialize(key, metadata={{"rows_affected": 0}})

    @classmethod
    def examples(cls):
        """One asset."""
        return ({{"assets": [{{"key": "{snake}"}}]}},)
'''


@click.group()
def scaffold() -> None:
    """Make a new component, or a new component type."""


@scaffold.command(context_settings={"ignore_unknown_options": True})
@click.argument("type_name", metavar="TYPE")
@click.argument("path", metavar="PATH")
@click.argument("params", nargs=-1, type=click.UNPROCESSED, metavar="[--PARAM VALUE]…")
@click.pass_obj
def defs(folder: Path, type_name: str, path: str, params: tuple[str, ...]) -> None:
    """Make a component of TYPE in the folder PATH below the project's defs folder.

    `treadle inspect TYPE` shows which parameters a type takes.
    """
    from treadle.cli.types import find_descriptor, known_types
    from treadle.language.creating import make_component
    from treadle.project.settings import find_settings

    settings = find_settings(folder)
    known = known_types(folder)
    descriptor = find_descriptor(known, type_name)
    values = _params(params, tuple(descriptor.scaffold_params))
    name = type_name if type_name in descriptor.aliases else descriptor.name
    file = make_component(settings, known.descriptors, descriptor, name, path, values)
    click.echo(f"Made {relative(file)}. See what it declares: treadle list assets")


def _params(params: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """`--name value` and `--name=value` pairs, checked against what the type can be told.

    >>> _params(("--project-path", "transform/jdbt"), ["project_path"])
    {'project_path': 'transform/jdbt'}
    """
    values: dict[str, str] = {}
    rest = list(params)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise UsageError(f"{word!r} is not expected here", fix="parameters are written --name value")
        name, given, value = word[2:].partition("=")
        name = name.replace("-", "_")
        if name not in known:
            hint = did_you_mean(name, known) or (
                f"it can be told {listing(known)}" if known else "it can't be told anything"
            )
            raise UsageError(f"this component type knows no parameter {word!r}", fix=hint)
        if not given and not rest:
            raise UsageError(f"the parameter {word!r} has no value", fix=f"write {word} VALUE")
        values[name] = value if given else rest.pop(0)
    return values


@scaffold.command()
@click.argument("name", metavar="NAME")
@click.pass_obj
def component(folder: Path, name: str) -> None:
    """Make a component type NAME (a class name, like ShellScript) in the project's components folder."""
    from treadle.project import find_settings

    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name) or keyword.iskeyword(name):
        words = re.findall(r"[A-Za-z0-9]+", name)
        better = "".join(word[:1].upper() + word[1:] for word in words)
        raise UsageError(
            f"{name!r} can't be the name of a class",
            fix=f"write {better}" if better.isidentifier() else "write a name like ShellScript",
        )
    settings = find_settings(folder)
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    package = settings.source.joinpath(*settings.module.split(".")) / "components"
    file = package / f"{snake}.py"
    if file.exists():
        raise UsageError(f"{relative(file)} exists already", fix="choose another name")
    package.mkdir(parents=True, exist_ok=True)
    if not (package / "__init__.py").exists():
        (package / "__init__.py").write_text('"""Component types of this project."""\n', encoding="utf-8")
    file.write_text(_COMPONENT.format(name=name, snake=snake), encoding="utf-8")
    type_name = f"{settings.module}.components.{snake}.{name}"
    click.echo(f"Made {relative(file)}. Make a component of it: treadle scaffold defs {type_name} {snake}")
