"""The process that answers questions about a project for a server: `python -m treadle.background.forking MODULE DESCRIPTOR`.

It has imported what the answers need and nothing of the project, and forks itself for each order, so that edited Python
is imported anew and starting costs nothing. Each fork writes what was asked for into the pipe that comes with the order.

The module has `NEEDED` and `NEEDED_LATER`, which name modules to import before the first order and after it, and the
function `answer`, which makes bytes of an order.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

from treadle.runner.processes import end_with_the_parent

__all__ = ["serve"]


def serve(answers: ModuleType, orders: socket.socket) -> None:
    """Answer whatever is asked, until whoever asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    _learn(answers.NEEDED)
    later: Sequence[str] = answers.NEEDED_LATER
    last = 0
    while True:
        order, descriptors, _, _ = socket.recv_fds(orders, 1 << 16, 1)
        if not order or not descriptors:
            break
        last = os.fork()
        if last == 0:
            _answer(answers, json.loads(order), orders, descriptors[0])
        os.close(descriptors[0])
        orders.sendall(json.dumps({"pid": last}).encode())
        _learn(later)
        later = ()
    if last:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(last, signal.SIGKILL)


def _learn(modules: Sequence[str]) -> None:
    """Import modules, for every fork from now on."""
    if modules:
        for each in modules:
            import_module(each)
        gc.collect()
        gc.freeze()


def _answer(answers: ModuleType, order: Mapping[str, Any], orders: socket.socket, descriptor: int) -> NoReturn:
    """Answer, and end without unwinding anything of the process that was forked."""
    try:
        os.setsid()
        end_with_the_parent(signal.SIGKILL)  # an import that never ends would outlive it
        orders.close()
        os.set_inheritable(descriptor, False)  # what loading starts must not keep it open
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Byte code is taken for current when a file changes twice in a second and keeps its size.
        sys.dont_write_bytecode = True
        data = answers.answer(order)
        with os.fdopen(descriptor, "wb") as answer:
            answer.write(data)
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve(import_module(sys.argv[1]), socket.socket(fileno=int(sys.argv[2])))
