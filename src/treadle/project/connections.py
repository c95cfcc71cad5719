"""The SQL connections of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from treadle.errors import Span
from treadle.project.settings import Settings
from treadle.templating import render

__all__ = ["Connections"]


class Connections(Mapping[str, str]):
    """The project's SQL connections; a URL's templates are rendered when it is asked for, which may need secrets.

    `taken` is called whenever a URL is asked for.
    """

    def __init__(self, settings: Settings, variables: Mapping[str, object], *, taken: Callable[[], object]) -> None:
        self._settings = settings
        self._variables = variables
        self._taken = taken

    def __getitem__(self, name: str) -> str:
        self._taken()
        locate = lambda path: Span(file=self._settings.file)  # noqa: E731 - TOML values have no positions
        return str(render(self._settings.connections[name], self._variables, path=("connections", name), locate=locate))

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings.connections)

    def __len__(self) -> int:
        return len(self._settings.connections)

    def __contains__(self, name: object) -> bool:
        return name in self._settings.connections
