"""Components that are made in Python, without a YAML file."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treadle.components.component import Component
from treadle.errors import Span

__all__ = ["ComponentInstance", "component", "component_instance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentInstance:
    """A decorated function: it can still be called, and the project makes a component by it."""

    function: Callable[..., Component]

    def __call__(self, *args: Any, **kwargs: Any) -> Component:
        return self.function(*args, **kwargs)

    @property
    def span(self) -> Span:
        """Where the function is written."""
        code = inspect.unwrap(self.function).__code__
        return Span(file=Path(code.co_filename), line=code.co_firstlineno)


def component_instance(function: Callable[..., Component]) -> ComponentInstance:
    """Make a component by a function in a module of the defs folder; it may take the `ComponentContext`.

    Its address is that of the module with the function's name: `reports.py[daily]`.

    >>> from treadle.library.folder import DefsFolder
    >>> @component_instance
    ... def everything(context):
    ...     return DefsFolder()
    >>> everything(None)
    DefsFolder()
    """
    return ComponentInstance(function=function)


component = component_instance
"""Another name for `component_instance`."""
