"""E-mail through an SMTP server: `smtps://` and `smtp+starttls://` with verified TLS, `smtp://` without."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from treadle.errors import listing
from treadle.ir.hooks import ToEmail
from treadle.observers.channels.letter import NO_ANSWER, Letter, UndeliverableError
from treadle.observers.messages import as_text, headline

__all__ = ["mail"]

_PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


def mail(way: ToEmail, letter: Letter) -> str:
    """Mail a message to all addresses at once; gives which of them the server refused, when it took others.

    Raises:
        UndeliverableError: when the server took none.
    """
    try:
        message = _written(way, letter)
        with _connected(_server(way.smtp), letter.seconds) as server:
            refused = server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        why = "; ".join(f"{address}: {_said(*answer)}" for address, answer in error.recipients.items())
        raise UndeliverableError(f"the server refused every address: {why}") from None
    except smtplib.SMTPResponseException as error:
        raise UndeliverableError(f"the server answered {_said(error.smtp_code, error.smtp_error)}") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            raise UndeliverableError(NO_ANSWER) from None
        raise UndeliverableError(f"it couldn't be mailed: {error}") from None
    return f"the server refused {listing(refused)}" if refused else ""


def _written(way: ToEmail, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = headline(letter.message)
    message["From"] = way.sender
    message["To"] = ", ".join(way.to)
    message["Date"] = format_datetime(letter.at)
    # The same in every attempt, so that a mailbox shows what arrives twice once.
    domain = parseaddr(way.sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # nobody's absence has to be answered: RFC 3834
    message.set_content(as_text(letter.message))
    return message


def _server(url: str) -> SplitResult:
    parts = urlsplit(url.strip())
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UndeliverableError("the URL of its server has to begin with smtps://, smtp+starttls:// or smtp://")
    if parts.scheme == "smtp" and parts.password and not _is_here(parts.hostname):
        raise UndeliverableError("a password is sent over TLS only: write smtps:// or smtp+starttls://")
    return parts


@contextmanager
def _connected(url: SplitResult, seconds: float) -> Iterator[smtplib.SMTP]:
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=seconds, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=seconds)
    try:
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
        # It has the mail: what goes wrong while one says goodbye changes nothing of that.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _said(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(text.split())}"
