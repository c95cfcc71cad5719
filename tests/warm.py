"""`treadle` in a process of its own, forked from one that has imported what most commands import.

It is what `python -m treadle` is, with its own arguments, folder, environment and output, and starts in a tenth of
the time: most of what a thousand tests would spend is the start of Python.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

__all__ = ["Warm"]

_IMPORTED = (
    "click",
    "json",
    "yaml",
    "pydantic",
    "jinja2",
    "jinja2.meta",
    "sqlalchemy",
    "sqlalchemy.dialects.sqlite",
    "treadle.cli.check",
    "treadle.cli.listings",
    "treadle.cli.run",
    "treadle.cli.runs",
    "treadle.cli.loaded",
    "treadle.cli.diagnostics",
    "treadle.cli.outcomes",
    "treadle.cli.progress",
    "treadle.cli.step",
    "treadle.project.checking",
    "treadle.project.building",
    "treadle.project.remembering.builds",
    "treadle.schemas.core",
    "treadle.schemas.acceptance",
    "treadle.templating.inference",
    "treadle.templating.telling",
    "treadle.templating.validation",
    "treadle.components.descriptors",
    "treadle.components.scope_types",
    "treadle.library.script",
    "treadle.library.function",
    "treadle.library.python_file",
    "treadle.library.folder",
    "treadle.library.definitions_module",
    "treadle.runner",
    "treadle.runner.running",
    "treadle.runner.planning",
    "treadle.store",
)


class Warm:
    """Starts commands; made once for a process, and ends with it."""

    def __init__(self) -> None:
        self._python = _python_settings(os.environ)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        with theirs:
            source = str(Path(__file__).resolve().parents[1])
            program = f"import sys; sys.path.append({source!r}); from tests.warm import main; main({theirs.fileno()})"
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                env=environment,
                stdin=subprocess.DEVNULL,
                # As those of commands: what Python makes of them depends on what they are.
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(theirs.fileno(),),
            )
        self._socket = ours

    def close(self) -> None:
        """End the process that is forked."""
        self._socket.close()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()
        self._process.wait()

    def can(self, environment: Mapping[str, str]) -> bool:
        """Whether Python would start in the same way in this environment."""
        if sys.platform != "linux" or _python_settings(environment) != self._python:
            return False
        paths = environment.get("PYTHONPATH", "").split(os.pathsep)
        return not any(Path(each, "sitecustomize.py").exists() for each in paths if each)

    def run(self, args: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
        """The exit code, and what was printed on the standard output and the standard error."""
        out, err, status = os.pipe(), os.pipe(), os.pipe()
        asked = json.dumps({"args": args, "folder": str(folder), "environment": dict(environment)})
        request = os.memfd_create("request")
        os.write(request, asked.encode())
        socket.send_fds(self._socket, [b"!"], [request, out[1], err[1], status[1]])
        for each in (request, out[1], err[1], status[1]):
            os.close(each)
        read: dict[str, bytes] = {}
        readers = [Thread(target=_read, args=(read, name, end)) for name, end in (("out", out[0]), ("err", err[0]))]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        _read(read, "status", status[0])
        # As Python's text files do: line breaks of any system are one.
        texts = (read[name].decode().replace("\r\n", "\n").replace("\r", "\n") for name in ("out", "err"))
        return int(read["status"]), *texts


def _read(into: dict[str, bytes], name: str, end: int) -> None:
    with os.fdopen(end, "rb") as stream:
        into[name] = stream.read()


def _python_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """What Python looks at when it starts, but for the one thing that can be done later."""
    return {
        name: value
        for name, value in environment.items()
        if (name.startswith(("PYTHON", "LC_")) or name == "LANG") and name != "PYTHONPATH"
    }


def main(requests: int) -> None:
    """Fork for each request; what returns from the loop is the process that the command runs in."""
    import runpy
    import signal
    from importlib import import_module

    for name in _IMPORTED:
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how those ended that wait for commands
    with socket.socket(fileno=requests) as asked:
        while True:
            message, descriptors, _, _ = socket.recv_fds(asked, 1, 4)
            if not message:
                return
            if os.fork() == 0:
                break
            for each in descriptors:
                os.close(each)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, out, err, status = descriptors
    if command := os.fork():
        os.close(out)
        os.close(err)
        _, ended = os.waitpid(command, 0)
        os.write(status, str(os.waitstatus_to_exitcode(ended)).encode())
        os._exit(0)
    os.close(status)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    args = _become(request)
    sys.argv = ["treadle", *args]
    runpy.run_module("treadle", run_name="__main__", alter_sys=True)


def _become(request: int) -> list[str]:
    """Take the folder and the environment of a request; its arguments are given back."""
    os.lseek(request, 0, os.SEEK_SET)
    with os.fdopen(request, "rb") as stream:
        asked = json.loads(stream.read())
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    paths = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    # Without the first, which is where this process was started, and the last, which is where it found this module.
    sys.path[:] = [asked["folder"], *map(os.path.abspath, paths), *sys.path[1:-1]]
    for name in [name for name in sys.modules if name == "tests" or name.startswith("tests.")]:
        del sys.modules[name]
    sys.path_importer_cache.pop(asked["folder"], None)
    args: list[str] = asked["args"]
    return args
