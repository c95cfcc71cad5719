"""What a case of a policy's test says: an asset with what belongs to it, and the verdict that is expected."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from treadle.components import AssetAttributes, Attributes, Length
from treadle.components.attributes import KeyText
from treadle.ir import AssetKey, CheckSeverity

__all__ = ["CaseAttributes", "GivenAsset", "GivenCheck", "GivenColumn", "GivenComponent", "GivenStep"]

Expected = Literal["pass", "deny", "warn", "audit"]


class GivenColumn(Attributes):
    """A column."""

    name: str
    """Its name."""
    type: str | None = None
    """Its type."""
    description: str | None = None
    """What it holds."""


class GivenCheck(Attributes):
    """A check of the asset."""

    name: str
    """Its name."""
    description: str | None = None
    """What it makes sure of."""
    blocking: bool = False
    """Whether a failure stops what is downstream."""
    severity: CheckSeverity = CheckSeverity.ERROR
    """What a failure means."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    """What else is said of it."""


class GivenStep(Attributes):
    """The step that makes the asset."""

    name: str = "make"
    """Its name."""
    description: str | None = None
    """What it does."""
    compute: str | None = None
    """Its compute profile."""
    credentials: list[str] = Field(default_factory=list)
    """The credentials that it names."""
    pool: str | None = None
    """Its pool."""
    retries: int | None = None
    """How often it is tried again."""
    timeout: Length | None = None
    """Its time limit."""
    can_subset: bool = False
    """Whether a part of its assets may be selected."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Its tags."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    """What else is said of it."""
    assets: list[KeyText] | None = None
    """What it makes, when that isn't the asset."""


class GivenComponent(Attributes):
    """The component that declares the asset."""

    address: str = "example"
    """Its address."""
    type: str = "treadle.PythonScript"
    """Its type."""
    package: str = "treadle"
    """The package that its type is from."""
    attributes: dict[str, Any] = Field(default_factory=dict)
    """What is written there."""


class GivenAsset(AssetAttributes):
    """An asset, with all that a policy may look at."""

    key: KeyText = AssetKey(("example",))
    """Its name."""
    columns: list[GivenColumn] = Field(default_factory=list)
    """Its columns."""
    checks: list[GivenCheck] = Field(default_factory=list)
    """Its checks."""
    external: bool = False
    """Whether no step makes it."""
    step: GivenStep = GivenStep()
    """The step that makes it."""
    component: GivenComponent = GivenComponent()
    """The component that declares it."""


class GivenGraph(GivenAsset):
    """The asset that is judged, and others around it."""

    others: list[GivenAsset] = Field(default_factory=list)
    """Assets that it depends on, or that depend on it: `deps` say which."""


class CaseAttributes(Attributes):
    """An asset, and what a policy says of it."""

    name: str = ""
    """What the case is about."""
    given: GivenGraph = GivenGraph()
    """The asset; or what the checks, the step, the component or the project belong to that are judged."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Values of the policy's parameters, as a binding may give them."""
    expect: Expected
    """`pass`, or how hard the violation is meant."""
    message: str | None = None
    """What is told of the violation."""
