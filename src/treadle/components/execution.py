"""The YAML model of how a step runs, shared by the component types that run something."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from treadle.components.attributes import AssetAttributes, CheckAttributes
from treadle.components.component import ComponentContext
from treadle.components.model import Attributes, text_format
from treadle.components.partitions import BackfillAttributes, BackfillTemplate
from treadle.components.retries import Length, Retries
from treadle.ir import Asset, AssetKey, AssetSql, BackfillPolicy, Definitions, Step, StepContext
from treadle.ir.provenance import tell_change

__all__ = ["CredentialName", "ExecutionAttributes", "ProfileName", "declare"]

ProfileName = Annotated[str, text_format("compute-profile")]
"""The name of a compute profile: that it exists, and may be used, is checked wherever a type asks for one."""
CredentialName = Annotated[str, text_format("credential")]
"""The name of a credential, which is checked in the same way."""


class ExecutionAttributes(Attributes):
    """How the component's step runs."""

    name: str | None = None
    """The name of the step."""
    description: str | None = None
    """What the step does, for people; also of its assets that have no description."""
    tags: dict[str, Any] = Field(default_factory=dict)
    """Labels of the step."""
    pool: str | None = None
    """The pool whose places the step takes while it runs: `[tool.treadle.pools]` says how many there are."""
    retries: Retries | None = Field(
        default=None,
        validation_alias=AliasChoices("retries", "retry_policy"),
        examples=[3, {"times": 3, "delay": "10s", "longest": "5m"}],
    )
    """How often the step is tried again when it failed, or a mapping that also says after which delays."""
    timeout: Length | None = Field(default=None, examples=["2h", 90])
    """How long an attempt may take: seconds, or text like `90s` or `2h`; the step is ended then, and has failed."""
    compute: ProfileName | None = Field(default=None, examples=["small"])
    """The compute profile that the step runs with: `treadle list compute` shows those that there are."""
    credentials: list[CredentialName] = Field(default_factory=list, examples=[["warehouse"]])
    """The credentials that the step needs: it gets these and no others."""
    backfill_policy: BackfillAttributes | BackfillTemplate | None = None
    """How a range of partitions is run, for the assets that don't say it themselves."""

    def backfill(self) -> BackfillPolicy | None:
        """The record that the graph holds."""
        found = self.backfill_policy
        return found.to_policy() if isinstance(found, BackfillAttributes) else found

    def step_fields(self) -> dict[str, Any]:
        """What every `Step` gets of this in the same way; only its name has another default in each component type.

        >>> ExecutionAttributes(tags={"tier": "gold", "nightly": True}).step_fields()["tags"]
        {'tier': 'gold', 'nightly': 'true'}
        """
        return {
            "description": self.description,
            "tags": {key: value if isinstance(value, str) else json.dumps(value) for key, value in self.tags.items()},
            "pool": self.pool,
            "retries": self.retries,
            "timeout": self.timeout,
            "compute": self.compute,
            "credentials": tuple(self.credentials),
        }


def declare(
    context: ComponentContext,
    *,
    assets: Iterable[AssetAttributes],
    checks: Iterable[CheckAttributes],
    execution: ExecutionAttributes,
    name: str,
    run: Callable[[StepContext], Any],
    sql: Callable[[AssetKey], AssetSql | None] | None = None,
) -> Definitions:
    """The definitions of a component that has one step, which makes all of its assets and checks.

    Raises:
        ProjectError: TRD207 when there is neither an asset nor a check.
    """
    declared = tuple(
        _completed(each.to_asset(context.origin("attributes", "assets", index)), execution)
        for index, each in enumerate(assets)
    )
    checked = tuple(each.to_check(context.origin("attributes", "checks", index)) for index, each in enumerate(checks))
    if not declared and not checked:
        raise context.error(
            "TRD207",
            "the component declares neither assets nor checks",
            "attributes",
            why="a step has to say what it writes or checks; nothing could ever ask for it",
            fix="add `assets:` with the key of what it writes",
        )
    step = Step(
        name=execution.name or name,
        run=run,
        sql=sql,
        component=context.address,
        assets=tuple(each.key for each in declared),
        checks=tuple(each.key for each in checked),
        origin=context.origin(),
        **execution.step_fields(),
    )
    return Definitions(assets=declared, checks=checked, steps=(step,))


_COMPLETED = {"description": "description", "backfill": "backfill_policy"}
"""Fields of an asset that its step may say, by their names there."""


def _completed(asset: Asset, execution: ExecutionAttributes) -> Asset:
    """What is said of the step holds for each of its assets that doesn't say it itself."""
    if execution.description is None and execution.backfill_policy is None:
        return asset
    completed = replace(
        asset,
        description=asset.description or execution.description,
        backfill=asset.backfill or execution.backfill(),
    )
    return tell_change(asset, completed, said=execution, fields=_COMPLETED)
