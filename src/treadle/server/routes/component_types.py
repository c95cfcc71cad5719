"""Component types: which there are, finding the right one, and how each is used."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query

from treadle.errors import ProjectError, did_you_mean
from treadle.server.catalogue import detail_of, summary_of
from treadle.server.context import Here
from treadle.server.errors import NotFoundError, error_responses
from treadle.server.facts import plain_diagnostic
from treadle.server.models.component_types import ComponentTypeDetail, ComponentTypeList
from treadle.server.models.mistakes import Diagnostic

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["components"])

Words = Annotated[str, Query(max_length=200, description="Words that are looked for in all that is said of types.")]


@router.get("/component-types")
def list_component_types(here: Here, q: Words = "") -> ComponentTypeList:
    """The component types that the project can use: those of packages, and its own; `q` looks for words in them."""
    snapshot = here.snapshot
    found = snapshot.type_search.find(q)
    uses = Counter(snapshot.types_of_components.values())
    items = [summary_of(each.type, used=uses[each.type.name], matches=each.matches) for each in found]
    names = {each.name.rpartition(".")[2]: each.name for each in snapshot.descriptors.all()}
    return ComponentTypeList(
        items=items,
        diagnostics=[Diagnostic(**plain_diagnostic(each)) for each in snapshot.descriptors.mistakes],
        hint=(did_you_mean(q, [*names, *names.values()]) or None) if q and not items else None,
    )


@router.get("/component-types/{name:path}", responses=error_responses(404))
def get_component_type(here: Here, name: str) -> ComponentTypeDetail:
    """A component type by its name or an alias: its documentation, and the schema of its attributes."""
    snapshot = here.snapshot
    try:
        found = snapshot.descriptors.find(name)
    except ProjectError as error:
        if error.diagnostics[0].code != "TRD201":
            raise
        raise NotFoundError(error.diagnostics[0].message, fix=error.diagnostics[0].fix) from None
    types = snapshot.types_of_components
    return detail_of(found, [each for address, each in snapshot.components.items() if types[address] == found.name])
