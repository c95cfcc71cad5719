"""How component types are written, and which there are."""

from treadle.components.attributes import (
    AssetAttributes,
    CheckAttributes,
    CommonAttributes,
    TranslationAttributes,
)
from treadle.components.component import Component, ComponentContext, ScaffoldRequest, template_var
from treadle.components.execution import ExecutionAttributes, declare
from treadle.components.model import Attributes
from treadle.components.paths import ProjectFile, ProjectPath
from treadle.components.python import PythonDefinition, asset, call_with, check, schedule, sensor
from treadle.components.registry import RegisteredType, find_type, registered_types
from treadle.components.scope import base_variables

__all__ = [
    "AssetAttributes",
    "Attributes",
    "CheckAttributes",
    "CommonAttributes",
    "Component",
    "ComponentContext",
    "ExecutionAttributes",
    "ProjectFile",
    "ProjectPath",
    "PythonDefinition",
    "RegisteredType",
    "ScaffoldRequest",
    "TranslationAttributes",
    "asset",
    "base_variables",
    "call_with",
    "check",
    "declare",
    "find_type",
    "registered_types",
    "schedule",
    "sensor",
    "template_var",
]
