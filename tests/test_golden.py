"""Whole projects and what Treadle says of them: `UPDATE_GOLDEN=1 pytest tests/test_golden.py`, then review the diff.

`tests/golden/<case>/project` is a project; `expected.txt` holds the diagnostics of `treadle check --build`,
`expected.json` the definitions that could be loaded. Where there is an `upgraded.txt`, it holds what `treadle upgrade` says.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import CommandLine

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(each.name for each in GOLDEN.iterdir() if (each / "project").is_dir())
WITH_JOBS = {"jobs_and_schedules", "python_components", "scheduled_jobs", "sensors"}
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


@pytest.mark.parametrize("case", CASES)
def test_a_project_is_told_all_of_its_mistakes_and_the_rest_of_it_loads(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    shutil.copytree(GOLDEN / case / "project", project)
    for path in project.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))  # what is new isn't remembered
    installed = tmp_path / "packages"
    if (GOLDEN / case / "packages").exists():
        shutil.copytree(GOLDEN / case / "packages", installed)
        monkeypatch.setenv("PYTHONPATH", str(installed))
    treadle = CommandLine(project)
    checked = treadle("check", "--build")
    what = ("assets", "checks", "jobs", "schedules", "sensors") if case in WITH_JOBS else ("assets", "checks")
    answers = {each: treadle("list", each, "--json") for each in what}
    listed = {each: answer.json for each, answer in answers.items() if answer.out}
    found = {what: objects for what, objects in listed.items() if objects}
    text = json.dumps(found, indent=1, ensure_ascii=False).replace(str(project), "PROJECT") + "\n"
    told = f"exit {checked.code}\n{checked.err}{checked.out}".replace(str(project), "PROJECT").replace(
        str(installed), "PACKAGES"
    )
    if UPDATE:
        (GOLDEN / case / "expected.json").write_text(text, encoding="utf-8")
        (GOLDEN / case / "expected.txt").write_text(told, encoding="utf-8")
    assert told == (GOLDEN / case / "expected.txt").read_text(encoding="utf-8")
    assert text == (GOLDEN / case / "expected.json").read_text(encoding="utf-8")
    if (upgraded := GOLDEN / case / "upgraded.txt").exists():
        assert_upgrades(treadle, upgraded)
        return
    assert "Traceback" not in told
    assert treadle("check", "--build") == checked  # what is remembered by now changes nothing


def assert_upgrades(treadle: CommandLine, expected: Path) -> None:
    """What `treadle upgrade` changes, and what it leaves to a person; a second time it changes nothing."""
    would, done, again = treadle("upgrade", "--check"), treadle("upgrade"), treadle("upgrade")
    told = f"exit {would.code}\n{would.err}{would.out}exit {done.code}\n{done.out}exit {again.code}\n{again.out}"
    if UPDATE:
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
    assert "Traceback" not in told


def experiments() -> dict[str, str]:
    """Where each experiment of the README is made, by its number."""
    rows = re.findall(r"^\| (\d+[a-c]?) \|.*\| `([^`]+)` \|$", (GOLDEN / "README.md").read_text("utf-8"), re.MULTILINE)
    return dict(rows)


def test_every_experiment_is_made() -> None:
    """
    No number is left out, and what the README names exists.
    """
    found = experiments()
    assert {*map(str, range(1, 63)), "46a", "46b", "46c"} == set(found)
    for number, where in found.items():
        if "::" in where:
            file, _, test = where.partition("::")
            assert f"\ndef {test}(" in (GOLDEN.parents[1] / file).read_text("utf-8")
        elif len(list((GOLDEN / where / "project").rglob("e[0-9]*_*"))):
            assert list((GOLDEN / where).rglob(f"e{number:0>2}_*" if number.isdecimal() else f"e{number}_*")), number
        else:
            assert (GOLDEN / where / "project").is_dir()
