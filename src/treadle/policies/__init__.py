"""Rules over the asset graph: what they require, where they hold, and who breaks them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.policies.functions import policies_in, policy
    from treadle.policies.judging import Judgement, judge
    from treadle.policies.records import Binding, Policy, Rule, Waiver
    from treadle.policies.rulebook import Rulebook, read_policies
    from treadle.policies.subjects import DeclaredComponent, Subjects

__all__ = [
    "Binding",
    "DeclaredComponent",
    "Judgement",
    "Policy",
    "Rule",
    "Rulebook",
    "Subjects",
    "Waiver",
    "judge",
    "policies_in",
    "policy",
    "read_policies",
]

# Looked up when they are asked for: the records are needed where nothing is judged.
_EXPORTS = {
    **dict.fromkeys(("policies_in", "policy"), "functions"),
    **dict.fromkeys(("Judgement", "judge"), "judging"),
    **dict.fromkeys(("Binding", "Policy", "Rule", "Waiver"), "records"),
    **dict.fromkeys(("Rulebook", "read_policies"), "rulebook"),
    **dict.fromkeys(("DeclaredComponent", "Subjects"), "subjects"),
}


def __getattr__(name: str) -> object:
    if module := _EXPORTS.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.policies.{module}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
