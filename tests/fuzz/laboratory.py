"""The child process that tries inputs out: it has its seconds and 500 MB for each, or it dies.

An input is meant to take two seconds at most. What must be noticed is one that hangs, so the limit is
a multiple of that: time of the processor is no even measure either, where two share one core, and the
largest of the files need a second of it.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

SECONDS = 3 * 2.0
MEGABYTES = 500
ADDRESS_SPACE = 3 << 30

FILES = {
    "pyproject.toml": '[tool.treadle]\nmodule = "p"\n\n[tool.treadle.connections]\nmain = "sqlite://"\n',
    "src/p/__init__.py": "",
    "src/p/defs/__init__.py": "",
    "src/p/defs/c/s.py": "def run(context):\n    pass\n",
    "src/p/defs/c/q.sql": "select 1\n",
    "src/p/defs/c/names.py": (
        "from treadle import template_var\n\n\n@template_var\ndef table() -> str:\n    return 'raw'\n\n\n"
        "@template_var\ndef hours() -> list[int]:\n    return [1, 2]\n\n\n"
        "@template_var\ndef join():\n    return lambda a, b='x': a + b\n"
    ),
}


class Laboratory:
    """A project, and the ways on which text gets into Treadle."""

    def __init__(self, root: Path) -> None:
        from treadle.components import base_variables
        from treadle.components.base_types import base_types
        from treadle.components.descriptors import Descriptors
        from treadle.project import find_settings
        from treadle.project.checking import Checker

        for name, text in FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        self.settings = find_settings(root)
        self.file = self.settings.defs / "c" / "defs.yaml"
        descriptors = Descriptors(source=self.settings.source, cache=root / ".treadle" / "descriptors")
        self.checker = Checker(self.settings, descriptors, {"SET": "a"})
        self.variables = {
            **base_variables(project_root=str(root), env={"SET": "a"}),
            "text": "abc",
            "number": 3,
            "things": [1, "two", {"three": 3}],
            "mapping": {"a": {"b": [1]}, "items": 1},
        }
        self.types = {
            **base_types(),
            "text": {"type": "string"},
            "number": {"type": "integer"},
            "things": {"type": "array"},
            "mapping": {"type": "object"},
        }
        sys.path.insert(0, str(self.settings.source))

    def check(self, data: bytes) -> None:
        """What `treadle check` does with a file, to the last line that it prints."""
        from treadle.cli.diagnostics import render
        from treadle.project.diagnostic_json import diagnostic_json

        self.file.write_bytes(data)  # what is printed shows its lines
        for each in self.checker.check_file(self.file, data).diagnostics[:20]:
            assert each.span is None or (each.span.line > 0 and each.span.column > 0), each
            assert len(each.message) + len(each.why) + len(each.fix) < 20_000, len(each.message)
            render(each).encode("utf-8", "surrogateescape")
            diagnostic_json(each)

    def load(self, data: bytes) -> None:
        """What loading a project does with a file."""
        from treadle.ir import link
        from treadle.project.loading import Loader

        self.file.write_bytes(data)
        loader = Loader(self.settings, lambda: self.variables)
        link(loader.load())

    def render(self, data: bytes) -> None:
        """What rendering does with a text, and what is known of it before."""
        from treadle.errors import ProjectError
        from treadle.templating import render
        from treadle.templating.inference import infer

        text = data.decode("utf-8", "surrogatepass")
        inferred = infer(text, self.types, env={"SET": "a"})
        assert isinstance(inferred.type, dict), inferred
        try:
            value = render(text, self.variables)
        except ProjectError:
            return
        repr(value)[:100]

    def misbehave(self, data: bytes) -> None:
        """What must not happen, to see that it is noticed."""
        if data == b"raise":
            raise KeyError("raised")
        if data == b"fill":
            bytearray(b"x") * ((MEGABYTES + 100) << 20)
        while data == b"hang":
            pass


def slowness() -> float:
    """How much slower this machine is than one on which the seconds were meant; at least 1."""
    began = time.process_time()
    words: dict[str, int] = {}
    for number in range(400_000):
        words[str(number % 1_000)] = number
    return max(1.0, (time.process_time() - began) / 0.1)


def serve(asked: int, answered: int) -> None:
    """Try out what comes, until nothing comes any more."""
    from treadle.errors import ProjectError

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.set_threshold(100_000, 50, 100)  # as the command line does: what others left here isn't this input's burden
    with (
        tempfile.TemporaryDirectory() as folder,
        os.fdopen(asked, "rb") as questions,
        os.fdopen(answered, "wb") as answers,
    ):
        laboratory, slow = Laboratory(Path(folder)), slowness()
        for way, data in (("check", b"type: treadle.PythonScript\n"), ("load", b"a: 1\n"), ("render", b"{{ a }}")):
            try_out(getattr(laboratory, way), data, ProjectError)  # what is loaded once isn't the input's fault
        while head := questions.read(8):
            way, data = pickle.loads(questions.read(struct.unpack("<q", head)[0]))
            signal.setitimer(signal.ITIMER_PROF, SECONDS * slow)
            wrong = try_out(getattr(laboratory, way), data, ProjectError)
            signal.setitimer(signal.ITIMER_PROF, 0)
            used = most_memory()
            if used > MEGABYTES:
                wrong = f"{used} MB were used; {wrong}"
            answer = wrong.encode("utf-8", "backslashreplace")
            answers.write(struct.pack("<q", len(answer)) + answer)
            answers.flush()


def most_memory() -> int:
    """The most that this process held at once, in MB."""
    # What the system says of its resources counts what the process that started this one held then.
    with suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def try_out(way: Callable[[bytes], None], data: bytes, refusal: type[Exception]) -> str:
    """The traceback that an input gives; nothing when it is accepted or refused."""
    try:
        way(data)
    except refusal:
        return ""
    except BaseException:
        return traceback.format_exc(limit=-12)
    return ""


class Child:
    """The laboratory as a test sees it; a new one is started when one has died."""

    def __init__(self) -> None:
        self._pid = 0
        self._questions: Any = None
        self._answers: Any = None

    def ask(self, way: str, data: bytes) -> str:
        """What is wrong with how Treadle takes an input; nothing when it takes it well."""
        if not self._pid:
            self._start()
        question = pickle.dumps((way, data))
        try:
            self._questions.write(struct.pack("<q", len(question)) + question)
            self._questions.flush()
            head = self._answers.read(8)
        except BrokenPipeError:
            head = b""
        if not head:
            return self._died()
        wrong = self._answers.read(struct.unpack("<q", head)[0]).decode()
        if "MB were used" in wrong:
            self.close()
        return wrong

    def close(self) -> None:
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            self._died()

    def _died(self) -> str:
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        self._questions.close()
        self._answers.close()
        code = os.waitstatus_to_exitcode(status)
        return {-signal.SIGPROF: f"it takes more than {SECONDS} s"}.get(code, f"the process died: {code}")

    def _start(self) -> None:
        asked, ask = os.pipe()
        answer, answered = os.pipe()
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, __file__, str(asked), str(answered)],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, asked, 100),
                (os.POSIX_SPAWN_DUP2, answered, 101),
            ],
        )
        os.close(asked)
        os.close(answered)
        self._pid = pid
        self._questions = os.fdopen(ask, "wb")
        self._answers = os.fdopen(answer, "rb")


if __name__ == "__main__":
    serve(100, 101)
