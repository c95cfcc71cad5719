"""Each page of a diagnostic shows a mistake that is told with its code, and what to write instead.

The files above the heading of the second part are the mistake; those below it, and the commands there, mend it.
Both are written over a small project, which `index.md` describes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages import DOCS, Block, blocks, commands
from tests.test_docs import follow

FOLDER = DOCS / "reference" / "diagnostics"
CODES = sorted(page.stem for page in FOLDER.glob("TRD*.md"))
INSTEAD = "## What to write instead"

# A test can't make these: nobody is forbidden to read what root may read, dbt is installed for the tests, no package is,
# not even an older Treadle, and nobody waits for what takes too long.
ONLY_SHOWN = {
    "TRD101",
    "TRD209",
    "TRD211",
    "TRD222",
    "TRD225",
    "TRD226",
    "TRD520",
    "TRD525",
    "TRD545",
    "TRD906",
    "TRD907",
    "TRD910",
    "TRD916",
}
# Nothing is wrong with these projects before a step runs: the pages have commands that show it.
WHEN_IT_RUNS = {f"TRD53{number}" for number in range(1, 9)}
# Only `treadle upgrade` tells these: the pages have commands as well.
WHEN_UPGRADED = {"TRD223", "TRD224"}
# Only `treadle export` tells these: the pages have commands as well.
WHEN_EXPORTED = {"TRD920", "TRD921", "TRD922"}
# What is right is a dbt project that dbt can read: the tutorial has one, and reading each takes seconds.
ONLY_THE_MISTAKE = {code for code in CODES if code.startswith("TRD60") or code == "TRD640"}
# What it is about is told as well.
TELLS_MORE = {"TRD217", "TRD911"}

PROJECT = {
    "pyproject.toml": '[tool.treadle]\nmodule = "mill"\n',
    "src/mill/__init__.py": "",
    "src/mill/components/__init__.py": "",
    "src/mill/defs/__init__.py": "",
    "src/mill/defs/looms/script.py": "",
    "transform/jdbt/dbt_project.yml": "name: mill\nprofile: mill\n",
    "transform/jdbt/profiles.yml": "mill:\n  outputs: {default: {type: duckdb, path: mill.duckdb}}\n",
    "transform/jdbt/models/orders.sql": "select 1 as id\n",
}


def parts(code: str) -> tuple[list[Block], list[Block]]:
    """The blocks of the mistake, and those that mend it."""
    wrong, _, right = (FOLDER / f"{code}.md").read_text(encoding="utf-8").partition(f"\n{INSTEAD}\n")
    return list(blocks(wrong)), list(blocks(right))


def make(folder: Path, found: list[Block]) -> Path:
    for path, text in PROJECT.items():
        Block(language="", text=text, file=path).write(folder)
    for block in found:
        if block.file:
            block.write(folder)
        for command, _ in commands(block.text) if block.language == "console" else ():
            subprocess.run(["bash", "-c", command], cwd=folder, check=True)
    return folder


def told(folder: Path) -> list[str]:
    answer = json.loads((folder / "checked.json").read_text(encoding="utf-8"))
    found = [
        *answer["diagnostics"],
        *(each for test in (*answer.get("tests", ()), *answer.get("cases", ())) for each in test["diagnostics"]),
    ]
    return sorted({each["code"] for each in found})


@pytest.mark.dbt
@pytest.mark.parametrize("family", sorted({code[:4] for code in CODES}))
def test_a_page_shows_the_mistake_and_what_is_right(family: str, tmp_path: Path) -> None:
    """
    The first part of a page is a project with this one mistake; the second part mends it.
    """
    wrong: dict[str, Path] = {}
    right: dict[str, Path] = {}
    for code in CODES:
        if code.startswith(family) and code not in ONLY_SHOWN | WHEN_IT_RUNS | WHEN_UPGRADED | WHEN_EXPORTED:
            mistake, mended = parts(code)
            wrong[code] = make(tmp_path / code / "wrong", mistake)
            if code not in ONLY_THE_MISTAKE:
                right[code] = make(tmp_path / code / "right", [*mistake, *mended])
    program = Path(__file__).parent / "fixtures" / "check_projects.py"
    done = subprocess.run(
        [sys.executable, str(program), *map(str, [*wrong.values(), *right.values()])], capture_output=True, text=True
    )
    assert (0, "") == (done.returncode, done.stderr)
    for code in TELLS_MORE & wrong.keys():
        assert code in told(wrong.pop(code))
    assert {code: [code] for code in wrong} == {code: told(folder) for code, folder in wrong.items()}
    assert {code: [] for code in right} == {code: told(folder) for code, folder in right.items()}


@pytest.mark.parametrize("code", sorted(WHEN_IT_RUNS | WHEN_UPGRADED | WHEN_EXPORTED))
def test_a_page_shows_what_is_seen_when_it_runs(code: str, tmp_path: Path) -> None:
    """
    Whoever follows a page about something that goes wrong in a run, or when files are rewritten or exported, sees what it
    shows, first the mistake, then none.
    """
    for block in [block for part in parts(code) for block in part]:
        if block.file:
            block.write(make(tmp_path, []))
        for command, expected in commands(block.text) if block.language == "console" else ():
            follow(command, expected, tmp_path)


@pytest.mark.parametrize("code", CODES)
def test_every_page_has_the_same_parts(code: str) -> None:
    """
    A page has its code in the title, says what it means, and shows the mistake and what is right.
    """
    text = (FOLDER / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code}: ")
    assert 1 == text.count(f"\n{INSTEAD}\n")
    assert all(parts(code))
