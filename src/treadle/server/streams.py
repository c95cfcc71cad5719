"""Server-sent events: what is told to all who listen, and how it is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from fastapi.responses import StreamingResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Streams", "event_stream", "message"]

_SECONDS_OF_SILENCE = 15.0  # proxies and browsers give up on what says nothing
_MOST_WAITING = 1000


class Streams:
    """Who listens, and what they are told. It belongs to the thread of the server; `tell` may be called by any."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str | None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()

    def open(self) -> None:
        """Begin, in the loop of the server."""
        self._loop = asyncio.get_running_loop()

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._queues)

    def tell(self, event: str, data: Mapping[str, Any]) -> None:
        """Tell all who listen."""
        self._soon(lambda: self._tell(message(event, data)))

    def close(self) -> None:
        """End every stream, so that the server can end."""
        self._soon(self._close)

    def _close(self) -> None:
        self._end.set()
        self._tell(None)

    def _soon(self, act: Callable[[], None]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the server has ended
                self._loop.call_soon_threadsafe(act)

    def _tell(self, text: str | None) -> None:
        for queue in list(self._queues):
            if queue.full():  # who doesn't read misses some; the next reload tells all there is
                queue.get_nowait()
            queue.put_nowait(text)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[str | None]]:
        """A queue of what is told from now on; None is the end."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(_MOST_WAITING)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    async def wait(self, seconds: float) -> bool:
        """Wait, and tell whether there is still time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._end.wait(), seconds)
        return not self._end.is_set()

    async def all(self, first: str = "") -> AsyncIterator[str]:
        """The texts of one who listens, from now on."""
        with self.listening() as queue:
            yield first or ": hello\n\n"
            while not self._end.is_set():
                try:
                    text = await asyncio.wait_for(queue.get(), _SECONDS_OF_SILENCE)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if text is None:
                    return
                yield text


def message(event: str, data: Mapping[str, Any], *, number: int | None = None) -> str:
    """An event as it is sent.

    >>> message("run", {"id": "a"}, number=7)
    'id: 7\\nevent: run\\ndata: {"id": "a"}\\n\\n'
    """
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {event}\ndata: {json.dumps(data, default=str)}\n\n"


def event_stream(texts: AsyncIterator[str]) -> StreamingResponse:
    """The answer that sends them."""
    return StreamingResponse(texts, media_type="text/event-stream", headers={"cache-control": "no-store"})
