"""What other rules would change: violations that would be new, and those that would be gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from treadle.ir.verdicts import SEVERITIES, Verdict
from treadle.policies.baseline import Entry, entry_of

__all__ = ["Change", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The violations that would be `new` or meant harder, and those that would be `gone` or meant less hard."""

    new: tuple[Verdict, ...] = ()
    gone: tuple[Verdict, ...] = ()

    @property
    def denies_more(self) -> bool:
        """Whether something couldn't run any more."""
        return any(each.severity == "deny" for each in self.new)


def changed(before: Iterable[Verdict], after: Iterable[Verdict]) -> Change:
    """Compare the verdicts of two sets of rules on one graph; what is excused is as if it weren't there.

    >>> verdict = Verdict(policy="owners", severity="warn", target="asset", name="orders", message="no owner")
    >>> [each.name for each in changed([], [verdict]).new], changed([verdict], [verdict])
    (['orders'], Change(new=(), gone=()))
    """
    old, new = _hardest(before), _hardest(after)
    return Change(
        new=tuple(each for entry, each in new.items() if _rank(old.get(entry)) < _rank(each)),
        gone=tuple(each for entry, each in old.items() if _rank(new.get(entry)) < _rank(each)),
    )


def _hardest(verdicts: Iterable[Verdict]) -> dict[Entry, Verdict]:
    found: dict[Entry, Verdict] = {}
    for each in verdicts:
        # Why something can't be judged is told by itself.
        if not each.is_broken and each.excuse is None and _rank(found.get(entry_of(each))) < _rank(each):
            found[entry_of(each)] = each
    return found


def _rank(verdict: Verdict | None) -> int:
    return -1 if verdict is None else SEVERITIES.index(verdict.severity)
