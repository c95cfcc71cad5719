"""Tests of an asset's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from treadle.ir.assets import EMPTY
from treadle.ir.automation import AutomationCondition
from treadle.ir.keys import AssetKey, CheckKey
from treadle.ir.origin import Origin

__all__ = ["Check", "CheckSeverity"]


class CheckSeverity(StrEnum):
    """What a failed check means: `error` fails the run, `warn` is shown and nothing else."""

    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test of one asset's data; a blocking one that fails stops what is downstream of the asset.

    >>> print(Check(name="unique_id", asset=AssetKey.parse("orders")).key)
    orders:unique_id
    """

    name: str
    asset: AssetKey
    additional_deps: frozenset[AssetKey] = frozenset()
    description: str | None = None
    severity: CheckSeverity = CheckSeverity.ERROR
    blocking: bool = False
    metadata: Mapping[str, object] = field(default_factory=lambda: EMPTY)
    automation: AutomationCondition | None = None
    origin: Origin | None = None

    key: CheckKey = field(init=False)
    """The name under which results of this check are recorded."""

    def __post_init__(self) -> None:
        # Made once: a project has more checks than anything else, and their keys are asked for all the time.
        object.__setattr__(self, "key", CheckKey(self.asset, self.name))
