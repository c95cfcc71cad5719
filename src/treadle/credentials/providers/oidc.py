"""What both ways of getting an access token from an OIDC provider share: its discovery, and its token endpoint."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

from treadle.credentials.errors import CredentialError
from treadle.credentials.providers.asking import Asking
from treadle.credentials.providers.http import UnreachableError, ask, is_private
from treadle.credentials.resolved import Resolved, now
from treadle.ir import FromOidcClient, FromTokenExchange

__all__ = ["token_from"]

_WELL_KNOWN = "/.well-known/openid-configuration"
_MOST_SAID = 200

Provider = FromOidcClient | FromTokenExchange


def token_from(provider: Provider, asking: Asking, form: Mapping[str, str], remedies: Mapping[str, str]) -> Resolved:
    """The access token that the provider gives for a form; `remedies` says what to do about its refusals, by their code.

    Raises:
        CredentialError: TRD534 when the provider refuses it, TRD535 when it can't be asked, or doesn't answer as a
            provider does.
    """
    if not is_private(provider.issuer):
        raise _senseless(
            provider, asking, "its URL doesn't begin with https://, and secrets would be sent in the clear"
        )
    secret = asking.other(provider.client_secret) if provider.client_secret else ""
    found = _discovered(provider, asking)
    extra = {name: value for name, value in (("scope", provider.scope), ("audience", provider.audience)) if value}
    headers, own = _authentication(provider.client_id, secret, found)
    asked_at = now()  # a token is no older than the question
    try:
        answer = ask(found["token_endpoint"], {**form, **extra, **own}, headers=headers)
    except UnreachableError as error:
        raise _unreachable(provider, asking, str(error)) from None
    body = answer.body or {}
    token = body.get("access_token")
    if answer.status == 200 and isinstance(token, str) and token:
        lifetime = body.get("expires_in")
        return Resolved.from_token(
            token,
            lifetime=_seconds(lifetime),
            server_time=answer.server_time,
            had_at=asked_at,
        )
    if isinstance(body.get("error"), str):
        raise _refused(provider, asking, body, remedies)
    raise _senseless(provider, asking, f"its token endpoint answered {answer.status} without a token")


def _seconds(lifetime: object) -> float | None:
    """What `expires_in` says; some providers write the number as text."""
    if isinstance(lifetime, str) and lifetime.strip().isdigit():
        return float(lifetime)
    return float(lifetime) if isinstance(lifetime, (int, float)) and not isinstance(lifetime, bool) else None


def _discovered(provider: Provider, asking: Asking) -> Mapping[str, Any]:
    """What the provider says of itself."""
    issuer = provider.issuer.rstrip("/")
    try:
        answer = ask(issuer + _WELL_KNOWN)
    except UnreachableError as error:
        raise _unreachable(provider, asking, str(error)) from None
    if answer.status != 200 or answer.body is None:
        raise _senseless(provider, asking, f"{issuer}{_WELL_KNOWN} answered {answer.status} and no JSON object")
    named = str(answer.body.get("issuer", ""))
    if named.rstrip("/") != issuer:
        raise _senseless(provider, asking, f"it says that it is {named!r}")
    endpoint = answer.body.get("token_endpoint")
    if not isinstance(endpoint, str) or not urlsplit(endpoint).hostname:
        raise _senseless(provider, asking, "it names no token endpoint")
    if not is_private(endpoint):
        raise _senseless(provider, asking, f"its token endpoint {endpoint} isn't https://")
    return answer.body


def _authentication(client_id: str, secret: str, found: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and fields that say who asks."""
    if not secret:
        return {}, {"client_id": client_id}
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()
    # Of what is escaped in that pair, many providers don't undo it: in a form they all do.
    is_plain = pair == f"{client_id}:{secret}".encode()
    if "client_secret_post" not in methods or ("client_secret_basic" in methods and is_plain):
        return {"Authorization": "Basic " + base64.b64encode(pair).decode()}, {}
    return {}, {"client_id": client_id, "client_secret": secret}


def _refused(
    provider: Provider, asking: Asking, body: Mapping[str, Any], remedies: Mapping[str, str]
) -> CredentialError:
    code = str(body["error"])
    words = " ".join(asking.redact(f"{code}: {body.get('error_description') or ''}").split()).rstrip(":")
    said = words if len(words) <= _MOST_SAID else words[: _MOST_SAID - 1] + "…"
    client = f"the client {provider.client_id!r}"
    known = {
        "invalid_client": f"compare {client} and the secret in the credential {provider.client_secret!r} with what the provider has"
        if provider.client_secret
        else f"let the provider know {client}, or give it a client_secret",
        "unauthorized_client": f"allow {client} this grant at the provider",
        "unsupported_grant_type": "switch this grant on at the provider, or use another provider",
        "invalid_scope": f"ask for a scope that {client} may have, instead of {provider.scope!r}",
        "invalid_target": f"ask for an audience that the provider knows, instead of {provider.audience!r}",
        **remedies,
    }
    passes = code in {"temporarily_unavailable", "server_error", "slow_down"}
    return asking.trouble(
        "TRD534",
        f"was refused by {provider.issuer}: {said}",
        why="the provider decides who gets a token",
        fix=known.get(code, "ask those who look after the provider"),
        may_retry=passes,
    )


def _unreachable(provider: Provider, asking: Asking, what: str) -> CredentialError:
    return asking.trouble(
        "TRD535",
        f"can't be had from {provider.issuer}: {what}",
        why="the token is asked for where the step runs, when the step asks for it",
        fix="see whether that machine reaches the provider, and whether it is up",
        may_retry=True,
    )


def _senseless(provider: Provider, asking: Asking, what: str) -> CredentialError:
    return asking.trouble(
        "TRD535",
        f"can't be had from {provider.issuer}: {what}",
        why=f"an OIDC provider says at ISSUER{_WELL_KNOWN} who it is and where its tokens are",
        fix="correct the issuer: it is what the provider's own page of that name calls it",
    )
