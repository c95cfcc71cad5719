"""Policies that fail while they judge, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from treadle.errors import Diagnostic, Severity, said, user_frames
from treadle.policies.cel import CelError
from treadle.policies.finding import Found
from treadle.policies.functions import WrongAnswerError
from treadle.policies.holding import Held
from treadle.policies.records import Policy
from treadle.policies.roster import Item
from treadle.templating.mistakes import explain_failure

__all__ = ["failures_of"]


def failures_of(policy: Policy, held: Held, found: Found, items: list[Item]) -> Iterator[Diagnostic]:
    """TRD905 and TRD906: what went wrong, once for a policy; a warning where nothing is denied because of it."""
    if found.failed:
        first = next(iter(found.failed))
        others = len(found.failed) - 1
        more = f" and {others} more" if others else ""
        yield Diagnostic(
            code="TRD905",
            message=f"the policy {policy.name!r} fails for {items[first].name}{more}",
            why=_why(policy, found.failed[first], items[first]),
            fix=_fix(policy, found.failed[first]),
            span=policy.require.span or policy.span,
            severity=_severity(held, found.failed),
        )
    if found.overdue:
        first = found.overdue[0]
        yield Diagnostic(
            code="TRD906",
            message=f"the policy {policy.name!r} takes too long",
            why=f"after 10 seconds it was still busy with {items[first].name}, and {len(found.overdue)} weren't judged",
            fix="let it look at less, or look at everything once in a policy of the project",
            span=policy.span,
            severity=_severity(held, found.overdue),
        )


def _severity(held: Held, numbers: Iterable[int]) -> Severity:
    denies = any(held.severity_of(each) == "deny" for each in numbers)
    return Severity.ERROR if denies else Severity.WARNING


def _why(policy: Policy, error: Exception, item: Item) -> str:
    if isinstance(error, WrongAnswerError):
        return f"{error}; an answer is true, false, nothing, a message, or several messages"
    if policy.require.function is not None:
        frames = user_frames(error)
        return said(error) + (f"\n{frames}" if frames else "")
    if isinstance(error, CelError):
        return str(error)
    first = explain_failure(error, policy.require.text, {}, None)[0]
    return f"{first.message}: {first.why}" if first.why else first.message


def _fix(policy: Policy, error: Exception) -> str:
    if policy.require.function is not None:
        return "mend the function; until then, what it denies can't run"
    if policy.require.language == "cel":
        return "ask whether it is there before it is used: has(asset.tags.pii), asset.description != null && …"
    return "ask whether it is there before it is used: asset.tags.get('pii'), asset.description and …"
