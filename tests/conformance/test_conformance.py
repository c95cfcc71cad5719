"""Small projects and what Dagster 1.13 answers to them: equal here, or a difference that is explained.

`cases/<case>` holds the project, `case.json` (what it is about) and `peer.json` (the recorded
answers). The differences are listed in docs/explanation/differences.md, each with its reason.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.comparing import differences

HERE = Path(__file__).parent
CASES = {each.name: json.loads((each / "case.json").read_text("utf-8")) for each in sorted((HERE / "cases").iterdir())}
PAGE = HERE.parents[1] / "docs" / "explanation" / "differences.md"
EXPLAINED = set(re.findall(r"^\| `([A-Za-z_0-9]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", CASES)
def test_a_project_means_what_it_means_to_dagster_or_the_difference_is_explained(
    name: str, ask: Ask, tmp_path: Path
) -> None:
    about = CASES[name]
    project = tmp_path / "project"
    shutil.copytree(HERE / "cases" / name / "project", project)
    ours = ask(project, about["env"])
    if about["imports_dagster"] and any("dagster" in each["message"] for each in mistakes(ours)):
        pytest.skip("its Python code imports dagster, which needs the Dagster host")
    peer = json.loads((HERE / "cases" / name / "peer.json").read_text("utf-8"))
    found = verdict(peer, ours)
    if name in EXPLAINED:
        assert found, "the page lists a difference, and there is none"
    else:
        assert not found, "neither equal nor explained in docs/explanation/differences.md"


def test_every_explained_case_exists() -> None:
    assert EXPLAINED
    assert set(CASES) >= EXPLAINED


Ask = Callable[[Path, dict[str, str]], dict[str, Any]]


@pytest.fixture(scope="session")
def ask() -> Iterator[Ask]:
    """What Treadle answers of a project in a folder, with more in the environment."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "answering.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # The cases' own code may import a few names of dagster.
        env={**os.environ, "PYTHONPATH": str(HERE / "standin")},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(folder: Path, env: dict[str, str]) -> dict[str, Any]:
            print(json.dumps({"folder": str(folder), "env": env}), file=process.stdin, flush=True)
            found: dict[str, Any] = json.loads(process.stdout.readline())
            assert found, "there is no answer"
            return found

        yield ask


def mistakes(ours: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in ours["diagnostics"] if each["severity"] == "error"]


def verdict(peer: dict[str, Any], ours: dict[str, Any]) -> list[str]:
    """What differs: whether the project loads at all, or what is in it."""
    refused = [f"{each['code']} {each['message']}" for each in mistakes(ours)]
    if peer["list_defs_exit"] or refused:
        return [] if bool(peer["list_defs_exit"]) == bool(refused) else [f"peer {peer['list_defs_exit']}", *refused]
    return list(differences(peer, ours))
