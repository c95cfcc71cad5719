"""Loads a component with what a test gives it, instead of what the shell and the project's functions say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from treadle.components import base_variables
from treadle.documents import Document, parse_yaml
from treadle.errors import Diagnostic, Severity
from treadle.ir import Definitions, link
from treadle.project import Settings
from treadle.project.loading import Loader
from treadle.project.printing import printing_to_stderr

__all__ = ["load_component"]

_NOTHING: Mapping[str, object] = MappingProxyType({})


def load_component(
    settings: Settings,
    address: str,
    *,
    env: Mapping[str, str],
    variables: Mapping[str, object] = _NOTHING,
    read: Callable[[Path], list[Document]] = parse_yaml,
    is_folder: bool = False,
) -> tuple[Definitions, tuple[Diagnostic, ...]]:
    """What the component of an address declares, and everything that is wrong with it.

    Args:
        env: all of the environment that templates see.
        variables: values of template variables; functions of these names aren't called.
        read: gives the documents of a file.
        is_folder: whether everything in the component's folder belongs to it.
    """
    base = base_variables(project_root=str(settings.root), env=env)
    loader = Loader(settings, lambda: base, only=None if is_folder else address, given=variables, read=read)
    with printing_to_stderr():
        everything = loader.load()
    definitions = _of(everything, address, is_folder=is_folder)
    _, linked = link(definitions)
    # What is declared elsewhere isn't there: that a name resembles another means nothing.
    mistakes = [*loader.diagnostics, *(each for each in linked if each.severity is Severity.ERROR)]
    folder = settings.defs / address.split("[", 1)[0]
    return definitions, tuple(dict.fromkeys(each for each in mistakes if _matters(each, folder, settings)))


def _matters(diagnostic: Diagnostic, folder: Path, settings: Settings) -> bool:
    """Whether a mistake is one of the component, or of what is around it."""
    if diagnostic.span is None or not diagnostic.span.file.is_relative_to(settings.defs):
        return True
    return diagnostic.span.file.is_relative_to(folder) or folder.is_relative_to(diagnostic.span.file.parent)


def _of(definitions: Definitions, address: str, *, is_folder: bool) -> Definitions:
    """What the component declared; a folder's also what is below it."""

    def belongs(component: str) -> bool:
        return component == address or (
            is_folder and (address == "." or component.startswith((f"{address}/", f"{address}[")))
        )

    return Definitions(
        assets=[each for each in definitions.assets if each.origin and belongs(each.origin.component)],
        checks=[each for each in definitions.checks if each.origin and belongs(each.origin.component)],
        steps=[each for each in definitions.steps if belongs(each.component)],
        schedules=[each for each in definitions.schedules if each.origin and belongs(each.origin.component)],
        sensors=[each for each in definitions.sensors if each.origin and belongs(each.origin.component)],
        jobs=[each for each in definitions.jobs if each.origin and belongs(each.origin.component)],
    )
