"""An access token for another token: RFC 8693, by which a workload's own identity becomes one that a service knows."""

from __future__ import annotations

from treadle.credentials.providers.asking import Asking
from treadle.credentials.providers.oidc import token_from
from treadle.credentials.resolved import Resolved
from treadle.ir import FromTokenExchange

__all__ = ["from_token_exchange"]

_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"


def from_token_exchange(provider: FromTokenExchange, asking: Asking) -> Resolved:
    """A token that is as good as the provider says; the token that is given for it is another credential.

    Raises:
        CredentialError: TRD534 or TRD535, or what comes of the other credentials.
    """
    form = {
        "grant_type": _GRANT,
        "subject_token": asking.other(provider.subject),
        "subject_token_type": f"urn:ietf:params:oauth:token-type:{provider.subject_type}",
    }
    subject = (
        f"see whether the credential {provider.subject!r} is a token that the provider takes and that hasn't expired"
    )
    return token_from(provider, asking, form, {"invalid_grant": subject, "invalid_request": subject})
