"""The models of `policies.yaml`: what a platform team, or a project, writes into it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from treadle.components import Attributes, CommonAttributes, text_format
from treadle.ir.selection import check_selection
from treadle.ir.verdicts import PolicySeverity, PolicyTarget
from treadle.project.post_processing import AssetScope
from treadle.templating import Template

__all__ = ["NAME", "BindingAttributes", "PoliciesFile", "PolicyAttributes"]

NAME = r"[A-Za-z0-9][A-Za-z0-9_-]*"
"""What a file may call its policies; the name of a package, or of a pack, is put before it."""

Text = Annotated[str, StringConstraints(min_length=1)]
SelectionText = Annotated[str, AfterValidator(check_selection), text_format("selection", "kind:dbt", "path:teams/*")]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
NamePattern = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.*-]+$")]


class PolicyAttributes(Attributes):
    """A rule over the asset graph."""

    description: str = ""
    """What it is good for; its first line is why a violation is one."""
    severity: PolicySeverity = "deny"
    """`deny` stops what violates it from running, `warn` is told, `audit` is only counted in reports."""
    target: PolicyTarget = "asset"
    """What it looks at, one by one."""
    match: SelectionText = "*"
    """Which assets, as a selection; or the checks, steps or components that are theirs."""
    require: Text | None = Field(default=None, examples=["asset.owners"])
    """An expression, without braces, that is true of whatever is right."""
    cel: Text | None = Field(default=None, examples=["asset.owners.size() > 0"])
    """The same in the Common Expression Language (with the extra `cel`)."""
    message: str = Field(default="", examples=["{{ asset.key }} has no owner"])
    """What is told of a violation; templates see what the expression sees."""
    docs: str = ""
    """The address of a page that says more."""
    parameters: dict[ParameterName, Any] = Field(default_factory=dict, examples=[{"least": 1}])
    """Values by name, which expressions find in `parameters`, and bindings may change."""
    default: Template[CommonAttributes, AssetScope] | None = None
    """Attributes that an asset gets where it says nothing of them, before anything is judged."""
    fix: Template[CommonAttributes, AssetScope] | None = None
    """Attributes that `treadle check --fix` writes into the file of whatever violates it."""
    waivable: bool = True
    """Whether waivers and the baseline may excuse a violation."""


class BindingAttributes(Attributes):
    """Where policies hold, and how hard."""

    policies: Annotated[list[NamePattern], Field(min_length=1)] = Field(examples=[["ownership.*"]])
    """Names of policies, and patterns of names."""
    severity: PolicySeverity | None = None
    """How hard they are meant here; as their own, when it isn't said."""
    projects: Annotated[list[Text], Field(min_length=1)] = Field(default=["*"], examples=[["sales", "team_*"]])
    """Names of projects, and patterns of them."""
    packages: Annotated[list[Text], Field(min_length=1)] = Field(default=["*"], examples=[["acme_components"]])
    """The packages of component types: it holds for what these types make."""
    match: SelectionText = "*"
    """The assets that it holds for, as a selection."""
    parameters: dict[ParameterName, Any] = Field(default_factory=dict)
    """Other values for parameters of the policies."""


class PoliciesFile(Attributes):
    """What `policies.yaml` says; what stands in each of its parts is looked at by itself."""

    policies: dict[Any, Any] = Field(default_factory=dict)
    """Policies by name."""
    bindings: list[Any] = Field(default_factory=list)
    """Where they hold, and how hard."""
