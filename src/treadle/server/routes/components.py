"""The components of the project: as a list, as a tree, and each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query

from treadle.errors import did_you_mean
from treadle.ir import Origin
from treadle.project.loaded import LoadedComponent
from treadle.server.context import Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.models.components import Component, ComponentDetail, ComponentPage, ComponentTree
from treadle.server.models.mistakes import Diagnostic
from treadle.server.models.project import Place
from treadle.server.routes.paging import Cursor, Limit, page_of
from treadle.server.snapshot import Snapshot
from treadle.server.tree import shown

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["components"])

_MOST_KEYS = 500
State = Annotated[str | None, Query(pattern="^(loaded|broken)$")]


@router.get("/components")
def list_components(
    here: Here,
    state: State = None,
    type: Annotated[str | None, Query(max_length=1000, description="As it is written, or as it is listed.")] = None,
    q: Annotated[str, Query(max_length=1000, description="A part of the address.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ComponentPage:
    """The components of the project in the order of their addresses, and what is wrong with each."""
    snapshot = here.snapshot
    names = [
        address
        for address, each in snapshot.components.items()
        if state in (None, each.state)
        and type in (None, each.type, snapshot.types_of_components[address])
        and q.casefold() in address.casefold()
    ]
    page, after = page_of(names, cursor, limit)
    items = [Component(**_component(snapshot, snapshot.components[address])) for address in page]
    return ComponentPage(items=items, next=after, total=len(names))


@router.get("/component-tree", responses=error_responses(404))
def get_component_tree(
    here: Here,
    under: Annotated[str, Query(max_length=2000, description="The folder whose inside is asked for.")] = "",
    most: Annotated[int, Query(ge=1, le=2000, description="How much is unfolded, from the top.")] = 200,
) -> ComponentTree:
    """The components as they lie in folders, with how many are broken in each."""
    snapshot = here.snapshot
    branch = snapshot.tree.at(under)
    if branch is None:
        raise NotFoundError(f"there is no folder {under!r} with components in it")
    items = shown(branch, lambda each: Component(**_component(snapshot, each)), most=most)
    return ComponentTree(items=items, components=branch.components, broken=branch.broken)


@router.get("/components/{address:path}", responses=error_responses(404))
def get_component(here: Here, address: str) -> ComponentDetail:
    """A component by its address: what it declares, what is wrong with it, and what waits for it."""
    snapshot = here.snapshot
    found = snapshot.components.get(address)
    if found is None:
        raise NotFoundError(f"there is no component {address!r}", fix=did_you_mean(address, snapshot.components))
    graph = snapshot.graph
    keys = [each for each in snapshot.keys.values() if _is_of(graph.assets[each].origin, address)]
    return ComponentDetail(
        **_component(snapshot, found),
        summary=_summary(snapshot, address),
        asset_list=[str(each) for each in keys[:_MOST_KEYS]],
        kept=any(each in snapshot.facts.kept for each in keys),
        steps=[name for name, each in graph.steps.items() if each.component == address],
        checks=[str(key) for key, each in graph.checks.items() if _is_of(each.origin, address)],
        schedules=_names(graph.schedules, address),
        sensors=_names(graph.sensors, address),
        jobs=_names(graph.jobs, address),
        blocked=snapshot.blocked_by_components.get(address, [])[:_MOST_KEYS],
        verdicts=sum(
            each.component == address and each.verdict.excuse is None for each in snapshot.violations.values()
        ),
    )


def _is_of(origin: Origin | None, address: str) -> bool:
    return origin is not None and origin.component == address


def _names(known: Mapping[str, Any], address: str) -> list[str]:
    return [name for name, each in known.items() if _is_of(each.origin, address)]


def _summary(snapshot: Snapshot, address: str) -> str:
    name = snapshot.types_of_components[address]
    return next((each.summary for each in snapshot.descriptors.all() if each.name == name), "")


def _component(snapshot: Snapshot, component: LoadedComponent) -> dict[str, Any]:
    address = component.address
    return {
        "address": address,
        "type": component.type,
        "type_name": snapshot.types_of_components[address] or None,
        "state": component.state,
        "place": Place(file=str(component.span.file), line=component.span.line),
        "assets": snapshot.assets_of_components.get(address, 0),
        "blocks": len(snapshot.blocked_by_components.get(address, ())),
        "diagnostics": [Diagnostic(**each) for each in snapshot.diagnostics_of_components.get(address, ())],
    }
