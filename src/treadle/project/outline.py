"""The components of a project as they are written: which there are, of which types. Nothing is imported or built."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from treadle.documents import Document, parse_yaml
from treadle.errors import Diagnostic, ProjectError, Severity, Span
from treadle.project import discovery

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptors
    from treadle.project.checking import Checked
    from treadle.project.settings import Settings

__all__ = ["WrittenComponent", "written_components"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenComponent:
    """A component as its file has it; `state` says whether anything is known to be wrong with it.

    `type` is the name that its type is listed under, or as it is written when nobody has it; it is
    empty for Python modules, and for files that can't be read.
    """

    address: str
    type: str
    span: Span
    state: Literal["loaded", "broken"]


def written_components(checked: Checked, descriptors: Descriptors) -> tuple[WrittenComponent, ...]:
    """The components of a project that was checked.

    Python modules are among them when they seem to declare something: only importing them would tell.
    """
    broken: dict[Path, list[int]] = {}
    for each in checked.diagnostics:
        if each.severity is Severity.ERROR and each.span is not None:
            broken.setdefault(each.span.file, []).append(each.span.line)
    settings = checked.settings
    return tuple(_Reader(settings, descriptors, broken).folder(settings.defs, ()))


class _Reader:
    def __init__(self, settings: Settings, descriptors: Descriptors, broken: dict[Path, list[int]]) -> None:
        self._settings = settings
        self._descriptors = descriptors
        self._broken = broken

    def folder(self, folder: Path, above: tuple[Path, ...]) -> Iterator[WrittenComponent]:
        """The components of a folder, and of those below it."""
        try:
            listing = discovery.scan(folder, above)
        except OSError:
            address = self._address(folder)
            yield WrittenComponent(address=address, type="", span=Span(file=folder), state="broken")
            return
        if listing.file is not None:
            holds_folder, found = self._file(listing.file)
            yield from found
            if not holds_folder:
                return
        for module in listing.modules:
            yield from self._module(module)
        for below in listing.folders:
            yield from self.folder(below, (*above, folder))

    def _file(self, file: Path) -> tuple[bool, list[WrittenComponent]]:
        """What a component file declares, and whether it holds its folder."""
        address = self._address(file.parent)
        try:
            documents = parse_yaml(file)
        except ProjectError as error:
            span = _first_span(error.diagnostics) or Span(file=file)
            return False, [WrittenComponent(address=address, type="", span=span, state="broken")]
        starts = [document.span(()).line for document in documents]
        holds_folder, found = False, []
        for number, document in enumerate(documents):
            name, holds = self._type(document)
            holds_folder = holds_folder or holds
            last = starts[number + 1] if number + 1 < len(starts) else None
            found.append(
                WrittenComponent(
                    address=address if document.index == 0 else f"{address}[{document.index}]",
                    type=name,
                    span=document.span(("type",)),
                    state=self._state(file, starts[number] if number else 1, last),
                )
            )
        return holds_folder, found

    def _type(self, document: Document) -> tuple[str, bool]:
        """The name of a document's type, and whether it holds its folder."""
        written = document.value.get("type") if isinstance(document.value, dict) else None
        if not isinstance(written, str):
            return "", False
        try:
            found = self._descriptors.find(written, package=self._settings.package_of(document.file.parent))
        except ProjectError:
            return written, False
        return found.name, found.holds_folder

    def _module(self, file: Path) -> Iterator[WrittenComponent]:
        state = self._state(file)
        if state == "broken" or _seems_to_declare(file):
            yield WrittenComponent(address=self._address(file), type="", span=Span(file=file), state=state)

    def _state(self, file: Path, first: int = 1, last: int | None = None) -> Literal["loaded", "broken"]:
        lines = self._broken.get(file, ())
        return "broken" if any(first <= line and (last is None or line < last) for line in lines) else "loaded"

    def _address(self, path: Path) -> str:
        return path.relative_to(self._settings.defs).as_posix()


def _first_span(diagnostics: tuple[Diagnostic, ...]) -> Span | None:
    return next((each.span for each in diagnostics if each.span), None)


_DECLARE_NOTHING = {"template_var", "Component", "Attributes", "load"}
"""Names of the root package whose use in a module declares nothing."""


def _seems_to_declare(file: Path) -> bool:
    """Whether a module has, at its top level, something that is decorated or made with what Treadle or Dagster offers."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    offered = set(_offered(tree))
    made = (each for statement in tree.body for each in _made_with(statement))
    return any(_root(each) in offered and _last(each) not in _DECLARE_NOTHING for each in made)


def _offered(tree: ast.Module) -> Iterator[str]:
    """The names under which a module knows what Treadle or Dagster offer."""
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").partition(".")[0] in _PACKAGES:
            yield from (each.asname or each.name for each in statement.names if each.name not in _DECLARE_NOTHING)
        elif isinstance(statement, ast.Import):
            yield from (
                each.asname or each.name.partition(".")[0]
                for each in statement.names
                if each.name.partition(".")[0] in _PACKAGES
            )


_PACKAGES = ("treadle", "dagster")


def _made_with(statement: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from (each.func if isinstance(each, ast.Call) else each for each in statement.decorator_list)
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Call):
        yield statement.value.func


def _root(expression: ast.expr) -> str:
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else ""


def _last(expression: ast.expr) -> str:
    return expression.attr if isinstance(expression, ast.Attribute) else _root(expression)
