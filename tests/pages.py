"""Pages of the documentation, as tests read them.

A fenced block with `file=PATH` writes that file; with `bytes` after it, escapes like `\\xe9` stand for bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A fenced block: its language, the file that it is, and its text."""

    language: str
    text: str
    file: str | None = None
    is_escaped: bool = False

    def write(self, folder: Path) -> None:
        assert self.file is not None
        target = folder / self.file
        target.parent.mkdir(parents=True, exist_ok=True)
        data = self.text.encode()
        target.write_bytes(data.decode("unicode_escape").encode("latin-1") if self.is_escaped else data)


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    for found in _FENCE.finditer(text):
        words = found[2].split()
        file = next((word.removeprefix("file=") for word in words if word.startswith("file=")), None)
        yield Block(language=found[1], text=found[3], file=file, is_escaped="bytes" in words)


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines that are shown below it."""
    command, output = "", []
    for line in text.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, output
            command, output = line[2:], []
        elif line.strip():
            output.append(line.rstrip())
    if command:
        yield command, output
