"""What policies deny isn't run by asking the API for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Served, serving
from tests.unit.server.projects import WEAVING, write_project

OWNED = "policies: {owned: {match: 'yarn or cloth', require: asset.owners, message: '{{ asset.key }} is nobody''s'}}\n"


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill in which a policy denies two of three assets."""
    root = write_project(tmp_path_factory.mktemp("ruled"), {"weaving.py": WEAVING, "/policies.yaml": OWNED})
    with serving(root) as served:
        yield served


@pytest.mark.parametrize("selection", ["yarn", "+cloth", "*"])
def test_a_run_of_what_is_denied_is_refused(mill: Served, selection: str) -> None:
    """
    The answer says which policy denies it, with the place.
    """
    answer = mill.client.post("/runs", json={"selection": selection})
    assert 409 == answer.status_code, answer.text
    found = answer.json()["error"]["diagnostics"]
    assert {"TRD901"} == {each["code"] for each in found}
    assert "yarn is nobody's (policy owned)" in {each["message"] for each in found}
    assert {"weaving.py"} == {each["file"].rpartition("/")[2] for each in found}


def test_a_run_of_the_rest_is_queued(mill: Served) -> None:
    """
    What no policy denies runs, though what is made from it is denied.
    """
    assert "queued" == mill.post("/runs", {"selection": "wool"})["status"]
