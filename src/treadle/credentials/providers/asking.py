"""What a provider is told when it is asked for a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from treadle.credentials.errors import CredentialError, trouble
from treadle.ir import Credential

__all__ = ["Asking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A credential whose value is asked for.

    `other` gives the value of another one, by its name; `redact` keeps those that are at hand out of what a provider
    says.
    """

    credential: Credential
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    other: Callable[[str], str] = field(repr=False)
    redact: Callable[[str], str] = field(default=str, repr=False)

    def trouble(
        self, code: str, what: str, *, why: str = "", fix: str = "", may_retry: bool = False
    ) -> CredentialError:
        """The error that says what came of it; `what` continues a sentence that begins with the credential's name."""
        return trouble(self.credential, code, what, why=why, fix=fix, may_retry=may_retry)
