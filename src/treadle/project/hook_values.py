"""The values of hooks: templates over the environment, rendered when something is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from treadle.errors import Diagnostic, ProjectError, Span, UsageError
from treadle.ir import AssetGraph
from treadle.ir.hooks import Hook, ToCommand, ToEmail, ToWebhook
from treadle.project.settings import Settings, place_of_hook, read_environment
from treadle.templating import Env, render

__all__ = ["mistakes_in_values", "renderer"]


def renderer(settings: Settings) -> Callable[[str], tuple[str, frozenset[str]]]:
    """What renders a text of a hook, and tells which values of the environment it took for that: these are secrets.

    Raises (when it is called):
        ProjectError: when a variable isn't set, or the template is wrong.
    """
    environment, _ = read_environment(settings)

    def rendered(text: str) -> tuple[str, frozenset[str]]:
        values = _Watched(environment, set())
        return _render(text, values, Span(file=settings.file)), frozenset(values.taken)

    return rendered


def mistakes_in_values(settings: Settings, graph: AssetGraph) -> Iterator[Diagnostic]:
    """What is wrong in the templates and the selections of hooks, whatever the environment holds."""
    for hook in settings.hooks.values():
        span = place_of_hook(settings, hook.name)
        for text in _texts(hook):
            try:
                # Some value that also passes for a number: what is in the environment here says nothing of elsewhere.
                _render(text, _Anything(), span)
            except ProjectError as error:
                yield from error.diagnostics
        try:
            graph.select(hook.select)
        except UsageError as error:
            yield Diagnostic(
                code="TRD410",
                message=f"the selection of the hook {hook.name!r} can't be used: {error.message}",
                why="it says of which assets the hook tells",
                fix=error.fix,
                span=span,
            )


def _texts(hook: Hook) -> tuple[str, ...]:
    way = hook.way
    if isinstance(way, ToCommand):
        return way.command
    if isinstance(way, ToEmail):
        return (*way.to, way.sender, way.smtp)
    return (way.url, way.secret) if isinstance(way, ToWebhook) else (way.url,)


def _render(text: str, values: Mapping[str, str], span: Span) -> str:
    return str(render(text, {"env": Env(values)}, locate=lambda path: span))


@dataclass(frozen=True, slots=True)
class _Watched(Mapping[str, str]):
    """The environment, and what was taken of it."""

    environment: Mapping[str, str]
    taken: set[str]

    def __getitem__(self, name: str) -> str:
        value = self.environment[name]
        self.taken.add(value)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.environment)

    def __len__(self) -> int:
        return len(self.environment)


class _Anything(Mapping[str, str]):
    """An environment in which everything is set."""

    def __getitem__(self, name: str) -> str:
        return "1"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
