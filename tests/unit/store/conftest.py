"""One suite, every database: SQLite always, PostgreSQL where TREADLE_TEST_POSTGRES names a server to use."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from treadle.store import Store, open_store

POSTGRES = os.environ.get("TREADLE_TEST_POSTGRES")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.skipif(not POSTGRES, reason="TREADLE_TEST_POSTGRES isn't set")),
    ]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that holds nothing yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/treadle.db"
        return
    from sqlalchemy import create_engine, make_url, text

    assert POSTGRES is not None
    name = f"treadle_{uuid.uuid4().hex[:12]}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
