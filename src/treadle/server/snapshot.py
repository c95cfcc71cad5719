"""What the server knows of the project at one time; a new one is made whenever that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from treadle.ir import AssetGraph, AssetKey, Definitions, link
from treadle.project import Settings
from treadle.project.loaded import LoadedComponent
from treadle.server.drawing import Drawing, draw
from treadle.server.facts import Facts
from treadle.server.filtering import facets_of

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptors
    from treadle.components.descriptors.searching import TypeSearch
    from treadle.server.tree import Branch
    from treadle.server.violations import Violation

__all__ = ["Snapshot", "State"]

State = Literal["loading", "loaded", "broken", "failed"]
_NOTHING, _ = link(Definitions())
_MOST_SELECTIONS = 100
_MOST_ANSWERS = 20


class Snapshot:
    """The project as it was loaded last. `version` is another one whenever something in it is."""

    def __init__(
        self,
        *,
        settings: Settings,
        facts: Facts,
        state: State,
        version: str,
        error: str = "",
        loaded_at: datetime | None = None,
        seconds: float | None = None,
    ) -> None:
        self.settings = settings
        self.facts = facts
        self.state = state
        self.version = version
        self.error = error
        self.loaded_at = loaded_at
        self.seconds = seconds
        self._selected: dict[str, frozenset[AssetKey]] = {}
        self._answers: dict[str, tuple[object, bytes]] = {}

    @property
    def graph(self) -> AssetGraph:
        """The asset graph; an empty one before the project could be loaded."""
        return self.facts.graph or _NOTHING

    def select(self, text: str) -> frozenset[AssetKey]:
        """The assets that a selection names; what was asked for a moment ago isn't worked out again.

        Raises:
            UsageError: when the selection can't be read, or names an asset that doesn't exist.
        """
        if (found := self._selected.get(text)) is None:
            found = self.graph.select(text)
            if len(self._selected) >= _MOST_SELECTIONS:
                self._selected.clear()
            self._selected[text] = found
        return found

    def answer(self, question: str, standings: object, make: Callable[[], bytes]) -> bytes:
        """A long answer, which is made once as long as assets stand as they do."""
        standing, found = self._answers.get(question, (None, b""))
        if standing is not standings:
            found = make()
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            self._answers[question] = (standings, found)
        return found

    @cached_property
    def drawing(self) -> Drawing:
        """The picture of all assets."""
        return draw(self.graph)

    @cached_property
    def keys(self) -> Mapping[str, AssetKey]:
        """The declared assets by their keys as text, in order."""
        graph = self.graph
        return {str(key): key for key in sorted(graph.assets) if graph.is_declared(key) or not graph.is_external(key)}

    @cached_property
    def all_keys(self) -> Mapping[str, AssetKey]:
        """Every asset by its key as text, with those that are only mentioned."""
        return {str(key): key for key in self.graph.assets}

    @cached_property
    def texts(self) -> Mapping[AssetKey, str]:
        """What a search looks at: an asset's key, and its description."""
        assets = self.graph.assets
        return {key: f"{text}\n{assets[key].description or ''}".casefold() for text, key in self.keys.items()}

    @cached_property
    def facets(self) -> Mapping[AssetKey, Mapping[str, tuple[str, ...]]]:
        """What lists of assets are filtered by, of each asset."""
        assets = self.graph.assets
        return {key: facets_of(assets[key]) for key in self.keys.values()}

    @cached_property
    def facet_counts(self) -> Mapping[str, Counter[str]]:
        """How many assets have what, of all there are."""
        counts: dict[str, Counter[str]] = {}
        for facets in self.facets.values():
            for name, values in facets.items():
                counts.setdefault(name, Counter()).update(values)
        return counts

    @cached_property
    def files(self) -> frozenset[Path]:
        """The files that may be shown."""
        from treadle.server.sources import known_files

        return known_files(self)

    @cached_property
    def components(self) -> Mapping[str, LoadedComponent]:
        """The components by their addresses, in order."""
        return {each.address: each for each in sorted(self.facts.components, key=lambda each: each.address)}

    @cached_property
    def assets_of_components(self) -> Mapping[str, int]:
        """How many assets each component declares."""
        counts: dict[str, int] = {}
        for key in self.keys.values():
            if (origin := self.graph.assets[key].origin) is not None:
                counts[origin.component] = counts.get(origin.component, 0) + 1
        return counts

    @cached_property
    def types_of_components(self) -> Mapping[str, str]:
        """The name that each component's type is listed under; empty for Python modules."""
        from treadle.components.registry import by_any_name, registered_types

        known = {name: each.name for name, each in by_any_name().items()}
        known |= {each.target.replace(":", "."): each.name for each in registered_types().values()}

        def name_of(each: LoadedComponent) -> str:
            written = each.type
            if written.startswith("."):
                written = f"{self.settings.package_of(each.span.file.parent)}{written}"
            return known.get(written, written)

        return {address: name_of(each) for address, each in self.components.items()}

    @cached_property
    def tree(self) -> Branch:
        """The components as they lie in folders."""
        from treadle.server.tree import grown

        return grown(self.components.values(), self.assets_of_components)

    @cached_property
    def diagnostics_of_components(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """What is wrong with each component: what is told of its file, of its part of it when it isn't alone there."""
        files: dict[str, list[LoadedComponent]] = {}
        for each in self.components.values():
            files.setdefault(str(each.span.file), []).append(each)
        found: dict[str, list[Mapping[str, Any]]] = {}
        for file, told in self.diagnostics_of_files.items():
            there = sorted(files.get(file, ()), key=lambda each: each.span.line)
            for diagnostic in told if there else ():
                before = [each for each in there if each.span.line <= (diagnostic["line"] or 1)]
                found.setdefault((before or there)[-1 if before else 0].address, []).append(diagnostic)
        return found

    @cached_property
    def violations(self) -> Mapping[str, Violation]:
        """What violates policies, by keys that sort: the hardest first, and then by policy."""
        from treadle.server.violations import violations_of

        return violations_of(self.graph)

    @cached_property
    def blocked_by_components(self) -> Mapping[str, list[str]]:
        """The keys of the assets that wait for each broken component."""
        found: dict[str, list[str]] = {}
        for told in (self.facts.surely, self.facts.maybe):
            for key, addresses in told.items():
                for each in addresses:
                    found.setdefault(each, []).append(str(key))
        return {address: sorted(set(keys)) for address, keys in found.items()}

    @cached_property
    def diagnostics_of_files(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """What is wrong, by the file that it is in."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for each in self.facts.diagnostics:
            if each["file"] is not None:
                found.setdefault(each["file"], []).append(each)
        return found

    @cached_property
    def words(self) -> Mapping[str, list[str]]:
        """Which groups, kinds and owners there are: what lists may be filtered by."""
        assets = [self.graph.assets[key] for key in self.keys.values()]
        return {
            "groups": sorted({each.group for each in assets}),
            "kinds": sorted({kind for each in assets for kind in each.kinds}),
            "owners": sorted({owner for each in assets for owner in each.owners}),
        }

    @cached_property
    def descriptors(self) -> Descriptors:
        """The component types that the project can use, as data."""
        from treadle.project.checking import descriptors_for
        from treadle.project.settings import read_environment

        environment, _ = read_environment(self.settings)
        return descriptors_for(self.settings, environment)

    @cached_property
    def type_search(self) -> TypeSearch:
        """What looks for words in these."""
        from treadle.components.descriptors.searching import TypeSearch

        return TypeSearch(self.descriptors.all())
