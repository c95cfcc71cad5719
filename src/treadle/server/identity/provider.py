"""The OIDC provider that knows who somebody is: where it sends them, and what its word is worth."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped] # it has no types
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped] # as above
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from treadle.credentials.providers.http import UnreachableError, ask, is_private
from treadle.project.serving import Sharing

__all__ = ["LoginRefusedError", "Provider", "ProviderDownError"]

_WELL_KNOWN = "/.well-known/openid-configuration"
# Signatures that only the provider can make: neither none, nor those of a secret that both sides know.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
_SECONDS_TO_KEEP = 600.0
_LEEWAY = 60  # seconds by which two clocks may differ
_LONGEST = 1 << 16


class ProviderDownError(Exception):
    """The provider can't be asked, or doesn't answer as one does."""


class LoginRefusedError(Exception):
    """The provider's word isn't good: the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    value: Mapping[str, Any] = field(repr=False)
    at: float


class Provider:
    """Asks the provider; what it says of itself, and its keys, are kept for a while. For any number of threads."""

    def __init__(self, sharing: Sharing, *, secret: str) -> None:
        self._sharing = sharing
        self._secret = secret
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to."""
        return f"{self._sharing.url}/auth/callback"

    def login_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where somebody logs in.

        Raises:
            ProviderDownError: when the provider can't be asked where that is.
        """
        endpoint = self._endpoint("authorization_endpoint")
        query = {
            "response_type": "code",
            "client_id": self._sharing.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self._sharing.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    def claims(self, *, code: str, nonce: str, verifier: str) -> Mapping[str, Any]:
        """What the provider says of who has just logged in, for the code that they came back with.

        Raises:
            LoginRefusedError: when the code is no good, or the ID token isn't.
            ProviderDownError: when the provider can't be asked.
        """
        answer = self._exchanged(code, verifier)
        token = answer.get("id_token")
        if not isinstance(token, str) or len(token) > _LONGEST:
            raise LoginRefusedError("the provider gave no ID token: is 'openid' among the scopes that it allows?")
        return self._verified(token, nonce, str(answer.get("access_token", "")))

    def _exchanged(self, code: str, verifier: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        headers, own = self._authentication()
        try:
            answer = ask(self._endpoint("token_endpoint"), {**form, **own}, headers=headers)
        except UnreachableError as error:
            raise ProviderDownError(str(error)) from None
        if answer.status != 200 or answer.body is None:
            said = str((answer.body or {}).get("error", f"status {answer.status}"))
            raise LoginRefusedError(f"the provider doesn't accept this login: {said[:80]}")
        return answer.body

    def _authentication(self) -> tuple[dict[str, str], dict[str, str]]:
        """Headers and fields that say which client asks."""
        client = self._sharing.client_id
        if not self._secret:
            return {}, {"client_id": client}
        methods = self._discovered().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in methods:
            pair = f"{quote_plus(client)}:{quote_plus(self._secret)}".encode()
            return {"Authorization": "Basic " + base64.b64encode(pair).decode()}, {}
        return {}, {"client_id": client, "client_secret": self._secret}

    def _verified(self, token: str, nonce: str, access_token: str) -> Mapping[str, Any]:
        try:
            decoded = self._decoded(token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self._discovered()["issuer"]},
                    "aud": {"essential": True, "value": self._sharing.client_id},
                    "sub": {"essential": True},
                },
                params={"nonce": nonce, "client_id": self._sharing.client_id, "access_token": access_token},
            )
            claims.validate(now=int(time.time()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            said = getattr(error, "description", "") or getattr(error, "error", "") or type(error).__name__
            raise LoginRefusedError(f"the provider's ID token isn't good: {said}") from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise LoginRefusedError("the provider's ID token doesn't say who it is of")
        return dict(decoded.claims)

    def _decoded(self, token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
        began = time.monotonic()
        try:
            return jwt.decode(token, self._keys(), registry=registry)
        except (JoseError, ValueError):
            with self._lock:
                kept = self._kept.pop("keys", None)
            if kept is not None and kept.at >= began:  # without any, another login has just let go of them
                raise
            return jwt.decode(token, self._keys(), registry=registry)  # there may be new ones by now

    def _keys(self) -> KeySet:
        try:
            return KeySet.import_key_set({"keys": list(self._told("keys", self._endpoint("jwks_uri"))["keys"])})
        except (JoseError, ValueError, TypeError, KeyError):
            raise ProviderDownError("its keys can't be read") from None

    def _endpoint(self, name: str) -> str:
        found = self._discovered().get(name)
        if not isinstance(found, str) or not is_private(found):
            raise ProviderDownError(f"it names no {name} that is reached by https")
        return found

    def _discovered(self) -> Mapping[str, Any]:
        issuer = self._sharing.issuer
        found = self._told("itself", issuer.rstrip("/") + _WELL_KNOWN)
        if str(found.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
            raise ProviderDownError(f"it says that it is {str(found.get('issuer'))[:80]!r}")
        return found

    def _told(self, what: str, url: str) -> Mapping[str, Any]:
        with self._lock:
            kept = self._kept.get(what)
        if kept is not None and time.monotonic() - kept.at < _SECONDS_TO_KEEP:
            return kept.value
        try:
            answer = ask(url)
        except UnreachableError as error:
            raise ProviderDownError(str(error)) from None
        if answer.status != 200 or answer.body is None:
            raise ProviderDownError(f"{url} answered {answer.status}, and no JSON object")
        with self._lock:
            self._kept[what] = _Kept(value=answer.body, at=time.monotonic())
        return answer.body
