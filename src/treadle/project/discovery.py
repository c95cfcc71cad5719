"""What in a folder declares something: YAML files, Python modules, folders."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path

from treadle.errors import Diagnostic, Severity, Span

__all__ = ["FILE_NAMES", "Listing", "component_file", "hidden_modules", "scan", "text_of", "unnamed_modules"]

FILE_NAMES = ("defs.yaml", "defs.yml", "component.yaml")
"""Names of component files; the first that exists in a folder is read."""

_DECLARES = re.compile(
    rb"^(?:@(?:\w+\.)?(?:asset|check|schedule|sensor|component_instance|multi_asset|asset_check|definitions)\b"
    rb"|\w+ *= *(?:\w+\.)?(?:Definitions|Asset|Check|Job|Schedule|Sensor)\()",
    re.MULTILINE,
)
"""What a module looks like that declares something at its top level."""

_OUTDATED = "component.yaml"
_name = attrgetter("name")
_NEAR_NAME = re.compile(r"(defs?|components?)\.ya?ml", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a folder holds, in the order of names.

    `file` declares the folder's components; when there is one, modules and folders matter only to
    a component that holds its folder. `notes` are about `file` itself, and about what is in its place;
    `misnamed` and `hidden` tell of files that nobody reads: the first when the folder's content is
    loaded, the second when only `file` is. Where there are links, what they lead to may change without the folder.
    """

    folder: Path
    file: Path | None
    module_names: tuple[str, ...]
    folder_names: tuple[str, ...]
    misnamed: tuple[Diagnostic, ...] = ()
    hidden: tuple[Diagnostic, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    has_links: bool = False

    @property
    def modules(self) -> tuple[Path, ...]:
        """The Python files in the folder."""
        return tuple(self.folder / name for name in self.module_names)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders in the folder."""
        return tuple(self.folder / name for name in self.folder_names)


def component_file(folder: Path) -> Path | None:
    """The YAML file that declares a folder's components, if there is one."""
    for name in FILE_NAMES:
        if (file := folder / name).is_file():
            return file
    return None


def scan(folder: Path, above: Iterable[Path] = ()) -> Listing:
    """What a folder holds; links that lead back to a folder above are left out.

    Raises:
        OSError: when the folder can't be read.
    """
    with os.scandir(folder) as found:
        entries = sorted(found, key=_name)
    files = [entry.name for entry in entries if _is(entry.is_file)]
    read = next((name for name in FILE_NAMES if name in files), None)
    file = folder / read if read else None
    folders = tuple(
        entry.name
        for entry in entries
        if entry.name not in files and _may_declare(entry) and _is(entry.is_dir) and not _is_loop(entry, above)
    )
    others = [folder / entry.name for entry in entries if entry.name in FILE_NAMES and entry.name not in files]
    near = [folder / name for name in files if name != read and _NEAR_NAME.fullmatch(name)]
    return Listing(
        folder=folder,
        file=file,
        module_names=tuple(name for name in files if name.endswith(".py") and not name.startswith(".")),
        folder_names=folders,
        misnamed=tuple(map(_misspelled, near)),
        notes=(*map(_no_file, others), *([_outdated(file)] if file and read == _OUTDATED else [])),
        has_links=any(entry.is_symlink() for entry in entries),
        hidden=tuple(_hidden(each, file) for each in (*_others(near, file), *_below(map(folder.joinpath, folders))))
        if file
        else (),
    )


def _is(what: Callable[[], bool]) -> bool:
    try:
        return what()
    except OSError:  # a link to itself
        return False


def _may_declare(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".") and entry.name != "__pycache__"


def _is_loop(entry: os.DirEntry[str], above: Iterable[Path]) -> bool:
    """Whether a link leads back to the folder that it is in, or to one above."""
    if not entry.is_symlink():
        return False
    found = Path(entry.path).resolve()
    return any(found == each.resolve() for each in (Path(entry.path).parent, *above))


def _others(near: list[Path], file: Path) -> list[Path]:
    # Where names differ in case only, a file system may hold one file for both.
    return [each for each in near if not each.samefile(file)]


def _below(folders: Iterable[Path]) -> Iterator[Path]:
    """Component files in folders and below them; links aren't followed."""
    for folder in folders:
        if folder.is_symlink():
            continue
        for path, below, files in os.walk(folder):
            below.sort()
            yield from (Path(path, name) for name in FILE_NAMES if name in files)


def unnamed_modules(listing: Listing, said: str) -> list[Path]:
    """The Python modules beside a component file and below it that it doesn't name; `said` are the texts in its documents."""
    below = (Path(path, name) for folder in listing.folders for path, _, files in os.walk(folder) for name in files)
    return [
        *(listing.folder / name for name in listing.module_names if name.removesuffix(".py") not in said),
        *sorted(each for each in below if each.suffix == ".py" and each.stem not in said),
    ]


def hidden_modules(listing: Listing, modules: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """Those modules that seem to declare something, and that nobody reads because of the component file beside them.

    Args:
        modules: those that it doesn't name; what it names is read by its component.
    """
    if listing.file is None or not modules:
        return ()
    written = listing.file.read_bytes()  # it may also name them in a comment
    return tuple(
        replace(
            _hidden(each, listing.file),
            why=f"{listing.file.name if each.parent == listing.folder else listing.file} declares the folder that it is in",
            fix=f"move it out of the folder, or take it in with `type: treadle.PythonFile` and `path: {_path(each, listing)}`",
        )
        for each in modules
        if each.stem.encode() not in written and _DECLARES.search(each.read_bytes())
    )


def text_of(value: object) -> str:
    """Every string below a value, as one text to look for names in.

    >>> text_of({"path": "s.py", "args": ["--full", 3]})
    's.py\\n--full\\n'
    """
    if isinstance(value, dict):
        return "\n".join(map(text_of, value.values()))
    if isinstance(value, list):
        return "\n".join(map(text_of, value))
    return value if isinstance(value, str) else ""


def _path(file: Path, listing: Listing) -> str:
    return file.relative_to(listing.folder).as_posix()


def _misspelled(file: Path) -> Diagnostic:
    return Diagnostic(
        code="TRD504",
        message=f"{file.name} is not read",
        why="a component's file has another name",
        fix="rename it to defs.yaml",
        span=Span(file=file),
        severity=Severity.WARNING,
    )


def _no_file(path: Path) -> Diagnostic:
    if path.is_dir():
        what = "a folder"
    else:
        what = "not a file that can be read" if path.exists() else "a link that leads nowhere"
    return Diagnostic(
        code="TRD507",
        message=f"{path.name} is {what}",
        why="a component file is read under this name",
        fix="put a file in its place, or give it another name",
        span=Span(file=path),
    )


def _outdated(file: Path) -> Diagnostic:
    return Diagnostic(
        code="TRD506",
        message=f"{file.name} is the older name of a component file",
        why="a later version may not read it",
        fix="rename it to defs.yaml",
        span=Span(file=file),
        severity=Severity.WARNING,
    )


def _hidden(file: Path, by: Path) -> Diagnostic:
    if file.parent == by.parent:
        why, fix = f"{by.name} beside it is read instead", f"move its documents into {by.name}, or delete it"
    else:
        why = f"{by} declares the folder that it is in"
        fix = "add a document `type: treadle.DefsFolder` there, or move this folder out"
    return Diagnostic(
        code="TRD505",
        message=f"{file.name} is not read",
        why=why,
        fix=fix,
        span=Span(file=file),
        severity=Severity.WARNING,
    )
