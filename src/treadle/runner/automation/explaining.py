"""Why a condition is true or isn't, part by part, in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from treadle.ir.condition_meanings import ABOUT_DEPS
from treadle.runner.automation.looking import Look, Spot, as_root, at_dep, deps_of
from treadle.runner.automation.nodes import Node
from treadle.runner.automation.truth import truth
from treadle.runner.automation.view import KeySet, Thing
from treadle.runner.automation.wording import fact

__all__ = ["Explanation", "Explanations", "as_lines"]

_MOST_REASONS = 3
_PASSIVE = frozenset({"in_latest_time_window", "not"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A part of a condition: for how many of the keys that it was asked about it is true, and why.

    `keys` are the partitions for which it is true; there are none where the asset has no partitions.
    """

    condition: str
    is_true: bool
    why: str
    keys: tuple[str, ...] = ()
    parts: tuple[Explanation, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The same as JSON can hold it."""
        return {
            "condition": self.condition,
            "is_true": self.is_true,
            "why": self.why,
            "keys": list(self.keys),
            "parts": [part.as_json() for part in self.parts],
        }


def as_lines(explanation: Explanation, depth: int = 0) -> Iterator[str]:
    """An explanation as a person reads it.

    >>> missing = Explanation(condition="missing", is_true=True, why="orders was never materialized")
    >>> print(*as_lines(Explanation(condition="not missing", is_true=False, why=missing.why, parts=(missing,))), sep="\\n")
    no   not missing: orders was never materialized
    yes    missing: orders was never materialized
    """
    yield f"{'yes' if explanation.is_true else 'no':<3}  {'  ' * depth}{explanation.condition}: {explanation.why}"
    for part in explanation.parts:
        yield from as_lines(part, depth + 1)


class Explanations(Mapping[Thing, Explanation]):
    """The explanation of each asset and check, made when somebody asks for it: most evaluations change nothing."""

    __slots__ = ("_broken", "_look")

    def __init__(self, look: Look, broken: Mapping[Thing, tuple[str, str]]) -> None:
        self._look = look
        self._broken = broken

    def __getitem__(self, thing: Thing) -> Explanation:
        if thing in self._broken:
            condition, why = self._broken[thing]
            return Explanation(condition=condition, is_true=False, why=why)
        subject = self._look.subjects[thing]
        if subject.node is None:
            raise KeyError(thing)
        return _explained(subject.node, as_root(subject, self._look), self._look)

    def __iter__(self) -> Iterator[Thing]:
        yield from (key for key, subject in self._look.subjects.items() if subject.node is not None)
        yield from self._broken

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _explained(node: Node, spot: Spot, look: Look) -> Explanation:
    true = truth(node, spot, look)
    parts = tuple(_parts(node, spot, look))
    return Explanation(
        condition=node.shown,
        is_true=bool(true),
        keys=_named(true),
        why=_why(node, spot, true, parts, look) + _some(true, spot),
        parts=parts,
    )


def _parts(node: Node, spot: Spot, look: Look) -> Iterator[Explanation]:
    if node.name not in ABOUT_DEPS:
        yield from (_explained(each, spot, look) for each in node.operands)
        return
    inner = node.operands[0]
    for dep in deps_of(node, spot.asset):
        yield _explained(inner, at_dep(dep, inner, spot, look)[0], look)


def _why(node: Node, spot: Spot, true: KeySet, parts: tuple[Explanation, ...], look: Look) -> str:
    match node.name:
        case "and" | "all_deps_match" if not true and (false := [part for part in parts if not part.is_true]):
            return _reasons(false[:1] if node.name == "and" else false)
        case "or" | "any_deps_match" if true:
            return _reasons([part for part in parts if part.is_true])
        case "and" if true:
            # What merely doesn't stand in the way isn't the reason.
            active = [part for part, each in zip(parts, node.operands, strict=True) if each.name not in _PASSIVE]
            return _reasons(active or parts)
        case "and" | "or" | "not" | "any_deps_match" | "all_deps_match" if parts:
            return _reasons(parts)
        case "any_deps_match" | "all_deps_match":
            return f"{spot.asset.name} depends on nothing that this is about"
        case "newly_true":
            return parts[0].why + (", and it wasn't so before" if true else ", as before" if parts[0].is_true else "")
        case "since":
            return _since(true, *parts)
    return fact(node, spot, look)


def _since(true: KeySet, trigger: Explanation, reset: Explanation) -> str:
    if true:
        return trigger.why if trigger.is_true else "it became true at an earlier evaluation, and nothing ended that"
    return f"ended by this: {reset.why}" if reset.is_true else trigger.why


def _reasons(parts: tuple[Explanation, ...] | list[Explanation]) -> str:
    reasons = list(dict.fromkeys(part.why for part in parts))
    more = len(reasons) - _MOST_REASONS
    return "; ".join(reasons[:_MOST_REASONS]) + (f"; and {more} more" if more > 0 else "")


def _some(true: KeySet, spot: Spot) -> str:
    return f" ({len(true)} of {len(spot.keys)} partitions)" if 0 < len(true) < len(spot.keys) else ""


def _named(true: KeySet) -> tuple[str, ...]:
    return tuple(sorted(key for key in true if key is not None))
