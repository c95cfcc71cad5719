"""The tests that the example has of its own components."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import CommandLine

EXAMPLE = Path(__file__).parents[2] / "examples" / "jaffle"


@pytest.mark.e2e
def test_the_example_passes_its_own_tests(tmp_path: Path) -> None:
    """
    `treadle test` in the example finds tests, and all of them pass.
    """
    folder = tmp_path / "jaffle"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".treadle", "target", "*.duckdb*", "logs"))
    answer = CommandLine(folder)("test", "--json")
    assert (0, 2, 0) == (answer.code, answer.json["passed"], answer.json["failed"])
