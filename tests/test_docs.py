"""The documentation does what it says: every page is followed from top to bottom in a fresh folder.

A fenced block with `file=PATH` writes that file. A `console` block holds commands after `$ ` and, below
each, lines that its output must have in that order (`…` stands for anything). A `python` block
without a file is run. Any other block is only shown. Pages of diagnostics have tests of their own.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Answer, CommandLine
from tests.pages import DOCS, blocks, commands

PAGES = sorted(
    page for page in DOCS.rglob("*.md") if page.parent.name != "diagnostics" and list(blocks(page.read_text("utf-8")))
)
ROOT = DOCS.parent
OF_SHELLS = re.compile(r"[|&;<>$`*?~\[{(\n]")


@pytest.mark.dbt
@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(DOCS))) for page in PAGES])
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    """
    Whoever types what a page shows, sees what the page shows.
    """
    folder = tmp_path
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.file:
            block.write(folder)
        elif block.language == "console":
            for command, expected in commands(block.text):
                folder = follow(command, expected, folder)
        elif block.language == "python":
            done = subprocess.run([sys.executable, "-c", block.text], cwd=folder, capture_output=True, text=True)
            assert (0, "") == (done.returncode, done.stderr)


def follow(command: str, expected: list[str], folder: Path) -> Path:
    """Run a command as a reader would, and give the folder that the next one starts in."""
    words = shlex.split(command)
    if words[0] == "cd":
        return folder / words[1]
    fails = "# fails" in command
    done = typed(command.split("  #")[0], folder)
    printed = done.out + done.err
    assert fails == (done.code != 0), printed
    remaining = [line.rstrip() for line in printed.splitlines()]
    for line in expected:
        pattern = re.compile(".*".join(map(as_wide_as_needed, line.split("…"))))
        found = next((index for index, each in enumerate(remaining) if pattern.fullmatch(each)), None)
        assert found is not None, f"{line!r} is missing after {command!r}:\n{printed}"
        remaining = remaining[found + (line != "…") :]
    return folder


def typed(command: str, folder: Path) -> Answer:
    """What a command answers; a shell is started for those that need one."""
    words = shlex.split(command)
    environment = {"EXAMPLES": str(ROOT / "examples")}
    if words[0] == "treadle" and not OF_SHELLS.search(command):
        return CommandLine(folder)(*words[1:], env=environment)
    if words[0] == "treadle":
        command = f"{shlex.quote(sys.executable)} -m {command}"
    env = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", **environment}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True)
    return Answer(code=done.returncode, out=done.stdout, err=done.stderr)


def as_wide_as_needed(text: str) -> str:
    """A pattern for a part of a line: how wide the columns of a table are depends on what is in them."""
    return re.sub("─+", "─+", re.sub(r"(\\ ){2,}", " {2,}", re.escape(text)))


LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(#[^)\s]+)?\)")


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, id=str(page.relative_to(ROOT)))
        for page in sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("examples/*/*.md")])
    ],
)
def test_every_link_leads_somewhere(page: Path) -> None:
    """
    A link between pages names a page that exists, and a heading that the page has.
    """
    links = [(found[1], found[2]) for found in LINK.finditer(page.read_text(encoding="utf-8"))]
    missing = [path for path, _ in links if not (page.parent / path).exists()]
    assert [] == missing
    assert [] == [path + part for path, part in links if part and part not in anchors(page.parent / path)]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
