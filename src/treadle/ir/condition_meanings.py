"""What conditions mean: the ones with names are written in terms of those that can simply be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from treadle.errors import did_you_mean, listing
from treadle.ir.automation import AutomationCondition
from treadle.ir.conditions import CONDITIONS, parse_condition

__all__ = ["ABOUT_DEPS", "MEANINGS", "PRIMITIVES", "is_too_deep", "meaning_of"]

MEANINGS: Mapping[str, str] = {
    "eager": "in_latest_time_window & (newly_missing | any_deps_updated).since_last_handled()"
    " & ~any_deps_missing & ~any_deps_in_progress & ~in_progress",
    "on_cron": "in_latest_time_window & cron_tick_passed({0}).since_last_handled() & all_deps_updated_since_cron({0})",
    "on_missing": "in_latest_time_window & newly_missing.since_last_handled() & ~any_deps_missing",
    "any_deps_updated": "any_deps_match((newly_updated & ~executed_with_root_target) | will_be_requested)",
    "any_deps_missing": "any_deps_match(missing & ~will_be_requested)",
    "any_deps_in_progress": "any_deps_match(in_progress)",
    "all_deps_updated_since_cron": "all_deps_match(updated_since_cron({0}) | will_be_requested)",
    "in_progress": "run_in_progress | backfill_in_progress",
    "newly_missing": "missing.newly_true()",
}
"""What each of these stands for; `{0}` are its own arguments."""

PRIMITIVES = frozenset(
    {
        "any_downstream_conditions",
        "backfill_in_progress",
        "code_version_changed",
        "cron_tick_passed",
        "data_version_changed",
        "executed_with_root_target",
        "execution_failed",
        "in_latest_time_window",
        "initial_evaluation",
        "missing",
        "newly_requested",
        "newly_updated",
        "run_in_progress",
        "updated_since_cron",
        "will_be_requested",
    }
)
"""What is looked at."""

ABOUT_DEPS = frozenset({"all_deps_match", "any_deps_match"})
"""Conditions that ask another one of each dependency."""

_HANDLED = "newly_requested | newly_updated | initial_evaluation"
_DEEPEST = 100
_MADE_OF_ONE = frozenset({"not", "newly_true", *ABOUT_DEPS})


def is_too_deep(condition: AutomationCondition) -> bool:
    """Whether a condition has parts of parts of parts beyond all reason; such a one can't even be printed."""
    level = [condition]
    for _ in range(_DEEPEST):
        level = [operand for each in level for operand in each.operands]
        if not level:
            return False
    return True


@lru_cache(maxsize=4096)
def meaning_of(condition: AutomationCondition) -> AutomationCondition:
    """The same condition, made only of what can be looked at; a label keeps the name that a part was written with.

    >>> print(meaning_of(parse_condition("any_deps_missing")))
    any_deps_match((missing and not will_be_requested))
    >>> print(meaning_of(parse_condition("in_progress.without(backfill_in_progress)")))
    run_in_progress

    Raises:
        ValueError: why it means nothing.
    """
    made = _meaning(condition)
    label = condition.label or (str(condition) if condition.name in MEANINGS else made.label)
    return made if label == made.label else replace(made, label=label)


def _meaning(condition: AutomationCondition) -> AutomationCondition:
    name, operands = condition.name, condition.operands
    if name in MEANINGS:
        arguments = ", ".join(map(repr, condition.arguments))
        return meaning_of(parse_condition(MEANINGS[name].format(arguments)))
    if name in PRIMITIVES:
        return condition
    if name in ("and", "or"):
        return _joined(name, [meaning_of(each) for each in operands])
    if name in _MADE_OF_ONE:
        return replace(condition, operands=(meaning_of(operands[0]),))
    match name:
        case "since":
            return replace(condition, operands=(meaning_of(operands[0]), meaning_of(operands[1])))
        case "since_last_handled":
            handled = replace(meaning_of(parse_condition(_HANDLED)), label="handled")
            return meaning_of(operands[0]).since(handled)
        case "without":
            return _without(meaning_of(operands[0]), meaning_of(operands[1]))
        case "replace":
            old = condition.arguments[0] if condition.arguments else str(meaning_of(operands[1]))
            return _replaced(meaning_of(operands[0]), str(old), meaning_of(operands[-1]))
        case "allow" | "ignore":
            return _narrowed(meaning_of(operands[0]), condition)
    raise ValueError(f"{name!r} is not an automation condition; {did_you_mean(name, CONDITIONS)}".removesuffix("; "))


def _joined(name: str, parts: list[AutomationCondition]) -> AutomationCondition:
    """All parts side by side, however they were nested: `(a and b) and c` has three."""
    if not parts:
        raise ValueError("a condition that is made of others needs one at least")
    if len(parts) == 1:
        return parts[0]
    flat: list[AutomationCondition] = []
    for part in parts:
        flat += part.operands if part.name == name and part.label is None else (part,)
    return AutomationCondition(name=name, operands=tuple(flat))


def _without(whole: AutomationCondition, part: AutomationCondition) -> AutomationCondition:
    gone = str(part)
    left = _left(whole, gone)
    if left is whole:
        raise _no_part(whole, part.label or gone, [*_members(whole)])
    return left


def _left(whole: AutomationCondition, gone: str) -> AutomationCondition:
    """What is left of a condition without a member of its `and`s and `or`s; itself, when it has no such member.

    Parts with a name are left out or kept as a whole: `eager.without(missing)` isn't about what its deps miss.
    """
    joins = whole.name in ("and", "or")
    kept = tuple(
        each if each.label else _left(each, gone) for each in whole.operands if not (joins and str(each) == gone)
    )
    if len(kept) == len(whole.operands) and all(one is two for one, two in zip(kept, whole.operands, strict=True)):
        return whole
    if not kept:
        raise ValueError(f"nothing is left without {gone!r}")
    return _joined(whole.name, list(kept)) if joins else replace(whole, operands=kept, label=None)


def _members(whole: AutomationCondition) -> Iterator[str]:
    for each in whole.operands:
        if whole.name in ("and", "or"):
            yield _shown(each)
        if not each.label:
            yield from _members(each)


def _shown(part: AutomationCondition) -> str:
    """The name that somebody would write for a part."""
    if part.name == "not":
        return f"~{part.operands[0].label or part.operands[0]}"
    return part.label or str(part)


def _replaced(whole: AutomationCondition, old: str, new: AutomationCondition) -> AutomationCondition:
    made = _with_new(whole, old, new)
    if made is whole:
        raise _no_part(whole, old, [*_parts(whole)])
    return made


def _with_new(whole: AutomationCondition, old: str, new: AutomationCondition) -> AutomationCondition:
    if old in (whole.label, str(whole)):
        return new
    operands = tuple(_with_new(each, old, new) for each in whole.operands)
    if all(one is two for one, two in zip(operands, whole.operands, strict=True)):
        return whole
    if whole.name in ("and", "or"):
        return _joined(whole.name, list(operands))
    return replace(whole, operands=operands, label=None)


def _parts(whole: AutomationCondition) -> Iterator[str]:
    for each in whole.operands:
        yield each.label or str(each)
        yield from _parts(each)


def _narrowed(whole: AutomationCondition, by: AutomationCondition) -> AutomationCondition:
    made = _about(whole, by)
    if made is whole:
        raise ValueError(f"{_shown(whole)!r} says nothing about dependencies, so there are none to {by.name}")
    return made


def _about(whole: AutomationCondition, by: AutomationCondition) -> AutomationCondition:
    if whole.name in ABOUT_DEPS or whole.name in ("allow", "ignore"):
        return replace(by, operands=(whole,), label=whole.label)
    operands = tuple(_about(each, by) for each in whole.operands)
    if all(one is two for one, two in zip(operands, whole.operands, strict=True)):
        return whole
    return replace(whole, operands=operands)


def _no_part(whole: AutomationCondition, wanted: str, parts: list[str]) -> ValueError:
    shown = list(dict.fromkeys(parts))
    hint = did_you_mean(wanted, shown) or (f"its parts are {listing(shown)}" if shown else "it has no parts")
    return ValueError(f"{_shown(whole)!r} has no part {wanted!r}; {hint}")
