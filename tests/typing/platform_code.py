"""A program as a platform engineer writes it: what mypy says of it is what they see in their editor."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import treadle
from treadle import (
    Asset,
    AssetAttributes,
    AssetKey,
    Check,
    CheckResult,
    Component,
    ComponentContext,
    Definitions,
    Materialization,
    ProjectPath,
    Step,
    StepContext,
)


class ShellScript(Component):
    """Runs a shell script that writes assets."""

    script: ProjectPath
    """The script."""
    assets: list[AssetAttributes]
    """What it writes."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """One step for all assets."""
        assets = tuple(each.to_asset(context.origin("attributes", "assets")) for each in self.assets)
        step = Step(
            name=context.name,
            component=context.address,
            assets=tuple(each.key for each in assets),
            run=self.run,
        )
        return Definitions(assets=assets, steps=(step,))

    def run(self, step: StepContext) -> Materialization:
        """Run it, and say what came of it."""
        code = step.shell("bash", self.script)
        assert_type(code, int)
        return Materialization(metadata={"code": code})


def orders() -> Definitions:
    """Definitions without a component."""
    key = AssetKey.parse("raw/orders")
    found = Asset(key=key, deps=frozenset({AssetKey.of("raw", "users")}))
    assert_type(found.group, str)
    has_rows = Check(name="has_rows", asset=found.key, blocking=True)
    return Definitions.merge(Definitions(assets=(found,)), Definitions(checks=(has_rows,)))


def passed(rows: int) -> CheckResult:
    """A result, as a step returns it."""
    return CheckResult(passed=rows > 0, metadata={"rows": rows})


def broken(folder: Path) -> list[str]:
    """What is wrong with a project."""
    project = treadle.load(folder)
    assert_type(project, treadle.Project)
    return [diagnostic.message for diagnostic in project.diagnostics]
