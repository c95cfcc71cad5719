"""Somebody to tell: real servers of this process, which note what they are told."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass
class Received:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class HttpReceiver:
    """Answers the first requests as it is told to, and the others with 200; 0 stands for no answer at all."""

    answers: list[int] = field(default_factory=list)
    text: str = "ok"
    location: str = ""
    received: list[Received] = field(default_factory=list)
    url: str = ""
    is_over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def http_receiver(*answers: int, tls: ssl.SSLContext | None = None, **given: str) -> Iterator[HttpReceiver]:
    """An HTTP server on this machine."""
    receiver = HttpReceiver(answers=list(answers), **given)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = receiver.answers.pop(0) if receiver.answers else 200
            receiver.received.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if answer == 0:
                receiver.is_over.wait()
                return
            self.send_response(answer)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.end_headers()
            self.wfile.write(receiver.text.encode())

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.handle_error = lambda *args: None  # who hangs up on us is what some tests are about
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        receiver.url = f"{'https' if tls else 'http'}://localhost:{server.server_port}"
        try:
            yield receiver
        finally:
            receiver.is_over.set()
            server.shutdown()
            thread.join()


@dataclass
class MailReceiver:
    """A mail server: knows one user, and refuses addresses at `nowhere.example`."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        if address.endswith("@nowhere.example"):
            return "550 5.1.1 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"

    def login(self, server: SMTP, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"p@ss/word", handled=False)


class _Controller(Controller):
    """Given port 0, it looks for itself where it is."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_receiver(*, tls: ssl.SSLContext | None = None, starttls: bool = False) -> Iterator[MailReceiver]:
    """An SMTP server on this machine: with TLS from the first byte, after STARTTLS, or never."""
    receiver = MailReceiver()
    controller = _Controller(
        receiver,
        hostname="127.0.0.1",
        port=0,
        ssl_context=None if starttls else tls,
        tls_context=tls if starttls else None,
        authenticator=receiver.login,
        auth_require_tls=False,
    )
    controller.start()
    receiver.port = controller.port
    try:
        yield receiver
    finally:
        controller.stop()


@dataclass(frozen=True)
class Certificate:
    """A certificate for `localhost` that nobody has signed; whoever is to trust it has to be told its file."""

    file: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path) -> Certificate:
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=localhost", "-addext", names, "-days", "2", "-keyout", made.key, "-out", made.file]
    subprocess.run(command, check=True, capture_output=True)
    return made
