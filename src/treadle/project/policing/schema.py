"""The JSON Schema of `policies.yaml` and `waivers.yaml`, for editors."""

from __future__ import annotations

from typing import Any

from treadle.components.descriptors.schema import attributes_schema
from treadle.policies.waivers import WAIVERS, WaiverAttributes
from treadle.project.policing.models import NAME, BindingAttributes, PolicyAttributes
from treadle.project.policing.presence import FILE

__all__ = ["schema_of_file"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of_file(name: str) -> dict[str, Any]:
    """The schema of one of the two files.

    >>> schema_of_file("policies.yaml")["properties"]["policies"]["additionalProperties"]["properties"]["severity"]["enum"]
    ['deny', 'warn', 'audit']
    """
    if name == WAIVERS:
        return {"$schema": _DIALECT, "title": name, "type": "array", "items": attributes_schema(WaiverAttributes)}
    policy, binding = attributes_schema(PolicyAttributes), attributes_schema(BindingAttributes)
    # What both refer to stands at the top, where references look for it.
    shared = {**policy.pop("$defs", {}), **binding.pop("$defs", {})}
    rules = [{"required": ["require"]}, {"required": ["cel"]}]
    return {
        "$schema": _DIALECT,
        "title": FILE,
        "type": "object",
        "properties": {
            "policies": {
                "type": "object",
                "propertyNames": {"pattern": f"^{NAME}$"},
                "additionalProperties": {**policy, "oneOf": rules},
            },
            "bindings": {"type": "array", "items": binding},
        },
        "additionalProperties": False,
        **({"$defs": shared} if shared else {}),
    }
