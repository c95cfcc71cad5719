"""Scripts that bring their own interpreter and report through the Dagster Pipes protocol."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from treadle.components import (
    AssetAttributes,
    CheckAttributes,
    CommandLine,
    Component,
    ComponentContext,
    ExecutionAttributes,
    ProjectFile,
    ScaffoldRequest,
    Written,
    declare,
)
from treadle.ir import Definitions, StepContext, StepFailed

__all__ = ["PythonScript", "ScriptExecution", "UvRun"]

_SCRIPT = '''"""Writes {key}."""

print("written")
'''


def _words(value: list[str] | str) -> list[str]:
    return shlex.split(value) if isinstance(value, str) else value


class ScriptExecution(ExecutionAttributes):
    """Which script runs, and how."""

    type: Literal["script"] = "script"
    """Always `script`."""
    path: ProjectFile
    """The script; a relative path starts at the folder of the YAML file."""
    args: Annotated[list[str], Written(list[str] | CommandLine, _words)] = Field(
        default_factory=list, examples=[["--full"], "--full"]
    )
    """What it is called with: a list, or a line that is split as a shell does."""


class PythonScript(Component):
    """Runs a Python script that writes assets and makes checks.

    The script runs with the project's own interpreter. It may report through `dagster_pipes`; a
    script that reports nothing and exits with 0 has written all of its assets.
    It finds each credential that it names in `TREADLE_CREDENTIAL_NAME`, in capitals.
    """

    follows_from_attributes: ClassVar[bool] = True

    execution: ScriptExecution
    """Which script runs, and how."""
    assets: list[AssetAttributes] = Field(default_factory=list)
    """What it writes."""
    checks: list[CheckAttributes] = Field(default_factory=list)
    """What it checks."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """One step that runs the script."""
        command = self.command(context)

        def run(step: StepContext) -> None:
            _run(step, command, context)

        return declare(
            context,
            assets=self.assets,
            checks=self.checks,
            execution=self.execution,
            name=self.execution.path.stem,
            run=run,
        )

    def command(self, context: ComponentContext) -> tuple[str, ...]:
        """The command line, without what the run adds to it."""
        return (str(context.python), str(self.execution.path), *self.execution.args)

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """A script with one asset; one with everything."""
        return (
            {"execution": {"path": "script.py"}, "assets": [{"key": "reports/daily"}]},
            {
                "execution": {
                    "path": "script.py",
                    "args": ["--full"],
                    "name": "daily_report",
                    "pool": "reports",
                    "timeout": "2h",
                    "retries": {"times": 3, "delay": "10s"},
                },
                "assets": [{"key": "reports/daily", "deps": ["marts/orders"], "owners": ["team:data"]}],
                "checks": [{"name": "has_rows", "asset": "reports/daily", "blocking": True}],
            },
        )

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """Write a script that does nothing yet."""
        key = request.folder.name
        (request.folder / "script.py").write_text(_SCRIPT.format(key=key), encoding="utf-8")
        return {"execution": {"path": "script.py"}, "assets": [{"key": key}]}


class UvRun(PythonScript):
    """Runs a Python script with `uv run`, which installs what the script's own header asks for."""

    follows_from_attributes: ClassVar[bool] = True

    def command(self, context: ComponentContext) -> tuple[str, ...]:
        """The command line, without what the run adds to it."""
        # Without --no-project uv would make the platform's project its own, and install and lock it.
        return ("uv", "run", "--no-project", "--script", str(self.execution.path), *self.execution.args)


def _run(step: StepContext, command: tuple[str, ...], context: ComponentContext) -> None:
    if shutil.which(command[0]) is None:
        raise StepFailed(f"there is no command {command[0]!r} on this machine; install it, or use treadle.PythonScript")
    if code := step.pipes(*command, cwd=context.path, credentials=step.credentials):
        script = shlex.join(command[1:]).replace(f"{context.project_root}{os.sep}", "")
        raise StepFailed(f"the script {script} {_ended(code)}")


def _ended(code: int) -> str:
    """How a process ended.

    >>> _ended(2), _ended(-11)
    ('ended with exit code 2', 'was ended by the signal SIGSEGV')
    """
    if code > 0:
        return f"ended with exit code {code}"
    with suppress(ValueError):
        return f"was ended by the signal {signal.Signals(-code).name}"
    return f"was ended by the signal {-code}"
