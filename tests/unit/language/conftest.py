"""A project on disk, and texts with a cursor in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from treadle.language.completion import complete
from treadle.language.positions import Cursor
from treadle.language.records import Suggestion
from treadle.language.workspace import Workspace, open_workspace

LOOM = '''"""A component type of the project."""

from typing import Literal

from pydantic import Field

from treadle import AssetAttributes, Attributes, Component, Definitions


class Daily(Attributes):
    type: Literal["daily"]
    start: str


class Static(Attributes):
    type: Literal["static"]
    keys: list[str]


class Loom(Component):
    """Weaves cloth.

    One bolt at a time.
    """

    threads: int = 4
    """How many threads it has."""
    color: Literal["red", "blue"] = "red"
    """The cloth's colour."""
    fast: bool = False
    """Whether it hurries."""
    pattern: str
    """What is woven."""
    old: str | None = Field(default=None, deprecated="write `pattern`")
    """The same, formerly."""
    cut: Daily | Static | None = None
    """How the cloth is cut."""
    assets: list[AssetAttributes] = []
    """The bolts."""

    def build_defs(self, context):
        return Definitions(assets=tuple(each.to_asset() for each in self.assets))
'''

FILES = {
    "/compute.yaml": "small: {cpus: 1}\nbig: {cpus: 8, allowed: 'group:research'}\n",
    "/credentials.yaml": "warehouse: {provider: environment, variable: WAREHOUSE}\n",
    "/src/p/components/__init__.py": "",
    "/src/p/components/loom.py": LOOM,
    "orders/defs.yaml": "type: p.components.loom.Loom\nattributes:\n  pattern: plain\n  assets:\n    - key: raw/orders\n"
    "      description: What was ordered.\n      group: sales\n",
    "python.py": "from treadle import asset\n\n\n@asset\ndef people():\n    'Who weaves.'\n",
    "vars/defs.yaml": "type: p.components.loom.Loom\n",
    "vars/words.py": "from treadle import template_var\n\n\n@template_var\ndef region() -> str:\n    return 'eu'\n",
}

NEW = "new/defs.yaml"
Complete = Callable[..., list[Suggestion]]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, which no test changes: its component type is described once."""
    root = tmp_path_factory.mktemp("project")
    inside = {path[1:] if path.startswith("/") else f"src/p/defs/{path}": text for path, text in FILES.items()}
    for path, text in {**PROJECT, **inside}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    """The project, with its assets read."""
    found = open_workspace(folder)
    found.index()
    return found


def split(marked: str) -> tuple[str, Cursor]:
    """A text without its mark `‸`, and where that was."""
    before, mark, after = marked.partition("‸")
    assert mark
    lines = before.split("\n")
    return before + after, Cursor(line=len(lines) - 1, column=len(lines[-1]))


@pytest.fixture
def suggested(workspace: Workspace) -> Callable[..., list[str]]:
    """The labels that are suggested at the mark of a text."""

    def labels(marked: str, file: str = NEW) -> list[str]:
        text, cursor = split(marked)
        return [each.label for each in complete(workspace, workspace.settings.defs / file, text, cursor)]

    return labels


@pytest.fixture
def typed(workspace: Workspace) -> Callable[[str, str], str]:
    """A text after one of the suggestions at its mark was taken."""

    def take(marked: str, label: str, file: str = NEW) -> str:
        text, cursor = split(marked)
        found = complete(workspace, Path(workspace.settings.defs / file), text, cursor)
        (chosen,) = [each for each in found if each.label == label]
        lines = text.split("\n")
        at = chosen.range
        assert at.start.line == at.end.line
        line = lines[at.start.line]
        lines[at.start.line] = line[: at.start.column] + chosen.insert + line[at.end.column :]
        return "\n".join(lines)

    return take
