"""Policies in the Common Expression Language, worked out by a library that an extra brings.

Each field is a variable of its own (`asset.owners`), so that a name which isn't there, and a comparison that can't
work, are told when an expression is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from treadle.errors import Diagnostic, MissingExtraError, cut, did_you_mean, listing
from treadle.policies.cel_values import declared_type, mentioned, nesting, plain
from treadle.policies.fields import FIELDS, LINEAGE
from treadle.policies.places import place_in
from treadle.policies.records import Policy
from treadle.templating.places import Variables
from treadle.templating.types import Type

__all__ = ["CelError", "CelExpression", "read_cel"]

_MISTAKE = re.compile(r"^(?:\w+: )?ERROR: <input>:(\d+):(\d+): (.*?)(?: \(in container ''\))?$", re.MULTILINE)
_LONGEST = 5_000


class CelError(Exception):
    """What CEL says of an expression that fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CelExpression:
    """An expression in CEL that can be judged with; `given` are the fields that it is given, as they may be asked for."""

    text: str
    target: str
    program: Any
    given: frozenset[str]
    reads: frozenset[str]
    looks_around: bool
    compiled: None = None

    def holds(self, variables: Variables) -> bool:
        """Whether it is true of these; raises `CelError`."""
        names, depth = mentioned(self.text), nesting(self.text)
        view = variables[self.target]
        data: dict[str, Any] = {
            f"{self.target}.{name}": plain(getattr(view, name), names, depth - 1) for name in self.given
        }
        parameters: Any = variables["parameters"]
        data |= {f"parameters.{name}": plain(value, names, 0) for name, value in parameters.items()}
        try:
            answer = self.program.eval(data=data)
        except RuntimeError as error:
            raise CelError(_said(error)) from None
        found = answer.plain_value()
        if str(answer.type()) == "ERROR":
            raise CelError(_said(found))
        if not isinstance(found, bool):
            raise CelError(f"it gives {cut(found)}, which is neither true nor false")
        return found


def _said(found: object) -> str:
    """CEL's words without its codes."""
    return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]$", "", str(found))


def read_cel(policy: Policy, scope: Mapping[str, Type]) -> tuple[CelExpression | None, tuple[Diagnostic, ...]]:
    """What a policy requires, or what is wrong with it."""
    try:
        from cel_expr_python import cel
    except ImportError:
        return None, (_missing(policy),)
    text, target = policy.require.text, policy.target
    types = {f"{target}.{name}": each.type for name, each in FIELDS[target].items()}
    types |= {f"parameters.{name}": of for name, of in scope["parameters"]["properties"].items()}
    if len(text) > _LONGEST:
        return None, (
            _mistake(policy, 0, "the expression is too long", fix="write the policy in Python, with @policy"),
        )
    environment = cel.NewEnv(variables={name: declared_type(of, cel.Type) for name, of in types.items()})
    try:
        program = environment.compile(text)
    except (RuntimeError, ValueError) as error:
        return None, tuple(_mistakes(policy, str(error), types))
    if program.return_type().name() not in ("BOOL", "DYN"):
        fix = "compare it with something: asset.owners.size() > 0"
        return None, (_mistake(policy, 0, "the expression is neither true nor false", fix=fix),)
    names = mentioned(text)
    own = frozenset(name for name in FIELDS[target] if re.search(rf"\b{target}\s*\.\s*{name}\b", text))
    around = frozenset().union(*LINEAGE.values()) & names
    found = CelExpression(
        text=text,
        target=target,
        program=program,
        given=own,
        reads=own,
        looks_around=target == "project" or bool(around),
    )
    return found, ()


def _mistakes(policy: Policy, said: str, types: Mapping[str, Type]) -> Iterator[Diagnostic]:
    """TRD904: each of CEL's own messages, at its place."""
    text = policy.require.text
    lines = text.split("\n")
    found = list(_MISTAKE.finditer(said))
    for each in found:
        line, column, message = int(each[1]), int(each[2]), each[3]
        offset = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
        yield _worded(policy, offset, message, types)
    if not found:
        yield _mistake(policy, 0, "the expression can't be read", why=said.partition("\n")[0])


def _worded(policy: Policy, offset: int, message: str, types: Mapping[str, Type]) -> Diagnostic:
    if (unknown := re.match(r"undeclared reference to '(.*)'", message)) is None:
        shown = re.sub(r"^Syntax error: ", "", message)
        return _mistake(
            policy,
            offset,
            "the expression can't work" if shown == message else "the expression can't be read",
            why=shown,
        )
    name = unknown[1]
    owner, _, last = name.rpartition(".")
    names = [one.removeprefix(f"{owner}.") for one in types if owner and one.startswith(f"{owner}.")]
    return _mistake(
        policy,
        offset + (1 if names else 0),
        f"{owner!r} has no {last!r}" if names else f"there is nothing called {name!r}",
        why=f"available: {listing(names or types)}",
        fix=did_you_mean(last, names) if names else _owner_meant(owner or name, policy.target),
    )


def _owner_meant(name: str, target: str) -> str:
    if name in (target, "parameters"):
        return f"name one of its fields: {name}.…"
    return did_you_mean(name, (target, "parameters"))


def _mistake(policy: Policy, offset: int, message: str, *, why: str = "", fix: str = "") -> Diagnostic:
    return Diagnostic(
        code="TRD904",
        message=f"{message} (policy {policy.name})",
        why=why,
        fix=fix,
        span=place_in(policy.require.span or policy.span, policy.require.text, offset),
    )


def _missing(policy: Policy) -> Diagnostic:
    needed = str(MissingExtraError("cel", needed_by="it"))
    return Diagnostic(
        code="TRD916",
        message=f"the policy {policy.name!r} can't be judged: it is written in CEL",
        why=needed.partition(". ")[0],
        fix=needed.partition(". ")[2] + ", or write it in Treadle's own language (`require`)",
        span=policy.require.span or policy.span,
    )
