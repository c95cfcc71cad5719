"""The folder of a project that exists only for a test."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

__all__ = ["MODULE", "lay_out", "write_files"]

MODULE = "sandbox"


def lay_out(root: Path, files: Mapping[str, str | bytes] | None = None, *, module: str = MODULE) -> Path:
    """Write an empty project and these files of it, and give its defs folder."""
    defs = root / "src" / module / "defs"
    defs.mkdir(parents=True)
    (root / "pyproject.toml").write_text(f'[tool.treadle]\nmodule = "{module}"\n', encoding="utf-8")
    write_files(root, defs, files or {})
    return defs


def write_files(root: Path, defs: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files, whose paths start at the defs folder, or at the project's folder after a leading slash.

    Text is dedented, so that it can be written where it reads well.

    Raises:
        ValueError: when a path leads out of the project.
    """
    for path, content in files.items():
        file = file_of(root, defs, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else _dedented(content).encode())


def file_of(root: Path, defs: Path, path: str) -> Path:
    """The file that a path of a test means."""
    file = root / path[1:] if path.startswith("/") else defs / path
    if not file.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"{path!r} leads out of the project")
    return file


def _dedented(text: str) -> str:
    return textwrap.dedent(text.removeprefix("\n"))
