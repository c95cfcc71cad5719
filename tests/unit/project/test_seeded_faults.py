"""The corpus of broken files: every kind of mistake is found, where a person would point at."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from treadle.project.checking import check

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
ONLY_BUILDING_TELLS = {"missing dbt project"}
EACH = 2
"""Files of each kind."""


def generator() -> Any:
    sys.path.insert(0, str(BENCHMARKS))  # the benchmarks import each other as scripts do
    try:
        return import_module("seeded_faults")
    finally:
        sys.path.remove(str(BENCHMARKS))


FAULTS = generator()
KINDS = [each.name for each in FAULTS.KINDS]
CASES = FAULTS.broken_files(EACH * len(KINDS))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What is told first of each file."""
    folder = tmp_path_factory.mktemp("seeded")
    FAULTS.write_project(folder, FAULTS.corpus(CASES))
    with pytest.MonkeyPatch.context() as patch:
        for name in [each for each in os.environ if each.startswith("SHOP_")]:
            patch.delenv(name)
        for name, value in FAULTS.ENVIRONMENT.items():
            patch.setenv(name, value)
        told = check(folder).diagnostics
    return FAULTS.first_answers(
        (
            each.span.file.parent.name,
            FAULTS.Answer(code=each.code, message=each.message, line=each.span.line, column=each.span.column),
        )
        for each in told
        if each.span
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_mistake_is_told_first_and_at_its_place(kind: str, answers: Mapping[str, Any]) -> None:
    told = []
    for number, case in enumerate(CASES):
        if case.kind == kind:
            answer = answers.get(f"broken_{number:03}")
            told.append(
                (answer and (answer.line, answer.column), (case.line, case.column), case.data.decode("latin-1"))
            )
    assert len(told) == EACH
    for place, expected, text in told:
        assert place == (None if kind in ONLY_BUILDING_TELLS else expected), text


def test_nothing_is_told_of_valid_files(answers: Mapping[str, Any]) -> None:
    assert [(name, each.message) for name, each in answers.items() if name.startswith("valid_")] == []


def test_the_corpus_is_the_same_each_time() -> None:
    assert FAULTS.broken_files(len(KINDS)) == FAULTS.broken_files(len(KINDS))
    assert FAULTS.broken_files(len(KINDS)) == CASES[: len(KINDS)]
