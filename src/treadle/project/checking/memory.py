"""What was found last time, so that only what has changed is looked at again.

The answer for a file is kept with everything that it depends on: the file itself, the types it
names, the files it points to, the scope it is in. It is JSON in the project's `.treadle` folder,
may be deleted at any time, and is believed only as far as it fits what is there now.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.errors import Diagnostic, ProjectError
from treadle.ir.diagnostics import diagnostic_facts, diagnostic_from
from treadle.project import discovery
from treadle.project.checking.records import FileCheck, Scope
from treadle.project.remembering.files import is_settled, signature_of
from treadle.project.remembering.folders import Folders
from treadle.project.settings import Settings
from treadle.schemas.formats import kind_of

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptors

__all__ = ["Memory"]

_ROOMS = ("project/checking", "project/platform", "project/remembering")
_FORMAT = 2


class Memory:
    """The answers of the last check of a project, and those of this one."""

    def __init__(
        self, settings: Settings, descriptors: Descriptors, environment: Mapping[str, str], platform: str = ""
    ) -> None:
        self._platform = platform
        self._file = settings.state / "check.json"
        self._settings = settings
        self._descriptors = descriptors
        self._environment = environment
        self._now = time.time_ns()
        self._digests: dict[str, str] = {}
        self._scopes: dict[int, str] = {}
        self._kept: list[Scope] = []
        self._old = self._read()
        self._folders = Folders(self._old["folders"], self._now)
        self._new: dict[str, Any] = {"folders": self._folders.seen, "files": {}, "modules": {}}

    def listing(self, folder: Path, above: tuple[Path, ...]) -> discovery.Listing:
        """What a folder holds.

        Raises:
            OSError: when the folder can't be read.
        """
        return self._folders.listing(folder, above)

    def module(self, file: Path, look: Callable[[Path], tuple[Diagnostic, ...]]) -> tuple[Diagnostic, ...]:
        """What is wrong with a Python module."""
        path, signature = str(file), signature_of(str(file))
        if self._old["modules"].get(path) == signature:
            self._new["modules"][path] = signature
            return ()
        found = look(file)
        if not found and self._is_settled(signature):
            self._new["modules"][path] = signature
        return found

    def folder(self, folder: str, around: Scope) -> FileCheck | None:
        """What was found in a folder with a component file, if all of that still holds."""
        file = self._folders.component_file(folder)
        return self.file(file, around, unchanged=folder) if file else None

    def file(self, path: str, around: Scope, *, unchanged: str = "") -> FileCheck | None:
        """What was found in a component file, if that still holds. `unchanged` is a folder that holds what it held."""
        seen = self._old["files"].get(path)
        if seen is None:
            return None
        signature, scope, components, types, files, environment, diagnostics = seen
        if signature != signature_of(path) or scope != self._scope(around):
            return None
        for each, digest in types:
            if self._type(each) != digest:
                return None
        for each, was in files.items():
            is_there = unchanged and ":" not in was and each.rpartition(os.sep)[0] == unchanged
            if not is_there and not _looked_at(each, was):
                return None
        for name, was in environment.items():
            if (name in self._environment) is not was:
                return None
        self._new["files"][path] = seen
        return FileCheck(diagnostics=tuple(map(diagnostic_from, diagnostics)), components=components)

    def keep(self, file: Path, around: Scope, found: FileCheck) -> FileCheck:
        """Remember what was found in a component file; the same is given back."""
        signature = signature_of(str(file))
        # What holds its folder hands something down, which isn't kept.
        if found.below is None and self._is_settled(signature) and all(map(self._is_settled, found.files.values())):
            self._new["files"][str(file)] = [
                signature,
                self._scope(around),
                found.components,
                [[list(each), self._type(list(each))] for each in sorted(found.types)],
                dict(found.files),
                {name: name in self._environment for name in found.environment},
                list(map(diagnostic_facts, found.diagnostics)),
            ]
        return found

    def save(self) -> None:
        """Write what is known now; a folder that can't be written to is no reason to fail."""
        if all(self._new[kind] == self._old[kind] for kind in self._new):
            return
        data = json.dumps({"key": self._key(), **self._new}, separators=(",", ":"))
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._settings.make_state()
            temporary.write_text(data, encoding="utf-8")
            temporary.replace(self._file)

    def _read(self) -> dict[str, Any]:
        empty: dict[str, Any] = {"folders": {}, "files": {}, "modules": {}}
        try:
            known = json.loads(self._file.read_bytes())
        except (OSError, ValueError, RecursionError):
            return empty
        return known if isinstance(known, dict) and known.get("key") == self._key() else empty

    def _key(self) -> str:
        """What every answer depends on."""
        about = [_FORMAT, version("treadle"), sys.version, str(self._settings.source), self._platform, _own_code()]
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()

    def _is_settled(self, signature: str) -> bool:
        """Whether a file that changes from now on has another signature."""
        return is_settled(signature, self._now)

    def _scope(self, around: Scope) -> str:
        if id(around) not in self._scopes:
            self._kept.append(around)  # an id is taken as long as its object lives
            self._scopes[id(around)] = around.digest
        return self._scopes[id(around)]

    def _type(self, named: list[str]) -> str:
        """What changes when a component type does; of a type that doesn't exist, what is said of it."""
        name, package = named
        key = f"{package}{name}"
        if key not in self._digests:
            try:
                self._digests[key] = self._descriptors.find(name, package=package).digest
            except ProjectError as error:
                self._digests[key] = repr([(each.code, each.message, each.why, each.fix) for each in error.diagnostics])
        return self._digests[key]


def _own_code() -> list[str]:
    """What changes when the check itself does, in a checkout of Treadle."""
    here = Path(__file__).parents[2]
    files = [here / "descriptors.json", here / "components" / "base_types.json"]
    for room in ("documents", "schemas", "templating", "project", *_ROOMS):
        files += sorted((here / room).glob("*.py"))
    return [signature_of(str(each)) for each in files]


def _looked_at(path: str, was: str) -> bool:
    return (signature_of(path) if ":" in was else kind_of(path)) == was
