"""Treadle: a few lines of YAML become checked, documented, runnable assets.

Everything that a project or a component type needs is imported from here; each name is loaded when
it is first used, so that `import treadle` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.components import (
        AssetAttributes,
        Attributes,
        CheckAttributes,
        Component,
        ComponentContext,
        ProjectPath,
        RemovedField,
        RenamedField,
        RenamedType,
        RenamedValue,
        ReplacedType,
        RewrittenField,
        ScaffoldRequest,
        TranslationAttributes,
        asset,
        check,
        component_instance,
        schedule,
        sensor,
        template_var,
    )
    from treadle.components.instances import component
    from treadle.ir import (
        AllMapping,
        Asset,
        AssetGraph,
        AssetKey,
        AssetWatch,
        AutomationCondition,
        BackfillPolicy,
        Check,
        CheckResult,
        CheckSeverity,
        Column,
        ColumnSource,
        Definitions,
        DimensionMapping,
        DynamicPartitions,
        FileWatch,
        FreshnessPolicy,
        IdentityMapping,
        Job,
        LastMapping,
        Materialization,
        MultiPartitions,
        RetryPolicy,
        RunRequest,
        Schedule,
        Sensor,
        SharedDimensionsMapping,
        SkipReason,
        StaticMapping,
        StaticPartitions,
        Step,
        StepContext,
        StepFailed,
        TickContext,
        TimeWindowMapping,
        TimeWindowPartitions,
    )
    from treadle.policies.functions import policy
    from treadle.project import Project, load
    from treadle.templating import Template

__all__ = [
    "AllMapping",
    "Asset",
    "AssetAttributes",
    "AssetGraph",
    "AssetKey",
    "AssetWatch",
    "Attributes",
    "AutomationCondition",
    "BackfillPolicy",
    "Check",
    "CheckAttributes",
    "CheckResult",
    "CheckSeverity",
    "Column",
    "ColumnSource",
    "Component",
    "ComponentContext",
    "Definitions",
    "DimensionMapping",
    "DynamicPartitions",
    "FileWatch",
    "FreshnessPolicy",
    "IdentityMapping",
    "Job",
    "LastMapping",
    "Materialization",
    "MultiPartitions",
    "Project",
    "ProjectPath",
    "RemovedField",
    "RenamedField",
    "RenamedType",
    "RenamedValue",
    "ReplacedType",
    "RetryPolicy",
    "RewrittenField",
    "RunRequest",
    "ScaffoldRequest",
    "Schedule",
    "Sensor",
    "SharedDimensionsMapping",
    "SkipReason",
    "StaticMapping",
    "StaticPartitions",
    "Step",
    "StepContext",
    "StepFailed",
    "Template",
    "TickContext",
    "TimeWindowMapping",
    "TimeWindowPartitions",
    "TranslationAttributes",
    "asset",
    "check",
    "component",
    "component_instance",
    "load",
    "policy",
    "schedule",
    "sensor",
    "template_var",
]

__version__ = "0.1.0"

_COMPONENTS = (
    "AssetAttributes Attributes CheckAttributes Component ComponentContext ProjectPath RemovedField RenamedField "
    "RenamedType RenamedValue ReplacedType RewrittenField ScaffoldRequest "
    "TranslationAttributes asset check component_instance schedule sensor template_var"
)
_PROJECT = "Project load"
_TEMPLATING = "Template"
_ROOMS = {
    "component": "treadle.components.instances",
    "policy": "treadle.policies.functions",
    **dict.fromkeys(_COMPONENTS.split(), "treadle.components"),
    **dict.fromkeys(_PROJECT.split(), "treadle.project"),
    **dict.fromkeys(_TEMPLATING.split(), "treadle.templating"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS.get(name, "treadle.ir")), name)


def __dir__() -> list[str]:
    return __all__
