"""Components, and the folders that they lie in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from treadle.server.models.given import Given, Page
from treadle.server.models.mistakes import Diagnostic
from treadle.server.models.project import Place

__all__ = ["Component", "ComponentDetail", "ComponentFolder", "ComponentPage", "ComponentTree"]


class Component(Given):
    """A component of the project."""

    address: str = Field(examples=["sales/jdbt"])
    type: str = Field(description="As it is written; empty for Python modules.")
    type_name: str | None = Field(default=None, description="The name that its type is listed under.")
    state: Literal["loaded", "broken"]
    place: Place
    assets: int = 0
    blocks: int = Field(default=0, description="How many assets can't run as long as it is broken.")
    diagnostics: list[Diagnostic] = []


class ComponentPage(Page[Component]):
    """A page of components."""

    total: int


class ComponentDetail(Component):
    """Everything about a component: what it declares, and what waits for it."""

    summary: str = Field(default="", description="What its type is for.")
    asset_list: list[str] = Field(default=[], description="Keys of its assets, up to 500.")
    kept: bool = Field(default=False, description="Whether these are what it said before it was broken.")
    steps: list[str] = []
    checks: list[str] = []
    schedules: list[str] = []
    sensors: list[str] = []
    jobs: list[str] = []
    blocked: list[str] = Field(default=[], description="Keys of assets that wait for it to be mended, up to 500.")
    verdicts: int = Field(default=0, description="How many violations of policies are in what it declares.")


class ComponentFolder(Given):
    """A place in the tree of components: a folder, a component, or both."""

    path: str = Field(description="Its address.", examples=["sales"])
    name: str = Field(description="The last part of its address.")
    component: Component | None = Field(default=None, description="The component that is here; null for a mere folder.")
    components: int = Field(default=0, description="How many components are here and below.")
    broken: int = Field(default=0, description="How many of these are broken.")
    assets: int = Field(default=0, description="How many assets these declare.")
    children: list[ComponentFolder] | None = Field(
        default=None, description="What is in it; null when that has to be asked for, with its `path` as `under`."
    )


class ComponentTree(Given):
    """The components of a project as they lie in folders."""

    items: list[ComponentFolder]
    components: int
    broken: int
