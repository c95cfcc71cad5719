"""What comes of a credential that can't be had: a diagnostic, which never holds its value."""

from __future__ import annotations

from treadle.errors import Diagnostic, ProjectError
from treadle.ir import Credential

__all__ = ["CredentialError", "trouble"]


class CredentialError(ProjectError):
    """A credential couldn't be resolved; `may_retry` tells whether it may be different in a while."""

    def __init__(self, diagnostic: Diagnostic, *, may_retry: bool = False) -> None:
        super().__init__(diagnostic)
        self.may_retry = may_retry


def trouble(
    credential: Credential, code: str, what: str, *, why: str = "", fix: str = "", may_retry: bool = False
) -> CredentialError:
    """The error of a credential: `what` continues a sentence that begins with its name.

    >>> from treadle.ir import FromEnvironment
    >>> str(trouble(Credential(name="db", provider=FromEnvironment(variable="PW")), "TRD531", "has no value"))
    "the credential 'db' has no value"
    """
    message = f"the credential {credential.name!r} {what}"
    span = credential.origin.span if credential.origin else None
    return CredentialError(Diagnostic(code=code, message=message, why=why, fix=fix, span=span), may_retry=may_retry)
