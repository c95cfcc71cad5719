"""Component types as the API tells of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from treadle.server.models.component_types import (
    Attribute,
    AttributeModel,
    ComponentType,
    ComponentTypeDetail,
    ComponentUse,
    OlderForm,
    TypeMatch,
    Variable,
)
from treadle.server.models.project import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from treadle.components.descriptors import Descriptor
    from treadle.components.descriptors.documenting import AttributeFacts
    from treadle.components.descriptors.searching import Match
    from treadle.project.loaded import LoadedComponent

__all__ = ["detail_of", "summary_of"]

_MOST_USES = 100


def summary_of(descriptor: Descriptor, *, used: int, matches: Iterable[Match] = ()) -> ComponentType:
    """A type in a list."""
    return ComponentType(**_summary(descriptor), used=used, matches=[_match(each) for each in matches])


def detail_of(descriptor: Descriptor, uses: list[LoadedComponent]) -> ComponentTypeDetail:
    """Everything that a page about a type says."""
    from treadle.components.base_types import base_types
    from treadle.components.descriptors.documenting import attributes_of, least_of, models_of, variables
    from treadle.components.descriptors.words import example_yaml, older_forms, scaffold_command

    models = descriptor.schema.get("$defs", {})
    return ComponentTypeDetail(
        **_summary(descriptor),
        used=len(uses),
        description=descriptor.description,
        attributes=dict(descriptor.schema),
        template_vars=dict(descriptor.template_vars),
        scaffold_params=dict(descriptor.scaffold_params),
        examples=[dict(each) for each in descriptor.examples],
        attribute_list=[_attribute(each) for each in attributes_of(descriptor.schema, models)],
        models=[
            AttributeModel(
                name=each.name,
                description=each.description,
                attributes=[_attribute(one) for one in each.attributes],
            )
            for each in models_of(descriptor)
        ],
        variables=[Variable(**asdict(each)) for each in variables(descriptor.template_vars)],
        usual_variables=[Variable(**asdict(each)) for each in variables(base_types())],
        example_texts=[example_yaml(descriptor.name, each) for each in descriptor.examples],
        least=example_yaml(descriptor.name, least_of(descriptor.schema, models)),
        scaffold=scaffold_command(descriptor),
        holds_folder=descriptor.holds_folder,
        older_forms=[OlderForm(old=old, new=new, since=since or None) for old, new, since in older_forms(descriptor)],
        target=descriptor.target.replace(":", "."),
        place=Place(file=str(descriptor.file), line=descriptor.line) if descriptor.file.name else None,
        used_by=[ComponentUse(address=each.address, state=each.state) for each in uses[:_MOST_USES]],
    )


def _summary(descriptor: Descriptor) -> dict[str, Any]:
    return {
        "name": descriptor.name,
        "aliases": list(descriptor.aliases),
        "package": descriptor.package or None,
        "version": descriptor.version or None,
        "summary": descriptor.summary,
        "deprecated": descriptor.deprecated or None,
    }


def _match(found: Match) -> TypeMatch:
    return TypeMatch(where=found.where, text=found.text, path=found.path or None)


def _attribute(found: AttributeFacts) -> Attribute:
    return Attribute(**asdict(found) | {"default": found.default or None})
