"""What is known of a platform once its files are read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from treadle.errors import Diagnostic
from treadle.ir import Platform
from treadle.ir.platform_use import Kind

__all__ = ["Offer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a platform offers, and what is wrong with it.

    `broken` is what it offers and can't be used, because of a mistake that is told already. With `open`, there may
    be more of these kinds: a file can't be read, or only running Python would tell.
    """

    platform: Platform = field(default_factory=Platform)
    diagnostics: tuple[Diagnostic, ...] = ()
    broken: frozenset[tuple[Kind, str]] = frozenset()
    open: frozenset[Kind] = frozenset()

    @property
    def digest(self) -> str:
        """The same for offers of which the static check says the same."""
        compute = [(each.name, each.allowed) for each in self.platform.compute.values()]
        credentials = [(each.name, each.allowed) for each in self.platform.credentials.values()]
        about = (compute, credentials, sorted(self.broken), sorted(self.open))
        return hashlib.sha256(repr(about).encode()).hexdigest()[:16]
