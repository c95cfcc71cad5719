"""For which keys each condition is true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from treadle.runner.automation.looking import Look, Spot, as_root, at_dep, deps_of, made_from
from treadle.runner.automation.nodes import Node
from treadle.runner.automation.view import NO_KEYS, KeySet
from treadle.store import AssetState

__all__ = ["glance_all", "has_failed", "truth"]


def truth(node: Node, spot: Spot, look: Look) -> KeySet:
    """Those of the keys of a spot for which a condition is true."""
    return _TRUTH[node.name](node, spot, look)


# Made of others. A part that remembers is evaluated even where the result is known already.


def _and(node: Node, spot: Spot, look: Look) -> KeySet:
    keys = spot.keys
    for each in node.operands:
        if keys or each.remembers:
            keys = keys & _TRUTH[each.name](each, spot, look)
    return keys


def _or(node: Node, spot: Spot, look: Look) -> KeySet:
    keys = NO_KEYS
    for each in node.operands:
        if each.remembers or keys != spot.keys:
            keys = keys | _TRUTH[each.name](each, spot, look)
    return keys


def _not(node: Node, spot: Spot, look: Look) -> KeySet:
    return spot.keys - truth(node.operands[0], spot, look)


def _since(node: Node, spot: Spot, look: Look) -> KeySet:
    trigger, reset = node.operands
    held = look.before.held_by(node.text, spot.owner) & spot.keys
    true = held | truth(trigger, spot, look)
    if true or reset.remembers:
        true = true - truth(reset, spot, look)
    return _held(node, spot, look, true)


def _newly_true(node: Node, spot: Spot, look: Look) -> KeySet:
    now = _held(node, spot, look, truth(node.operands[0], spot, look))
    return now - look.before.held_by(node.text, spot.owner)


def _held(node: Node, spot: Spot, look: Look, keys: KeySet) -> KeySet:
    if look.after is not None:
        look.after.hold(node.text, spot.owner, keys)
    return keys


# About dependencies


def _any_deps_match(node: Node, spot: Spot, look: Look) -> KeySet:
    inner, found = node.operands[0], NO_KEYS
    for dep in deps_of(node, spot.asset):
        if found == spot.keys and not inner.remembers:
            break
        there, above = at_dep(dep, inner, spot, look)
        if true := _TRUTH[inner.name](inner, there, look):
            found |= spot.keys if above is None else {key for key, own in above.items() if own & true}
    return found


def _all_deps_match(node: Node, spot: Spot, look: Look) -> KeySet:
    inner, found = node.operands[0], spot.keys
    for dep in deps_of(node, spot.asset):
        if not found and not inner.remembers:
            break
        there, above = at_dep(dep, inner, spot, look)
        true = _TRUTH[inner.name](inner, there, look)
        if true != there.keys:
            found = NO_KEYS if above is None else frozenset(key for key in found if above[key] <= true)
    return found


def _any_downstream_conditions(node: Node, spot: Spot, look: Look) -> KeySet:
    found = NO_KEYS
    for child in spot.asset.children:
        above, _ = made_from(spot.asset, child, look.glances.get(child.key, NO_KEYS), look)
        found = found.union(*above.values())
    return found & spot.keys


def glance_all(look: Look) -> None:
    """Look at all conditions without deciding, those below first, for those above that ask for them."""
    assert look.after is None, "a glance leaves nothing"
    for subject in reversed(list(look.subjects.values())):
        if subject.node is not None:
            look.glances[subject.key] = truth(subject.node, as_root(subject, look), look)


# What is looked at


def _missing(node: Node, spot: Spot, look: Look) -> KeySet:
    return NO_KEYS if spot.asset.is_external else spot.keys - spot.asset.written


def _execution_failed(node: Node, spot: Spot, look: Look) -> KeySet:
    states = spot.asset.states
    return frozenset(key for key in spot.keys if key in states and has_failed(states[key]))


def has_failed(state: AssetState) -> bool:
    """Whether the last attempt at an asset or partition failed."""
    failed, written = state.failed_at, state.materialized_at
    return failed is not None and (written is None or failed > written)


def _newly_updated(node: Node, spot: Spot, look: Look) -> KeySet:
    return spot.keys & spot.asset.fresh


def _newly_requested(node: Node, spot: Spot, look: Look) -> KeySet:
    return spot.keys & spot.asset.was_requested


def _will_be_requested(node: Node, spot: Spot, look: Look) -> KeySet:
    return spot.keys & spot.asset.requested if spot.is_together else NO_KEYS


def _executed_with_root_target(node: Node, spot: Spot, look: Look) -> KeySet:
    runs = {key: spot.asset.states[key].run_id for key in spot.keys if key in spot.asset.states}
    return frozenset(key for key, run in runs.items() if run and spot.root.key in look.planned.get(run, ()))


def _run_in_progress(node: Node, spot: Spot, look: Look) -> KeySet:
    return spot.keys & spot.asset.running


def _backfill_in_progress(node: Node, spot: Spot, look: Look) -> KeySet:
    return spot.keys & spot.asset.backfilling


def _initial_evaluation(node: Node, spot: Spot, look: Look) -> KeySet:
    return spot.keys if spot.root.is_initial else NO_KEYS


def _in_latest_time_window(node: Node, spot: Spot, look: Look) -> KeySet:
    return look.keys.in_latest_window(spot.asset.asset, spot.keys, node.lookback)


def _cron_tick_passed(node: Node, spot: Spot, look: Look) -> KeySet:
    tick, since = look.last_tick(node), look.before.evaluated_at
    return spot.keys if tick is not None and since is not None and _instant(tick) > _instant(since) else NO_KEYS


def _updated_since_cron(node: Node, spot: Spot, look: Look) -> KeySet:
    tick = look.last_tick(node)
    if tick is None:
        return NO_KEYS
    if spot.asset.is_unknown:
        return spot.keys
    since, states = _instant(tick), spot.asset.states
    times = ((key, states[key].materialized_at) for key in spot.keys if key in states)
    return frozenset(key for key, time in times if time is not None and time >= since)


def _code_version_changed(node: Node, spot: Spot, look: Look) -> KeySet:
    name, version = spot.asset.name, spot.asset.asset.code_version
    if look.after is not None:
        look.after.code_versions[name] = version
    return spot.keys if look.before.code_versions.get(name, version) != version else NO_KEYS


def _data_version_changed(node: Node, spot: Spot, look: Look) -> KeySet:
    name, states = spot.asset.name, spot.asset.states
    versions = {key: states[key].data_version if key in states else None for key in spot.keys}
    if look.after is not None:
        look.after.data_versions.setdefault(name, {}).update(versions)
    seen = look.before.data_versions.get(name, {})
    return frozenset(key for key, version in versions.items() if seen.get(key, version) != version)


def _instant(moment: datetime) -> datetime:
    # Moments of one time zone are compared by what the clock shows, which it shows twice when it is put back.
    return moment.astimezone(UTC)


_TRUTH: Mapping[str, Callable[[Node, Spot, Look], KeySet]] = {
    "all_deps_match": _all_deps_match,
    "and": _and,
    "any_deps_match": _any_deps_match,
    "any_downstream_conditions": _any_downstream_conditions,
    "backfill_in_progress": _backfill_in_progress,
    "code_version_changed": _code_version_changed,
    "cron_tick_passed": _cron_tick_passed,
    "data_version_changed": _data_version_changed,
    "executed_with_root_target": _executed_with_root_target,
    "execution_failed": _execution_failed,
    "in_latest_time_window": _in_latest_time_window,
    "initial_evaluation": _initial_evaluation,
    "missing": _missing,
    "newly_requested": _newly_requested,
    "newly_true": _newly_true,
    "newly_updated": _newly_updated,
    "not": _not,
    "or": _or,
    "run_in_progress": _run_in_progress,
    "since": _since,
    "updated_since_cron": _updated_since_cron,
    "will_be_requested": _will_be_requested,
}
