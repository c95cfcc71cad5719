"""The waist of Treadle: frozen records of what a project declares, and pure functions over them.

Whatever reads YAML or Python ends in `Definitions`; whatever runs, stores, exports or shows begins
with an `AssetGraph`. Imports `treadle.errors` and the standard library only.
"""

from treadle.ir.assets import Asset, Column
from treadle.ir.automation import AutomationCondition, FreshnessPolicy, Job, Schedule, Sensor
from treadle.ir.checks import Check, CheckSeverity
from treadle.ir.definitions import Definitions
from treadle.ir.events import CheckResult, Event, LogLine, Materialization, Phase
from treadle.ir.graph import AssetGraph, link
from treadle.ir.keys import AssetKey, CheckKey
from treadle.ir.limits import MOST_OUTPUT, Limits
from treadle.ir.origin import Origin
from treadle.ir.partition_mappings import (
    AllMapping,
    DimensionMapping,
    IdentityMapping,
    LastMapping,
    PartitionMapping,
    SharedDimensionsMapping,
    StaticMapping,
    TimeWindowMapping,
)
from treadle.ir.partitions import (
    BackfillPolicy,
    DynamicPartitions,
    MultiPartitions,
    Partitions,
    StaticPartitions,
    TimeWindow,
    TimeWindowPartitions,
)
from treadle.ir.platform import (
    ComputeProfile,
    Credential,
    FromCommand,
    FromEnvironment,
    FromFile,
    FromOidcClient,
    FromTokenExchange,
    Launcher,
    Platform,
    Provider,
    credential_variable,
)
from treadle.ir.requests import AssetWatch, FileWatch, RunRequest, SkipReason, TickContext
from treadle.ir.selection import Selection, check_selection, parse_selection, select_among
from treadle.ir.sql import AssetSql, ColumnSource
from treadle.ir.steps import RetryPolicy, Step, StepContext, StepFailed

__all__ = [
    "MOST_OUTPUT",
    "AllMapping",
    "Asset",
    "AssetGraph",
    "AssetKey",
    "AssetSql",
    "AssetWatch",
    "AutomationCondition",
    "BackfillPolicy",
    "Check",
    "CheckKey",
    "CheckResult",
    "CheckSeverity",
    "Column",
    "ColumnSource",
    "ComputeProfile",
    "Credential",
    "Definitions",
    "DimensionMapping",
    "DynamicPartitions",
    "Event",
    "FileWatch",
    "FreshnessPolicy",
    "FromCommand",
    "FromEnvironment",
    "FromFile",
    "FromOidcClient",
    "FromTokenExchange",
    "IdentityMapping",
    "Job",
    "LastMapping",
    "Launcher",
    "Limits",
    "LogLine",
    "Materialization",
    "MultiPartitions",
    "Origin",
    "PartitionMapping",
    "Partitions",
    "Phase",
    "Platform",
    "Provider",
    "RetryPolicy",
    "RunRequest",
    "Schedule",
    "Selection",
    "Sensor",
    "SharedDimensionsMapping",
    "SkipReason",
    "StaticMapping",
    "StaticPartitions",
    "Step",
    "StepContext",
    "StepFailed",
    "TickContext",
    "TimeWindow",
    "TimeWindowMapping",
    "TimeWindowPartitions",
    "check_selection",
    "credential_variable",
    "link",
    "parse_selection",
    "select_among",
]
