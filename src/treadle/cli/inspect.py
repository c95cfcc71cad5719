"""`treadle inspect TYPE`: explain a component type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from treadle.components import Descriptor

__all__ = ["example_yaml", "inspect", "older_forms", "references", "type_schema", "type_words"]


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

    document = document_schema()
    attributes = dict(descriptor.schema)
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


def example_yaml(name: str, attributes: Mapping[str, Any]) -> str:
    """An example as a person would write it.

    >>> print(example_yaml("mill.Loom", {"threads": 2}), end="")
    type: mill.Loom
    attributes:
      threads: 2
    """
    import yaml

    document: dict[str, Any] = {"type": name}
    if attributes:
        document["attributes"] = dict(attributes)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


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
    params = "".join(f" --{each.replace('_', '-')} …" for each in descriptor.scaffold_params)
    lines += ["", click.style("Make one", bold=True), f"  treadle scaffold defs {name} PATH{params}"]
    for example in descriptor.examples:
        lines += ["", click.style("Example", bold=True)]
        lines += [f"  {line}" for line in example_yaml(name, example).splitlines()]
    return "\n".join(lines)


def older_forms(descriptor: Descriptor) -> Iterator[tuple[str, str, str]]:
    """What a type was called once, and how its attributes were written: the old form, the new one, and since when."""
    schema = descriptor.schema
    nodes = [("", schema), *((f"{name}.", each) for name, each in schema.get("$defs", {}).items())]
    for rule in descriptor.deprecations:
        if rule["kind"] == "renamed-type":
            yield rule["name"], descriptor.name, rule.get("since", "")
    for prefix, node in nodes:
        for rule in node.get("x-deprecations", ()):
            since, note = rule.get("since", ""), rule.get("note", "")
            if rule["kind"] == "value":
                for old, new in rule["values"]:
                    yield f"{prefix}{rule['name']}: {old}", f"{rule['name']}: {new}", since
                continue
            new = "nothing" if rule["kind"] == "removed" else rule["to"]
            new += ", in another form" if rule["kind"] == "rewritten" else ""
            yield f"{prefix}{rule['name']}", new + (f" ({note})" if note else ""), since


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


def references(field: Mapping[str, Any]) -> list[str]:
    """Names of the nested models that a field may hold."""
    found = [field["$ref"].rsplit("/", 1)[-1]] if "$ref" in field else []
    for key in ("anyOf", "oneOf", "allOf"):
        found += [name for branch in field.get(key, ()) for name in references(branch)]
    if isinstance(field.get("items"), dict):
        found += references(field["items"])
    return found


def type_words(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    """A field's type in the words of YAML.

    >>> type_words({"type": "array", "items": {"type": "integer"}}, {})
    'list of whole number'
    """
    if "$ref" in field:
        return type_words(defs[field["$ref"].rsplit("/", 1)[-1]], defs)
    for key in ("anyOf", "oneOf"):
        if key in field:
            names = dict.fromkeys(type_words(each, defs) for each in field[key] if each.get("type") != "null")
            return " or ".join(names)
    if "enum" in field:
        return " | ".join(json.dumps(each) for each in field["enum"])
    if "const" in field:
        return json.dumps(field["const"])
    kinds = field.get("type")
    if isinstance(kinds, list):
        return " or ".join(_kind_words({**field, "type": each}, defs) for each in kinds if each != "null")
    return _kind_words(field, defs)


def _kind_words(field: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    if field.get("title") == "Template":
        return "template"
    if "x-function" in field:
        return "function"
    kind = field.get("type")
    if kind == "array":
        return f"list of {type_words(field.get('items', {}), defs)}"
    if kind == "object":
        values = field.get("additionalProperties")
        return f"mapping to {type_words(values, defs)}" if isinstance(values, dict) and values else "mapping"
    return _WORDS.get(str(kind), str(kind or "anything"))


_WORDS = {"string": "text", "integer": "whole number", "boolean": "true/false"}
