"""Projects that are served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Served, serving
from tests.unit.server.projects import WEAVING, write_project


@pytest.fixture(scope="session")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill that is served, and in which nothing happens."""
    root = write_project(tmp_path_factory.mktemp("mill"), {"weaving.py": WEAVING})
    with serving(root) as served:
        yield served
