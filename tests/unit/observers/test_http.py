"""Webhooks and Slack: what is posted, and what is made of each answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket

import pytest

from tests.unit.observers.receivers import http_receiver
from treadle.ir.hooks import ToSlack, ToWebhook
from treadle.observers.channels.slack import slack_json
from treadle.observers.messages import overdue_message, trial_message


def test_a_webhook_gets_the_message_as_json_with_a_signature(office) -> None:
    """
    Who knows the secret can tell that the message is ours, whole and of now: HMAC-SHA256 of id, time and body.
    """
    office.environment["SECRET"] = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
    with http_receiver() as receiver:
        way = ToWebhook(url=f"{receiver.url}/hooks?to=me", secret="{{ env.SECRET }}")
        assert "" == office.tries(way)
    [request] = receiver.received
    headers = request.headers
    assert "/hooks?to=me" == request.path
    assert "application/json; charset=utf-8" == headers["content-type"]
    assert {"id": headers["webhook-id"], **office.message} == request.json

    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    digest = hmac.new(b"0123456789abcdef01234567", signed, hashlib.sha256).digest()
    assert "v1," + base64.b64encode(digest).decode() == headers["webhook-signature"]


def test_a_secret_may_be_any_text(office) -> None:
    """
    A secret without `whsec_` is the key itself; without a secret there is no signature.
    """
    with http_receiver() as receiver:
        office.tries(ToWebhook(url=receiver.url, secret="just words"))
        office.tries(ToWebhook(url=receiver.url))
    signed, unsigned = receiver.received
    headers = signed.headers
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + signed.body
    digest = base64.b64encode(hmac.new(b"just words", text, hashlib.sha256).digest()).decode()
    assert f"v1,{digest}" == headers["webhook-signature"]
    assert "webhook-signature" not in unsigned.headers


def test_a_user_in_the_url_becomes_a_header(office) -> None:
    """
    `https://user:password@host` is told as such, and the password isn't in the request's line.
    """
    with http_receiver() as receiver:
        url = receiver.url.replace("http://", "http://ann:p%40ss@")
        assert "" == office.tries(ToWebhook(url=url))
    assert "Basic " + base64.b64encode(b"ann:p@ss").decode() == receiver.received[0].headers["authorization"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(500, "it answered 500 Internal Server Error: out of order", id="500"),
        pytest.param(404, "it answered 404 Not Found: out of order", id="404"),
        pytest.param(302, "it answered 302: redirects aren't followed", id="redirect"),
        pytest.param(204, "", id="204"),
    ],
)
def test_only_success_is_success(office, answer, told) -> None:
    """
    Anything but 2xx is a failure that says what was answered; nobody is led elsewhere.
    """
    with http_receiver() as elsewhere, http_receiver(answer, text="out of order", location=elsewhere.url) as receiver:
        assert told == office.tries(ToWebhook(url=receiver.url))
    assert (1, []) == (len(receiver.received), elsewhere.received)


def test_who_does_not_answer_is_given_up(office) -> None:
    """
    A receiver that takes the request and says nothing costs as much time as it was given.
    """
    with http_receiver(0) as receiver:
        assert "it didn't answer in time" == office.tries(ToWebhook(url=receiver.url), seconds=0.5)
    assert 1 == len(receiver.received)


def test_who_says_something_now_and_then_is_given_up_too(office) -> None:
    """
    One byte after the other keeps a connection alive for ever, and doesn't keep us.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        from threading import Event, Thread

        over = Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    while not over.wait(0.01):
                        connection.sendall(b"H")
                except OSError:
                    pass

        thread = Thread(target=drip)
        thread.start()
        try:
            assert "it didn't answer in time" == office.tries(ToWebhook(url=url), seconds=1.0)
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("ftp://localhost/x", "its URL has to begin with https:// or http://", id="scheme"),
        pytest.param("file:///etc/passwd", "its URL has to begin with https:// or http://", id="file"),
        pytest.param("http://localhost:port/", "couldn't be told", id="port"),
        pytest.param("http://[::1", "couldn't be told", id="brackets"),
        pytest.param("http://name.invalid/", "it couldn't be reached", id="no-such-host"),
    ],
)
def test_an_url_that_leads_nowhere_is_a_failure(office, url, told) -> None:
    """
    What a template gave may be anything; it is told as what went wrong.
    """
    assert told in office.tries(ToWebhook(url=url))


def test_nobody_listens(office) -> None:
    """
    A refused connection says so.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert "it couldn't be reached: [Errno 111] Connection refused" == office.tries(
        ToWebhook(url=f"http://127.0.0.1:{port}/")
    )


def test_a_certificate_has_to_be_trusted(office, certificate) -> None:
    """
    A server that can't show that it is who it says isn't told anything.
    """
    with http_receiver(tls=certificate.context()) as receiver:
        assert "CERTIFICATE_VERIFY_FAILED" in office.tries(ToWebhook(url=receiver.url))
    assert [] == receiver.received


def test_a_trusted_server_is_told(office, trusted) -> None:
    """
    HTTPS to a server with a certificate that the machine trusts works.
    """
    with http_receiver(tls=trusted.context()) as receiver:
        assert "" == office.tries(ToWebhook(url=receiver.url))
    assert 1 == len(receiver.received)


def test_slack_gets_text_and_blocks(office) -> None:
    """
    What Slack is sent has a line for notifications and sections for the channel.
    """
    with http_receiver() as receiver:
        assert "" == office.tries(ToSlack(url=f"{receiver.url}/services/T/B/x"))
    [request] = receiver.received
    assert slack_json(office.message) == request.json
    title, body = request.json["blocks"]
    assert request.json["text"] == title["text"]["text"].strip("*")
    assert "is overdue since 2026-05-01 09:00 UTC" in request.json["text"]
    assert {"section"} == {title["type"], body["type"]}
    assert "it was never materialized" in body["text"]["text"]


def test_slack_calls_nobody_and_gets_no_more_than_it_takes() -> None:
    """
    Mentions and markup in an error are text, and a long one is cut, whole characters at a time.
    """
    message = {**trial_message(project="/shop", hook="team"), "kind": "failure", "selection": "<!channel>"}
    told = slack_json({**message, "error": "<!here> & ```" + "<" * 5_000})
    title, body = (each["text"]["text"] for each in told["blocks"])
    assert "*shop: run of &lt;!channel&gt; failed*" == title
    assert body.startswith("```\n&lt;!here&gt; &amp; '''&lt;&lt;")
    assert body.endswith("&lt; …\n```")
    assert len(body) < 3_000


def test_overdue_says_since_when_and_what_was_last() -> None:
    """
    Both moments are in the message, and in its text.
    """
    from tests.unit.observers.conftest import LATE
    from treadle.ir import AssetKey
    from treadle.observers.messages import as_text

    message = overdue_message(project="/srv/shop", asset=AssetKey.parse("a/b"), since=LATE, last=LATE, partition="eu")
    assert ("overdue", ["a/b"], LATE.isoformat(), LATE.isoformat(), "eu", "treadle run a/b") == tuple(
        message[key] for key in ("kind", "assets", "overdue_since", "last_materialized_at", "partition", "command")
    )
    assert "it was last materialized at 2026-05-01 09:00 UTC" in as_text(message)
