"""Where a declaration comes from, and how a message names that place."""

from __future__ import annotations

from dataclasses import dataclass

from treadle.errors import Span

__all__ = ["Origin", "component_names", "folders_of", "project_names", "span_of", "where"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something was declared.

    `component` is the address of the component (`jdbt`, or `jdbt[1]` for the second document of a
    file); `span` is the line to show a person; `detail` names the thing in its own system
    (`model.jaffle_shop.orders`). `project` is only said where several projects are seen together.
    """

    component: str
    span: Span | None = None
    detail: str = ""
    project: str = ""

    def __str__(self) -> str:
        place = str(self.span) if self.span else self.component
        return f"{place} ({self.detail})" if self.detail else place


def where(origin: Origin | None) -> str:
    """The place that a message names."""
    return "an unknown place" if origin is None else str(origin)


def span_of(origin: Origin | None) -> Span | None:
    """The line that a diagnostic points at, if it is known."""
    return None if origin is None else origin.span


def component_names(address: str) -> tuple[str, ...]:
    """The names of a component: its address, and that of its file for one of several documents.

    >>> component_names("jdbt[1]"), component_names("jdbt")
    (('jdbt[1]', 'jdbt'), ('jdbt',))
    """
    return (address, address.rsplit("[", 1)[0]) if address.endswith("]") else (address,)


def project_names(project: str) -> tuple[str, ...]:
    """The names of a project of a workspace: its folder, and the last part of that.

    >>> project_names("teams/shop"), project_names("")
    (('teams/shop', 'shop'), ())
    """
    return tuple(dict.fromkeys((project, project.rsplit("/", 1)[-1]))) if project else ()


def folders_of(address: str) -> tuple[str, ...]:
    """The folder that a component is in, below the project's defs folder, and those above it; `.` is that folder.

    >>> folders_of("teams/vision/train[1]"), folders_of("teams/shop.py")
    (('.', 'teams', 'teams/vision', 'teams/vision/train'), ('.', 'teams'))
    """
    parts = [part for part in component_names(address)[-1].split("/") if part != "."]
    if parts and parts[-1].endswith(".py"):
        del parts[-1]
    return (".", *("/".join(parts[: end + 1]) for end in range(len(parts))))
