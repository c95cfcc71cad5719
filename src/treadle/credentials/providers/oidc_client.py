"""An access token for a client's own name and secret: the client credentials of OAuth 2.0."""

from __future__ import annotations

from treadle.credentials.providers.asking import Asking
from treadle.credentials.providers.oidc import token_from
from treadle.credentials.resolved import Resolved
from treadle.ir import FromOidcClient

__all__ = ["from_oidc_client"]


def from_oidc_client(provider: FromOidcClient, asking: Asking) -> Resolved:
    """A token that is as good as the provider says; the client's secret is another credential.

    Raises:
        CredentialError: TRD534 or TRD535, or what comes of the client's secret.
    """
    return token_from(provider, asking, {"grant_type": "client_credentials"}, {})
