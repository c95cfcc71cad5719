"""Two revisions of a repository, each loaded by a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import treadle
from treadle.errors import ProjectError, UsageError
from treadle.project.comparing.comparison import compare
from treadle.project.comparing.git import Repository, repository_of
from treadle.project.comparing.records import Comparison
from treadle.project.comparing.snapshots import Snapshot
from treadle.project.settings import Settings, find_settings
from treadle.templating import load_dotenv

__all__ = ["Side", "compare_revisions"]

_LAST_LINES = 12

Prepare = Callable[[Path, Path], object]
"""Brings into a checkout what isn't in git, from the working tree: packages that are installed there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two that are compared; the working tree has no `commit`. `notes` say what is special about it."""

    revision: str
    commit: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    side: Side
    top: Path
    project: Path


def compare_revisions(
    folder: Path, revision: str, other: str | None = None, *, merge_base: bool = False, prepare: Prepare | None = None
) -> tuple[Side, Side, Comparison]:
    """What another revision does to the asset graph of a project; without one, the working tree does it.

    With `merge_base`, it is compared with where it left the first one.

    Raises:
        ProjectError: when there is no project here.
        UsageError: when there is no such revision, or it can't be loaded.
    """
    settings = find_settings(folder)
    repository = repository_of(settings.root)
    commit = repository.commit_of(revision)
    newer = repository.commit_of(other) if other is not None else None
    if merge_base:
        commit = repository.merge_base(commit, newer or repository.commit_of("HEAD"))
    with tempfile.TemporaryDirectory(prefix="treadle-diff-", ignore_cleanup_errors=True) as scratch:
        old = _checkout(repository, settings, Side(revision=revision, commit=commit), Path(scratch) / "old", prepare)
        if other is None:
            new = _working_tree(repository, settings)
        else:
            side = Side(revision=other, commit=newer)
            new = _checkout(repository, settings, side, Path(scratch) / "new", prepare)
        before, after = _snapshots((old, new), settings, Path(scratch))
    sides = [_noted(each.side, found) for each, found in ((old, before), (new, after))]
    return sides[0], sides[1], compare(before, after)


def _noted(side: Side, found: Snapshot) -> Side:
    """The side with what loading it told."""
    broken = sum(each["severity"] == "error" for each in found["diagnostics"])
    notes = [] if found["project"] else ["there is no project in it"]
    if broken:
        notes.append(f"{broken} error{'s' if broken > 1 else ''} in it: what is broken there is not in the comparison")
    return Side(revision=side.revision, commit=side.commit, notes=(*side.notes, *notes))


def _working_tree(repository: Repository, settings: Settings) -> _Place:
    count = repository.uncommitted()
    notes = (f"{count} file{'s' if count > 1 else ''} not committed",) if count else ()
    side = Side(revision="the working tree", commit=None, notes=notes)
    return _Place(side=side, top=repository.top, project=settings.root)


def _checkout(repository: Repository, settings: Settings, side: Side, folder: Path, prepare: Prepare | None) -> _Place:
    assert side.commit is not None
    scratch = folder.with_name(f"{folder.name}-git")
    scratch.mkdir()
    notes = repository.write(side.commit, folder, scratch)
    if prepare is not None:
        prepare(repository.top, folder)
    inside = os.path.relpath(settings.root.resolve(), repository.top.resolve())
    noted = Side(revision=side.revision, commit=side.commit, notes=notes)
    return _Place(side=noted, top=folder, project=Path(os.path.normpath(folder / inside)))


def _snapshots(places: Sequence[_Place], settings: Settings, scratch: Path) -> list[Snapshot]:
    """What each of them declares; they are loaded at the same time."""
    files = [scratch / f"{number}.json" for number, _ in enumerate(places)]
    with _loading(places, files, settings, scratch) as processes:
        codes = [process.wait() for process in processes]
    for code, place, file in zip(codes, places, files, strict=True):
        if code:
            said = file.with_suffix(".log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise UsageError(
                f"{place.side.revision} can't be loaded: the process ended with {code}",
                fix="\n".join(said[-_LAST_LINES:]),
            )
    return [json.loads(file.read_bytes()) for file in files]


@contextmanager
def _loading(
    places: Sequence[_Place], files: Sequence[Path], settings: Settings, scratch: Path
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that write snapshots; none of them outlives the block."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for place, file in zip(places, files, strict=True):
            is_tree = place.side.commit is None
            words = [str(place.project), str(place.top), str(file), *(["remembered"] if is_tree else [])]
            with file.with_suffix(".log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        # -P: the folder that it runs in isn't where modules are looked for.
                        [sys.executable, "-P", "-m", "treadle.project.comparing", *words],
                        cwd=place.project if place.project.is_dir() else place.top,
                        env=dict(os.environ) if is_tree else _surroundings(place, settings, scratch),
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                    )
                )
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()


def _surroundings(place: _Place, settings: Settings, scratch: Path) -> dict[str, str]:
    """The environment of a checkout: what isn't in git (`.env`), and other packages of the same repository."""
    env = dict(os.environ)
    if not (place.project / ".env").exists() and (settings.root / ".env").is_file():
        with suppress(ProjectError):  # loading the working tree tells of it
            env = {**load_dotenv(settings.root / ".env"), **env}
    top = repository_of(settings.root).top.resolve()
    others = [str(place.top / each.relative_to(top)) for each in _own_folders(top)]
    found = [each for each in others if os.path.isdir(each)]
    env["PYTHONPATH"] = os.pathsep.join(filter(None, (*found, env.get("PYTHONPATH", ""))))
    if os.path.isabs(env.get("DBT_TARGET_PATH", "")):
        env["DBT_TARGET_PATH"] = str(
            scratch / f"target-{place.top.name}"
        )  # one place for both would be that of neither
    return env


def _own_folders(top: Path) -> Iterator[Path]:
    """The folders of a repository that Python looks for modules in; that of Treadle itself stays what runs now."""
    own = Path(treadle.__file__).resolve().parents[1]
    for each in map(Path, sys.path):
        folder = each.resolve()
        if each.is_absolute() and folder != own and folder.is_relative_to(top):
            yield folder
