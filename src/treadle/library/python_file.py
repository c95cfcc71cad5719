"""One Python file as a component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from treadle.components import Component, ComponentContext, ProjectFile, ScaffoldRequest
from treadle.ir import Definitions

__all__ = ["PythonFile"]

_EXAMPLE = '''"""What this file declares."""

from treadle import asset


@asset
def {name}():
    """Write what this asset holds."""
'''


class PythonFile(Component):
    """The assets, checks, schedules and sensors that one Python file declares."""

    path: ProjectFile
    """The file; a relative path starts at the folder of the YAML file."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """What the file declares."""
        assert context.load_python is not None
        return context.load_python(self.path)

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """A file beside the YAML file."""
        return ({"path": "assets.py"},)

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """Write a file with one asset."""
        name = request.folder.name.replace("-", "_")
        (request.folder / "assets.py").write_text(_EXAMPLE.format(name=name), encoding="utf-8")
        return {"path": "assets.py"}
