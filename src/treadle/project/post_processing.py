"""What a YAML document adds to the assets that it, or its folder, declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field

from treadle.components import Attributes, CommonAttributes
from treadle.errors import Diagnostic, ProjectError, Span, UsageError
from treadle.ir import Asset, Definitions
from treadle.ir.selection import select_among
from treadle.templating import Template

__all__ = ["AssetScope", "PostProcessing", "apply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """An asset's key in templates; `path` and `to_user_string` are what Dagster's users write."""

    path: tuple[str, ...]

    def to_user_string(self) -> str:
        """The key with slashes."""
        return "/".join(self.path)

    def __str__(self) -> str:
        return "/".join(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """An asset in templates: `{{ asset.group }}`."""

    key: KeyView
    group: str
    group_name: str
    description: str | None
    tags: Mapping[str, str]
    metadata: Mapping[str, object]
    owners: Sequence[str]
    kinds: Sequence[str]
    deps: Sequence[KeyView]
    code_version: str | None


class AssetScope:
    """What the attributes of a post-processing see: the asset that they are added to."""

    asset: AssetView


class AssetRule(Attributes):
    """Adds attributes to those of the assets that a selection names."""

    target: str = "*"
    """Which assets: a selection among those that are declared here."""
    operation: Literal["merge", "replace"] = "merge"
    """Whether tags and metadata are merged with the asset's own, or replace them."""
    attributes: Template[CommonAttributes, AssetScope]
    """What is added; templates see `asset`."""


class PostProcessing(Attributes):
    """What is done with the definitions of a document once they are built."""

    assets: list[AssetRule] | None = Field(default_factory=list)
    """Rules for assets, applied in order."""


def _view(asset: Asset) -> AssetView:
    return AssetView(
        key=KeyView(path=asset.key.parts),
        group=asset.group,
        group_name=asset.group,
        description=asset.description,
        tags=dict(asset.tags),
        metadata=dict(asset.metadata),
        owners=list(asset.owners),
        kinds=sorted(asset.kinds),
        deps=[KeyView(path=dep.parts) for dep in sorted(asset.deps)],
        code_version=asset.code_version,
    )


def apply(processing: PostProcessing, definitions: Definitions, locate: Any) -> Definitions:
    """The definitions after every rule, in order; later rules see what earlier ones did.

    Raises:
        ProjectError: TRD411 when a target can't be read, and whatever is wrong in the attributes.
    """
    assets = {asset.key: asset for asset in definitions.assets}
    mistakes: list[Diagnostic] = []
    for index, rule in enumerate(processing.assets or ()):
        span: Span = locate(("post_processing", "assets", index, "target"))
        try:
            selected = select_among(assets.values(), rule.target)
        except UsageError as error:
            mistakes.append(
                Diagnostic(
                    code="TRD411",
                    message=error.message,
                    why="it says which assets the rule is for",
                    fix=error.fix,
                    span=span,
                )
            )
            continue
        for key in sorted(selected):
            try:
                assets[key] = _process(rule, assets[key])
            except ProjectError as error:
                mistakes.extend(each for each in error.diagnostics if each not in mistakes)
                break
    if mistakes:
        raise ProjectError(*mistakes)
    return replace(definitions, assets=tuple(assets[asset.key] for asset in definitions.assets))


def _process(rule: AssetRule, asset: Asset) -> Asset:
    attributes: CommonAttributes = rule.attributes.render(asset=_view(asset))
    if rule.operation == "merge":
        return attributes.apply_to(asset)
    cleared = asset
    if "tags" in attributes.model_fields_set:
        cleared = replace(cleared, tags={})
    if "metadata" in attributes.model_fields_set:
        cleared = replace(cleared, metadata={})
    return attributes.apply_to(cleared)
