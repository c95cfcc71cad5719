"""`treadle inspect TYPE`: explain a component type."""

from __future__ import annotations

import inspect as python_inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from treadle.components import Component

__all__ = ["attributes_schema", "document_schema", "example_yaml", "find", "inspect", "references", "type_words"]


@click.command()
@click.argument("type_name", metavar="TYPE")
@click.option("--json", "output", flag_value="json", help="Print everything that is known, as JSON.")
@click.option("--schema", "output", flag_value="schema", help="Print the JSON Schema of a document of this type.")
@click.option("--example", "output", flag_value="example", help="Print an example, ready to save as defs.yaml.")
@click.pass_obj
def inspect(folder: Path, type_name: str, output: str | None) -> None:
    """Explain the component type TYPE: its attributes, their types and defaults, and examples."""
    name, component_type = find(folder, type_name)
    if output == "schema":
        click.echo(json.dumps(document_schema(name, component_type), indent=2))
    elif output == "example":
        click.echo(example_yaml(name, component_type), nl=False)
    elif output == "json":
        click.echo(json.dumps(_everything(name, component_type), indent=2))
    else:
        click.echo(_page(name, component_type))


def find(folder: Path, type_name: str) -> tuple[str, type[Component]]:
    """A component type; names of the project's own types need the project.

    Raises:
        UsageError: when there is no such type.
    """
    from treadle.components import find_type
    from treadle.errors import ProjectError, UsageError
    from treadle.project import find_settings

    package = ""
    try:
        settings = find_settings(folder)
        sys.path.insert(0, str(settings.source))
        package = settings.defs_package
    except ProjectError as error:
        if error.diagnostics[0].code != "TRD501":
            raise
        # Installed types can be inspected anywhere.
    try:
        with redirect_stdout(sys.stderr):  # what the type's module prints must not get into JSON
            return find_type(type_name, package=package)
    except ProjectError as error:
        first = error.diagnostics[0]
        if first.code != "TRD201":
            raise
        raise UsageError(first.message, fix=first.fix) from None


def attributes_schema(component_type: type[Component]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a type's attributes."""
    schema = component_type.model_json_schema(by_alias=False)
    models: dict[str, Any] = {}
    definitions = schema.pop("$defs", {})
    schema = {name: _named(each, models) for name, each in schema.items()}
    definitions = {name: {key: _named(each, models) for key, each in one.items()} for name, one in definitions.items()}
    known = models | definitions
    return {**schema, "$defs": known} if known else schema


def _named(node: Any, models: dict[str, Any]) -> Any:
    """A schema without models in the middle of it: those of templates come written out, and get a name here."""
    if isinstance(node, list):
        return [_named(each, models) for each in node]
    if not isinstance(node, dict):
        return node
    walked = {name: _named(each, models) for name, each in node.items()}
    title = walked.get("title")
    if walked.get("type") != "object" or "properties" not in walked or not isinstance(title, str):
        return walked
    models[title] = walked
    return {"$ref": f"#/$defs/{title}"}


def document_schema(name: str, component_type: type[Component]) -> dict[str, Any]:
    """The JSON Schema of a YAML document of this type."""
    from treadle.components import registered_types
    from treadle.project.loading import Requirements
    from treadle.project.post_processing import PostProcessing

    registered = registered_types().get(name)
    attributes = attributes_schema(component_type)
    processing = PostProcessing.model_json_schema(by_alias=False)
    definitions = {**processing.pop("$defs", {}), **attributes.pop("$defs", {})}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": python_inspect.getdoc(component_type) or "",
        "type": "object",
        "properties": {
            "type": {"enum": [name, *(registered.aliases if registered else ())]},
            "attributes": attributes,
            "template_vars_module": {"type": "string"},
            "requirements": Requirements.model_json_schema(),
            "post_processing": processing,
        },
        "required": ["type", "attributes"] if attributes.get("required") else ["type"],
        "additionalProperties": False,
    }
    if definitions:
        schema["$defs"] = definitions
    return schema


def example_yaml(name: str, component_type: type[Component], example: Mapping[str, Any] | None = None) -> str:
    """An example as a person would write it."""
    import yaml

    examples = component_type.examples()
    attributes = example if example is not None else (examples[0] if examples else {})
    document: dict[str, Any] = {"type": name}
    if attributes:
        document["attributes"] = dict(attributes)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def _everything(name: str, component_type: type[Component]) -> dict[str, Any]:
    from treadle.components import registered_types

    registered = registered_types().get(name)
    return {
        "type": name,
        "aliases": list(registered.aliases) if registered else [],
        "package": registered.package if registered else component_type.__module__.split(".", 1)[0],
        "description": python_inspect.getdoc(component_type) or "",
        "source": {
            "file": python_inspect.getsourcefile(component_type),
            "line": python_inspect.getsourcelines(component_type)[1],
        },
        "scaffold_params": dict(component_type.scaffold_params),
        "schema": attributes_schema(component_type),
        "examples": [dict(each) for each in component_type.examples()],
    }


def _page(name: str, component_type: type[Component]) -> str:
    known = _everything(name, component_type)
    lines = [click.style(name, bold=True), "", *_prose(known["description"])]
    if known["aliases"]:
        lines += [f"Also known as: {', '.join(known['aliases'])}", ""]
    lines.append(click.style("Attributes", bold=True))
    schema = known["schema"]
    lines += list(_attributes(schema, schema.get("$defs", {}), "  ")) or ["  none"]
    params = "".join(f" --{each.replace('_', '-')} …" for each in known["scaffold_params"])
    lines += ["", click.style("Make one", bold=True), f"  treadle scaffold defs {name} PATH{params}"]
    for example in known["examples"]:
        lines += ["", click.style("Example", bold=True)]
        lines += [f"  {line}" for line in example_yaml(name, component_type, example).splitlines()]
    return "\n".join(lines)


def _prose(text: str) -> Iterator[str]:
    """A docstring in lines that fit; its doctests are for the authors of the type."""
    import textwrap

    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph and not paragraph.startswith(">>>"):
            is_list_or_code = re.search(r"\n[ -]", paragraph)
            yield from [paragraph] if is_list_or_code else textwrap.wrap(paragraph, 78)
            yield ""


def _attributes(
    schema: Mapping[str, Any], defs: Mapping[str, Any], indent: str, seen: tuple[str, ...] = ()
) -> Iterator[str]:
    import textwrap

    required = schema.get("required", ())
    fields = schema.get("properties", {})
    for name, field in sorted(fields.items(), key=lambda item: item[0] not in required):
        note = "required" if name in required else _default(field)
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
    """A field's type in the words of YAML."""
    if field.get("title") == "Template":
        return "template"
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
    kind = field.get("type")
    if kind == "array":
        return f"list of {type_words(field.get('items', {}), defs)}"
    if kind == "object":
        values = field.get("additionalProperties")
        return f"mapping to {type_words(values, defs)}" if isinstance(values, dict) and values else "mapping"
    return {"string": "text", "integer": "whole number", "boolean": "true/false"}.get(
        str(kind), str(kind or "anything")
    )
