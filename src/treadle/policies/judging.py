"""From a graph and a rulebook to verdicts. Pure: nothing is read, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from treadle.errors import Diagnostic
from treadle.ir.garbage import no_garbage_collection
from treadle.ir.verdicts import SEVERITIES, Verdict
from treadle.policies.answers import Answers, question_of
from treadle.policies.failures import failures_of
from treadle.policies.finding import Found, find
from treadle.policies.holding import Held, holding
from treadle.policies.messages import message_of
from treadle.policies.roster import Item, Roster
from treadle.policies.rulebook import Entry, Rulebook
from treadle.policies.subjects import Subjects
from treadle.policies.views import Scene

__all__ = ["Judgement", "judge"]

_NOTHING_KNOWN = Answers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What policies say of a graph; `diagnostics` are about policies that couldn't be judged, not about the graph.

    `said` are the answers to those questions that concern single components, to be given again.
    """

    verdicts: tuple[Verdict, ...] = ()
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def judge(
    rulebook: Rulebook, subjects: Subjects, answers: Answers = _NOTHING_KNOWN, *, audits: bool = True
) -> Judgement:
    """Every violation, in the order of the policies. Never raises.

    Args:
        answers: what needn't be asked again.
        audits: whether violations are wanted that are only counted. Without them, `answers` and what is said are, too.

    >>> from treadle.ir import Asset, Definitions, link
    >>> from treadle.policies import Policy, Rule, read_policies
    >>> rulebook = read_policies([Policy(name="owned", require=Rule(text="asset.owners"), message="nobody owns it")])
    >>> graph, _ = link(Definitions(assets=[Asset(key="orders"), Asset(key="raw", owners=["team:data"])]))
    >>> [(each.name, each.message) for each in judge(rulebook, Subjects(graph=graph)).verdicts]
    [('orders', 'nobody owns it')]
    """
    verdicts: dict[tuple[str, str, str], Verdict] = {}
    court = _Court(subjects=subjects, roster=Roster(subjects), scene=Scene(subjects), answers=answers, audits=audits)
    with no_garbage_collection():
        for verdict in _every(rulebook, court):
            key = (verdict.policy, verdict.name, verdict.message)
            known = verdicts.get(key)
            if known is None or SEVERITIES.index(known.severity) < SEVERITIES.index(verdict.severity):
                verdicts[key] = verdict
    diagnostics = tuple(dict.fromkeys(court.diagnostics))
    return Judgement(verdicts=tuple(verdicts.values()), diagnostics=diagnostics, said=court.said)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Court:
    """What all policies are judged with, and what is noted on the way."""

    subjects: Subjects
    roster: Roster
    scene: Scene
    answers: Answers
    audits: bool
    said: dict[str, Mapping[str, str]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def _every(rulebook: Rulebook, court: _Court) -> Iterator[Verdict]:
    for entry in rulebook.entries.values():
        if court.subjects.is_whole or not entry.looks_around:
            for held in holding(entry.policy, entry.terms, court.roster):
                yield from _judged(entry, held, court)


def _judged(entry: Entry, held: Held, court: _Court) -> Iterator[Verdict]:
    items, scene = court.roster.items(entry.policy.target), court.scene
    numbers = sorted(held.items)
    if entry.is_broken:
        yield _broken(entry, held, items, numbers)
        return
    question = question_of(entry, held)
    asked = court.answers.unknown(entry, question, numbers, items)
    found = find(entry, asked, held.parameters, court.roster, scene)
    court.diagnostics.extend(failures_of(entry.policy, held, found, items))
    told = [
        (number, message or message_of(entry, items, number, held.parameters, scene))
        for number, message in found.violations
        if court.audits or held.severity_of(number) != "audit"
    ]
    if known := court.answers.known(question, numbers, asked, items):
        told = sorted([*told, *known])
    if question and not found.failed:
        court.said[question] = {items[number].name: message for number, message in told}
    for number, message in told:
        yield _verdict(entry, held, items[number], number, message)
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
