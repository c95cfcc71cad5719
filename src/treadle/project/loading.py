"""The way through a project's folders, on which YAML documents and Python modules become definitions.

A component with a mistake is quarantined: its diagnostics are kept, everything else is loaded. What
is remembered isn't built, and as long as nothing has to be built, nothing that builds is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from treadle.errors import Diagnostic, ProjectError, Span
from treadle.ir import Definitions
from treadle.project import discovery
from treadle.project.diagnostics import unreadable_folder
from treadle.project.loaded import LoadedComponent, Surroundings, is_at
from treadle.project.remembering.witness import Witness
from treadle.project.settings import Settings

if TYPE_CHECKING:
    from treadle.components import Component
    from treadle.documents import Document
    from treadle.project.building import Builder
    from treadle.project.drafts import Drafts
    from treadle.project.others import Found, Shared
    from treadle.project.remembering.builds import Builds

__all__ = ["LoadedComponent", "Loader"]


class Loader:
    """Loads the components of a project, and keeps what was found on the way.

    `variables` gives the variables of every template. With `only`, components of another address are
    passed over: that is how a step's process loads nothing but what it runs. With `below`, those in
    folders below that address are loaded as well; that is how one component loads others, and `chain`
    holds those that wait for it. Tests have their own values for template variables (`given`), and their
    own documents in place of a file's (`read`), and editors have `drafts`. With `builds`, what is remembered there is
    taken from there: its steps can't run. `parsed` is given the documents of each file that was read.
    """

    def __init__(
        self,
        settings: Settings,
        variables: Callable[[], Mapping[str, object]],
        *,
        only: str | None = None,
        below: bool = False,
        chain: tuple[str, ...] = (),
        shared: Shared | None = None,
        given: Mapping[str, object] = MappingProxyType({}),
        read: Callable[[Path], list[Document]] | None = None,
        builds: Builds | None = None,
        drafts: Drafts | None = None,
        parsed: Callable[[Path, list[Document]], object] | None = None,
    ) -> None:
        self.settings = settings
        self.variables = variables
        self.only = only
        self.below = below
        self.chain = chain
        self.shared = shared
        self.given = given
        self.builds = builds
        self.drafts = drafts
        self._parsed = parsed
        self._read = drafts.documents if drafts else read
        self.instances: dict[str, Component | None] = {}
        self.components: list[LoadedComponent] = []
        self.diagnostics: list[Diagnostic] = []

    def load(self) -> Definitions:
        """Everything that the project declares."""
        return self._folder(self.settings.defs, Surroundings(variables={}))

    @cached_property
    def _builder(self) -> Builder:
        """What builds; it is imported when the first component has to be built."""
        from treadle.project.building import Builder
        from treadle.project.others import Shared

        self.shared = self.shared or Shared()
        return Builder(
            self.settings,
            self.variables(),
            self,
            chain=self.chain,
            shared=self.shared,
            given=self.given,
            load_other=self._load_other,
        )

    def is_wanted(self, address: str) -> bool:
        """Whether the component of an address is to be loaded."""
        return self.only in (None, address) or (self.below and is_at(address, self.only or ""))

    def _is_near(self, address: str) -> bool:
        """Whether a wanted component may be declared by the file of this address, or below its folder."""
        return self.is_wanted(address) or address == "." or (self.only or "").startswith((f"{address}[", f"{address}/"))

    def _is_on_the_way(self, folder: Path) -> bool:
        """Whether a folder may hold what is wanted, so that it has to be looked into."""
        if self.only is None:
            return True
        address = folder.relative_to(self.settings.defs).as_posix()
        return (
            address == "."
            or self.only.startswith(f"{address}/")
            or is_at(address, self.only)
            or is_at(self.only, address)
        )

    def _folder(self, folder: Path, around: Surroundings) -> Definitions:
        if not self._is_on_the_way(folder):
            return Definitions()
        try:
            look = self.builds.listing if self.builds else discovery.scan
            listing = self.drafts.listing(look, folder, around.folders) if self.drafts else look(folder, around.folders)
        except OSError as error:
            return self._unreadable(folder, error)
        self.diagnostics.extend(listing.notes)
        if listing.file is None:
            return self.children(listing, around)
        return self._file(listing, listing.file, around)

    def children(self, listing: discovery.Listing, around: Surroundings) -> Definitions:
        """What is declared by what is in a folder, beside its component file."""
        self.diagnostics.extend(listing.misnamed)
        below = replace(around, folders=(*around.folders, listing.folder))
        modules = [self._module(file) for file in listing.modules]
        folders = [self._folder(each, below) for each in listing.folders]
        return Definitions.merge(*modules, *folders)

    def _module(self, file: Path) -> Definitions:
        address = file.relative_to(self.settings.defs).as_posix()
        if not self._is_near(address):
            return Definitions()
        if self.builds is None:
            return self._builder.module(file, address)
        if self.builds.says_nothing(file):
            return Definitions()
        before = len(self.diagnostics)
        definitions = self._builder.module(file, address)
        if len(self.diagnostics) == before:
            self.builds.keep_module(file)
        return definitions

    def _file(self, listing: discovery.Listing, file: Path, around: Surroundings) -> Definitions:
        is_draft = self.drafts is not None and file in self.drafts
        known = self.builds.components(file, around.variables) if self.builds and not is_draft else None
        if known is not None:
            components, said = known
            self._tell_hidden(listing, said)
            return Definitions.merge(*map(self.keep, components))
        address = file.parent.relative_to(self.settings.defs).as_posix()
        if not self._is_near(address):
            return Definitions()
        try:
            documents = self._documents(file)
        except ProjectError as error:
            return self.quarantine(address, "", error.diagnostics[0].span or Span(file=file), error)
        if self._parsed is not None:
            self._parsed(file, documents)
        return self._built(documents, address, around, listing)

    def _built(
        self, documents: list[Document], address: str, around: Surroundings, listing: discovery.Listing
    ) -> Definitions:
        witness, mistakes, components = self._witness(), len(self.diagnostics), len(self.components)
        merged, holds_folder = [], False
        for document in documents:
            own = address if document.index == 0 else f"{address}[{document.index}]"
            definitions, holds = self._builder.document(document, own, around, listing, witness)
            holds_folder = holds_folder or holds
            merged.append(definitions)
        if not holds_folder and self.only is None:
            said = "\n".join(discovery.text_of(document.value) for document in documents)
            is_kept = listing.file is not None and (self.drafts is None or listing.file not in self.drafts)
            if self.builds and listing.file and is_kept and len(self.diagnostics) == mistakes:
                self.builds.keep(listing.file, self.components[components:], said, witness)
            self._tell_hidden(listing, said)
        return Definitions.merge(*merged)

    def _witness(self) -> Witness:
        return Witness()

    def _tell_hidden(self, listing: discovery.Listing, said: str) -> None:
        """Tell of what a component file hides; `said` are the texts in it."""
        modules = discovery.unnamed_modules(listing, said)
        if self.builds:
            self.builds.look_at(map(str, modules))
        self.diagnostics.extend((*listing.hidden, *discovery.hidden_modules(listing, modules)))

    def _documents(self, file: Path) -> list[Document]:
        if self._read is not None:
            return self._read(file)
        from treadle.documents import parse_yaml

        return parse_yaml(file)

    def keep(self, component: LoadedComponent, made: Component | None = None) -> Definitions:
        """Take a component that was loaded; its definitions are given back."""
        self.components.append(component)
        if made is not None:
            self.instances[component.address] = made
        self.instances.setdefault(component.address, None)
        return component.definitions

    def quarantine(self, address: str, type_name: str, span: Span, error: ProjectError) -> Definitions:
        """Take a component that can't be loaded, which declares nothing."""
        self.diagnostics.extend(error.diagnostics)
        return self.keep(LoadedComponent(address=address, type=type_name, span=span, state="broken"))

    def _load_other(self, address: str, chain: tuple[str, ...]) -> Found:
        """What is at an address, for a component that asks for it; it is always built."""
        from treadle.project.others import Found

        loader = Loader(
            self.settings,
            self.variables,
            only=address,
            below=True,
            chain=chain,
            shared=self.shared,
            given=self.given,
            read=self._read,
            drafts=self.drafts,
        )
        definitions = loader.load()
        return Found(components=loader.instances, definitions=definitions, mistakes=tuple(loader.diagnostics))

    def _unreadable(self, folder: Path, error: OSError) -> Definitions:
        address = folder.relative_to(self.settings.defs).as_posix()
        return self.quarantine(address, "", Span(file=folder), ProjectError(unreadable_folder(folder, error)))
