"""One suite, every database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from treadle.store import Store, open_store


@pytest.fixture
def url(store_url: str) -> str:
    """A database that holds nothing yet."""
    return store_url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened
