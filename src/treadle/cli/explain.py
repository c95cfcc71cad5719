"""`treadle explain`: where each value of an asset came from, step by step."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from treadle.cli.showing import json_option
from treadle.cli.values import one_line

if TYPE_CHECKING:
    from treadle.errors import Span
    from treadle.project.explaining import Explanation, FieldStep, FieldStory, TemplateUse, Variable

__all__ = ["explain"]

_MOST_MENTIONED = 12
_WIDEST_NAME = 24
_OPTIONAL = ("key", "step")
"""Fields that everybody knows, so nothing is told of them when all are asked for."""


@click.command()
@click.argument("asset", metavar="ASSET[.FIELD]")
@json_option
@click.pass_obj
@click.pass_context
def explain(ctx: click.Context, folder: Path, asset: str, as_json: bool) -> None:
    """Tell where each value of an ASSET came from, or in full of one FIELD: `orders.group`, `orders.tags.pii`.

    Every line of YAML, template, default, file of dbt, post-processing, policy and line of Python that had a say is
    named, in order: the last one holds. Values of environment variables aren't shown.
    """
    from treadle.cli.diagnostics import show
    from treadle.cli.main import EXIT_PROJECT
    from treadle.errors import Severity
    from treadle.project.explaining import explain as explain_asset
    from treadle.project.explaining.telling import explanation_json

    found = explain_asset(folder, asset)
    show(found.diagnostics)
    if as_json:
        click.echo(json.dumps(explanation_json(found), indent=2, default=str))
    else:
        click.echo("\n".join(_lines(found)))
    ctx.exit(EXIT_PROJECT if any(each.severity is Severity.ERROR for each in found.diagnostics) else 0)


def _lines(found: Explanation) -> Iterator[str]:
    if found.mentions:
        yield from _mentioned(found)
    elif found.field:
        for index, story in enumerate(found.fields):
            yield from ([""] if index else [])
            yield from _in_full(str(found.asset), story)
        if not found.fields:
            yield f"{found.asset} has no {found.field}."
    else:
        yield from _overview(found)


def _mentioned(found: Explanation) -> Iterator[str]:
    yield f"{_strong(str(found.asset))} is declared by nobody: it is only named."
    yield ""
    for each in found.mentions[:_MOST_MENTIONED]:
        yield f"  {each.by}  {_dim(_place(each.origin.span if each.origin else None))}".rstrip()
    if (rest := len(found.mentions) - _MOST_MENTIONED) > 0:
        yield f"  … and {rest:,} more"


def _overview(found: Explanation) -> Iterator[str]:
    """One line for each field that somebody said something of."""
    origin = found.origin
    by = " · ".join(filter(None, (found.type, _place(origin.span if origin else None))))
    yield f"{_strong(str(found.asset))}  {_dim(by)}".rstrip()
    yield ""
    said = [each for each in found.fields if each.is_said and each.name not in _OPTIONAL]
    width = min(max((len(each.name) for each in said), default=0), _WIDEST_NAME)
    for story in said:
        yield from _one_line(story, width)
    unsaid = [each.name for each in found.fields if not each.is_said]
    if unsaid:
        yield ""
        yield from _wrapped(f"Nobody says: {', '.join(unsaid)}.", "", "  ")
    if said:
        yield from _wrapped(f"In full: treadle explain {found.asset}.{said[0].name}", "", "  ")


def _one_line(story: FieldStory, width: int) -> Iterator[str]:
    last = story.steps[-1]
    more = f" (step {len(story.steps)} of {len(story.steps)})" if len(story.steps) > 1 else ""
    place = _place(last.span) or last.text
    source = f"{last.kind}  {place}{more}"
    columns = _columns()
    room = columns - width - 2
    name = click.style(f"{story.name:<{width}}", bold=True)
    value = one_line(story.value)
    if len(value) + 2 + len(source) <= room:
        yield f"{name}  {value}  {_dim(source)}"
        return
    yield f"{name}  {_cut(value, room)}"
    yield f"{'':<{width}}  {_dim(_cut_left(source, room))}"


def _in_full(asset: str, story: FieldStory) -> Iterator[str]:
    """Every step of one field."""
    yield from _wrapped(f"{asset}.{story.name} = {one_line(story.value)}", "", "  ", bold=True)
    for number, step in enumerate(story.steps, start=1):
        yield ""
        yield from _step(number, step)


def _step(number: int, step: FieldStep) -> Iterator[str]:
    from treadle.ir.provenance import KINDS

    yield f"{number:>3}  {click.style(KINDS[step.kind], fg=_COLORS[step.kind])}{_effect(step)}"
    place = _place(step.span)
    if place:
        yield f"     {_dim('at')}  {place}"
    if step.text:
        yield from _wrapped(f"{_dim('by')}  {step.text}", "     ", "         ")
    for use in step.templates:
        yield from _template(use)
    if step.kind != "default" or step.value is not None:
        word = "it was" if step.effect == "removes" else "→ "
        if step.effect != "removes":
            yield from _wrapped(f"{word}  {one_line(step.value)}", "     ", "         ")


_COLORS = {
    "yaml": "green",
    "template": "cyan",
    "default": "white",
    "dbt": "yellow",
    "post_processing": "magenta",
    "policy": "blue",
    "code": "yellow",
    "inferred": "white",
}


def _effect(step: FieldStep) -> str:
    words = {"sets": "", "replaces": ", in place of that", "repeats": ", once more", "removes": ", which takes it away"}
    return words[step.effect]


def _template(use: TemplateUse) -> Iterator[str]:
    first, *rest = use.text.splitlines() or [""]
    yield from _wrapped(first, "         ", "         ")
    for line in rest:
        yield f"         {line}"
    for variable in use.variables:
        yield from _wrapped(_variable(variable), "         ", "             ")


def _variable(variable: Variable) -> str:
    source = _source(variable)
    if variable.comes_from in ("environment", ".env"):
        return f"{variable.name} is {variable.value}{f' in {source}' if source else ''}; its value isn't shown"
    if not variable.is_shown:
        return f"{variable.name}: {source}"
    return f"{variable.name} = {one_line(variable.value)}  ({source})"


def _source(variable: Variable) -> str:
    if variable.comes_from == "environment":
        return "the environment" if variable.value == "set" else ""
    if variable.comes_from == ".env":
        return _place(variable.span)
    if variable.comes_from == "module":
        return f"@template_var at {_place(variable.span)}"
    return variable.text


def _place(span: Span | None) -> str:
    from treadle.cli.diagnostics import relative

    return f"{relative(span.file)}:{span.line}" if span else ""


def _wrapped(text: str, first: str, following: str, *, bold: bool = False) -> Iterator[str]:
    lines = textwrap.wrap(
        text,
        _columns(),
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        yield _strong(line) if bold else line


def _columns() -> int:
    return max(shutil.get_terminal_size().columns, 40)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _cut_left(text: str, length: int) -> str:
    """The end of a text: that of a path says more than its beginning."""
    if len(text) <= length:
        return text
    kind, _, place = text.partition("  ")
    return f"{kind}  …{place[len(kind) + 3 - length :]}"


def _dim(text: str) -> str:
    return click.style(text, dim=True)


def _strong(text: str) -> str:
    return click.style(text, bold=True)
