"""Serves a project until it is told to stop."""

from __future__ import annotations

import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from treadle.background.launcher import Launcher
from treadle.background.secrecy import learn_secrets
from treadle.credentials import Credentials, Redactor
from treadle.errors import UsageError, did_you_mean
from treadle.project.settings import read_environment
from treadle.server.addresses import is_loopback
from treadle.server.answers import Answers
from treadle.server.app import make_app
from treadle.server.columns import Columns
from treadle.server.context import Context
from treadle.server.current import Current
from treadle.server.desk import Desk
from treadle.server.explainer import Explainer
from treadle.server.guard import Guard
from treadle.server.identity.journal import Journal
from treadle.server.loader import Loader
from treadle.server.previewing import Previewer
from treadle.server.routes.project import changed
from treadle.server.standing import Standings
from treadle.server.streams import Streams
from treadle.server.violations import count_today
from treadle.server.webapp import WebApp

if TYPE_CHECKING:
    from types import FrameType

    from starlette.types import ASGIApp

    from treadle.project import Settings
    from treadle.project.serving import Sharing
    from treadle.server.identity.logging_in import Doors
    from treadle.server.snapshot import Snapshot
    from treadle.store import PendingDelivery, RunEvent, Store

__all__ = ["listening", "serve"]

_SECONDS_TO_END = 3


def listening(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """A socket that listens on this machine; for other machines, when the server knows who somebody is.

    Raises:
        UsageError: when the address isn't of this machine, or somebody else listens there.
    """
    if not is_shared and not is_loopback(host):
        raise UsageError(
            f"the server can't be opened to other machines at {host}: whoever can reach it could run your project",
            fix="say who may do what, in [tool.treadle.server] of pyproject.toml, and call treadle serve; or leave"
            " --host out, and reach it through `ssh -L 3070:127.0.0.1:3070 MACHINE`",
        )
    address = "127.0.0.1" if host == "localhost" else host
    try:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        door = socket.create_server((address, port), family=family)
    except (OSError, OverflowError) as error:
        # What asyncio and socket make of it repeats the address.
        why = os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else str(error)
        raise UsageError(f"the server can't listen at {host}:{port}: {why}", fix="choose another --port") from error
    # Those that are accepted inherit it. Otherwise each answer waits 40 ms for a packet that says nothing: asyncio sets
    # it only for sockets that were made by the number of the protocol.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def serve(
    settings: Settings,
    store: Store,
    door: socket.socket,
    *,
    watch: bool = False,
    sharing: Sharing | None = None,
    announce: Callable[[Sequence[RunEvent]], Sequence[PendingDelivery]] | None = None,
    started: Callable[[str], object] = lambda address: None,
    told: Callable[[Snapshot], object] = lambda snapshot: None,
) -> None:
    """Answer at a socket until Ctrl-C or a request to terminate.

    With `sharing`, people log in; otherwise whoever has the token of this process may do everything. `started` is told
    the address, with the token in it; `told` each new snapshot of the project.

    Raises:
        ProjectError: when the secret that the provider knows Treadle by can't be had.
    """
    token = secrets.token_urlsafe(32)
    host, port = door.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    streams = Streams()

    redactor = Redactor()
    redactor.add("server token", token)

    def tell(snapshot: Snapshot) -> None:
        streams.tell("reload", changed(snapshot))
        told(snapshot)

    def take(snapshot: Snapshot) -> None:
        learn_secrets(redactor, snapshot.settings, snapshot.facts.credentials)
        count_today(store, snapshot)

    loader = Loader(settings.root)
    current = Current(settings, loader, before=take, told=tell)
    learn_secrets(redactor, settings, {})
    doors = _doors(settings, sharing, store, redactor) if sharing else None
    launcher = Launcher(store, lambda: current.snapshot.settings, announce=announce)
    context = Context(
        current=current,
        store=store,
        standings=Standings(store),
        streams=streams,
        launcher=launcher,
        redactor=redactor,
        explainer=Explainer(loader),
        desk=Desk(redactor),
        previewer=Previewer(loader),
        columns=Columns(loader),
        announce=announce,
        url=sharing.url + "/" if sharing else url,
        doors=doors,
        host=host,
    )
    project = str(settings.root)
    answering = Answers(WebApp(make_app(context)), redactor=redactor)
    inside = Journal(answering, store=store, project=project, redactor=redactor)
    app: ASGIApp = Guard(inside, token=token, port=port)
    if doors is not None:
        from treadle.server.identity.gate import Gate

        app = Gate(inside, doors, store, project=project)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_SECONDS_TO_END,
            lifespan="on",
            ws="none",
        ),
        streams,
    )
    current.start(watch=watch)
    launcher.start()
    try:
        started(context.url if sharing else f"{url}?token={token}")
        server.run(sockets=[door])
    finally:
        launcher.close()
        current.close()
        loader.close()


def _doors(settings: Settings, sharing: Sharing, store: Store, redactor: Redactor) -> Doors:
    from treadle.project.platform import read_offer
    from treadle.server.identity.logging_in import Doors
    from treadle.server.identity.provider import Provider

    secret = ""
    if sharing.client_secret:
        known = read_offer(settings, imports=True).platform.credentials
        environment, _ = read_environment(settings)
        if sharing.client_secret not in known:
            hint = did_you_mean(sharing.client_secret, known) or "declare it in credentials.yaml"
            raise UsageError(
                f"[tool.treadle.server] names the credential {sharing.client_secret!r}, which doesn't exist", fix=hint
            )
        asked = Credentials([sharing.client_secret], known, environment=environment, folder=settings.root)
        secret = asked[sharing.client_secret]
        redactor.add(sharing.client_secret, secret)
    provider = Provider(sharing, secret=secret)
    return Doors(sharing, provider, store, project=str(settings.root), name=settings.module)


class _Server(uvicorn.Server):
    """Ends when it is told to, also with streams that have no end, and raises nothing for that."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """While inside, Ctrl-C and requests to terminate end the server."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {each: signal.signal(each, self.handle_exit) for each in numbers}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        self._streams.close()
        super().handle_exit(sig, frame)
