"""How many faults there are, and which: `FAULTS_ROUNDS` and `FAULTS_SEED` in the environment say it."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.mill import Mill

ROUNDS = int(os.environ.get("FAULTS_ROUNDS", "10"))
SEED = os.environ.get("FAULTS_SEED") or "treadle"  # the same for all processes of these tests


def pytest_report_header() -> str:
    return f"faults: FAULTS_ROUNDS={ROUNDS} FAULTS_SEED={SEED}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.faults)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "faults" in metafunc.fixturenames:
        share = getattr(metafunc.function, "share", 1.0)
        metafunc.parametrize("faults", range(max(1, round(ROUNDS * share))), indirect=True)


@pytest.fixture
def faults(request: pytest.FixtureRequest) -> random.Random:
    """Chance, the same for the same seed, test and round."""
    return random.Random(f"{SEED} {request.function.__name__} {request.param}")


@pytest.fixture
def new_mill(tmp_path: Path) -> Iterator[Callable[..., Mill]]:
    """Makes projects; whatever is left of their processes is ended after the test."""
    made: list[Mill] = []

    def make(root: Path | None = None, **env: str) -> Mill:
        made.append(Mill(root or tmp_path / f"mill{len(made)}", env))
        return made[-1]

    yield make
    for each in made:
        each.end()


@pytest.fixture
def mill(new_mill: Callable[..., Mill]) -> Mill:
    return new_mill()
