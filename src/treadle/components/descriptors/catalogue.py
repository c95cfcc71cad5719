"""The component types that a project can use, as descriptors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from treadle.components.descriptors.cache import Cache
from treadle.components.descriptors.locating import locate
from treadle.components.descriptors.process import Answer, Surroundings, ask
from treadle.components.descriptors.record import Descriptor
from treadle.components.descriptors.shipped import Shipped, folder_of, read
from treadle.components.descriptors.validity import Digests
from treadle.components.registry import (
    RegisteredType,
    by_any_name,
    clashes,
    corrected,
    registered_types,
    split_path,
    unknown_type,
)
from treadle.errors import Diagnostic, ProjectError, Span

__all__ = ["Descriptors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A component type that is asked for: the name it is listed under, and where its class has to be."""

    name: str
    written: str
    module: str
    attribute: str
    package: str = ""
    offered: RegisteredType | None = None
    file: str = ""

    @property
    def target(self) -> str:
        """Where the class has to be."""
        return f"{self.module}:{self.attribute}"

    @property
    def kept_as(self) -> str:
        """What its descriptor is kept under."""
        return f"{self.name}={self.offered.version}" if self.offered else self.name

    @property
    def request(self) -> dict[str, Any]:
        """The question to the process that imports it."""
        return {"do": "type", "name": self.written, "package": self.package}


class Descriptors:
    """Finds descriptors: those that packages ship, those that were kept, and makes the others in a process of its own.

    No component type is imported by this process. What is found once stays found, so one object is
    for one look at a project.

    Args:
        source: the project's source folder; None outside of projects.
        cache: the folder to keep descriptors in; None to keep none.
        patterns: the project's own modules of component types: `mill.components.*`.
        defs_package: the package that names with a leading dot start at, when nothing else is said.
        environment: the environment that modules are imported with; by default that of this process.
        timeout: how many seconds importing a module may take.
    """

    def __init__(
        self,
        source: Path | None,
        cache: Path | None,
        patterns: Sequence[str] = (),
        defs_package: str = "",
        *,
        environment: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> None:
        self.source = source
        self.defs_package = defs_package
        self.around = Surroundings(source=source, environment=environment, timeout=timeout)
        self._patterns = tuple(patterns)
        self._cache = Cache(cache, source)
        self._digests = Digests()
        self._shipped: dict[Path, Shipped] = {}
        self._found: dict[tuple[str, str], Descriptor | tuple[Diagnostic, ...]] = {}
        self._own: dict[str, tuple[tuple[Descriptor, ...], tuple[Diagnostic, ...]]] = {}

    def find(self, name: str, *, package: str = "", span: Span | None = None) -> Descriptor:
        """The descriptor of the component type of this name.

        Args:
            name: a registered name, an alias, any dotted path of a class, or such a path relative to `package`.
            package: the package that a leading dot refers to: that of the folder the YAML file is in.
            span: where the name is written, for the message.

        Raises:
            ProjectError: TRD201 when nothing has this name, TRD202 when importing it fails, TRD206 when it
                isn't a component type, TRD211 when importing it takes too long, TRD222 when several packages give
                the name to different types.

        >>> Descriptors(None, None).find("dagster.PythonScriptComponent").name
        'treadle.PythonScript'
        """
        key = (name, (package or self.defs_package) if name.startswith(".") else "")
        if key not in self._found:
            self._found[key] = self._look_up(*key)
        found = self._found[key]
        if isinstance(found, Descriptor):
            return found
        raise ProjectError(*(each if each.span else corrected(replace(each, span=span), name) for each in found))

    def all(self) -> tuple[Descriptor, ...]:
        """Every component type of installed packages and of the project's own modules, by name.

        Those that can't be imported are left out; `mistakes` tells of them.
        """
        self._make(self._offered(registered_types().values()), modules=self._own_files())
        offered = [self._found.get((name, "")) for name in registered_types()]
        own = sorted((each for types, _ in self._own.values() for each in types), key=lambda each: each.name)
        return (*(each for each in offered if isinstance(each, Descriptor)), *own)

    @property
    def mistakes(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the types that `all` left out."""
        self.all()
        offered = [self._found.get((name, "")) for name in registered_types()]
        told = [mistake for each in offered if isinstance(each, tuple) for mistake in each]
        return (
            *clashes().values(),
            *(each for each in told if each.code != "TRD222"),
            *(mistake for _, mistakes in self._own.values() for mistake in mistakes),
        )

    def names(self) -> tuple[str, ...]:
        """Every name that YAML may use for a type, aliases included."""
        return tuple(sorted({*by_any_name(), *(each.name for each in self.all())}))

    def _look_up(self, name: str, package: str) -> Descriptor | tuple[Diagnostic, ...]:
        try:
            wanted = self._wanted(name, package)
        except ProjectError as error:
            return error.diagnostics
        if (known := self._known(wanted)) is not None:
            return known
        if wanted.offered is not None:
            together = [each for each in registered_types().values() if each.package == wanted.offered.package]
            self._make([wanted, *(each for each in self._offered(together) if each.name != wanted.name)])
        else:
            is_own = any(_matches(pattern, wanted.module) for pattern in self._patterns)
            self._make([wanted], modules=self._own_files() if is_own else {})
        return self._found[wanted.written, wanted.package]

    def _wanted(self, name: str, package: str) -> _Wanted:
        if (clash := clashes().get(name)) is not None:
            raise ProjectError(clash)
        if (offered := by_any_name().get(name)) is not None:
            module, _, attribute = offered.target.partition(":")
            return _Wanted(name=offered.name, written=name, module=module, attribute=attribute, offered=offered)
        path, module, attribute = split_path(name, package=package)
        located = locate(module, self.source)
        if located.missing:
            raise ProjectError(unknown_type(name, None, missing=located.missing))
        return _Wanted(
            name=path,
            written=name,
            module=module,
            attribute=attribute,
            package=package,
            file=str(located.file.resolve()) if located.file else "",
        )

    def _offered(self, types: Iterable[RegisteredType]) -> list[_Wanted]:
        return [self._wanted(each.name, "") for each in types if each.name not in clashes()]

    def _known(self, wanted: _Wanted) -> Descriptor | None:
        """The descriptor that is shipped or was kept, when it still says what the source says."""
        if wanted.offered is not None:
            if (shipped := self._shipped_for(wanted)) is not None:
                return replace(shipped, aliases=wanted.offered.aliases)
        elif (same := _offered_as(wanted)) is not None and (found := self._known(same)) is not None:
            return replace(found, name=wanted.name, aliases=())
        try:
            kept = Descriptor.from_json(self._cache.read(wanted.kept_as) or {})
        except (TypeError, ValueError, AttributeError):
            return None
        return kept if self._is_valid(kept, wanted) else None

    def _shipped_for(self, wanted: _Wanted) -> Descriptor | None:
        assert wanted.offered is not None
        shipped = self._of_package(wanted.offered).types.get(wanted.name)
        return shipped if shipped is not None and self._is_valid(shipped, wanted) else None

    def is_shipped(self, name: str) -> bool:
        """Whether the package of a registered type ships a descriptor of it that still says what its source says."""
        return self._shipped_for(self._wanted(name, "")) is not None

    def _is_valid(self, found: Descriptor, wanted: _Wanted) -> bool:
        if (found.name, found.target) != (wanted.name, wanted.target):
            return False
        # A module may have been moved to where Python looks first.
        if wanted.file and wanted.file not in found.sources:
            return False
        return bool(found.sources) and self._digests.are(found.sources)

    def _of_package(self, offered: RegisteredType) -> Shipped:
        folder = folder_of(offered)
        if folder is None:
            return Shipped()
        if folder not in self._shipped:
            self._shipped[folder] = read(folder)
        return self._shipped[folder]

    def _make(self, wanted: Iterable[_Wanted], modules: Mapping[str, Path] | None = None) -> None:
        """Find descriptors of types and of modules; all that have to be made are made in one process."""
        missing = [each for each in wanted if not self._is_found(each)]
        unread = {module: file for module, file in (modules or {}).items() if not self._is_read(module, file)}
        if not missing and not unread:
            return
        asked = [
            *(each.request for each in missing),
            *({"do": "module", "name": module, "file": str(file)} for module, file in unread.items()),
        ]
        answers = ask(asked, self.around)
        for each, answer in zip(missing, answers[: len(missing)], strict=True):
            self._found[each.written, each.package] = self._received(each, answer)
        for module, answer in zip(unread, answers[len(missing) :], strict=True):
            self._own[module] = self._received_module(module, answer)

    def _is_found(self, wanted: _Wanted) -> bool:
        key = (wanted.written, wanted.package)
        if key not in self._found and (known := self._known(wanted)) is not None:
            self._found[key] = known
        return key in self._found

    def _is_read(self, module: str, file: Path) -> bool:
        if module not in self._own and (kept := self._kept(module, file)) is not None:
            self._own[module] = (kept, ())
        return module in self._own

    def _received(self, wanted: _Wanted, answer: Answer) -> Descriptor | tuple[Diagnostic, ...]:
        if answer.mistakes:
            return answer.mistakes
        self._cache.write(wanted.kept_as, answer.found["descriptor"])
        return Descriptor.from_json(answer.found["descriptor"])

    def _received_module(self, module: str, answer: Answer) -> tuple[tuple[Descriptor, ...], tuple[Diagnostic, ...]]:
        types = tuple(Descriptor.from_json(each) for each in answer.found.get("types", ()))
        if not answer.mistakes:
            self._cache.write(f"module={module}", answer.found)
        for each, written in zip(types, answer.found.get("types", ()), strict=True):
            self._cache.write(each.name, written)
        return types, answer.mistakes

    def _kept(self, module: str, file: Path) -> tuple[Descriptor, ...] | None:
        try:
            kept = self._cache.read(f"module={module}") or {}
            sources = dict(kept.get("sources", {}))
            types = tuple(map(Descriptor.from_json, kept.get("types", ())))
        except (TypeError, ValueError, AttributeError):
            return None
        files = {**sources, **{file: digest for each in types for file, digest in each.sources.items()}}
        return types if str(file) in sources and self._digests.are(files) else None

    def _own_files(self) -> dict[str, Path]:
        """The project's own modules of component types, and their files."""
        return dict(_modules_of(self.source, self._patterns)) if self.source else {}


def _offered_as(wanted: _Wanted) -> _Wanted | None:
    """A registered type that is named by the path of its class."""
    offered = next((each for each in registered_types().values() if each.target == wanted.target), None)
    if offered is None:
        return None
    return replace(wanted, name=offered.name, offered=offered, file="")


def _matches(pattern: str, module: str) -> bool:
    package = pattern.removesuffix(".*")
    return module == package or (pattern.endswith(".*") and module.rpartition(".")[0] == package)


def _modules_of(source: Path, patterns: Iterable[str]) -> Iterator[tuple[str, Path]]:
    for pattern in patterns:
        package = pattern.removesuffix(".*")
        folder = source.joinpath(*package.split("."))
        if not pattern.endswith(".*"):
            files = [folder.with_suffix(".py"), folder / "__init__.py"]
        else:
            files = sorted(folder.glob("*.py"))
        for file in files:
            if file.is_file():
                is_package = file.stem == "__init__" or not pattern.endswith(".*")
                yield package if is_package else f"{package}.{file.stem}", file.resolve()
