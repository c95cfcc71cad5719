"""The JSON Schema of `policies.test.yaml`, for editors."""

from __future__ import annotations

from typing import Any

from treadle.components.descriptors.schema import attributes_schema
from treadle.testing.policies.model import CaseAttributes

__all__ = ["schema_of_cases"]


def schema_of_cases() -> dict[str, Any]:
    """The schema of a file of cases.

    >>> schema_of_cases()["additionalProperties"]["items"]["properties"]["expect"]["enum"]
    ['pass', 'deny', 'warn', 'audit']
    """
    case = attributes_schema(CaseAttributes)
    shared = case.pop("$defs", {})  # at the top, where references look for it
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "policies.test.yaml",
        "type": "object",
        "additionalProperties": {"type": "array", "items": case},
        "$defs": shared,
    }
