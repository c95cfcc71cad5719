"""What is excused: waivers and the baseline of a project, laid over the verdicts of its policies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from treadle.errors import Diagnostic, Severity, Span, did_you_mean
from treadle.ir.selection import pattern_of
from treadle.ir.verdicts import Excuse, Verdict
from treadle.policies.baseline import Baseline, Entry, entry_of
from treadle.policies.records import Policy, Waiver

__all__ = ["Excused", "Use", "excuse", "today"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A waiver, and the violations that it excuses, or would if it hadn't expired."""

    waiver: Waiver
    verdicts: tuple[Verdict, ...]
    is_expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused:
    """The verdicts with their excuses, every waiver with its use, and what is wrong with waivers and baseline.

    `mended` are the violations of the baseline that aren't there any more.
    """

    verdicts: tuple[Verdict, ...] = ()
    uses: tuple[Use, ...] = ()
    mended: tuple[Entry, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def told(self) -> str:
        """How much is passed over, in a line; empty when nothing is.

        >>> Excused(mended=(Entry("owners", "asset", "orders"),)).told
        '1 violation of the baseline is mended: `treadle policy baseline` takes it out'
        """
        kinds = [each.excuse.kind for each in self.verdicts if each.excuse]
        waived, known, gone = kinds.count("waiver"), kinds.count("baseline"), len(self.mended)
        said = [f"{_amount(waived)} {_is(waived)} waived" if waived else ""]
        said += [f"{f'{known:,}' if waived else _amount(known)} {_is(known)} in the baseline" if known else ""]
        mended = (
            f"{_amount(gone)} of the baseline {_is(gone)} mended: `treadle policy baseline` takes {_them(gone)} out"
        )
        return "; ".join(filter(None, (", ".join(filter(None, said)), mended if gone else "")))


def _amount(count: int) -> str:
    return f"{count:,} violation{'' if count == 1 else 's'}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def today() -> date:
    """The day by which waivers expire: the same everywhere, so that verdicts are the same, too."""
    return datetime.now(UTC).date()


def excuse(
    verdicts: Iterable[Verdict],
    *,
    policies: Iterable[Policy],
    waivers: Sequence[Waiver] = (),
    baseline: Baseline | None = None,
    day: date | None = None,
    is_whole: bool = True,
) -> Excused:
    """Excuse what waivers and the baseline name.

    Without `is_whole`, the verdicts are not those of everything (a component is broken, or only one was loaded), and
    nothing is said of what fits none of them.
    """
    found = list(verdicts)
    known = {each.name: each for each in policies}
    day = day or today()
    base = baseline or Baseline()
    by_policy: dict[str, list[Verdict]] = {}
    for each in found:
        if each.is_broken:
            continue  # nobody knows what it would excuse
        by_policy.setdefault(each.policy, []).append(each)
    uses = [_used(waiver, by_policy.get(waiver.policy, ()), day) for waiver in waivers]
    excused = _by_waivers(found, uses, known)
    excused = [_by_baseline(each, base, known) for each in excused]
    there = {entry_of(each) for each in found}
    mistakes = [each for use in uses for each in _mistakes(use, known, is_whole=is_whole)]
    mistakes += [*base.diagnostics, *_never_excused(base, known)]
    return Excused(
        verdicts=tuple(excused),
        uses=tuple(uses),
        mended=tuple(sorted(base.entries - there)) if is_whole else (),
        diagnostics=tuple(mistakes),
    )


def _used(waiver: Waiver, verdicts: Iterable[Verdict], day: date) -> Use:
    """What a waiver is for, among the violations of its policy."""
    fits = [pattern_of(name) for name in waiver.names]
    hit = [each for each in verdicts if any(fit(each.name) for fit in fits)]
    return Use(waiver=waiver, verdicts=tuple(hit), is_expired=day > waiver.expires)


def _by_waivers(verdicts: list[Verdict], uses: Iterable[Use], known: Mapping[str, Policy]) -> list[Verdict]:
    excuses: dict[Entry, Excuse] = {}
    for use in uses:
        if use.is_expired or not _is_waivable(use.waiver.policy, known):
            continue
        waiver = use.waiver
        made = Excuse(kind="waiver", reason=waiver.reason, owner=waiver.owner, span=waiver.span)
        for each in use.verdicts:
            excuses.setdefault(entry_of(each), made)
    if not excuses:
        return verdicts
    found = ((each, None if each.is_broken else excuses.get(entry_of(each))) for each in verdicts)
    return [replace(each, excuse=excuse) if excuse else each for each, excuse in found]


def _by_baseline(verdict: Verdict, baseline: Baseline, known: Mapping[str, Policy]) -> Verdict:
    if verdict.excuse or verdict.is_broken or entry_of(verdict) not in baseline.entries:
        return verdict
    if not _is_waivable(verdict.policy, known):
        return verdict
    return replace(verdict, excuse=Excuse(kind="baseline", reason="it was there before"))


def _is_waivable(policy: str, known: Mapping[str, Policy]) -> bool:
    return policy not in known or known[policy].waivable


def _mistakes(use: Use, known: Mapping[str, Policy], *, is_whole: bool) -> Iterator[Diagnostic]:
    waiver = use.waiver
    if not _is_waivable(waiver.policy, known):
        yield _not_waivable(waiver.policy, "a waiver", waiver.span)
    elif use.is_expired:
        yield _expired(use)
    elif not is_whole:
        return
    elif waiver.policy not in known:
        yield _unknown_policy(waiver, known)
    else:
        for name, place in zip(waiver.names, waiver.places or (waiver.span,) * len(waiver.names), strict=False):
            fits = pattern_of(name)
            if not any(fits(each.name) for each in use.verdicts):
                yield _for_nothing(waiver, name, place)


def _never_excused(baseline: Baseline, known: Mapping[str, Policy]) -> Iterator[Diagnostic]:
    names = {each.policy for each in baseline.entries if not _is_waivable(each.policy, known)}
    span = Span(file=baseline.file) if baseline.file else None
    yield from (_not_waivable(name, "the baseline", span) for name in sorted(names))


def _expired(use: Use) -> Diagnostic:
    waiver = use.waiver
    count = len(use.verdicts)
    left = "what it was for is mended" if not count else f"it was for {count} violation{'' if count == 1 else 's'}"
    return Diagnostic(
        code="TRD912",
        message=f"the waiver of {waiver.policy} for {', '.join(waiver.names[:3])} has expired",
        why=f"its last day was {waiver.expires}; {left}, and {waiver.owner} answers for it",
        fix="mend what it was for and remove the waiver" if count else "remove the waiver",
        span=waiver.span,
    )


def _unknown_policy(waiver: Waiver, known: Mapping[str, Policy]) -> Diagnostic:
    return Diagnostic(
        code="TRD913",
        message=f"a waiver is for a policy that isn't there: {waiver.policy!r}",
        why="no policy of that name holds in this project",
        fix=did_you_mean(waiver.policy, known) or "correct the name, or remove the waiver",
        span=waiver.span,
        severity=Severity.WARNING,
    )


def _for_nothing(waiver: Waiver, name: str, place: Span | None) -> Diagnostic:
    return Diagnostic(
        code="TRD913",
        message=f"a waiver excuses nothing: {name!r} doesn't violate {waiver.policy}",
        why="what it was for is mended, or is called otherwise",
        fix="remove the name" if len(waiver.names) > 1 else "remove the waiver",
        span=place,
        severity=Severity.WARNING,
    )


def _not_waivable(policy: str, what: str, span: Span | None) -> Diagnostic:
    return Diagnostic(
        code="TRD914",
        message=f"{what} can't excuse a violation of {policy}",
        why="whoever made the policy allows no exceptions to it (`waivable: false`)",
        fix="mend the violation and remove what excuses it, or talk to who made the policy",
        span=span,
    )
