"""The published JSON schemas of OpenLineage, and what an event has to be by them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

__all__ = ["facets_of", "mistakes"]

SCHEMAS = Path(__file__).parents[2] / "fixtures" / "openlineage"


@cache
def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _retrieve(uri: str) -> Resource[Any]:
    # Facets name the version of the core that they were written for; ours is that or a newer one.
    return Resource.from_contents(schema(uri.rpartition("/")[2].removesuffix(".json")))


@cache
def _validator(name: str, definition: str) -> Draft202012Validator:
    known = schema(name)
    reference = {"$ref": f"{known['$id']}#/$defs/{definition}"}
    registry: Registry[Any] = Registry(retrieve=_retrieve).with_resource(known["$id"], Resource.from_contents(known))
    return Draft202012Validator(reference, registry=registry, format_checker=FormatChecker())


def facets_of(event: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every facet of an event, with its name."""
    holders = [event["run"].get("facets", {}), event["job"].get("facets", {})]
    for dataset in (*event["inputs"], *event["outputs"]):
        holders += [dataset.get(kind, {}) for kind in ("facets", "inputFacets", "outputFacets")]
    for holder in holders:
        yield from holder.items()


def mistakes(event: Mapping[str, Any]) -> list[str]:
    """What is wrong with an event, by the schema of events and by those of its facets."""
    found = [each.message for each in _validator("OpenLineage", "RunEvent").iter_errors(event)]
    for name, facet in facets_of(event):
        url, _, pointer = facet["_schemaURL"].partition("#/$defs/")
        file = url.rpartition("/")[2].removesuffix(".json")
        if schema(file)["$id"] != url:
            found.append(f"{name} follows {url}, and the newest is {schema(file)['$id']}")
        if name not in schema(file)["properties"]:
            found.append(f"{file} isn't the schema of {name}")
        found += [f"{name}: {each.message}" for each in _validator(file, pointer).iter_errors(facet)]
    return found
