"""Who may ask a server: whoever has its token, and no page of anybody else."""

from __future__ import annotations

import signal
import subprocess
import sys

import psutil
import pytest

from tests.serving import Served, serving, until

WRONG = "Bearer " + "x" * 43


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 401, id="no-token"),
        pytest.param({"Authorization": WRONG}, 401, id="another-token"),
        pytest.param({"Authorization": "Bearer TOKEN"}, 200, id="the-token"),
        pytest.param({"Cookie": "treadle_PORT=TOKEN"}, 200, id="the-cookie"),
        pytest.param({"Cookie": "treadle_1=TOKEN"}, 401, id="cookie-of-another-port"),
        pytest.param({"Cookie": "treadle_PORT=TOKEN", "Authorization": WRONG}, 401, id="a-wrong-token-beside-a-cookie"),
        pytest.param({"Authorization": "Bearer TOKEN", "Host": "mill.example:PORT"}, 421, id="rebound-name"),
        pytest.param({"Authorization": "Bearer TOKEN", "Host": "localhost"}, 421, id="host-without-port"),
        pytest.param({"Authorization": "Bearer TOKEN", "Host": "localhost:PORT"}, 200, id="localhost"),
        pytest.param({"Authorization": "Bearer TOKEN", "Origin": "https://evil.example"}, 403, id="page-elsewhere"),
        pytest.param({"Authorization": "Bearer TOKEN", "Origin": "null"}, 403, id="page-of-nobody"),
        pytest.param({"Authorization": "Bearer TOKEN", "Origin": "http://127.0.0.1:1"}, 403, id="another-port"),
        pytest.param({"Authorization": "Bearer TOKEN", "Origin": "http://localhost:PORT"}, 200, id="own-page"),
        pytest.param({"Cookie": "treadle_PORT=TOKEN", "Sec-Fetch-Site": "cross-site"}, 403, id="picture-elsewhere"),
        pytest.param(
            {"Cookie": "treadle_PORT=TOKEN", "Sec-Fetch-Site": "same-site"}, 403, id="picture-at-another-port"
        ),
    ],
)
def test_a_request_is_let_through_or_not(mill: Served, headers: dict[str, str], status: int) -> None:
    """
    Reading takes the token of this process, the name of this machine, and no page of another server.
    """
    filled = {name: text.replace("TOKEN", mill.token).replace("PORT", str(mill.port)) for name, text in headers.items()}
    answer = mill.plain.get("api/project", headers=filled)
    assert status == answer.status_code
    if status != 200:
        assert {"code", "message", "diagnostics"} == answer.json()["error"].keys()
        assert mill.token not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 403, id="a-form-elsewhere"),
        pytest.param({"Origin": "http://127.0.0.1:PORT"}, 202, id="own-page"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 202, id="own-script"),
        pytest.param({"Sec-Fetch-Site": "none"}, 403, id="nobody-says-whose-page"),
    ],
)
def test_a_cookie_alone_changes_nothing(mill: Served, headers: dict[str, str], status: int) -> None:
    """
    A browser adds the cookie by itself, so what changes something has to come from a page of this server.
    """
    filled = {name: text.replace("PORT", str(mill.port)) for name, text in headers.items()}
    cookie = {"Cookie": f"treadle_{mill.port}={mill.token}"}
    assert status == mill.plain.post("api/project/reload", headers={**cookie, **filled}).status_code


def test_the_address_that_is_printed_lets_a_browser_in(mill: Served) -> None:
    """
    The token in the address becomes a cookie that scripts can't read, and disappears from the address.
    """
    answer = mill.plain.get("", params={"token": mill.token, "tab": "runs"})
    assert (303, "/?tab=runs") == (answer.status_code, answer.headers["location"])
    assert "HttpOnly; SameSite=Strict" in answer.headers["set-cookie"]
    assert 401 == mill.plain.get("", params={"token": "guess"}, headers={"Cookie": ""}).status_code
    elsewhere = mill.plain.get(f"{mill.url}/evil.example/", params={"token": mill.token})
    assert "/evil.example/" == elsewhere.headers["location"]
    mill.plain.cookies.clear()


def test_pages_load_nothing_from_elsewhere(mill: Served) -> None:
    """
    Pages and answers forbid browsers whatever they don't need, and name no other host.
    """
    for path in ("", "api/docs", "api/project"):
        answer = mill.plain.get(path, headers={"Authorization": f"Bearer {mill.token}"})
        assert 200 == answer.status_code
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert "//" not in answer.text.replace(mill.url, "").replace("http://127.0.0.1", "")
        assert mill.token not in answer.text


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "mill.example", "::"])
def test_other_machines_are_not_let_in(mill: Served, host: str) -> None:
    """
    A server without identity doesn't listen for other machines, and says so.
    """
    from click.testing import CliRunner

    from treadle.cli.serve import serve
    from treadle.errors import UsageError

    found = CliRunner().invoke(serve, ["--host", host, "--port", "0"], obj=mill.root)
    assert isinstance(found.exception, UsageError)
    assert "can't be opened to other machines" in found.exception.message


def test_a_server_ends_when_it_is_told_to(mill: Served) -> None:
    """
    It ends at once, with streams open, leaves no process behind, and another server has another token.
    """
    with serving(mill.root) as another:
        assert another.token != mill.token
        with another.events("events") as events:
            next(events)
            [loader] = psutil.Process(another.process.pid).children()
            assert 0 == another.end(signal.SIGTERM)
        until(lambda: not loader.is_running())


def test_a_port_that_is_taken_is_told(mill: Served) -> None:
    """
    Two servers can't have one port; the second says what to do.
    """
    command = [sys.executable, "-m", "treadle", "-C", str(mill.root), "serve", "--port", str(mill.port)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert 2 == done.returncode
    assert "choose another --port" in done.stderr
