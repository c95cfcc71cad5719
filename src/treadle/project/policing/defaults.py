"""What policies say of assets that say nothing themselves: set before a graph is linked, and before anything is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from treadle.components import CommonAttributes
from treadle.errors import Diagnostic, ProjectError, UsageError
from treadle.ir import Asset, AssetKey, Definitions, select_among
from treadle.ir.provenance import Source, tell_change
from treadle.policies import Policy
from treadle.project.hearing import tell_targets
from treadle.project.post_processing import asset_view
from treadle.templating import Template

__all__ = ["Defaulted", "attributes_for", "with_defaults"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaulted:
    """Definitions with the defaults of policies; `given` tells which policy has set which attributes of an asset."""

    definitions: Definitions
    given: Mapping[AssetKey, Mapping[str, str]]
    diagnostics: tuple[Diagnostic, ...] = ()


def with_defaults(
    definitions: Definitions, policies: Iterable[Policy], holds: Callable[[Policy, Asset], bool]
) -> Defaulted:
    """Set what policies say of assets where they say nothing; of several policies, the first sets it.

    Args:
        holds: whether a policy holds for an asset that its own selection names.
    """
    assets = {id(each): each for each in definitions.assets}
    given: dict[AssetKey, dict[str, str]] = {}
    mistakes: dict[tuple[str, str], Diagnostic] = {}
    for policy in policies:
        if not policy.default:
            continue
        tell_targets((policy.match,))
        try:
            among = select_among(assets.values(), policy.match)
        except UsageError:
            continue  # it is told when the policy is judged
        for number, asset in assets.items():
            if asset.key not in among or not holds(policy, asset):
                continue
            try:
                found = _defaulted(policy, asset)
            except ProjectError as error:
                # Of every asset, the same mistake would be told again.
                for each in error.diagnostics:
                    mistakes.setdefault((policy.name, each.message), replace(each, span=each.span or policy.span))
                continue
            assets[number] = found[0]
            given.setdefault(asset.key, {}).update(dict.fromkeys(found[1], policy.name))
    changed = replace(definitions, assets=tuple(assets.values()))
    return Defaulted(
        definitions=changed,
        given={key: names for key, names in given.items() if names},
        diagnostics=tuple(mistakes.values()),
    )


def attributes_for(written: Mapping[str, Any], asset: Asset) -> CommonAttributes:
    """What a policy says of one asset.

    Raises:
        ProjectError: when a template can't be worked out, or gives something else than the attribute takes.
    """
    template: Template[CommonAttributes, Any] = Template(written, result=CommonAttributes)
    return template.render(asset=asset_view(asset))


def _defaulted(policy: Policy, asset: Asset) -> tuple[Asset, list[str]]:
    """The asset with what it lacks, and the names of that."""
    said = attributes_for(policy.default, asset)
    kept: dict[str, Any] = {}
    for name in said.model_fields_set:
        value = getattr(said, name)
        if name in ("tags", "metadata"):
            missing = {each: one for each, one in value.items() if each not in getattr(asset, name)}
            if missing:
                kept[name] = missing
        elif _is_absent(name, asset):
            kept[name] = value
    if not kept:
        return asset, []
    names = [f"{name}.{each}" if name in ("tags", "metadata") else name for name in kept for each in _inner(kept[name])]
    changed = CommonAttributes.model_construct(_fields_set=set(kept), **kept).apply_to(asset)
    source = Source(kind="policy", text=policy.name, span=policy.span)
    tell_change(
        asset,
        changed,
        kind="policy",
        text=policy.name,
        said=said,  # whose templates are told
        fields={name: name for name in names},
        sources=lambda: dict.fromkeys(names, (source,)),
    )
    return changed, names


def _inner(value: object) -> Iterable[object]:
    return value if isinstance(value, Mapping) and value else (None,)


def _is_absent(name: str, asset: Asset) -> bool:
    """Whether an asset says nothing of this.

    >>> _is_absent("group", Asset(key="a")), _is_absent("owners", Asset(key="a", owners=["team:data"]))
    (True, False)
    """
    if name == "group":
        return asset.group == "default"
    return not getattr(asset, name, True)
