"""Component types, from their descriptors: nothing of the project is imported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.assistant.answers.told import page, told
from treadle.assistant.models.component_types import (
    Attribute,
    ComponentType,
    ComponentTypes,
    GetType,
    ListTypes,
    Model,
    TypeSummary,
)
from treadle.errors import ProjectError, UsageError, did_you_mean

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptors
    from treadle.components.descriptors.documenting import AttributeFacts, Variable

__all__ = ["get_type", "list_types"]


def list_types(folder: Path, asked: ListTypes) -> ComponentTypes:
    """The types that the project can use, or those that fit words."""
    from treadle.components.descriptors.searching import TypeSearch

    known = _descriptors(folder)
    found = [each.type for each in TypeSearch(known.all()).find(asked.search)]
    items, after = page(found, asked.start, asked.limit)
    names = {each.name.rpartition(".")[2]: each.name for each in known.all()}
    return ComponentTypes(
        items=[
            TypeSummary(name=each.name, summary=each.summary, package=each.package, deprecated=each.deprecated)
            for each in items
        ],
        total=len(found),
        next=after,
        hint=did_you_mean(asked.search, [*names, *names.values()]) if asked.search and not found else "",
        diagnostics=told(known.mistakes),
    )


def get_type(folder: Path, asked: GetType) -> ComponentType:
    """What there is to know of a type.

    Raises:
        UsageError: when there is none with this name.
    """
    from treadle.components.base_types import base_types
    from treadle.components.descriptors.documenting import attributes_of, least_of, models_of, variables
    from treadle.components.descriptors.words import example_yaml, scaffold_command

    try:
        found = _descriptors(folder).find(asked.name)
    except ProjectError as error:
        first = error.diagnostics[0]
        if first.code != "TRD201":
            raise
        raise UsageError(first.message, fix=first.fix) from None
    models = found.schema.get("$defs", {})
    attributes = attributes_of(found.schema, models)
    # Nearly all types have assets, and a model for each way to say how these are partitioned.
    shown = {*asked.models, *(name for each in attributes for name in each.models)}
    return ComponentType(
        name=found.name,
        other_names=list(found.aliases),
        package=found.package,
        version=found.version,
        description=found.description,
        deprecated=found.deprecated,
        attributes=list(map(_attribute, attributes)),
        models=[
            Model(name=each.name, description=each.description, attributes=list(map(_attribute, each.attributes)))
            for each in models_of(found)
            if each.name in shown
        ],
        more_models=[each.name for each in models_of(found) if each.name not in shown],
        variables=_names(variables({**base_types(), **found.template_vars}, deep=0)),
        examples=[example_yaml(found.name, each) for each in found.examples],
        least=example_yaml(found.name, least_of(found.schema, models)),
        scaffold=scaffold_command(found),
        json_schema=dict(found.schema) if asked.json_schema else {},
    )


def _descriptors(folder: Path) -> Descriptors:
    from treadle.project.checking import descriptors_for
    from treadle.project.settings import find_settings, read_environment

    settings = find_settings(folder)
    environment, _ = read_environment(settings)
    return descriptors_for(settings, environment)


def _attribute(facts: AttributeFacts) -> Attribute:
    return Attribute(
        name=facts.name,
        type=facts.type,
        required=facts.required,
        default=facts.default,
        description=facts.description,
        other_names=list(facts.other_names),
        models=list(facts.models),
        limits=list(facts.limits),
        examples=list(facts.examples),
        variables=_names(facts.scope),
        deprecated=facts.deprecated or "",
        ignored=facts.ignored or "",
    )


def _names(variables: Iterable[Variable]) -> list[str]:
    return [each.name for each in variables]
