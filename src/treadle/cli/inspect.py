"""`treadle inspect TYPE`: explain a component type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.components.descriptors.words import example_yaml, older_forms, references, scaffold_command, type_words

if TYPE_CHECKING:
    from treadle.components import Descriptor

__all__ = ["inspect", "type_schema"]


@click.command()
@click.argument("type_name", metavar="TYPE")
@click.option("--json", "output", flag_value="json", help="Print everything that is known, as JSON.")
@click.option("--schema", "output", flag_value="schema", help="Print the JSON Schema of a document of this type.")
@click.option("--markdown", "output", flag_value="markdown", help="Print a page of documentation.")
@click.option("--example", "output", flag_value="example", help="Print an example, ready to save as defs.yaml.")
@click.pass_obj
def inspect(folder: Path, type_name: str, output: str | None) -> None:
    """Explain the component type TYPE: its attributes, their types and defaults, and examples."""
    from treadle.cli.types import find_descriptor, known_types

    descriptor = find_descriptor(known_types(folder), type_name)
    if output == "schema":
        click.echo(json.dumps(type_schema(descriptor), indent=2))
    elif output == "example":
        click.echo(example_yaml(descriptor.name, descriptor.examples[0] if descriptor.examples else {}), nl=False)
    elif output == "markdown":
        from treadle.cli.type_page import type_page

        click.echo(type_page(descriptor), nl=False)
    elif output == "json":
        click.echo(json.dumps(_everything(descriptor), indent=2))
    else:
        click.echo(_page(descriptor))


def type_schema(descriptor: Descriptor) -> dict[str, Any]:
    """The JSON Schema of a YAML document of a component type."""
    from treadle.components.descriptors import document_schema
    from treadle.schemas.older import with_older_forms

    document = document_schema()
    attributes = with_older_forms(descriptor.schema)
    definitions = {**document.get("$defs", {}), **attributes.pop("$defs", {})}
    properties = {
        **document["properties"],
        "type": {"enum": [descriptor.name, *descriptor.aliases]},
        "attributes": attributes,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": descriptor.name,
        "description": descriptor.description,
        "type": "object",
        "properties": properties,
        "required": ["type", "attributes"] if attributes.get("required") else ["type"],
        "additionalProperties": False,
        **({"$defs": definitions} if definitions else {}),
    }


def _everything(descriptor: Descriptor) -> dict[str, Any]:
    return {
        "type": descriptor.name,
        "aliases": list(descriptor.aliases),
        "package": descriptor.package,
        "version": descriptor.version or None,
        "deprecated": descriptor.deprecated or None,
        "deprecations": [dict(each) for each in descriptor.deprecations],
        "description": descriptor.description,
        "source": {"file": str(descriptor.file), "line": descriptor.line},
        "scaffold_params": dict(descriptor.scaffold_params),
        "template_vars": dict(descriptor.template_vars),
        "schema": dict(descriptor.schema),
        "examples": [dict(each) for each in descriptor.examples],
    }


def _page(descriptor: Descriptor) -> str:
    name = descriptor.name
    lines = [click.style(name, bold=True), "", *_prose(descriptor.description)]
    if descriptor.deprecated:
        lines += [click.style(f"Deprecated: {descriptor.deprecated}", fg="yellow"), ""]
    if descriptor.aliases:
        lines += [f"Also known as: {', '.join(descriptor.aliases)}", ""]
    lines.append(click.style("Attributes", bold=True))
    schema = descriptor.schema
    lines += list(_attributes(schema, schema.get("$defs", {}), "  ")) or ["  none"]
    if older := list(older_forms(descriptor)):
        lines += ["", click.style("Written otherwise once", bold=True)]
        lines += [f"  {old} → {new}" + (f", since {since}" if since else "") for old, new, since in older]
    if descriptor.template_vars:
        lines += ["", click.style("Template variables", bold=True)]
        lines += [f"  {each}: {type_words(given, {})}" for each, given in descriptor.template_vars.items()]
    lines += ["", click.style("Make one", bold=True), f"  {scaffold_command(descriptor)}"]
    for example in descriptor.examples:
        lines += ["", click.style("Example", bold=True)]
        lines += [f"  {line}" for line in example_yaml(name, example).splitlines()]
    return "\n".join(lines)


def _prose(text: str) -> Iterator[str]:
    """A docstring in lines that fit."""
    import textwrap

    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph:
            is_list_or_code = re.search(r"\n[ -]", paragraph)
            yield from [paragraph] if is_list_or_code else textwrap.wrap(paragraph, 78)
            yield ""


def _attributes(
    schema: Mapping[str, Any], defs: Mapping[str, Any], indent: str, seen: tuple[str, ...] = ()
) -> Iterator[str]:
    import textwrap

    required = schema.get("required", ())
    fields = {name: each for name, each in schema.get("properties", {}).items() if "x-alias-of" not in each}
    for name, field in sorted(fields.items(), key=lambda item: item[0] not in required):
        note = "required" if name in required else _default(field)
        if field.get("deprecated"):
            note = ", ".join(filter(None, (note, f"deprecated: {field.get('x-deprecated', '')}".rstrip(": "))))
        yield f"{indent}{click.style(name, fg='cyan')}: {type_words(field, defs)}" + (f"  ({note})" if note else "")
        text = " ".join(field.get("description", "").split())
        yield from textwrap.wrap(text, 78, initial_indent=f"{indent}    ", subsequent_indent=f"{indent}    ")
        for reference in references(field):
            if reference not in seen and len(indent) < 10:
                nested = defs[reference]
                if len(references(field)) > 1 and nested.get("properties"):
                    yield f"{indent}    {click.style(reference, dim=True)}"
                yield from _attributes(nested, defs, indent + "    ", (*seen, reference))


def _default(field: Mapping[str, Any]) -> str:
    if "default" not in field or field["default"] in (None, [], {}, ""):
        return ""
    return f"default: {json.dumps(field['default'])}"
