"""`treadle check --watch` looks again after every change, and survives all of them."""

from __future__ import annotations

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import MakeProject

SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n    - key: a\n"
PATIENCE = 60


class Watched:
    """A process that watches, and the lines that it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put("the end")

    def end(self) -> None:
        """Stop the process, and read what it still says."""
        self.process.kill()
        self._reader.join()

    def until(self, text: str) -> list[str]:
        """The lines up to one that has this text."""
        seen: list[str] = []
        while not seen or text not in seen[-1]:
            assert not seen or seen[-1] != "the end", seen
            seen.append(self._lines.get(timeout=PATIENCE))
        return seen

    def result(self) -> list[str]:
        """The lines of the next look, to its end."""
        return self.until("watching for changes…")


@contextmanager
def watching(folder: Path, *options: str, outside: bool = False) -> Iterator[Watched]:
    with subprocess.Popen(
        [sys.executable, "-m", "treadle", "-C", str(folder) if outside else ".", "check", "--watch", *options],
        cwd=folder.parent if outside else folder,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watched = Watched(process)
        try:
            yield watched
        finally:
            watched.end()


def test_each_change_is_looked_at(make_project: MakeProject) -> None:
    """
    What was changed is named, the mistakes are told again, and how long it took; Ctrl-C ends it with 0.
    """
    folder = make_project({"a/defs.yaml": SCRIPT, "a/s.py": ""}).folder
    file = folder / "src/p/defs/a/defs.yaml"
    with watching(folder) as watched:
        first = watched.result()
        assert re.fullmatch(r"no mistakes in 1 component \(\d+\.\d\d s\)", first[0])
        assert "\x1b" not in "".join(first)
        file.write_text(SCRIPT.replace("key:", "kee:"))
        second = watched.result()
        assert "changed: src/p/defs/a/defs.yaml" in second
        assert any("did you mean 'key'?" in line for line in second)
        file.write_text(SCRIPT)
        assert any(line.startswith("no mistakes in 1 component") for line in watched.result())
        watched.process.send_signal(signal.SIGINT)
        assert 0 == watched.process.wait(timeout=PATIENCE)


def test_no_error_ends_it(make_project: MakeProject) -> None:
    """
    Text that isn't YAML, settings that can't be read, folders that vanish and come back: each is told, and mended.
    """
    folder = make_project({"a/defs.yaml": SCRIPT, "a/s.py": ""}).folder
    file, settings, defs = folder / "src/p/defs/a/defs.yaml", folder / "pyproject.toml", folder / "src/p/defs"
    fine, kept = settings.read_text(), folder.parent / "kept"
    with watching(folder) as watched:
        watched.result()
        for told, change, mend in (
            ("TRD106", lambda: file.write_text("type: [a"), lambda: file.write_text(SCRIPT)),
            ("TRD102", lambda: file.write_bytes(b"\xff\x00"), lambda: file.write_text(SCRIPT)),
            ("TRD502", lambda: settings.write_text("[tool.treadle"), lambda: settings.write_text(fine)),
            ("TRD501", lambda: settings.unlink(), lambda: settings.write_text(fine)),
            ("TRD503", lambda: defs.rename(kept), lambda: kept.rename(defs)),
        ):
            change()
            watched.until(told)
            watched.result()
            mend()
            watched.until("no mistakes in 1 component")
            watched.result()
        assert watched.process.poll() is None


def test_a_project_that_is_deleted_is_waited_for(make_project: MakeProject) -> None:
    """
    When the whole folder goes, and another comes in its place, that one is watched.
    """
    folder = make_project({"a/defs.yaml": SCRIPT, "a/s.py": ""}).folder
    copy = folder.parent / "copy"
    with watching(folder, outside=True) as watched:
        watched.result()
        shutil.copytree(folder, copy)
        (copy / "src/p/defs/a/defs.yaml").write_text("type: treadle.Nothing\n")
        folder.rename(folder.parent / "gone")
        copy.rename(folder)
        watched.until("TRD201")
        watched.result()
        (folder / "src/p/defs/a/defs.yaml").write_text(SCRIPT)
        watched.until("no mistakes in 1 component")


def test_python_is_built_anew_each_time(make_project: MakeProject) -> None:
    """
    With `--build`, a module that was changed is imported again, and one that ends its process ends only that.
    """
    module = "from treadle import asset\n\n\n@asset\ndef one(): ...\n"
    folder = make_project({"m.py": module}).folder
    file = folder / "src/p/defs/m.py"
    with watching(folder, "--build") as watched:
        watched.until("no mistakes in 1 component, 1 asset")
        watched.result()
        file.write_text(module + "\n\n@asset\ndef two(): ...\n")
        watched.until("no mistakes in 1 component, 2 assets")
        watched.result()
        file.write_text("import os\nos._exit(7)\n")
        watched.result()
        file.write_text(module)
        watched.until("no mistakes in 1 component, 1 asset")


def test_mistakes_are_mended_as_they_are_made(make_project: MakeProject) -> None:
    """
    With `--fix`, each look mends what it can.
    """
    folder = make_project({"a/defs.yaml": SCRIPT, "a/s.py": ""}).folder
    file = folder / "src/p/defs/a/defs.yaml"
    with watching(folder, "--fix") as watched:
        watched.result()
        file.write_text(SCRIPT + "      group: x\n      group: y\n")
        watched.until("mended 1 mistake in 1 file")
        watched.result()
        assert SCRIPT + "      group: y\n" == file.read_text()


def test_every_look_is_judged(make_project: MakeProject) -> None:
    """
    Where policies hold, what they say is told after each change, of a component and of the rules; what ends the process
    that looks ends only that look.
    """
    folder = make_project({"a/defs.yaml": SCRIPT, "a/s.py": ""}).folder
    file, rules = folder / "src/p/defs/a/defs.yaml", folder / "policies.yaml"
    owned = "policies:\n  owned: {severity: SEVERITY, require: asset.owners, message: nobody owns it}\n"
    rules.write_text(owned.replace("SEVERITY", "deny"))
    with watching(folder) as watched:
        first = watched.result()
        assert any(line.startswith("error[TRD901]: nobody owns it") for line in first)
        assert any(re.fullmatch(r"1 error in 1 component, 1 asset \(\d+\.\d\d s\)", line) for line in first)
        file.write_text(SCRIPT + "      owners: [team:data]\n")
        watched.until("no mistakes in 1 component, 1 asset")
        watched.result()
        file.write_text(SCRIPT)
        rules.write_text(owned.replace("SEVERITY", "warn"))
        watched.until("warning[TRD902]: nobody owns it")
        watched.result()
        (module := folder / "src/p/defs/m.py").write_text("import os\nos._exit(7)\n")
        watched.until("error: the process that loaded the project died")
        watched.result()
        module.unlink()
        watched.until("1 warning in 1 component, 1 asset")
