"""Which modules a module imports: a descriptor is valid as long as none of them has changed."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

__all__ = ["Imports"]


class Imports:
    """Watches who imports whom.

    >>> imports = Imports()
    >>> imports.note("mill.components.loom", "mill.threads.wool")
    >>> sorted(imports.below("mill.components.loom"))
    ['mill', 'mill.components', 'mill.components.loom', 'mill.threads', 'mill.threads.wool']
    """

    def __init__(self) -> None:
        self._edges: dict[str, set[str]] = {}

    def note(self, importer: str, imported: str) -> None:
        """One module imports another."""
        self._edges.setdefault(importer, set()).add(imported)

    def below(self, name: str) -> set[str]:
        """A module and everything that is imported because of it."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            if (each := waiting.pop()) not in found:
                found.add(each)
                waiting += self._edges.get(each, ())
                waiting += [each.rpartition(".")[0]] if "." in each else []
        return found

    def files(self, name: str, roots: Iterable[Path]) -> Iterator[str]:
        """The source files of these modules, of those in the folders `roots`."""
        folders = [root.resolve() for root in roots]
        for each in sorted(self.below(name)):
            file = getattr(sys.modules.get(each), "__file__", None)
            if file and file.endswith(".py") and _is_theirs(path := Path(file).resolve(), folders):
                yield str(path)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch every import that happens meanwhile."""
        real_import, real_import_module = builtins.__import__, importlib.import_module

        def watching(
            name: str,
            globals: Mapping[str, Any] | None = None,
            locals: Mapping[str, Any] | None = None,
            fromlist: Any = (),
            level: int = 0,
        ) -> Any:
            found = real_import(name, globals, locals, fromlist, level)
            self._seen(globals or {}, "." * level + name, fromlist)
            return found

        def watching_module(name: str, package: str | None = None) -> Any:
            found = real_import_module(name, package)
            self.note(str(sys._getframe(1).f_globals.get("__name__")), found.__name__)
            return found

        builtins.__import__, importlib.import_module = watching, watching_module
        try:
            yield
        finally:
            builtins.__import__, importlib.import_module = real_import, real_import_module

    def _seen(self, namespace: Mapping[str, Any], name: str, fromlist: Any) -> None:
        importer = namespace.get("__name__")
        try:
            imported = resolve_name(name, namespace.get("__package__") or importer)
        except (ImportError, ValueError):
            return
        if isinstance(importer, str):
            self.note(importer, imported)
            for each in fromlist or ():
                if f"{imported}.{each}" in sys.modules:
                    self.note(importer, f"{imported}.{each}")


def _is_theirs(file: Path, folders: Iterable[Path]) -> bool:
    """Whether a file is in one of the folders, and not in an environment within it."""
    return any(file.is_relative_to(each) and "site-packages" not in file.relative_to(each).parts for each in folders)
