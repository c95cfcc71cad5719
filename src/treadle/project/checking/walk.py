"""The static check of a whole project."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import Diagnostic, Span
from treadle.project import discovery
from treadle.project.checking.checker import Checker
from treadle.project.checking.memory import Memory
from treadle.project.checking.offered import offer_for
from treadle.project.checking.records import NOTHING_AROUND, FileCheck, Scope
from treadle.project.checking.several import check_files
from treadle.project.diagnostics import ordered, unparsable, unreadable_folder
from treadle.project.settings import Settings, find_settings, read_environment

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptors

__all__ = ["Checked", "check", "checker_for", "descriptors_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the static check found, and how many components it looked at."""

    settings: Settings
    components: int
    diagnostics: tuple[Diagnostic, ...]


def check(path: Path | str = ".") -> Checked:
    """Check every component file of the project that a folder is in, against what is known of its type.

    Nothing of the project is imported and nothing is built: what only building tells (two assets of
    one name, a cycle) is not among the answers. What was found in files that haven't changed is
    remembered in the project's `.treadle` folder.

    Raises:
        ProjectError: when there is no project, or its settings can't be used.
    """
    settings = find_settings(Path(path))
    environment, mistakes = read_environment(settings)
    walk = _Walk(settings, environment)
    walk.check(settings.defs)
    walk.memory.save()
    return Checked(
        settings=settings,
        components=walk.components,
        diagnostics=ordered([*mistakes, *walk.diagnostics]),
    )


def checker_for(settings: Settings, environment: Mapping[str, str]) -> Checker:
    """A checker of a project's files, for those who look at them one by one."""
    return Checker(settings, descriptors_for(settings, environment), environment, offer_for(settings))


def descriptors_for(settings: Settings, environment: Mapping[str, str]) -> Descriptors:
    """What is known of the component types that a project may use."""
    from treadle.components.descriptors import Descriptors

    return Descriptors(
        source=settings.source,
        cache=settings.state / "descriptors",
        patterns=settings.component_modules,
        defs_package=settings.defs_package,
        environment=environment,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """A folder with a component file, and what holds there."""

    listing: discovery.Listing
    file: Path
    around: Scope
    above: tuple[Path, ...]


class _Walk:
    """Goes through the project's folders, and has checked what isn't remembered."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.checker = checker_for(settings, environment)
        self.memory = Memory(settings, self.checker.descriptors, environment, self.checker.offer.digest)
        self.diagnostics: list[Diagnostic] = [*self.checker.offer.diagnostics]
        self.components = 0
        self._unknown: list[_Met] = []

    def check(self, defs: Path) -> None:
        """Check everything in the project's defs folder."""
        self._folder(str(defs), NOTHING_AROUND, ())
        # What holds its folder hands something down, and what is below is met only then.
        while self._unknown:
            met, self._unknown = self._unknown, []
            found = check_files(self.checker, [(each.file, each.around) for each in met])
            for each, answer in zip(met, found, strict=True):
                self._found(each, self.memory.keep(each.file, each.around, answer))

    def _folder(self, path: str, around: Scope, above: tuple[Path, ...]) -> None:
        if (known := self.memory.folder(path, around)) is not None:
            self.components += known.components
            self.diagnostics += known.diagnostics
            return
        folder = Path(path)
        try:
            listing = self.memory.listing(folder, above)
        except OSError as error:
            self.diagnostics.append(unreadable_folder(folder, error))
            return
        self.diagnostics += listing.notes
        if listing.file is None:
            self._children(listing, around, above)
            return
        met = _Met(listing=listing, file=listing.file, around=around, above=above)
        if (known := self.memory.file(str(listing.file), around)) is not None:
            self._found(met, known)
        else:
            self._unknown.append(met)

    def _found(self, met: _Met, found: FileCheck) -> None:
        self.components += found.components
        self.diagnostics += found.diagnostics
        if found.below is not None:
            self._children(met.listing, found.below, met.above)
        else:
            self.diagnostics += met.listing.hidden

    def _children(self, listing: discovery.Listing, around: Scope, above: tuple[Path, ...]) -> None:
        self.diagnostics += listing.misnamed
        for module in listing.modules:
            self.diagnostics += self.memory.module(module, _module_mistakes)
        below, here = (*above, listing.folder), f"{listing.folder}{os.sep}"
        for name in listing.folder_names:
            self._folder(here + name, around, below)


def _module_mistakes(file: Path) -> tuple[Diagnostic, ...]:
    """What Python says of a module before running it."""
    try:
        source = file.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, str(file), "exec", dont_inherit=True)
    except SyntaxError as error:
        return (unparsable(error, file),)
    except ValueError as error:  # a NUL byte, before Python 3.12
        return (unparsable(SyntaxError(str(error)), file),)
    except (RecursionError, MemoryError):
        return (unparsable(SyntaxError("nested too deep"), file),)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return (
            Diagnostic(
                code="TRD101",
                message=f"can't read {file.name!r}",
                why=why,
                fix="check that you may read it",
                span=Span(file=file),
            ),
        )
    return ()
