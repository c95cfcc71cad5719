"""The API does what its OpenAPI document says, whatever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.serving import Served, serving
from tests.unit.server.projects import WEAVING, write_project

_DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "openapi.json"
_ENDLESS = r"/(stream|events)$"  # streams of events, which have no end
_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

api = schemathesis.openapi.from_path(_DOCUMENT).exclude(path_regex=_ENDLESS)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project of its own: what is asked for by chance changes it."""
    with serving(write_project(tmp_path_factory.mktemp("asked"), {"weaving.py": WEAVING})) as served:
        yield served


@api.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_has_the_form_that_is_written(case: Any, asked: Served) -> None:
    """
    Whatever is asked, sensible or not, is answered with a status and a body that the document names; nothing breaks.
    """
    answer = case.call(base_url=asked.url.rstrip("/"), headers={"Authorization": f"Bearer {asked.token}"})
    case.validate_response(answer, checks=_CHECKS)
