"""What policies say of a graph: who breaks which rule, and how hard that is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from treadle.errors import Edit, Span
from treadle.ir.keys import AssetKey

__all__ = ["SEVERITIES", "Excuse", "PolicySeverity", "PolicyTarget", "Verdict"]

PolicySeverity = Literal["deny", "warn", "audit"]
"""`deny` stops a run, `warn` is told, `audit` is only counted in reports."""

PolicyTarget = Literal["asset", "check", "step", "component", "project"]
"""What a policy looks at, one by one."""

SEVERITIES: tuple[PolicySeverity, ...] = ("audit", "warn", "deny")
"""From the mildest to the hardest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse:
    """Why a violation is passed over: a waiver that somebody answers for, or the baseline of an old project."""

    kind: Literal["waiver", "baseline"]
    reason: str = ""
    owner: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A violation of a policy.

    `name` is the asset's key, `orders:has_rows` for a check, the address of a step or of a component, or the
    project's name; `assets` are those that may not run while it stands, when it is meant to deny. `why` is what the
    policy is good for, `fix` what to do; `edits` mend it.

    One that `is_broken` says that the policy couldn't be judged, so that nobody knows whether it is violated: nothing
    excuses it, and what is wrong with the policy is told by a diagnostic of its own.

    >>> verdict = Verdict(policy="owners", severity="deny", target="asset", name="orders", message="no owner")
    >>> verdict.denies
    True
    """

    policy: str
    severity: PolicySeverity
    target: PolicyTarget
    name: str
    message: str
    assets: frozenset[AssetKey] = frozenset()
    span: Span | None = None
    docs: str = ""
    why: str = ""
    fix: str = ""
    edits: tuple[Edit, ...] = ()
    excuse: Excuse | None = None
    is_broken: bool = False

    @property
    def denies(self) -> bool:
        """Whether it stops what it is about."""
        return self.severity == "deny" and self.excuse is None
