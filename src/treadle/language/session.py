"""What the language server knows while it runs: texts, projects, and what was told about them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from treadle.errors import Diagnostic, ProjectError
from treadle.language.positions import lines_of
from treadle.language.protocol import lines_in, path_of, real_path, to_diagnostic, uri_of
from treadle.language.schema_file import write_schema
from treadle.language.workspace import Workspace, open_workspace
from treadle.project.discovery import FILE_NAMES

__all__ = ["Session"]

T = TypeVar("T")

_DEBOUNCE = 0.15
_log = logging.getLogger(__name__)


class Session:
    """What the server knows of the projects whose files are open."""

    def __init__(self, server: LanguageServer) -> None:
        self.server = server
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="treadle-language")
        self.texts: dict[Path, str] = {}
        self.workspaces: dict[Path, Workspace] = {}
        self.found: dict[Path, tuple[Diagnostic, ...]] = {}
        self.published: set[Path] = set()
        self.waiting: dict[Path, asyncio.Task[None]] = {}
        self.sweeps: dict[Path, asyncio.Task[None]] = {}

        self._uris: dict[Path, str] = {}
        self._troubles: dict[Path, list[Diagnostic]] = {}
        self._troubled: set[Path] = set()
        self._telling = asyncio.Lock()
        self._kept: set[asyncio.Task[None]] = set()

    def file_of(self, uri: str) -> Path | None:
        """The file that a URI names, by its real place."""
        file = path_of(uri)
        if file is None:
            return None
        real = real_path(file)
        if real != file:
            self._uris[real] = uri
        return real

    def uri_of(self, file: Path) -> str:
        """The URI that the editor knows a file by."""
        return self._uris.get(file) or uri_of(file)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task until it is done: nobody else does."""
        self._kept.add(task)
        task.add_done_callback(self._kept.discard)

    # What the editor tells

    async def start(self, folders: list[Path]) -> None:
        """The folders that the editor has opened."""
        for folder in folders:
            await self.work(lambda folder=folder: self.workspace(folder / "defs.yaml"), None)  # type: ignore[misc]
        self.sweep()

    def open(self, uri: str, text: str) -> None:
        """A file is open."""
        if (file := self.file_of(uri)) is not None:
            self.texts[file] = text
            self.changed(file, 0)

    def change(self, uri: str, text: str) -> None:
        """Somebody types."""
        if (file := self.file_of(uri)) is not None:
            self.texts[file] = text
            self.changed(file)

    async def save(self, uri: str) -> None:
        """A file is saved; of what isn't YAML, much else may depend on it."""
        file = self.file_of(uri)
        if file is not None and file.suffix in (".yaml", ".yml"):
            self.changed(file, 0)
        else:
            await self.refresh()

    def close(self, uri: str) -> None:
        """A file is closed: what was told of the text in the editor is taken back."""
        if (file := self.file_of(uri)) is None:
            return
        self.texts.pop(file, None)
        if (waiting := self.waiting.pop(file, None)) is not None:
            waiting.cancel()
        self.published.discard(file)
        self.found.pop(file, None)
        self.server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=self.uri_of(file), diagnostics=[])
        )

    # Work, in its own thread

    async def work(self, function: Callable[[], T], otherwise: T) -> T:
        """What a function gives; a mistake of ours is logged, and costs the editor nothing but the answer."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self.worker, function)
        except Exception:
            _log.exception("This is a mistake in Treadle, not in your project.")
            return otherwise

    def workspace(self, file: Path) -> Workspace | None:
        """The project that a file is in, if it is in one."""
        for root, known in self.workspaces.items():
            if file.is_relative_to(root):
                return known
        folder = next((each for each in file.parents if each.is_dir()), None)
        if folder is None:
            return None
        try:
            found = open_workspace(folder)
        except ProjectError as error:
            self._trouble(folder, (each for each in error.diagnostics if each.code != "TRD501"))
            return None
        self._trouble(folder, found.mistakes)
        found.texts = self.texts
        self.workspaces[found.settings.root] = found
        return found

    def _trouble(self, folder: Path, diagnostics: Iterable[Diagnostic]) -> None:
        """Keep what is wrong with the settings of the project that a folder is in, to be told in their files."""
        troubles = {file: told for file, told in self._troubles.items() if not folder.is_relative_to(file.parent)}
        for each in diagnostics:
            if each.span is not None:
                troubles.setdefault(each.span.file, []).append(each)
        self._troubles = troubles

    def ask(self, file: Path | None, function: Callable[[Workspace, Path, str], T], otherwise: T) -> T:
        """Ask a question about an open component file."""
        text = self.texts.get(file) if file is not None else None
        if file is None or text is None:
            return otherwise
        workspace = self.workspace(file)
        if workspace is None or not workspace.is_component_file(file):
            return otherwise
        return function(workspace, file, text)

    def check(self, file: Path) -> tuple[Diagnostic, ...]:
        """What is wrong in a file; also when its project can't be opened."""
        workspace = self.workspace(file)
        is_there = file in self.texts or file.is_file()
        if workspace is not None and workspace.is_component_file(file) and is_there:
            self.found[file] = workspace.check(file)
        else:
            self.found.pop(file, None)
        return self.found.get(file, ())

    # Diagnostics

    def changed(self, file: Path, delay: float = _DEBOUNCE) -> None:
        """Check a file soon, unless it changes again before."""
        if (earlier := self.waiting.pop(file, None)) is not None:
            earlier.cancel()
        self.waiting[file] = asyncio.get_running_loop().create_task(self._check_soon(file, delay))

    async def _check_soon(self, file: Path, delay: float) -> None:
        await asyncio.sleep(delay)
        self.waiting.pop(file, None)
        before = set(self.workspaces)
        await self.publish(file)
        await self._tell_troubles()
        workspace = self.workspaces.get(next((root for root in self.workspaces if file.is_relative_to(root)), file))
        if set(self.workspaces) != before or (workspace is not None and workspace.hands_down_anew):
            self.sweep()

    async def publish(self, file: Path) -> None:
        """Tell the editor what is wrong in a file."""
        found = await self.work(lambda: self.check(file), tuple[Diagnostic, ...]())
        if found or file in self.published or file in self.texts:
            self.published.add(file)
            await self._tell(file, found)

    async def _tell(self, file: Path, found: Iterable[Diagnostic]) -> None:
        text = self.texts.get(file)
        lines = lines_of(text) if text is not None else await self.work(lambda: lines_in(file), list[str]())
        diagnostics = [to_diagnostic(each, file, lines) for each in found]
        self.server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=self.uri_of(file), diagnostics=diagnostics)
        )

    async def _tell_troubles(self) -> None:
        """Tell what is wrong in the settings of projects, and what isn't any more."""
        # One at a time: what is told last has to be what is known last.
        async with self._telling:
            troubles = self._troubles
            gone, self._troubled = self._troubled - set(troubles), set(troubles)
            for file in {*troubles, *gone}:
                await self._tell(file, troubles.get(file, ()))

    def sweep(self) -> None:
        """Read all files of all projects, a file at a time, so that whoever types is served in between."""
        for root, workspace in list(self.workspaces.items()):
            if (earlier := self.sweeps.pop(root, None)) is not None:
                earlier.cancel()
            self.sweeps[root] = asyncio.get_running_loop().create_task(self._sweep(workspace))

    async def _sweep(self, workspace: Workspace) -> None:
        workspace.hands_down_anew = False
        modules = await self.work(lambda: list(workspace.modules()), list[Path]())
        for file in modules:
            await self.work(lambda file=file: workspace.assets.put(file), None)  # type: ignore[misc]
        files = await self.work(lambda: list(workspace.files()), list[Path]())
        for file in files:
            await self.publish(file)
        below = {each for each in self.published if each.is_relative_to(workspace.settings.root)}
        for file in {*below, *workspace.assets.files()} - {*files, *modules, *self.texts}:
            workspace.assets.remove(file)
            await self.publish(file)
        await self.work(lambda: self._write_schema(workspace), None)

    def _write_schema(self, workspace: Workspace) -> None:
        with suppress(OSError):  # it is for other editors than the one that is served here
            write_schema(workspace.settings, workspace.checker.descriptors)

    async def files_changed(self, changes: Iterable[types.FileEvent]) -> None:
        """Files have changed on disk: of component files that stay where they are, nothing else depends on them."""
        files = {self.file_of(each.uri): each.type for each in changes}
        known = list(self.workspaces)
        for file, kind in files.items():
            inside = file is not None and any(file.is_relative_to(root) for root in known)
            if not inside or file is None or file.name not in FILE_NAMES or kind != types.FileChangeType.Changed:
                await self.refresh()
                return
        for file in files:
            if file is not None:
                self.changed(file, 0)

    async def refresh(self) -> None:
        """Something has changed that much may depend on: Python files, settings, which files there are."""
        await self.work(self._refresh, None)
        for file in list(self.texts):
            self.changed(file, 0)
        await self._tell_troubles()
        self.sweep()

    def _refresh(self) -> None:
        # A project whose settings couldn't be read isn't open, and may be mended.
        for root in {*self.workspaces, *(file.parent for file in self._troubles)}:
            known = self.workspaces.pop(root, None)
            found = self.workspace(root / "pyproject.toml")
            if known is not None and found is not None:
                found.assets = known.assets
