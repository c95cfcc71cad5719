"""Every answer that isn't a success has one shape."""

from __future__ import annotations

import re

import pytest

from tests.serving import Served
from treadle.server.app import openapi

ROUTES = [(method.upper(), path) for path, methods in openapi()["paths"].items() for method in methods]
SHAPE = {"code", "message", "diagnostics"}


@pytest.mark.parametrize(("method", "path"), [pytest.param(*each, id=" ".join(each)) for each in ROUTES])
def test_a_route_fails_in_the_one_shape(mill: Served, method: str, path: str) -> None:
    """
    Without a token, at a wrong name, with a wrong method and with nonsense, each route says what is wrong alike.
    """
    nonsense = re.sub(r"{\w+}", "nonsense", path)
    right = {"Authorization": f"Bearer {mill.token}"}
    answers = [
        mill.plain.request(method, nonsense),
        mill.plain.request(method, nonsense, headers={**right, "Host": "evil.example"}),
        mill.plain.request("PATCH", nonsense, headers=right),
    ]
    if path not in ("/api/events", "/api/project/reload"):
        body = None if method == "GET" else {"nonsense": 1}
        params = {"limit": 0, "selection": "((", "step": "nonsense"}
        answers.append(mill.plain.request(method, nonsense, headers=right, params=params, json=body))
    failed = [each for each in answers if not each.is_success]
    assert [401, 421, 405] == [each.status_code for each in failed[:3]]
    for each in failed:
        assert each.status_code < 500
        assert {"error"} == each.json().keys()
        assert SHAPE == each.json()["error"].keys()
        assert each.json()["error"]["message"]


def test_a_path_that_does_not_exist_fails_in_the_one_shape(mill: Served) -> None:
    """
    So does what no route answers.
    """
    answer = mill.client.get("/nothing/here")
    assert (404, SHAPE) == (answer.status_code, answer.json()["error"].keys())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param('{"selection":', "the body is no JSON from character 14 on: Expecting value", id="no-JSON"),
        pytest.param('{"selction": "wool"}', "selction: Extra inputs are not permitted", id="misspelled"),
        pytest.param("[]", "the body: Input should be a valid", id="a-list"),
    ],
)
def test_a_body_that_cannot_be_read_says_where(mill: Served, body: str, message: str) -> None:
    """
    What is no JSON, or has other fields, is told with its place.
    """
    answer = mill.client.post("/runs", content=body, headers={"content-type": "application/json"})
    assert 422 == answer.status_code
    assert message in answer.json()["error"]["message"]
