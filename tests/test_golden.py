"""Whole projects and what Treadle says of them: `UPDATE_GOLDEN=1 pytest tests/test_golden.py`, then review the diff.

`tests/golden/<case>/project` is a project; `expected.txt` holds the diagnostics of `treadle check`,
`expected.json` the definitions that could be loaded.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import CommandLine

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(each.name for each in GOLDEN.iterdir() if (each / "project").is_dir())
WITH_JOBS = {"jobs_and_schedules"}
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


@pytest.mark.parametrize("case", CASES)
def test_a_project_is_told_all_of_its_mistakes_and_the_rest_of_it_loads(case: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(GOLDEN / case / "project", project)
    treadle = CommandLine(project)
    checked = treadle("check")
    what = ("assets", "checks", "jobs", "schedules") if case in WITH_JOBS else ("assets", "checks")
    listed = {each: treadle("list", each, "--json").json for each in what}
    found = {what: objects for what, objects in listed.items() if objects}
    text = json.dumps(found, indent=1, ensure_ascii=False).replace(str(project), "PROJECT") + "\n"
    told = f"exit {checked.code}\n{checked.err}{checked.out}".replace(str(project), "PROJECT")
    if UPDATE:
        (GOLDEN / case / "expected.json").write_text(text, encoding="utf-8")
        (GOLDEN / case / "expected.txt").write_text(told, encoding="utf-8")
    assert told == (GOLDEN / case / "expected.txt").read_text(encoding="utf-8")
    assert text == (GOLDEN / case / "expected.json").read_text(encoding="utf-8")
    assert "Traceback" not in told
