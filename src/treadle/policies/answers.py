"""What policies said last time of items that are still what they were: these aren't asked about again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from treadle.ir.verdicts import PolicyTarget
from treadle.policies.holding import Held
from treadle.policies.roster import Item, looks_around
from treadle.policies.rulebook import Entry

__all__ = ["Answers", "question_of"]

Violations = Mapping[str, str]
"""The messages of what violates a policy, by the names of items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was said: by the question, the names and messages of what violated a policy.

    `settled` are the names of the items, by their kind, that haven't changed since then; for others, nothing is believed.
    """

    said: Mapping[str, Violations] = field(default_factory=dict)
    settled: Mapping[PolicyTarget, frozenset[str]] = field(default_factory=dict)

    def unknown(self, entry: Entry, question: str, numbers: Sequence[int], items: Sequence[Item]) -> list[int]:
        """The numbers of the items that have to be asked about."""
        settled = self.settled.get(entry.policy.target)
        if not settled or question not in self.said:
            return list(numbers)
        return [number for number in numbers if items[number].name not in settled]

    def known(
        self, question: str, numbers: Iterable[int], asked: Iterable[int], items: Sequence[Item]
    ) -> list[tuple[int, str]]:
        """The violations among those that needn't be asked about."""
        said, others = self.said.get(question), frozenset(asked)
        if not said:
            return []
        return [(n, said[name]) for n in numbers if n not in others and (name := items[n].name) in said]


def question_of(entry: Entry, held: Held) -> str:
    """What a policy asks with its parameters; empty when the answer hangs on more than the component of an item.

    >>> from treadle.policies.bindings import Term
    >>> from treadle.policies.records import Policy, Rule
    >>> policy = Policy(name="owned", require=Rule(text="asset.owners"))
    >>> entry, held = Entry(policy=policy, terms=(Term(severity="warn"),)), Held(parameters={"least": 1}, by_severity=())
    >>> question_of(entry, held)
    'owned {"least": 1}'
    """
    selections = (each.binding.match for each in entry.terms if each.binding)
    if entry.is_broken or entry.looks_around or entry.policy.require.function is not None:
        return ""
    if any(map(looks_around, selections)):
        return ""
    return f"{entry.policy.name} {json.dumps(dict(held.parameters), sort_keys=True, default=repr)}"
