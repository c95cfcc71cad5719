"""Executes a notebook's cells in a kernel of its own, tells what happens as it happens, and bounds what is kept."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

__all__ = ["MOST_KEPT", "CellFailed", "Listener", "execute"]

MOST_KEPT = 1_000_000
"""How many characters are kept of what one cell prints, and of each of its other outputs."""
_MOST_OUTPUTS = 1_000
_STARTUP = 60
_LINE_IN_CELL = re.compile(r"(?:Cell|Input) In\s?\[\d+\], line (\d+)")
_NAME_OF_CELL = re.compile(r"\s*\(\d+\.py, line \d+\)$")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class CellFailed(Exception):  # noqa: N818 - named after what is told: a cell that failed
    """A cell didn't come to its end.

    `cell` is its position, None when the kernel was not in one; `line` is the line in it, from 1, when that is known.
    """

    def __init__(self, cell: int | None, message: str, *, line: int | None = None, traceback: str = "") -> None:
        super().__init__(message)
        self.cell = cell
        self.line = line
        self.traceback = traceback


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who is told what happens: `cell` is entered with the position of each cell for as long as it is executed."""

    cell: Callable[[int], AbstractContextManager[object]]
    prints: Callable[[str], object]


def execute(
    notebook: NotebookNode,
    *,
    manager: AsyncKernelManager,
    folder: Path,
    env: Mapping[str, str],
    cell_timeout: float | None,
    listener: Listener,
) -> None:
    """Execute all cells in order, in this notebook; what a cell gave is in it also when a later one fails.

    A cell that calls `sys.exit()` is the last: the notebook is done, as a script would be.

    The kernel, and all that it started in its group, has ended when this returns.

    Raises:
        CellFailed: when a cell raises, takes too long, or its kernel dies.
        KeyboardInterrupt: when the process is asked to end.
    """
    with _ipc(manager):
        execution = _Execution(notebook, manager, cell_timeout, listener)
        try:
            asyncio.run(execution.run(folder, env))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


@contextmanager
def _ipc(manager: AsyncKernelManager) -> Iterator[None]:
    """Let the kernel be reached by files that only this user can open, rather than by ports of this machine."""
    with tempfile.TemporaryDirectory(prefix="treadle-kernel-") as folder:
        if sys.platform != "win32":
            manager.transport = "ipc"
            manager.ip = str(Path(folder, "k"))
        manager.connection_file = str(Path(folder, "connection.json"))
        yield


@dataclass(slots=True)
class _Execution:
    notebook: NotebookNode
    manager: AsyncKernelManager
    cell_timeout: float | None
    listener: Listener
    is_cancelled: bool = field(default=False, init=False)

    async def run(self, folder: Path, env: Mapping[str, str]) -> None:
        task = asyncio.current_task()
        assert task is not None
        with _cancelled_by_signals(self._cancel(task)):
            try:
                await self.manager.start_kernel(cwd=str(folder), env=dict(env))
                client = await self._client()
                for index, cell in enumerate(self.notebook.cells):
                    if not await self._cell(client, cell, index):
                        break
            except DeadKernelError:
                if self.is_cancelled:  # nbclient takes any cancellation for a kernel that has died
                    raise asyncio.CancelledError from None
                raise CellFailed(None, _DIED) from None
            finally:
                await asyncio.shield(self._end())

    def _cancel(self, task: asyncio.Task[Any]) -> Callable[[], None]:
        def cancel() -> None:
            self.is_cancelled = True
            task.cancel()

        return cancel

    async def _client(self) -> _Client:
        client = _Client(self.notebook, km=self.manager, timeout=self.cell_timeout, prints=self.listener.prints)
        client.kc = self.manager.client()
        client.kc.start_channels()
        try:
            await client.kc.wait_for_ready(timeout=_STARTUP)
        except RuntimeError as error:
            raise CellFailed(None, f"the kernel didn't start: {error}") from None
        client.kc.allow_stdin = False
        client.reset_execution_trackers()
        reply = await client.async_wait_for_reply(client.kc.kernel_info())
        if reply is not None and "language_info" in reply["content"]:
            self.notebook.metadata["language_info"] = reply["content"]["language_info"]
        return client

    async def _cell(self, client: _Client, cell: NotebookNode, index: int) -> bool:
        """Execute a cell, and give whether those below it are to be executed."""
        if cell.cell_type != "code" or not cell.source.strip():
            return True
        with self.listener.cell(index):
            try:
                await client.async_execute_cell(cell, index, execution_count=client.code_cells_executed + 1)
            except CellExecutionError as error:
                if error.ename == "SystemExit" and str(error.evalue) in _DONE:
                    return False
                raise _failed(cell, index, error) from None
            except CellTimeoutError:
                took = f"it took longer than the {self.cell_timeout:g} s that a cell may take"
                raise CellFailed(index, took) from None
            except DeadKernelError:
                if self.is_cancelled:
                    raise asyncio.CancelledError from None
                raise CellFailed(index, _DIED) from None
            finally:
                client.tell_what_is_left_out(cell)
        return True

    async def _end(self) -> None:
        with suppress(RuntimeError):  # it isn't there
            await self.manager.shutdown_kernel(now=True)
        await ensure_async(self.manager.cleanup_resources())


_DONE = {"", "0", "None"}
"""What `sys.exit` is given by a notebook that is done, as by a script."""
_DIED = "its kernel died: when nobody did that, the machine ran out of memory"


def _failed(cell: NotebookNode, index: int, error: CellExecutionError) -> CellFailed:
    told = next((each for each in cell.outputs if each.output_type == "error"), None)
    traceback = _COLOUR.sub("", "\n".join(told.traceback) if told is not None else "")
    line = _LINE_IN_CELL.search(traceback)
    said = _NAME_OF_CELL.sub("", str(error.evalue))  # Python thinks that a cell is a file
    message = f"{error.ename}: {said}" if said else str(error.ename)
    return CellFailed(index, message, line=int(line[1]) if line else None, traceback=traceback)


@contextmanager
def _cancelled_by_signals(cancel: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            loop.add_signal_handler(number, cancel)
    except (NotImplementedError, RuntimeError, ValueError):  # another system, or another thread than the main one
        yield
        return
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])


class _Client(NotebookClient):
    """Prints what a cell prints at once, and keeps no more of its outputs than fits."""

    def __init__(self, notebook: NotebookNode, *, prints: Callable[[str], object], **options: Any) -> None:
        # A kernel that can't say that a cell is over because it still prints is given time.
        super().__init__(notebook, iopub_timeout=60, raise_on_iopub_timeout=False, record_timing=True, **options)
        self._prints = prints
        self._kept: dict[int, int] = {}
        self._left_out: dict[int, int] = {}

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        if msg["msg_type"] == "stream":
            text = msg["content"]["text"]
            self._prints(text)
            room = MOST_KEPT - self._kept.get(id(cell), 0)
            if len(text) > room:
                self._left_out[id(cell)] = self._left_out.get(id(cell), 0) + len(text) - max(room, 0)
                msg["content"]["text"] = text = text[: max(room, 0)]
            self._kept[id(cell)] = self._kept.get(id(cell), 0) + len(text)
            if not text:
                return None
        elif "data" in msg["content"] and not msg["msg_type"].startswith("comm"):
            if len(cell.outputs) >= _MOST_OUTPUTS:
                self._left_out[id(cell)] = self._left_out.get(id(cell), 0) + 1
                return None
            msg["content"]["data"] = {kind: _bounded(kind, value) for kind, value in msg["content"]["data"].items()}
        return super().process_message(msg, cell, cell_index)

    def tell_what_is_left_out(self, cell: NotebookNode) -> None:
        """Say in the notebook that a cell gave more than is kept."""
        if left_out := self._left_out.pop(id(cell), 0):
            from nbformat.v4 import new_output

            text = f"\n… {left_out:,} characters more are left out here\n"
            cell.outputs.append(new_output("stream", name="stderr", text=text))


def _bounded(kind: str, value: Any) -> Any:
    """An output that is too large to keep is replaced by a note; half a picture is none."""
    if not isinstance(value, str) or len(value) <= MOST_KEPT or not kind.startswith("text/"):
        limit = 20 * MOST_KEPT
        if not isinstance(value, str) or len(value) <= limit:
            return value
        return f"… {len(value):,} characters of {kind} are left out here"
    return value[:MOST_KEPT] + f"\n… {len(value) - MOST_KEPT:,} characters more are left out here"
