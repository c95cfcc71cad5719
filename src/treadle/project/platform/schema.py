"""The JSON Schema of `compute.yaml` and `credentials.yaml`, for editors."""

from __future__ import annotations

from typing import Any, get_args

from treadle.components.descriptors.schema import attributes_schema
from treadle.project.platform.models import NAME, AnyCredential, ComputeAttributes

__all__ = ["schema_of_file"]


def schema_of_file(name: str) -> dict[str, Any]:
    """The schema of one of the two files.

    >>> schema_of_file("compute.yaml")["additionalProperties"]["properties"]["launcher"]["enum"]
    ['local', 'ray', 'kubernetes', 'slurm']
    """
    if name == "compute.yaml":
        entry = attributes_schema(ComputeAttributes)
    else:
        kinds = get_args(get_args(AnyCredential)[0])
        entry = {"oneOf": [attributes_schema(kind) for kind in kinds]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "propertyNames": {"pattern": f"^{NAME}$"},
        "additionalProperties": entry,
    }
