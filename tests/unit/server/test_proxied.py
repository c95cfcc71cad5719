"""A shared server behind a proxy: only what comes through it, by TLS, at the right name, is answered; and not too often."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.sharing import SharedServer, sharing

THROUGH = {"Host": "mill.example", "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
FEW = 'proxies = ["127.0.0.1"]\nrequests_per_minute = 60\nlogins_per_minute = 3\n'


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedServer]:
    """A mill whose proxy is this machine."""
    files = {"wool.py": "from treadle import asset\n\n\n@asset\ndef wool(): ...\n"}
    with sharing(tmp_path_factory.mktemp("proxied"), files, more=FEW, url="https://mill.example") as served:
        yield served


def ask(mill: SharedServer, path: str, **headers: str) -> httpx.Response:
    return mill.client.get(
        path, headers={**THROUGH, **{name.replace("_", "-"): text for name, text in headers.items()}}
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 200, id="through-the-proxy"),
        pytest.param({"X_Forwarded_Proto": "http"}, 421, id="in-the-clear"),
        pytest.param({"Host": "10.0.0.7:3070"}, 421, id="another-name"),
        pytest.param({"Host": "10.0.0.7:3070", "X_Forwarded_Host": "mill.example"}, 200, id="a-proxy-that-names-it"),
        pytest.param({"X_Forwarded_Host": "evil.example"}, 421, id="forwarded-for-another-name"),
    ],
)
def test_only_what_comes_through_the_proxy_is_answered(
    mill: SharedServer, headers: dict[str, str], status: int
) -> None:
    """
    What was sent in the clear, or to another name, is refused before anything is looked at.
    """
    answer = ask(mill, "/login", **headers)
    assert status == answer.status_code
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


def test_who_asks_too_often_is_told_when_to_come_back(mill: SharedServer) -> None:
    """
    Each address has its tries, whatever it says of others; a wrong token costs one, and those who ask well pay nothing for it.
    """
    wrong = {"Authorization": "Bearer treadle_guess"}
    found = [ask(mill, "/api/me", X_Forwarded_For="203.0.113.9", **wrong).status_code for _ in range(4)]
    assert [401, 401, 401, 429] == found
    refused = ask(mill, "/auth/login", X_Forwarded_For="6.6.6.6, 203.0.113.9")
    assert (429, "too_often") == (refused.status_code, refused.json()["error"]["code"])
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert 303 == ask(mill, "/auth/login", X_Forwarded_For="203.0.113.10").status_code


def test_each_address_may_ask_so_often(mill: SharedServer) -> None:
    """
    Whoever isn't logged in is counted by address.
    """
    found = {ask(mill, "/api/me", X_Forwarded_For="203.0.113.77").status_code for _ in range(80)}
    assert {401, 429} == found
