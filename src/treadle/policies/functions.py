"""Policies as Python functions: `@policy`, how they are called, and what they may answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from treadle.errors import Diagnostic, Span, cut, did_you_mean, listing
from treadle.ir.verdicts import PolicySeverity, PolicyTarget
from treadle.policies.records import Policy, Rule

__all__ = ["WrongAnswerError", "answers", "asked", "function_mistakes", "policies_in", "policy"]

F = TypeVar("F", bound=Callable[..., object])
_MARK = "__treadle_policy__"


class WrongAnswerError(TypeError):
    """A policy gave something that is no answer."""


def policy(
    *,
    name: str = "",
    description: str = "",
    severity: PolicySeverity = "deny",
    target: PolicyTarget = "asset",
    match: str = "*",
    message: str = "",
    docs: str = "",
    default: Mapping[str, object] | None = None,
    fix: Mapping[str, object] | None = None,
    parameters: Mapping[str, object] | None = None,
    waivable: bool = True,
) -> Callable[[F], F]:
    """Make a policy of a function, which stays the function that it is.

    It is called for each of its targets, with what it has parameters for: the target by its kind (`asset`, `check`,
    `step`, `component`, `project`), `graph`, `components` and `parameters`. It gives true or nothing for what is
    right, false or a message for a violation, or several messages. Its name is the policy's, and the first paragraph of
    its docstring the description, unless they are given.

    >>> @policy(severity="warn")
    ... def has_owner(asset):
    ...     "Somebody answers for every asset."
    ...     return bool(asset.owners)
    >>> from treadle.policies import policies_in
    >>> [(each.name, each.description) for each in policies_in({"has_owner": has_owner})]
    [('has_owner', 'Somebody answers for every asset.')]
    """

    def decorate(function: F) -> F:
        code = inspect.unwrap(function).__code__
        words = (inspect.getdoc(function) or "").split("\n\n")[0]
        made = Policy(
            name=name or function.__name__,
            require=Rule(function=function),
            description=description or " ".join(words.split()),
            severity=severity,
            target=target,
            match=match,
            message=message,
            docs=docs,
            default=dict(default or {}),
            fix=dict(fix or {}),
            parameters=dict(parameters or {}),
            waivable=waivable,
            span=Span(file=Path(code.co_filename), line=code.co_firstlineno),
        )
        setattr(function, _MARK, made)
        return function

    return decorate


def policies_in(module: ModuleType | Mapping[str, object]) -> tuple[Policy, ...]:
    """The policies that a module has, in the order in which it has them."""
    values = vars(module).values() if isinstance(module, ModuleType) else module.values()
    found = (getattr(each, _MARK, None) for each in values if inspect.isfunction(each))
    return tuple(each for each in found if isinstance(each, Policy))


def function_mistakes(policy: Policy) -> tuple[Diagnostic, ...]:
    """TRD904: what is wrong with the signature of a policy's function."""
    function = policy.require.function
    known = _known(policy)
    assert function is not None
    return tuple(
        Diagnostic(
            code="TRD904",
            message=f"the policy {policy.name!r} can't be given {parameter.name!r}",
            why=f"its function may have the parameters {listing(known)}",
            fix=did_you_mean(parameter.name, known) or f"remove the parameter {parameter.name!r}, or give it a default",
            span=policy.span,
        )
        for parameter in inspect.signature(function).parameters.values()
        if not _can_be_given(parameter, known)
    )


def _known(policy: Policy) -> tuple[str, ...]:
    return (policy.target, "components", "graph", "parameters")


def _can_be_given(parameter: inspect.Parameter, known: Iterable[str]) -> bool:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return True
    if parameter.kind is parameter.POSITIONAL_ONLY:
        return parameter.default is not parameter.empty
    return parameter.name in known or parameter.default is not parameter.empty


def asked(policy: Policy) -> frozenset[str]:
    """What the function of a policy has parameters for."""
    assert policy.require.function is not None
    names = inspect.signature(policy.require.function).parameters
    return frozenset(name for name in _known(policy) if name in names)


def answers(value: Any) -> list[str | None]:
    """The violations that an answer of a policy tells of: messages, or nothing for the usual one.

    >>> answers(True), answers(None), answers(False), answers("no owner"), answers(["a", "b"])
    ([], [], [None], ['no owner'], ['a', 'b'])

    Raises:
        WrongAnswerError: when it is no answer.
    """
    if value is None or value is True:
        return []
    if value is False:
        return [None]
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        messages = list(value)
        if all(isinstance(each, str) for each in messages):
            return messages
        value = messages
    raise WrongAnswerError(f"it gave {cut(value)}")
