"""A project as an editor sees it: files on disk, texts that aren't saved yet, and what is known of both."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.documents import Document
from treadle.errors import Diagnostic, ProjectError
from treadle.language.assets import AssetIndex, Declared
from treadle.language.outline import Outline
from treadle.language.outline import Path as NodePath
from treadle.language.shapes import Shape, shapes_at
from treadle.project import Settings, discovery, find_settings
from treadle.project.checking import checker_for
from treadle.project.checking.records import NOTHING_AROUND, Scope
from treadle.project.last_load import last_assets
from treadle.project.settings import read_environment

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptor

__all__ = ["Known", "Workspace", "open_workspace"]

_TYPE = re.compile(r"""^type:[ ]*["']?([\w.-]+)""", re.MULTILINE)


def open_workspace(start: Path) -> Workspace:
    """The workspace of the project that a folder is in; raises `ProjectError` when there is none."""
    settings = find_settings(start)
    return Workspace(settings)


class Workspace:
    """One project, and the texts of its files that an editor holds.

    What was learned of types, variables and settings is kept: when those change, it takes a new one.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.texts: dict[Path, str] = {}
        self.assets = AssetIndex(self._declared_last)
        self.hands_down_anew = False
        """Whether a file that was checked hands down something else than before to those below it."""
        self.environment, self.mistakes = read_environment(self.settings)
        self.checker = checker_for(self.settings, self.environment)
        self._below: dict[Path, Scope] = {}
        self._digests: dict[Path, str] = {}

    def files(self) -> Iterator[Path]:
        """The component files that the project reads, in the order of paths."""
        yield from self._walk(self.settings.defs, ())

    def modules(self) -> Iterator[Path]:
        """Python modules among the components."""
        for folder, folders, names in os.walk(self.settings.defs):
            folders[:] = [each for each in folders if not each.startswith(".") and each != "__pycache__"]
            yield from (Path(folder, each) for each in names if each.endswith(".py"))

    def index(self) -> None:
        """Read the assets of all files."""
        for file in (*self.files(), *self.modules()):
            self.assets.put(file, self.data_of(file))

    def _declared_last(self) -> Iterator[Declared]:
        return (
            Declared(key=each.key, span=each.span, description=each.description, group=each.group)
            for each in last_assets(self.settings)
        )

    def data_of(self, file: Path) -> bytes | None:
        """The unsaved text of a file; None when the file itself is what counts."""
        text = self.texts.get(file)
        return None if text is None else text.encode("utf-8", errors="replace")

    def is_component_file(self, file: Path) -> bool:
        """Whether a file is named and placed as component files are."""
        return file.name in discovery.FILE_NAMES and file.is_relative_to(self.settings.defs)

    def check(self, file: Path) -> tuple[Diagnostic, ...]:
        """What is wrong in a component file, as it is in the editor."""
        data = self.data_of(file)
        self.assets.put(file, data)
        found = self.checker.check_file(file, data, around=self.around(file.parent))
        below = found.below.digest if found.below else ""
        if self._digests.get(file, below) != below:
            self._below.clear()
            self.hands_down_anew = True
        self._digests[file] = below
        return found.diagnostics

    def around(self, folder: Path) -> Scope:
        """What the folders above hand down to a folder."""
        if folder == self.settings.defs or not folder.is_relative_to(self.settings.defs):
            return NOTHING_AROUND
        above = folder.parent
        if above not in self._below:
            around = self.around(above)
            file = discovery.component_file(above)
            below = None
            if file is not None:
                below = self.checker.check_file(file, self.data_of(file), around=around).below
                self._digests[file] = below.digest if below else ""
            self._below[above] = around if below is None else below
        return self._below[above]

    def _walk(self, folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
        try:
            listing = discovery.scan(folder, above)
        except OSError:
            return
        if listing.file is not None:
            yield listing.file
            if not self._holds_folder(listing.file):
                return
        for each in listing.folders:
            yield from self._walk(each, (*above, folder))

    def _holds_folder(self, file: Path) -> bool:
        """Whether a component of a file holds its folder, by the types that it names."""
        try:
            data = self.data_of(file) or file.read_bytes()
        except OSError:
            return False
        package = self.settings.package_of(file.parent)
        return any(self._is_folder_type(name, package) for name in _TYPE.findall(data.decode("utf-8", "replace")))

    def _is_folder_type(self, name: str, package: str) -> bool:
        try:
            return self.checker.descriptors.find(name, package=package).holds_folder
        except ProjectError:
            return False


@dataclass(slots=True, kw_only=True)
class Known:
    """What is known of one document of a file while it is edited."""

    workspace: Workspace
    file: Path
    outline: Outline
    _descriptor: Descriptor | str | None = field(default="unasked")
    _scope: Scope | None = None

    @property
    def descriptor(self) -> Descriptor | None:
        """The descriptor of the document's type, when there is one."""
        if isinstance(self._descriptor, str):
            self._descriptor = self._find()
        return self._descriptor

    def _find(self) -> Descriptor | None:
        name = self.outline.text("type")
        if not name:
            return None
        try:
            return self.workspace.checker.descriptors.find(name, package=self._package())
        except ProjectError:
            return None

    def _package(self) -> str:
        settings = self.workspace.settings
        folder = self.file.parent
        return settings.package_of(folder) if folder.is_relative_to(settings.defs) else settings.defs_package

    @property
    def scope(self) -> Scope:
        """What every expression of the document may name."""
        if self._scope is None:
            self._scope = self._read_scope()
        return self._scope

    def _read_scope(self) -> Scope:
        value = {name: self.outline.text(name) for name in ("type", "template_vars_module") if self.outline.text(name)}
        document = Document(file=self.file, index=self.outline.index, value=value)
        around = self.workspace.around(self.file.parent)
        return self.workspace.checker.scope_of(document, around=around)

    def shapes(self, path: NodePath) -> list[Shape]:
        """The schemas of what is at a path; none where nothing is known."""
        if path[:1] == ("attributes",):
            if self.descriptor is None:
                return []
            return shapes_at(_shape(self.descriptor.schema), path[1:], self.outline, ("attributes",))
        from treadle.components.descriptors import document_schema

        return shapes_at(_shape(document_schema()), path, self.outline)


def _shape(schema: Mapping[str, Any]) -> Shape:
    return Shape(schema=schema, definitions=schema.get("$defs", {}))
