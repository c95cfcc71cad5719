"""What a YAML document adds to the assets and checks that it, or its folder, declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeVar

from pydantic import AliasChoices, Field

from treadle.components import Attributes, CommonAttributes
from treadle.components.attributes import KeyText
from treadle.components.automation import Automation
from treadle.errors import Diagnostic, ProjectError, Severity, Span, UsageError
from treadle.ir import (
    Asset,
    AssetKey,
    Check,
    CheckKey,
    CheckSeverity,
    Definitions,
    parse_selection,
    select_among,
)
from treadle.project.envelope import unreadable_target
from treadle.project.targets import check_target, near_target, select_checks
from treadle.templating import Template
from treadle.templating.places import NodePath

__all__ = ["AssetScope", "CheckScope", "PostProcessing", "apply", "asset_view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """An asset in templates: `{{ asset.group }}`."""

    key: AssetKey
    group: str
    group_name: str
    description: str | None
    tags: Mapping[str, str]
    metadata: Mapping[str, object]
    owners: Sequence[str]
    kinds: Sequence[str]
    deps: Sequence[AssetKey]
    code_version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """A check in templates: `{{ check.name }}`."""

    name: str
    asset: AssetKey
    description: str | None
    blocking: bool
    severity: str
    metadata: Mapping[str, object]
    additional_deps: Sequence[AssetKey]


class AssetScope:
    """What the attributes of a post-processing see: the asset that they are added to."""

    asset: AssetView


class CheckScope:
    """What the attributes of a post-processing see: the check that they are added to."""

    check: CheckView


class CheckChanges(Attributes):
    """What may be said of any check, whoever declares it."""

    description: str | None = None
    """What it makes sure of."""
    blocking: bool = False
    """Whether a failure stops what is downstream of the asset."""
    severity: CheckSeverity = CheckSeverity.ERROR
    """What a failure means: `error` fails the run, `warn` is shown and nothing else."""
    additional_deps: list[KeyText] = Field(default_factory=list)
    """Keys of other assets that it reads."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    """Anything worth knowing, by name."""
    automation: Automation | None = Field(
        default=None, validation_alias=AliasChoices("automation", "automation_condition")
    )
    """When it is made by itself."""

    def apply_to(self, check: Check) -> Check:
        """The check with what was said here: metadata is merged, everything else replaces."""
        changes = {name: getattr(self, name) for name in self.model_fields_set if name != "metadata"}
        if self.metadata:
            changes["metadata"] = {**check.metadata, **self.metadata}
        return replace(check, **changes)


class AssetRule(Attributes):
    """Adds attributes to those of the assets that a selection names."""

    target: str = "*"
    """Which assets: a selection among those that are declared here."""
    operation: Literal["merge", "replace"] = "merge"
    """Whether tags and metadata are merged with the asset's own, or replace them."""
    attributes: Template[CommonAttributes, AssetScope]
    """What is added; templates see `asset`."""


class CheckRule(Attributes):
    """Adds attributes to those of the checks that a selection names."""

    target: str = "*"
    """Which checks: those of a selection of assets, or `ASSET:CHECK`, among those that are declared here."""
    operation: Literal["merge", "replace"] = "merge"
    """Whether metadata is merged with the check's own, or replaces it."""
    attributes: Template[CheckChanges, CheckScope]
    """What is added; templates see `check`."""


class PostProcessing(Attributes):
    """What is done with the definitions of a document once they are built."""

    assets: list[AssetRule] | None = Field(default_factory=list)
    """Rules for assets, applied in order."""
    checks: list[CheckRule] | None = Field(default_factory=list)
    """Rules for checks, applied in order, after those for assets."""


def asset_view(asset: Asset) -> AssetView:
    """An asset as templates see it."""
    return AssetView(
        key=asset.key,
        group=asset.group,
        group_name=asset.group,
        description=asset.description,
        tags=dict(asset.tags),
        metadata=dict(asset.metadata),
        owners=list(asset.owners),
        kinds=sorted(asset.kinds),
        deps=sorted(asset.deps),
        code_version=asset.code_version,
    )


def _check_view(check: Check) -> CheckView:
    return CheckView(
        name=check.name,
        asset=check.asset,
        description=check.description,
        blocking=check.blocking,
        severity=check.severity.value,
        metadata=dict(check.metadata),
        additional_deps=sorted(check.additional_deps),
    )


Locate = Callable[[NodePath], Span | None]


def apply(
    processing: PostProcessing, definitions: Definitions, locate: Locate
) -> tuple[Definitions, tuple[Diagnostic, ...]]:
    """The definitions after every rule, in order, and warnings of rules that nothing fits.

    Later rules see what earlier ones did; what is declared twice is changed twice, so that it is told.

    Raises:
        ProjectError: TRD411 when a target can't be read, and whatever is wrong in the attributes.
    """
    work = _Work(definitions=definitions, locate=locate)
    for index, rule in enumerate(processing.assets or ()):
        work.asset_rule(rule, ("post_processing", "assets", index))
    for index, check_rule in enumerate(processing.checks or ()):
        work.check_rule(check_rule, ("post_processing", "checks", index))
    if work.mistakes:
        raise ProjectError(*work.mistakes)
    return work.result(), tuple(work.idle)


K = TypeVar("K", AssetKey, CheckKey)
D = TypeVar("D", Asset, Check)


class _Work:
    """Definitions while rules are applied to them, one by one."""

    def __init__(self, *, definitions: Definitions, locate: Locate) -> None:
        self._definitions = definitions
        self._locate = locate
        self._assets = {asset.key: asset for asset in definitions.assets}
        self._checks = {check.key: check for check in definitions.checks}
        self.mistakes: list[Diagnostic] = []
        self.idle: list[Diagnostic] = []

    def result(self) -> Definitions:
        """What has become of the definitions."""
        return replace(
            self._definitions,
            assets=tuple(self._assets[asset.key] for asset in self._definitions.assets),
            checks=tuple(self._checks[check.key] for check in self._definitions.checks),
        )

    def asset_rule(self, rule: AssetRule, path: NodePath) -> None:
        """Apply a rule for assets."""
        assets = self._assets.values()
        select = lambda: sorted(select_among(assets, rule.target))  # noqa: E731 - asked for once, inside
        near = lambda: near_target(parse_selection(rule.target), assets)  # noqa: E731
        for key in self._selected(select, near, rule.target, path):
            self._change(self._assets, key, partial(_process_asset, rule))

    def check_rule(self, rule: CheckRule, path: NodePath) -> None:
        """Apply a rule for checks."""
        assets = self._assets.values()
        around = {key.asset: Asset(key=key.asset) for key in self._checks} | self._assets
        select = lambda: select_checks(self._checks, assets, rule.target)  # noqa: E731
        near = lambda: near_target(check_target(rule.target), around.values(), self._checks)  # noqa: E731
        for key in self._selected(select, near, rule.target, path):
            self._change(self._checks, key, partial(_process_check, rule))

    def _selected(
        self, select: Callable[[], Sequence[K]], near: Callable[[], str], target: str, path: NodePath
    ) -> Sequence[K]:
        span = self._locate((*path, "target")) or self._locate(path)
        try:
            found = select()
        except UsageError as error:
            self.mistakes.append(unreadable_target(error, span))
            return ()
        if not found:
            self.idle.append(_idle(target, str(path[1]), near(), span))
        return found

    def _change(self, among: dict[K, D], key: K, process: Callable[[D], D]) -> None:
        try:
            among[key] = process(among[key])
        except ProjectError as error:
            # Of every asset, the same mistake would be told again.
            self.mistakes += [each for each in error.diagnostics if each not in self.mistakes]


def _idle(target: str, kind: str, near: str, span: Span | None) -> Diagnostic:
    return Diagnostic(
        code="TRD412",
        message=f"the rule for {target!r} changes nothing: none of the {kind} here fits",
        why=f"a rule is for the {kind} that its own document declares, or its folder",
        fix=near or "correct `target`, or remove the rule",
        span=span,
        severity=Severity.WARNING,
    )


def _process_asset(rule: AssetRule, asset: Asset) -> Asset:
    attributes: CommonAttributes = rule.attributes.render(asset=asset_view(asset))
    if rule.operation == "merge":
        return attributes.apply_to(asset)
    cleared = asset
    if "tags" in attributes.model_fields_set:
        cleared = replace(cleared, tags={})
    if "metadata" in attributes.model_fields_set:
        cleared = replace(cleared, metadata={})
    return attributes.apply_to(cleared)


def _process_check(rule: CheckRule, check: Check) -> Check:
    attributes: CheckChanges = rule.attributes.render(check=_check_view(check))
    replaces = rule.operation == "replace" and "metadata" in attributes.model_fields_set
    return attributes.apply_to(replace(check, metadata={}) if replaces else check)
