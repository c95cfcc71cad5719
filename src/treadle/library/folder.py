"""A folder as a component: what is said in its YAML file holds for everything below."""

from __future__ import annotations

from typing import ClassVar

from treadle.components import Component, ComponentContext
from treadle.ir import Definitions

__all__ = ["DefsFolder"]


class DefsFolder(Component):
    """A folder of components; its template variables and post-processing hold for all of them.

    >>> DefsFolder.holds_folder
    True
    """

    holds_folder: ClassVar[bool] = True

    def build_defs(self, context: ComponentContext) -> Definitions:
        """Nothing of its own: what is in the folder is loaded by the project."""
        return Definitions()
