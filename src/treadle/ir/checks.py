"""Tests of an asset's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from treadle.ir.assets import EMPTY
from treadle.ir.automation import AutomationCondition
from treadle.ir.keys import AssetKey, CheckKey, as_key, as_keys, settle
from treadle.ir.origin import Origin

__all__ = ["Check", "CheckSeverity"]


class CheckSeverity(StrEnum):
    """What a failed check means: `error` fails the run, `warn` is shown and nothing else."""

    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test of one asset's data; a blocking one that fails stops what is downstream of the asset.

    >>> print(Check(name="unique_id", asset="orders").key)
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

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            name: str,
            asset: AssetKey | str,
            additional_deps: Iterable[AssetKey | str] = (),
            description: str | None = None,
            severity: CheckSeverity = CheckSeverity.ERROR,
            blocking: bool = False,
            metadata: Mapping[str, object] = ...,
            automation: AutomationCondition | None = None,
            origin: Origin | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        asset = as_key(self.asset)
        # The key is made once: a project has more checks than anything else, and it is asked for all the time.
        settle(
            self,
            asset=asset,
            additional_deps=as_keys(self.additional_deps),
            key=CheckKey(asset, self.name),
        )
