"""What the components of unchanged files declared.

It is kept in the project's `.treadle` folder with everything that it depends on, may be deleted at
any time, and is believed only as far as it fits what is there now.
"""

from __future__ import annotations

import ast
import hashlib
import os
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from treadle.components.registry import by_any_name
from treadle.project import discovery
from treadle.project.loaded import LoadedComponent
from treadle.project.remembering.files import is_settled, signature_of
from treadle.project.remembering.folders import Folders
from treadle.project.remembering.surroundings import code_of_others, surroundings
from treadle.project.remembering.wire import CannotBeWrittenError, from_bytes, to_bytes
from treadle.project.remembering.witness import Witness
from treadle.project.settings import Settings
from treadle.schemas.formats import kind_of

__all__ = ["Builds"]

_PARTS = ("folders", "modules", "types", "code", "files")
_OURS = "treadle"
_FINE = 32
"""So many digits of a digest tell any two contents apart."""
_DIGEST = hashlib.sha256().digest_size


class Builds:
    """What was built last time, and what is kept of this time.

    `environment` holds the environment variables that are set.
    """

    def __init__(self, settings: Settings, environment: Collection[str]) -> None:
        self._file = settings.state / "built"
        self._settings = settings
        self._environment = environment
        self._now = time.time_ns()
        self._key = surroundings(settings).encode()
        self._old = self._read()
        self._folders = Folders(self._old["folders"], self._now)
        self._new: dict[str, dict[str, Any]] = {part: {} for part in _PARTS} | {"folders": self._folders.seen}
        self._signatures: dict[str, str] = {}
        self._same: dict[str, bool] = {}
        self._others_built = False
        self._is_old = True
        self._asked: dict[str, set[str]] = {"folders": set(), "modules": set(), "files": set()}
        self._looked_at: dict[str, str] = {}

    def listing(self, folder: Path, above: tuple[Path, ...]) -> discovery.Listing:
        """What a folder holds.

        Raises:
            OSError: when the folder can't be read.
        """
        self._asked["folders"].add(str(folder))
        return self._folders.listing(folder, above)

    def components(self, file: Path, handed_down: Collection[str]) -> tuple[tuple[LoadedComponent, ...], str] | None:
        """What a component file declared, if that still holds, and the texts in it.

        Args:
            handed_down: the names of the variables that folders above hand down.
        """
        known = self._believed(str(file), handed_down)
        if known is None:
            return None
        _, types, _, _, _, said, data = known
        try:
            components = from_bytes(data, file)
        except Exception:  # bytes that were damaged may say anything
            return None
        self._believe(str(file), known, types)
        return components, said

    def holds_still(self, folder: str) -> bool:
        """Whether a folder has a component file, and what that declared still holds; it isn't read.

        What hands variables down isn't remembered, so whoever meets this one on the way has met none of them.
        """
        file = self._folders.component_file(folder)
        known = self._believed(file, ()) if file else None
        if known is None:
            return False
        self._asked["folders"].add(folder)
        self._believe(file, known, known[1])
        self.look_at(f"{folder}{os.sep}{name}" for name in self._folders.modules(folder) if name[:-3] not in known[5])
        return True

    def look_at(self, modules: Iterable[str]) -> None:
        """What is in these is going to be told of, beside what components declare."""
        self._looked_at.update({each: signature_of(each) for each in modules})

    def _believed(self, path: str, handed_down: Collection[str]) -> Any:
        self._asked["files"].add(path)
        signature = self._signatures[path] = signature_of(path)
        known = self._old["files"].get(path)
        if known is None or known[0] != signature:
            return None
        _, types, names, files, environment, _, _ = known
        if not all(map(self._is_same, types)) or not names.isdisjoint(handed_down):
            return None
        if any(kind_of(each) != was for each, was in files.items()) or not environment.issubset(self._environment):
            return None
        return known

    def _believe(self, path: str, known: Any, types: Collection[str]) -> None:
        self._new["files"][path] = known
        self._new["types"].update({each: self._old["types"][each] for each in types})

    def state(self) -> str | None:
        """A digest of everything that was asked for since this was made, and of all that it depends on.

        It is None when something isn't remembered, so that nobody can tell whether it changes.
        """
        if not self._new["code"]:
            self._keep_code()
        if any(not asked <= self._new[part].keys() for part, asked in self._asked.items()):
            return None
        if not all(is_settled(each, self._now) for each in self._looked_at.values()):
            return None
        files = sorted((path, known[0], sorted(known[1])) for path, known in self._new["files"].items())
        parts = (self._new["folders"], self._new["modules"], self._new["types"], self._new["code"])
        about = [self._key, files, sorted(self._looked_at.items()), *(sorted(part.items()) for part in parts)]
        return hashlib.sha256(repr(about).encode()).hexdigest()

    @property
    def key(self) -> str:
        """What changes with anything that every build depends on."""
        return self._key.decode()

    def token(self, file: Path) -> str:
        """What changes when a component file does, or what it declares; empty when that isn't remembered."""
        known = self._new["files"].get(str(file))
        return f"{known[0]}:{hashlib.sha256(known[-1]).hexdigest()[:_FINE]}" if known else ""

    def keep(self, file: Path, components: Sequence[LoadedComponent], said: str, witness: Witness) -> None:
        """Remember what a component file declares, unless nobody could tell later whether it still does."""
        # It was taken before the file was read: what has changed since then has another one.
        signature = self._signatures[str(file)]
        if witness.is_open or not is_settled(signature, self._now):
            return
        with suppress(CannotBeWrittenError):
            data = to_bytes(tuple(components), file)
            types = {each: _type(each) for each in witness.types}
            self._others_built |= any(package != _OURS for _, package, _ in types.values())
            self._new["types"].update(types)
            self._new["files"][str(file)] = (
                signature,
                frozenset(witness.types),
                frozenset(witness.names),
                dict(witness.files),
                frozenset(witness.environment),
                said,
                data,
            )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is remembered, as where nobody has looked before."""
        return not self._old["files"]

    def would_keep(self, file: Path) -> bool:
        """Whether what a component file declares could be remembered, as far as its times tell."""
        return is_settled(signature_of(str(file)), self._now)

    def kept(self) -> Mapping[str, Mapping[str, Any]]:
        """What was kept since this was made, for another that is to believe it."""
        return {part: self._new[part] for part in ("files", "types")}

    def believe(self, kept: Mapping[str, Mapping[str, Any]]) -> None:
        """Take what was kept a moment ago for what is remembered."""
        for part, entries in kept.items():
            self._old[part].update(entries)
        self._is_old = False

    def says_nothing(self, file: Path) -> bool:
        """Whether importing a Python module was found to do nothing, and still would."""
        self._asked["modules"].add(str(file))
        known = self._old["modules"].get(str(file))
        if known is None or any(signature_of(each) != was for each, was in known.items()):
            return False
        self._new["modules"][str(file)] = known
        return True

    def keep_module(self, file: Path) -> None:
        """Remember a module that could be imported, if there is nothing in it and in the packages that it is in."""
        source = self._settings.source
        packages = [each / "__init__.py" for each in file.parents if each.is_relative_to(source) and each != source]
        signatures = {str(each): signature_of(str(each)) for each in (file, *packages)}
        if all(is_settled(each, self._now) for each in signatures.values()) and not any(
            _does_something(Path(each)) for each, signature in signatures.items() if signature
        ):
            self._new["modules"][str(file)] = signatures

    def save(self) -> None:
        """Write what is known now; a folder that can't be written to is no reason to fail."""
        self._keep_code()
        if self._is_old and self._new == self._old:
            return
        data = to_bytes(self._new, self._file)
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._settings.make_state()
            draft.write_bytes(self._key + b"\n" + hashlib.sha256(data).digest() + data)
            draft.replace(self._file)

    def _keep_code(self) -> None:
        """Note which code the types of others depend on; without types of others, nothing does."""
        others = {each for each, (_, package, _) in self._new["types"].items() if package != _OURS}
        code = dict(self._old["code"]) if others and self._is_code_same else {}
        if self._others_built:
            code |= code_of_others()
        if all(is_settled(each, self._now) for each in code.values()):
            self._new["code"] = code
            return
        self._new["types"] = {each: known for each, known in self._new["types"].items() if each not in others}
        self._new["files"] = {each: known for each, known in self._new["files"].items() if not known[1] & others}

    def _is_same(self, name: str) -> bool:
        """Whether a component type is the one that it was."""
        if name not in self._same:
            known = self._old["types"].get(name)
            ours = known is not None and known[1] == _OURS
            self._same[name] = known == _type(name) and (ours or self._is_code_same)
        return self._same[name]

    @cached_property
    def _is_code_same(self) -> bool:
        """Whether the code that types of others depend on is what it was."""
        return all(signature_of(each) == was for each, was in self._old["code"].items())

    def _read(self) -> dict[str, dict[str, Any]]:
        nothing: dict[str, dict[str, Any]] = {part: {} for part in _PARTS}
        with suppress(OSError):
            key, _, rest = self._file.read_bytes().partition(b"\n")
            digest, data = rest[:_DIGEST], rest[_DIGEST:]
            if key == self._key and digest == hashlib.sha256(data).digest():
                return _understood(data) or nothing
        return nothing


def _understood(data: bytes) -> dict[str, dict[str, Any]] | None:
    try:
        known = from_bytes(data)
    except Exception:  # whoever wrote it may have written anything
        return None
    is_ours = isinstance(known, dict) and known.keys() == set(_PARTS)
    return known if is_ours and all(isinstance(each, dict) for each in known.values()) else None


def _type(name: str) -> tuple[str, str, str]:
    """Where a component type is, whose it is, and in which version; a class that is named by its path is nobody's."""
    found = by_any_name().get(name)
    return (found.target, found.package, found.version) if found else ("", "", "")


def _does_something(file: Path) -> bool:
    """Whether there is more in a module than what documents it."""
    try:
        statements = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return any(not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)) for each in statements)
