"""What the step of a dbt project does: one dbt command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import listing
from treadle.ir import StepContext, StepFailed, credential_variable
from treadle.library.dbt.arguments import without_indirect
from treadle.library.dbt.command import connection_args, environment, executable, logging_args
from treadle.library.dbt.diagnosis import tidy
from treadle.library.dbt.events import Failure, Names, Reporter
from treadle.library.dbt.exact import exact_args, selectables
from treadle.library.dbt.inputs import scan
from treadle.library.dbt.partitions import event_times
from treadle.library.dbt.project import DbtFolder
from treadle.library.dbt.ready import ReadyDbt
from treadle.library.dbt.selection import Wanted
from treadle.library.dbt.state import restamp

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Manifest

__all__ = ["DbtRun"]

_MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtRun:
    """Everything that running a component's step takes; called with the step's context."""

    folder: DbtFolder
    state: Path
    manifest: Manifest
    names: Names
    wanted: Wanted
    words: Callable[[StepContext], Sequence[str]]
    ready: ReadyDbt

    def __call__(self, step: StepContext) -> None:
        """Run dbt and report what it does, the moment it does it."""
        words, env = list(self.words(step)), {**environment(self.folder), **_secrets(step)}
        asked = self._asked(step)
        if any(self._is_microbatch(each) for each in asked):
            words += event_times(words, step.partition_window)
        if step.is_subset:
            words = without_indirect(words)
            chosen = exact_args(selectables(self.manifest), asked, may_exclude=self.wanted.is_everything)
            # Otherwise dbt would add the tests of whatever is selected.
            env["DBT_INDIRECT_SELECTION"] = "empty"
        else:
            chosen = self.wanted.args
        args = [
            *logging_args(self.folder, level="debug"),
            *words,
            *chosen,
            *connection_args(self.folder),
        ]
        before = scan(self.folder)
        reporter = Reporter(step=step, names=self.names)
        code = self.ready.run(args, env=env, on_line=reporter.read)
        if code is None:
            code = step.shell(executable(), *args, cwd=self.folder.root, env=env, on_line=reporter.read)
        restamp(self.folder, self.state, before)
        _judge(code, reporter)
        self._mention_unreported(step, reporter, asked)

    def _is_microbatch(self, unique_id: str) -> bool:
        node = self.manifest.nodes.get(unique_id)
        return node is not None and node.config.incremental_strategy == "microbatch"

    def _asked(self, step: StepContext) -> list[str]:
        assets = [key for key, asset in self.names.assets.items() if asset in step.assets]
        checks = [key for key, check in self.names.checks.items() if check.key in step.checks]
        return [*assets, *checks]

    def _mention_unreported(self, step: StepContext, reporter: Reporter, asked: Sequence[str]) -> None:
        missing = [each for each in asked if each not in reporter.seen]
        if not missing:
            return
        text = listing(missing, most=_MOST_NAMED)
        if len(missing) == len(asked):
            raise StepFailed(f"dbt had nothing to do; it was asked for {text}")
        step.log(f"dbt said nothing of {text}", level="warning")


def _secrets(step: StepContext) -> dict[str, str]:
    """The variables in which profiles find credentials: of these, dbt neither keeps nor logs the values."""
    return {credential_variable(name, "DBT_ENV_SECRET_"): value for name, value in step.credentials.items()}


def _judge(code: int, reporter: Reporter) -> None:
    """Raise when dbt failed at something that isn't recorded as a check result."""
    unrecorded = [each for each in reporter.failures if not each.is_check]
    if code == 0 or (code == 1 and reporter.failures and not unrecorded):
        return
    if unrecorded:
        raise StepFailed(_summary(unrecorded))
    said = reporter.errors[-_MOST_NAMED:] or tidy("\n".join(reporter.plain)).splitlines()[-_MOST_NAMED:]
    if code < 0:
        raise StepFailed(f"dbt was ended by signal {-code}")
    raise StepFailed("\n".join(said) or f"dbt ended with exit code {code}")


def _summary(failures: Sequence[Failure]) -> str:
    lines = [f"{each.name}: {each.message}" for each in failures[:_MOST_NAMED]]
    if len(failures) > _MOST_NAMED:
        lines.append(f"… and {len(failures) - _MOST_NAMED} more")
    return "dbt failed at " + "\n".join(lines)
