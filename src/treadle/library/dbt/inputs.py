"""What a dbt project is made of: the files that dbt reads and the environment variables they name."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from treadle.library.dbt.project import DbtFolder

__all__ = ["Inputs", "digest", "find_text", "scan", "variables_named"]

_READ = (".sql", ".py", ".yml", ".yaml", ".csv", ".md")
_TEXT = (".sql", ".py", ".yml", ".yaml", ".md")
_ENV_VAR = re.compile(rb"""env_var\(\s*['"]([^'"]+)['"]""")
# What dbt itself takes from the environment that a manifest depends on.
_SETTINGS = ("DBT_TARGET", "DBT_PROFILE", "DBT_PROFILES_DIR", "DBT_TARGET_PATH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The files that dbt reads, as (path, size, mtime in nanoseconds), and when something last changed.

    `newest` also looks at folders: a file that was deleted or moved leaves its mark there.
    """

    files: tuple[tuple[str, int, int], ...]
    newest: int


def scan(folder: DbtFolder) -> Inputs:
    """The files that dbt reads for this project, without opening one."""
    files: set[tuple[str, int, int]] = set()
    folders: list[int] = []
    skipped = {os.path.realpath(each) for each in (folder.target_path, folder.packages_path, folder.root / "logs")}
    for start in folder.input_folders:
        _walk(start, files, folders, skipped, is_root=start == folder.root)
    _walk(folder.packages_path, files, folders, {os.path.realpath(folder.target_path)}, is_root=False)
    for file in folder.input_files:
        try:
            status = file.stat()
        except OSError:
            continue
        files.add((str(file), status.st_size, status.st_mtime_ns))
    return Inputs(files=tuple(sorted(files)), newest=max([each[2] for each in files] + folders, default=0))


def _walk(
    start: Path, files: set[tuple[str, int, int]], folders: list[int], skipped: Iterable[str], *, is_root: bool
) -> None:
    waiting = [str(start)]
    # Packages may be symbolic links to local folders, and links may run in circles.
    seen = set(skipped)
    while waiting:
        path = waiting.pop()
        real = os.path.realpath(path)
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = os.scandir(path)
            changed = os.stat(path).st_mtime_ns
        except OSError:
            continue
        # dbt itself writes into the project's own folder, so a change of that one says nothing.
        if not (is_root and path == str(start)):
            folders.append(changed)
        with entries:
            waiting.extend(_collect(entries, files))


def _collect(entries: Iterator[os.DirEntry[str]], files: set[tuple[str, int, int]]) -> list[str]:
    folders = []
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.name.endswith(_READ):
            try:
                status = entry.stat()
            except OSError:
                continue
            files.add((entry.path, status.st_size, status.st_mtime_ns))
        elif entry.is_dir():
            folders.append(entry.path)
    return folders


def digest(inputs: Inputs, variables: Iterable[str], settings: str) -> str:
    """One text for the files, the values of the environment variables they name, and the settings.

    Values are only ever hashed together with everything else.
    """
    whole = hashlib.blake2b(digest_size=20)
    whole.update(settings.encode())
    for path, size, changed in inputs.files:
        whole.update(f"{path}\0{size}\0{changed}\n".encode(errors="surrogateescape"))
    for name in sorted({*variables, *_SETTINGS}):
        value = os.environ.get(name)
        whole.update(f"{name}\0{'' if value is None else '=' + value}\n".encode(errors="surrogateescape"))
    return whole.hexdigest()


def variables_named(inputs: Inputs) -> list[str]:
    """Every X of an `env_var('X')` in the files."""
    names: set[bytes] = set()
    for path in _texts(inputs):
        if b"env_var" in (text := _read(path)):
            names.update(_ENV_VAR.findall(text))
    return sorted(name.decode(errors="replace") for name in names)


def find_text(inputs: Inputs, pattern: str) -> tuple[Path, int, int] | None:
    """The first place (file, line, column) in the inputs where a regular expression matches."""
    wanted = re.compile(pattern.encode())
    for path in _texts(inputs):
        text = _read(path)
        if found := wanted.search(text):
            before = text[: found.start()]
            return Path(path), before.count(b"\n") + 1, found.start() - (before.rfind(b"\n") + 1) + 1
    return None


def _texts(inputs: Inputs) -> Iterator[str]:
    return (path for path, _, _ in inputs.files if path.endswith(_TEXT))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
