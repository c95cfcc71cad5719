"""What one component may ask of the others: `context.load_component`, `context.build_defs`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from treadle.components import Component
from treadle.documents import parse_yaml
from treadle.errors import Diagnostic, ProjectError, Severity, did_you_mean, listing
from treadle.ir import Definitions
from treadle.project.discovery import FILE_NAMES
from treadle.project.loaded import is_at
from treadle.project.settings import Settings

__all__ = ["Found", "Others", "Shared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is at an address: components by their own addresses, what they declare, and what is wrong with them."""

    components: Mapping[str, Component | None]
    definitions: Definitions
    mistakes: tuple[Diagnostic, ...]


@dataclass(slots=True, kw_only=True)
class Shared:
    """What all the loaders of one project know: what was loaded for others, and which components wait for themselves."""

    found: dict[str, Found] = field(default_factory=dict)
    circles: list[tuple[str, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """The other components of the project, as one of them sees them.

    `chain` holds the addresses of the components that wait for this one, and its own; `load` loads
    what is at an address. `asked` is called whenever this one asks for anything.
    """

    settings: Settings
    shared: Shared
    chain: tuple[str, ...]
    load: Callable[[str], Found]
    asked: Callable[[], object]

    def load_component(self, path: str) -> Component:
        """The component of an address."""
        address = self._address(path)
        found = self._found(address)
        component = found.components.get(address)
        if component is None:
            raise self._unknown(path)
        return component

    def build_defs(self, path: str) -> Definitions:
        """What is declared at an address, and below it."""
        return self._found(self._address(path)).definitions

    def _found(self, address: str) -> Found:
        self.asked()
        inside = next((each for each in self.chain if is_at(each, address)), None)
        if inside is not None:
            route = (*self.chain[self.chain.index(inside) :], inside)
            self.shared.circles.append(route)
            raise ProjectError(_circle(route, self.chain[-1]))
        if address not in self.shared.found:
            self.shared.found[address] = self.load(address)
        found = self.shared.found[address]
        if errors := [each for each in found.mistakes if each.severity is Severity.ERROR]:
            raise ProjectError(self._broken(address, errors))
        if not found.components:
            raise self._unknown(address)
        return found

    def _address(self, path: str | Path) -> str:
        written = Path(path)
        if written.is_absolute() and written.is_relative_to(self.settings.defs):
            written = written.relative_to(self.settings.defs)
        text = written.as_posix().strip("/")
        return text[:-3] if text.endswith("[0]") else text

    def _unknown(self, path: str) -> ProjectError:
        known = _addresses(self.settings)
        return ProjectError(
            Diagnostic(
                code="TRD215",
                message=f"there is no component {str(path)!r}",
                why="a component is named by the path of its folder below the defs folder",
                fix=did_you_mean(str(path), known) or f"name one of {listing(known)}",
            )
        )

    def _broken(self, address: str, errors: list[Diagnostic]) -> Diagnostic:
        own = self.chain[-1]
        if route := next((each for each in self.shared.circles if own in each), None):
            return _circle(route, own)
        return Diagnostic(
            code="TRD217",
            message=f"the component {address!r} can't be loaded from here: {errors[0].message}",
            why=f"it is broken: see {errors[0].span or address}",
            fix="mend it first",
        )


def _circle(route: tuple[str, ...], own: str) -> Diagnostic:
    """Components that wait for each other, seen from one of them: the way round, from it to itself."""
    start = route.index(own)
    turned = (*route[start:-1], *route[:start], own)
    return Diagnostic(
        code="TRD214",
        message=f"the component {own!r} needs itself: " + " → ".join(turned),
        why="each of them loads the next one, with `context.load_component` or `context.build_defs`",
        fix="let one of them do without: write the keys of the assets instead",
    )


def _addresses(settings: Settings) -> list[str]:
    """The addresses of the components that files declare."""
    found = []
    for file in sorted(each for name in FILE_NAMES for each in settings.defs.rglob(name)):
        address = file.parent.relative_to(settings.defs).as_posix()
        try:
            count = len(parse_yaml(file))
        except ProjectError:
            count = 1
        found += [address, *(f"{address}[{index}]" for index in range(1, count))]
    return found
