"""E-mail through a real SMTP server."""

from __future__ import annotations

import re
import socket

import pytest

from tests.unit.observers.receivers import mail_receiver
from treadle.ir.hooks import ToEmail


def to(smtp: str, *addresses: str, sender: str = "Treadle <treadle@example.com>") -> ToEmail:
    return ToEmail(to=addresses or ("ann@example.com",), sender=sender, smtp=smtp)


def test_a_mail_says_what_happened(office) -> None:
    """
    All addresses get one mail; its subject is the headline, its text the message.
    """
    with mail_receiver() as receiver:
        way = to(f"smtp://127.0.0.1:{receiver.port}", "Ann <ann@example.com>", "ben@example.com")
        assert "" == office.tries(way)
    [mail] = receiver.mails
    assert f"{office.project.name}: orders is overdue since 2026-05-01 09:00 UTC" == mail["Subject"].strip()
    assert ("Treadle <treadle@example.com>", "Ann <ann@example.com>, ben@example.com", "auto-generated") == (
        mail["From"],
        mail["To"],
        mail["Auto-Submitted"],
    )
    assert re.fullmatch(r"<msg_[0-9a-f]{24}@example.com>", mail["Message-ID"])
    assert "Look at it: treadle run orders" in mail.get_content()
    assert [["ann@example.com", "ben@example.com"]] == receiver.recipients


@pytest.mark.parametrize("starttls", [False, True], ids=["smtps", "starttls"])
def test_a_server_with_tls_is_logged_in_to(office, trusted, starttls) -> None:
    """
    User and password of the URL are used over TLS, with what had to be quoted in them.
    """
    office.environment["SMTP_PASSWORD"] = "p%40ss%2Fword"
    scheme = "smtp+starttls" if starttls else "smtps"
    with mail_receiver(tls=trusted.context(), starttls=starttls) as receiver:
        url = f"{scheme}://ann:{{{{ env.SMTP_PASSWORD }}}}@localhost:{receiver.port}"
        assert "" == office.tries(to(url))
    assert ([("ann", "p@ss/word")], 1) == (receiver.logins, len(receiver.mails))


@pytest.mark.parametrize("starttls", [False, True], ids=["smtps", "starttls"])
def test_a_mail_server_has_to_be_trusted(office, certificate, starttls) -> None:
    """
    A server that can't show that it is who it says gets neither password nor mail.
    """
    scheme = "smtp+starttls" if starttls else "smtps"
    with mail_receiver(tls=certificate.context(), starttls=starttls) as receiver:
        assert "CERTIFICATE_VERIFY_FAILED" in office.tries(to(f"{scheme}://ann:s3cret@localhost:{receiver.port}"))
    assert ([], []) == (receiver.logins, receiver.mails)


def test_starttls_is_not_optional(office) -> None:
    """
    A server that doesn't offer TLS, or somebody between who takes the offer away, gets nothing.
    """
    with mail_receiver() as receiver:
        told = office.tries(to(f"smtp+starttls://ann:s3cret@localhost:{receiver.port}"))
    assert "it couldn't be mailed: STARTTLS extension not supported by server." == told
    assert ([], []) == (receiver.logins, receiver.mails)


def test_a_password_is_not_sent_without_tls(office) -> None:
    """
    A password in an `smtp://` URL is for this machine only.
    """
    told = office.tries(to("smtp://ann:s3cret@mail.example.com"))
    assert "a password is sent over TLS only: write smtps:// or smtp+starttls://" == told


def test_a_wrong_password_is_what_the_server_says(office) -> None:
    """
    The server's answer is told, the password isn't.
    """
    with mail_receiver() as receiver:
        told = office.tries(to(f"smtp://ann:wr0ng@127.0.0.1:{receiver.port}"))
    assert "the server answered 535 5.7.8 Authentication credentials invalid" == told


def test_some_addresses_may_be_refused(office) -> None:
    """
    When others got the mail it isn't sent again; who didn't is recorded. When nobody did, it failed.
    """
    with mail_receiver() as receiver:
        url = f"smtp://127.0.0.1:{receiver.port}"
        office.with_hook(to(url, "ann@example.com", "zoe@nowhere.example")).has_to_tell()
        [told] = office.tells()
        found = office.store.delivery(told.delivery.id)
        assert ("delivered", "the server refused zoe@nowhere.example") == (found.status.value, found.error)
        assert [["ann@example.com"]] == receiver.recipients
        assert (
            "the server refused every address: zoe@nowhere.example: 550 5.1.1 there is nobody of that name"
            == office.tries(to(url, "zoe@nowhere.example"))
        )


@pytest.mark.parametrize(
    ("way", "told"),
    [
        pytest.param(to("http://mail.example.com"), "has to begin with smtps://", id="scheme"),
        pytest.param(to("smtp://127.0.0.1:99999"), "it couldn't be mailed", id="port"),
        pytest.param(to("smtp://127.0.0.1:1", sender="a@b.c\nBcc: d@e.f"), "it couldn't be mailed", id="header"),
        pytest.param(to("smtp://127.0.0.1:1"), "it couldn't be mailed: [Errno 111] Connection refused", id="refused"),
    ],
)
def test_what_cannot_be_mailed_says_why(office, way, told) -> None:
    """
    A URL, an address or a connection that is wrong is a failure with its reason.
    """
    assert told in office.tries(way)


def test_a_mail_server_that_says_nothing_is_given_up(office) -> None:
    """
    A connection on which nobody greets costs as much time as it was given.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = office.tries(to(f"smtp://127.0.0.1:{server.getsockname()[1]}"), seconds=0.5)
    assert "it didn't answer in time" == told
