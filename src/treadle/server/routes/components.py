"""Component types, and the components that are made of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from treadle.errors import ProjectError
from treadle.project.loaded import LoadedComponent
from treadle.server.context import Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.facts import plain_diagnostic
from treadle.server.models import (
    Component,
    ComponentPage,
    ComponentType,
    ComponentTypeDetail,
    ComponentTypeList,
    Diagnostic,
    Place,
)
from treadle.server.routes.paging import Cursor, Limit, page_of
from treadle.server.snapshot import Snapshot

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptor

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["components"])


@router.get("/component-types")
def list_component_types(here: Here) -> ComponentTypeList:
    """The component types that the project can use: those of packages, and its own."""
    descriptors = here.snapshot.descriptors
    items = [ComponentType(**_summary(each)) for each in descriptors.all()]
    return ComponentTypeList(items=items, diagnostics=_diagnostics(map(plain_diagnostic, descriptors.mistakes)))


@router.get("/component-types/{name:path}", responses=error_responses(404))
def get_component_type(here: Here, name: str) -> ComponentTypeDetail:
    """A component type by its name or an alias: its documentation, and the schema of its attributes."""
    try:
        found = here.snapshot.descriptors.find(name)
    except ProjectError as error:
        if error.diagnostics[0].code != "TRD201":
            raise
        raise NotFoundError(error.diagnostics[0].message, fix=error.diagnostics[0].fix) from None
    return ComponentTypeDetail(
        **_summary(found),
        description=found.description,
        attributes=dict(found.schema),
        template_vars=dict(found.template_vars),
        scaffold_params=dict(found.scaffold_params),
        examples=[dict(each) for each in found.examples],
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


@router.get("/components")
def list_components(
    here: Here,
    state: Annotated[str | None, Query(pattern="^(loaded|broken)$")] = None,
    type: Annotated[str | None, Query(max_length=1000)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ComponentPage:
    """The components of the project in the order of their addresses, and what is wrong with each."""
    snapshot = here.snapshot
    names = [
        address
        for address, each in snapshot.components.items()
        if state in (None, each.state) and type in (None, each.type)
    ]
    page, after = page_of(names, cursor, limit)
    items = [_component(snapshot, snapshot.components[address]) for address in page]
    return ComponentPage(items=items, next=after, total=len(names))


def _component(snapshot: Snapshot, component: LoadedComponent) -> Component:
    return Component(
        address=component.address,
        type=component.type,
        state=component.state,
        place=Place(file=str(component.span.file), line=component.span.line),
        assets=snapshot.assets_of_components.get(component.address, 0),
        diagnostics=_diagnostics(snapshot.diagnostics_of_files.get(str(component.span.file), ())),
    )


def _diagnostics(found: Iterable[Any]) -> list[Diagnostic]:
    return [Diagnostic(**each) for each in found]
