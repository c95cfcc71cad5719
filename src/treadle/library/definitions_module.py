"""A Python module as a component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from treadle.components import Component, ComponentContext, ScaffoldRequest
from treadle.ir import Definitions

__all__ = ["DefinitionsModule"]

_EXAMPLE = '''"""What this module declares."""

from treadle import asset


@asset
def {name}():
    """Write what this asset holds."""
'''


class DefinitionsModule(Component):
    """The assets, checks, jobs, schedules and sensors that a Python module declares.

    The module may be anywhere on Python's path: in the project, or in an installed package.
    """

    module: str = Field(min_length=1, examples=["my_package.assets", ".assets"])
    """The module; a leading dot starts at the folder of the YAML file."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """What the module declares."""
        assert context.load_module is not None
        return context.load_module(self.module)

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """A module beside the YAML file."""
        return ({"module": ".assets"},)

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """Write a module with one asset."""
        name = request.folder.name.replace("-", "_")
        (request.folder / "assets.py").write_text(_EXAMPLE.format(name=name), encoding="utf-8")
        return {"module": ".assets"}
