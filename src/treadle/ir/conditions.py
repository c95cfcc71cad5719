"""The automation conditions that have names, and how they are written as text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from treadle.errors import did_you_mean
from treadle.ir.automation import AutomationCondition
from treadle.ir.cron import check_cron, check_timezone
from treadle.ir.durations import parse_duration

__all__ = ["CONDITIONS", "parse_condition"]

_LONGEST = 2_000
_METHODS = frozenset(
    {"allow", "ignore", "newly_true", "replace", "since", "since_last_handled", "with_label", "without"}
)
_PREFIXES = ("dg.AutomationCondition", "AutomationCondition", "automation_condition", "automation")


def _plain(name: str) -> AutomationCondition:
    return AutomationCondition(name=name)


def _of_cron(name: str, cron_schedule: str, cron_timezone: str = "UTC") -> AutomationCondition:
    cron, zone = check_cron(cron_schedule), check_timezone(cron_timezone)
    return AutomationCondition(name=name, arguments=(cron,) if zone == "UTC" else (cron, zone))


def _of_dependencies(name: str, condition: AutomationCondition) -> AutomationCondition:
    return AutomationCondition(name=name, operands=(condition,))


def _latest_window(lookback_delta: timedelta | float | str | None = None) -> AutomationCondition:
    """`lookback_delta` may be written as text (`2d`), and prints as seconds."""
    if lookback_delta is None:
        return _plain("in_latest_time_window")
    if isinstance(lookback_delta, str):
        lookback_delta = parse_duration(lookback_delta)
    seconds = lookback_delta.total_seconds() if isinstance(lookback_delta, timedelta) else float(lookback_delta)
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"a window can't reach back for {lookback_delta} seconds")
    return AutomationCondition(name="in_latest_time_window", arguments=(seconds,))


def _several(name: str, *conditions: AutomationCondition) -> AutomationCondition:
    return AutomationCondition(name=name, operands=conditions)


def _not(condition: AutomationCondition) -> AutomationCondition:
    return ~condition


_PLAIN = (
    "any_deps_in_progress",
    "any_deps_missing",
    "any_deps_updated",
    "any_downstream_conditions",
    "backfill_in_progress",
    "code_version_changed",
    "data_version_changed",
    "eager",
    "executed_with_root_target",
    "execution_failed",
    "in_progress",
    "initial_evaluation",
    "missing",
    "newly_missing",
    "newly_requested",
    "newly_updated",
    "on_missing",
    "run_in_progress",
    "will_be_requested",
)
CONDITIONS: Mapping[str, Callable[..., AutomationCondition]] = {
    **{name: partial(_plain, name) for name in _PLAIN},
    **{
        name: partial(_of_cron, name)
        for name in ("all_deps_updated_since_cron", "cron_tick_passed", "on_cron", "updated_since_cron")
    },
    **{name: partial(_of_dependencies, name) for name in ("all_deps_match", "any_deps_match")},
    "in_latest_time_window": _latest_window,
    "all_of": partial(_several, "and"),
    "any_of": partial(_several, "or"),
    "not_": _not,
}
"""What makes each, by its name."""


def parse_condition(text: str) -> AutomationCondition:
    """The condition that a text says; what a condition prints as can be read again.

    >>> print(parse_condition("on_cron('0 6 * * *') & ~in_progress"))
    (on_cron('0 6 * * *') and not in_progress)
    >>> parse_condition("eagre")
    Traceback (most recent call last):
    ValueError: 'eagre' is not an automation condition; did you mean 'eager'?

    Raises:
        ValueError: what is wrong with it.
    """
    if len(text) > _LONGEST:
        raise ValueError("an automation condition can't be this long; make a template variable of it")
    try:
        tree = ast.parse(text.replace("\0", "?").strip(), mode="eval")
        return _condition(tree.body)
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"{text!r} is not an automation condition; write one like on_cron('0 6 * * *')") from None


def _condition(node: ast.expr) -> AutomationCondition:
    found = _value(node)
    if isinstance(found, AutomationCondition):
        return found
    raise ValueError(f"{ast.unparse(node)!r} is not an automation condition")


def _value(node: ast.expr) -> object:
    match node:
        case ast.Constant(value=str() | int() | float() | bool() | None as value):
            return value
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            return _condition(left) & _condition(right)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _condition(left) | _condition(right)
        case ast.BoolOp(op=op, values=values):
            name = "and" if isinstance(op, ast.And) else "or"
            return AutomationCondition(name=name, operands=tuple(map(_condition, values)))
        case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
            return ~_condition(operand)
        case ast.Call(func=function, args=args, keywords=keywords):
            named = {each.arg: _value(each.value) for each in keywords if each.arg}
            return _called(function, [_value(each) for each in args], named)
        case ast.Name() | ast.Attribute():
            return _called(node, [], {})
    raise ValueError(f"{ast.unparse(node)!r} can't be a part of an automation condition")


def _called(function: ast.expr, args: list[object], named: Mapping[str, object]) -> AutomationCondition:
    written = ast.unparse(function)
    if isinstance(function, ast.Name):
        return _made(CONDITIONS.get(written), written, args, named)
    if not isinstance(function, ast.Attribute):
        raise ValueError(f"{written!r} is not an automation condition")
    if ast.unparse(function.value) in _PREFIXES:
        return _made(CONDITIONS.get(function.attr), function.attr, args, named)
    owner = _condition(function.value)
    if function.attr not in _METHODS:
        raise ValueError(f"{function.attr!r} can't be asked of an automation condition{_hint(function.attr, _METHODS)}")
    return _made(getattr(owner, function.attr), function.attr, args, named)


def _made(
    function: Callable[..., AutomationCondition] | None, name: str, args: list[object], named: Mapping[str, object]
) -> AutomationCondition:
    if function is None:
        raise ValueError(f"{name!r} is not an automation condition{_hint(name, CONDITIONS)}")
    try:
        made = function(*args, **named)
    except (TypeError, AttributeError):
        raise ValueError(f"{name!r} doesn't take what it is given") from None
    if not all(isinstance(each, AutomationCondition) for each in made.operands):
        raise ValueError(f"{name!r} is made of automation conditions, not of anything else")
    return made


def _hint(name: str, names: Mapping[str, object] | frozenset[str]) -> str:
    near = did_you_mean(name, names)
    return f"; {near}" if near else ""
