"""From a graph and a rulebook to verdicts. Pure: nothing is read, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from treadle.errors import Diagnostic
from treadle.ir.garbage import no_garbage_collection
from treadle.ir.verdicts import SEVERITIES, Verdict
from treadle.policies.failures import failures_of
from treadle.policies.finding import Found, find
from treadle.policies.holding import Held, holding
from treadle.policies.messages import message_of
from treadle.policies.roster import Item, Roster
from treadle.policies.rulebook import Entry, Rulebook
from treadle.policies.subjects import Subjects
from treadle.policies.views import Scene

__all__ = ["Judgement", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What policies say of a graph; `diagnostics` are about policies that couldn't be judged, not about the graph."""

    verdicts: tuple[Verdict, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def judge(rulebook: Rulebook, subjects: Subjects) -> Judgement:
    """Every violation, in the order of the policies. Never raises.

    >>> from treadle.ir import Asset, Definitions, link
    >>> from treadle.policies import Policy, Rule, read_policies
    >>> rulebook = read_policies([Policy(name="owned", require=Rule(text="asset.owners"), message="nobody owns it")])
    >>> graph, _ = link(Definitions(assets=[Asset(key="orders"), Asset(key="raw", owners=["team:data"])]))
    >>> [(each.name, each.message) for each in judge(rulebook, Subjects(graph=graph)).verdicts]
    [('orders', 'nobody owns it')]
    """
    verdicts: dict[tuple[str, str, str], Verdict] = {}
    diagnostics: list[Diagnostic] = []
    with no_garbage_collection():
        for verdict in _every(rulebook, subjects, diagnostics):
            key = (verdict.policy, verdict.name, verdict.message)
            known = verdicts.get(key)
            if known is None or SEVERITIES.index(known.severity) < SEVERITIES.index(verdict.severity):
                verdicts[key] = verdict
    return Judgement(verdicts=tuple(verdicts.values()), diagnostics=tuple(dict.fromkeys(diagnostics)))


def _every(rulebook: Rulebook, subjects: Subjects, diagnostics: list[Diagnostic]) -> Iterator[Verdict]:
    roster, scene = Roster(subjects), Scene(subjects)
    for entry in rulebook.entries.values():
        if subjects.is_whole or not entry.looks_around:
            for held in holding(entry.policy, entry.terms, roster):
                yield from _judged(entry, held, roster, scene, diagnostics)


def _judged(entry: Entry, held: Held, roster: Roster, scene: Scene, diagnostics: list[Diagnostic]) -> Iterator[Verdict]:
    items = roster.items(entry.policy.target)
    numbers = sorted(held.items)
    if entry.is_broken:
        yield _broken(entry, held, items, numbers)
        return
    found = find(entry, numbers, held.parameters, roster, scene)
    diagnostics += failures_of(entry.policy, held, found, items)
    for number, message in found.violations:
        said = message or message_of(entry, items, number, held.parameters, scene)
        yield _verdict(entry, held, items[number], number, said)
    yield from _unjudged(entry, held, items, found)


def _verdict(entry: Entry, held: Held, item: Item, number: int, message: str, *, is_broken: bool = False) -> Verdict:
    return Verdict(
        policy=entry.policy.name,
        severity=held.severity_of(number),
        target=entry.policy.target,
        name=item.name,
        message=message,
        assets=item.assets,
        span=item.span,
        docs=entry.policy.docs,
        is_broken=is_broken,
    )


def _unjudged(entry: Entry, held: Held, items: list[Item], found: Found) -> Iterator[Verdict]:
    for number in (*found.failed, *found.overdue):
        yield _verdict(entry, held, items[number], number, f"{items[number].name} couldn't be judged", is_broken=True)


def _broken(entry: Entry, held: Held, items: list[Item], numbers: Iterable[int]) -> Verdict:
    """One verdict for all that a policy is about which can't be read."""
    about = list(numbers)
    return Verdict(
        policy=entry.policy.name,
        severity=max((held.severity_of(each) for each in about), key=SEVERITIES.index),
        target=entry.policy.target,
        name="*",
        message="nothing could be judged",
        assets=frozenset().union(*(items[each].assets for each in about)),
        span=entry.policy.span,
        docs=entry.policy.docs,
        is_broken=True,
    )
