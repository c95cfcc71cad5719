"""How component types are written, and which there are."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.components.attributes import (
        AssetAttributes,
        CheckAttributes,
        CommonAttributes,
        TagText,
        TranslationAttributes,
    )
    from treadle.components.component import Component, ComponentContext, ScaffoldRequest, context_of, template_var
    from treadle.components.deprecations import (
        Deprecation,
        RemovedField,
        RenamedField,
        RenamedType,
        RenamedValue,
        ReplacedType,
        RewrittenField,
    )
    from treadle.components.descriptors import Descriptor, Descriptors, describe
    from treadle.components.execution import CredentialName, ExecutionAttributes, ProfileName, declare
    from treadle.components.instances import ComponentInstance, component_instance
    from treadle.components.model import Attributes, CommandLine, Written, check_alone, text_format
    from treadle.components.partitions import CronText, TimezoneText
    from treadle.components.paths import ProjectFile, ProjectPath
    from treadle.components.python import PythonDefinition, asset, call_with, check, schedule, sensor
    from treadle.components.registry import RegisteredType, find_type, registered_types
    from treadle.components.retries import Length
    from treadle.components.scope import base_variables

__all__ = [
    "AssetAttributes",
    "Attributes",
    "CheckAttributes",
    "CommandLine",
    "CommonAttributes",
    "Component",
    "ComponentContext",
    "ComponentInstance",
    "CredentialName",
    "CronText",
    "Deprecation",
    "Descriptor",
    "Descriptors",
    "ExecutionAttributes",
    "Length",
    "ProfileName",
    "ProjectFile",
    "ProjectPath",
    "PythonDefinition",
    "RegisteredType",
    "RemovedField",
    "RenamedField",
    "RenamedType",
    "RenamedValue",
    "ReplacedType",
    "RewrittenField",
    "ScaffoldRequest",
    "TagText",
    "TimezoneText",
    "TranslationAttributes",
    "Written",
    "asset",
    "base_variables",
    "call_with",
    "check",
    "check_alone",
    "component_instance",
    "context_of",
    "declare",
    "describe",
    "find_type",
    "registered_types",
    "schedule",
    "sensor",
    "template_var",
    "text_format",
]

# Looked up when they are asked for: what is known of component types as data needs no pydantic.
_ROOMS = {
    "attributes": "AssetAttributes CheckAttributes CommonAttributes TagText TranslationAttributes",
    "component": "Component ComponentContext ScaffoldRequest context_of template_var",
    "deprecations": "Deprecation RemovedField RenamedField RenamedType RenamedValue ReplacedType RewrittenField",
    "descriptors": "Descriptor Descriptors describe",
    "execution": "CredentialName ExecutionAttributes ProfileName declare",
    "instances": "ComponentInstance component_instance",
    "model": "Attributes CommandLine Written check_alone text_format",
    "partitions": "CronText TimezoneText",
    "paths": "ProjectFile ProjectPath",
    "python": "PythonDefinition asset call_with check schedule sensor",
    "registry": "RegisteredType find_type registered_types",
    "retries": "Length",
    "scope": "base_variables",
}
_EXPORTS = {name: room for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if module := _EXPORTS.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.components.{module}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
