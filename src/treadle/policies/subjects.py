"""What policies look at beside the graph: the components as they were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from treadle.errors import Span
from treadle.ir import AssetGraph

__all__ = ["DeclaredComponent", "Subjects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredComponent:
    """A component as its author wrote it.

    `package` brings its type; `attributes` are those of the YAML, with templates as the text that they are.
    """

    address: str
    type: str
    package: str = ""
    attributes: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """All that is judged: a graph, the components that declared it, and the name of the project.

    Files are named as they are seen from `root`. A graph that isn't whole, because it was loaded for one component, is
    judged only by what looks at nothing else.
    """

    graph: AssetGraph
    components: tuple[DeclaredComponent, ...] = ()
    project: str = ""
    root: Path | None = None
    is_whole: bool = True
