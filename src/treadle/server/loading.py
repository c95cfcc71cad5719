"""The process that loads a project for a server: `python -m treadle.server.loading DESCRIPTOR`.

It has imported what loading needs and nothing of the project, and forks itself for each order, so that edited Python is
imported anew and starting costs nothing. Each fork writes what was asked for into the pipe that comes with the order.
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
from importlib.util import find_spec
from typing import Any, NoReturn

from treadle.runner.processes import end_with_the_parent

__all__ = ["serve"]

_NEEDED = (
    "ctypes",
    "treadle.project.project",
    "treadle.project.building",
    "treadle.project.blocked",
    "treadle.project.environment",
    "treadle.components",
    "treadle.components.attributes",
    "treadle.components.execution",
    "treadle.documents.mistakes",
    "treadle.project.remembering.builds",
    "treadle.templating.problems",
    "treadle.library.scheduled_job",
    "treadle.library.script",
    "treadle.library.sql",
    "treadle.server.facts",
)
_NEEDED_LATER = (
    "treadle.observers.lineage.columns",
    "treadle.project.editing.drafting",
    "treadle.project.explaining",
    "treadle.server.explaining",
    "treadle.server.previewing",
)
"""What only other questions than the first one need: importing it would keep the first one waiting."""


def serve(orders: socket.socket) -> None:
    """Load whenever it is asked for, until whoever asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    _learn(_NEEDED)
    later: Sequence[str] = _NEEDED_LATER
    last = 0
    while True:
        order, descriptors, _, _ = socket.recv_fds(orders, 1 << 16, 1)
        if not order or not descriptors:
            break
        last = os.fork()
        if last == 0:
            _answer(json.loads(order), orders, descriptors[0])
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


def _answer(order: Mapping[str, Any], orders: socket.socket, descriptor: int) -> NoReturn:
    """Load, say what came of it, and end without unwinding anything of the process that was forked."""
    try:
        os.setsid()
        end_with_the_parent(signal.SIGKILL)  # an import that never ends would outlive it
        orders.close()
        os.set_inheritable(descriptor, False)  # what loading starts must not keep it open
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Byte code is taken for current when a file changes twice in a second and keeps its size.
        sys.dont_write_bytecode = True
        data = _asked(order)
        with os.fdopen(descriptor, "wb") as answer:
            answer.write(data)
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _asked(order: Mapping[str, Any]) -> bytes:
    if "explain" in order:
        return _explained(order)
    if "columns" in order:
        return _columns(order["folder"], order["columns"])
    return _previewed(order) if "texts" in order else _loaded(order["folder"])


def _loaded(folder: str) -> bytes:
    from treadle.errors import ProjectError
    from treadle.project import load
    from treadle.project.last_load import remember_assets
    from treadle.server.facts import as_bytes, facts_of

    try:
        project = load(folder, remembered=True)
    except ProjectError as error:
        return as_bytes(error.diagnostics)
    remember_assets(project)
    return facts_of(project)


def _explained(order: Mapping[str, Any]) -> bytes:
    from pathlib import Path

    from treadle.server.explaining import explained

    return explained(Path(order["folder"]), order["explain"])


def _previewed(order: Mapping[str, Any]) -> bytes:
    from pathlib import Path

    from treadle.project.editing.drafting import preview
    from treadle.server.previewing import preview_facts

    texts = json.loads(Path(order["texts"]).read_bytes())
    return preview_facts(preview(Path(order["folder"]), {Path(file): text for file, text in texts.items()}))


def _columns(folder: str, keys: Sequence[str]) -> bytes:
    """What the columns of assets are made from, as JSON; `readable` says whether SQL could be read."""
    from treadle.ir import AssetKey
    from treadle.observers.lineage.columns import ColumnLineage
    from treadle.project import load

    graph = load(folder).graph  # not as it is remembered: the SQL of steps isn't
    lineage = ColumnLineage(graph)
    found = {
        key: {
            column: [[str(each.asset), each.column] for each in sources]
            for column, sources in lineage.of(AssetKey.parse(key)).items()
        }
        for key in keys
    }
    return json.dumps({"columns": found, "readable": find_spec("sqlglot") is not None}).encode()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
