"""Tokens of a real OIDC provider: for a client, in exchange, before they end; and what is said when it gives none."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.credentials.conftest import OidcProvider
from tests.unit.credentials.oidc_provider import EXCHANGE, SECRET
from treadle.credentials import CredentialError, Credentials
from treadle.ir import Credential, FromEnvironment, FromOidcClient, FromTokenExchange

ENVIRONMENT = {"SECRET": SECRET, "PLAIN": "a-secret-without-special-characters", "WRONG": "wr0ng-s3cret"}


def tokens(issuer: str, *, clock: Callable[[], float] | None = None, subject: str = "", **given: Any) -> Credentials:
    """The credentials `token`, of a client, and `exchanged`, for a subject."""
    client = {"client_id": "treadle", "client_secret": "secret", **given}
    providers = {
        "secret": FromEnvironment(variable="SECRET"),
        "plain": FromEnvironment(variable="PLAIN"),
        "wrong": FromEnvironment(variable="WRONG"),
        "subject": FromEnvironment(variable="SUBJECT"),
        "token": FromOidcClient(issuer=issuer, **client),
        "exchanged": FromTokenExchange(issuer=issuer, subject="subject", **client),
    }
    return Credentials(
        ["token", "exchanged"],
        {name: Credential(name=name, provider=provider) for name, provider in providers.items()},
        environment={**ENVIRONMENT, "SUBJECT": subject},
        **({} if clock is None else {"clock": clock}),
    )


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_a_client_gets_a_token(provider: OidcProvider):
    """
    A client's name and secret give an access token, for the scope and audience that are asked for.
    """
    token = tokens(provider.url, scope="models:read", audience="registry")["token"]
    assert {"client_id": "treadle", "scope": "models:read", "aud": "registry"}.items() <= claims(token).items()
    [asked] = provider.asked
    assert "client_credentials" == asked["grant_type"]


@pytest.mark.parametrize(
    ("methods", "client", "basic"),
    [
        pytest.param(["client_secret_basic", "client_secret_post"], ("plain", "plain"), True, id="basic"),
        pytest.param(["client_secret_post"], ("plain", "plain"), False, id="only in a form"),
        pytest.param(
            ["client_secret_basic", "client_secret_post"], ("treadle", "secret"), False, id="special characters"
        ),
    ],
)
def test_the_client_says_who_it_is_as_the_provider_wants(provider: OidcProvider, methods, client, basic):
    """
    The secret is in the header, or in the form where the provider wants it there or would misread the header.
    """
    provider.behaves(methods=methods)
    name, secret = client
    tokens(provider.url, client_id=name, client_secret=secret)["token"]
    assert [basic] == [each["basic"] for each in provider.asked]


def test_a_token_is_exchanged(provider: OidcProvider):
    """
    The token that another credential holds becomes one of this client's (RFC 8693).
    """
    subject = provider.token()
    token = tokens(provider.url, subject=subject, audience="registry")
    assert {"client_id": "treadle", "aud": "registry"}.items() <= claims(token["exchanged"]).items()
    [asked] = provider.asked
    assert (EXCHANGE, subject, "urn:ietf:params:oauth:token-type:access_token") == (
        asked["grant_type"],
        asked["subject_token"],
        asked["subject_token_type"],
    )


def test_a_client_without_a_secret_may_exchange(provider: OidcProvider):
    """
    A public client only says its name.
    """
    token = tokens(provider.url, subject=provider.token(), client_id="public", client_secret="")
    assert "public" == claims(token["exchanged"])["client_id"]


def test_a_token_is_asked_for_again_before_it_ends(provider: OidcProvider):
    """
    A token is used for as long as it is good with a minute to spare, and no longer.
    """
    now = [0.0]
    credentials = tokens(provider.url, clock=lambda: now[0])
    first = credentials["token"]
    had_at = credentials.resolved("token").had_at
    now[0] = had_at + 3530
    assert first == credentials["token"]
    now[0] = had_at + 3545
    second = credentials["token"]
    assert first != second
    assert 2 == len(provider.asked)


def test_a_token_that_lives_for_seconds_is_renewed_while_a_step_waits(provider: OidcProvider):
    """
    By the real clock: whoever asks again and again has a token that the provider calls good each time.
    """
    provider.behaves(lifetime=4)
    credentials = tokens(provider.url)
    seen = {credentials["token"]}
    until = time.monotonic() + 60
    while len(seen) < 2 and time.monotonic() < until:
        token = credentials["token"]
        seen.add(token)
        assert time.time() < claims(token)["exp"]
    assert 2 == len(seen)


@pytest.mark.parametrize("clock", [pytest.param(-7200, id="behind"), pytest.param(7200, id="ahead")])
@pytest.mark.parametrize("says", [pytest.param({}, id="says"), pytest.param({"expires_in": None}, id="in-the-token")])
def test_a_provider_whose_clock_is_wrong_is_understood(provider: OidcProvider, clock, says):
    """
    How long a token is good is counted by the provider's clock, whatever this machine's says.
    """
    provider.behaves(clock=clock, answer=says)
    lifetime = tokens(provider.url).resolved("token").lifetime
    assert lifetime is not None
    assert 3590 <= lifetime <= 3601


def test_a_provider_that_is_busy_is_asked_again(provider: OidcProvider):
    """
    What passes is waited for: a provider that answers 503 and 429 before it answers is no error.
    """
    provider.behaves(fail=[503, 429])
    assert tokens(provider.url)["token"]


def said(credentials: Credentials, name: str = "token") -> tuple[str, str, str, bool]:
    with pytest.raises(CredentialError) as raised:
        credentials[name]
    [found] = raised.value.diagnostics
    text = f"{found.message}{found.why}{found.fix}"
    assert not any(secret in text for secret in ENVIRONMENT.values())
    return found.code, found.message, found.fix, raised.value.may_retry


@pytest.mark.parametrize(
    ("given", "words", "fix"),
    [
        pytest.param(
            {"client_secret": "wrong"},
            "invalid_client",
            "compare the client 'treadle' and the secret in the credential 'wrong' with what the provider has",
            id="wrong-secret",
        ),
        pytest.param(
            {"client_id": "nobody"},
            "invalid_client",
            "compare the client 'nobody' and the secret in the credential 'secret' with what the provider has",
            id="unknown-client",
        ),
        pytest.param(
            {"client_id": "reader"},
            "unauthorized_client",
            "allow the client 'reader' this grant at the provider",
            id="grant",
        ),
        pytest.param(
            {"scope": "everything"},
            "invalid_scope",
            "ask for a scope that the client 'treadle' may have, instead of 'everything'",
            id="scope",
        ),
    ],
)
def test_what_is_said_of_a_refusal(provider: OidcProvider, given, words, fix):
    """
    A refusal has the provider's own code, and what to compare with what.
    """
    code, message, told, may_retry = said(tokens(provider.url, **given))
    assert message.startswith(f"the credential 'token' was refused by {provider.url}: {words}")
    assert ("TRD534", fix, False) == (code, told, may_retry)


def test_what_is_said_of_a_token_that_isnt_taken(provider: OidcProvider):
    """
    A provider that repeats the token in its refusal doesn't get it shown.
    """
    code, message, fix, may_retry = said(tokens(provider.url, subject="not-a-token"), "exchanged")
    words = "the subject token [credential subject] can't be verified"
    assert f"the credential 'exchanged' was refused by {provider.url}: invalid_grant: {words}" == message
    assert ("TRD534", False) == (code, may_retry)
    assert "see whether the credential 'subject' is a token that the provider takes and that hasn't expired" == fix


def test_a_token_that_has_expired_isnt_even_sent(provider: OidcProvider):
    """
    That the token which is to be exchanged is over can be seen in it.
    """
    code, message, _, may_retry = said(tokens(provider.url, subject=provider.token(expired=True)), "exchanged")
    assert message.startswith("the credential 'subject' has expired: its value was good until ")
    assert ("TRD536", False) == (code, may_retry)
    assert [] == provider.asked


@pytest.mark.parametrize(
    ("behaviour", "code", "words", "may_retry"),
    [
        pytest.param({"fail": [503] * 9}, "TRD535", "it answered 503, 4 times", True, id="busy"),
        pytest.param(
            {"fail": [404]},
            "TRD535",
            "{url}/.well-known/openid-configuration answered 404 and no JSON object",
            False,
            id="no-discovery",
        ),
        pytest.param(
            {"discovery": {"issuer": "https://other.example.com"}},
            "TRD535",
            "it says that it is 'https://other.example.com'",
            False,
            id="another",
        ),
        pytest.param(
            {"discovery": {"token_endpoint": None}}, "TRD535", "it names no token endpoint", False, id="no-endpoint"
        ),
        pytest.param(
            {"discovery": {"token_endpoint": "http://login.example.com/token"}},
            "TRD535",
            "its token endpoint http://login.example.com/token isn't https://",
            False,
            id="clear-text",
        ),
        pytest.param(
            {"answer": {"access_token": None}},
            "TRD535",
            "its token endpoint answered 200 without a token",
            False,
            id="no-token",
        ),
    ],
)
def test_what_is_said_of_a_provider_that_is_none(provider: OidcProvider, behaviour, code, words, may_retry):
    """
    A provider that doesn't answer as one does is told by what it did.
    """
    provider.behaves(**behaviour)
    message = f"the credential 'token' can't be had from {provider.url}: {words.format(url=provider.url)}"
    found = said(tokens(provider.url))
    assert (code, message, may_retry) == (found[0], found[1], found[3])


def test_redirects_arent_followed(provider: OidcProvider):
    """
    The secret is sent to the token endpoint that the provider names, and nowhere else.
    """
    provider.behaves(discovery={"token_endpoint": f"{provider.url}/moved"})
    code, message, *_ = said(tokens(provider.url))
    assert ("TRD535", True) == (code, message.endswith("answered 405 without a token") or "answered 302" in message)
    assert [] == provider.asked


def test_what_is_said_when_nobody_is_there():
    """
    A provider that can't be reached is asked four times; a step that has retries may try again.
    """
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        code, message, _, may_retry = said(tokens(issuer))
    assert (
        f"the credential 'token' can't be had from {issuer}: it can't be reached: Connection refused, 4 times"
        == message
    )
    assert ("TRD535", True) == (code, may_retry)


def test_a_token_that_is_over_when_it_comes(provider: OidcProvider):
    """
    A provider that gives a token which has expired isn't believed.
    """
    provider.behaves(answer={"expires_in": 0})
    code, message, fix, _ = said(tokens(provider.url))
    assert message.startswith("the credential 'token' has expired: its value was good until ")
    assert ("TRD536", True) == (code, "compare the clocks" in fix)
