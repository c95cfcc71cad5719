"""Runs a step in this process, for real, and keeps what it reports."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from io import TextIOWrapper
from pathlib import Path
from typing import TypeVar

from treadle.credentials import Redactor
from treadle.ir import (
    AssetKey,
    CheckKey,
    CheckResult,
    Credential,
    DynamicPartitions,
    FromEnvironment,
    LogLine,
    Materialization,
    Partitions,
    Platform,
    Step,
)
from treadle.runner.context import RunningStep
from treadle.runner.reporter import Reporter
from treadle.runner.request import StepRequest
from treadle.runner.returned import record_returned
from treadle.runner.wire import Said
from treadle.testing.named import ByName, by_name

__all__ = ["StepRun", "output_to", "run_step"]

K = TypeVar("K", AssetKey, CheckKey)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """What a step reported, in the order in which it did; `output` is what it, and what it started, printed."""

    materializations: tuple[Materialization, ...]
    check_results: tuple[CheckResult, ...]
    log_lines: tuple[LogLine, ...]
    output: str

    @property
    def assets(self) -> ByName[Materialization]:
        """The latest materialization of each asset, by key."""
        return ByName({str(each.asset): each for each in self.materializations})

    @property
    def checks(self) -> ByName[CheckResult]:
        """The latest result of each check, by `ASSET:NAME`."""
        return ByName({f"{each.asset}:{each.check}": each for each in self.check_results})

    @property
    def logs(self) -> tuple[str, ...]:
        """What it said with `context.log`, without levels."""
        return tuple(each.message for each in self.log_lines)


class _Kept(Reporter):
    """Keeps what a step reports, where a step's own process would tell the runner."""

    def __init__(self) -> None:
        super().__init__(None)
        self.said: list[Said] = []

    def send(self, said: Said) -> None:
        """Keep it."""
        with self._lock:
            self.said.append(said)


def run_step(
    step: Step,
    *,
    assets: Iterable[AssetKey | str] | None = None,
    checks: Iterable[CheckKey | str] | None = None,
    partition: str | None = None,
    partitions: Partitions | None = None,
    project_root: Path | None = None,
    run_id: str = "test",
    credentials: Mapping[str, str] | None = None,
) -> StepRun:
    """Run a step in this process and give what it reported; what it raises is raised here.

    Args:
        assets: what is asked for, when it isn't everything that the step declares.
        checks: the same for checks, written `ASSET:NAME`; left out, those of the assets that are asked for.
        partition: the key of the partition that is asked for, or `A..B` for several windows.
        partitions: how the step's assets are cut; without it the partition is a key like any other.
        project_root: what the step sees as its project's folder; this folder, when it is left out.
        credentials: the values of credentials that the step names, by their names.

    >>> step = Step(name="write", assets=["a"], run=lambda context: context.materialize(metadata={"rows": 3}))
    >>> dict(run_step(step).assets["a"].metadata)
    {'rows': 3}
    """
    if partition is not None and (partitions is not None or not step.partitions):
        cut = partitions or DynamicPartitions(name="given")
        step = replace(step, partitions=dict.fromkeys((*step.assets, *(each.asset for each in step.checks)), cut))
    keys = _choose(step.assets, assets)
    of_those = [each for each in step.checks if assets is None or each.asset in keys]
    request = StepRequest(
        project=project_root or Path.cwd(),
        component=step.component,
        step=step.name,
        assets=keys,
        checks=_choose(step.checks, of_those if checks is None else checks),
        partition=partition,
        run_id=run_id,
    )
    reporter, redactor = _Kept(), Redactor()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as file:
        with output_to(file):
            context = RunningStep(
                step,
                request,
                reporter,
                platform=_platform(credentials or {}),
                environment=credentials or {},
                redactor=redactor,
            )
            record_returned(context, step.run(context))
            context.finish()
        file.seek(0)
        output = redactor.text(file.read())
    return StepRun(
        materializations=tuple(each for each in reporter.said if isinstance(each, Materialization)),
        check_results=tuple(each for each in reporter.said if isinstance(each, CheckResult)),
        log_lines=tuple(each for each in reporter.said if isinstance(each, LogLine)),
        output=output,
    )


def _platform(credentials: Mapping[str, str]) -> Platform:
    """One that offers these, from variables of their names."""
    return Platform(
        credentials={name: Credential(name=name, provider=FromEnvironment(variable=name)) for name in credentials}
    )


def _choose(declared: tuple[K, ...], asked: Iterable[K | str] | None) -> tuple[K, ...]:
    known = by_name(declared, str)
    return declared if asked is None else tuple(known[str(each)] for each in asked)


@contextmanager
def output_to(file: TextIOWrapper) -> Iterator[None]:
    """Send to a file what this process prints, and what it starts: also what doesn't go through `sys.stdout`."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    kept = {number: os.dup(number) for number in (1, 2)}
    try:
        for number in kept:
            os.dup2(file.fileno(), number)
        with redirect_stdout(file), redirect_stderr(file):
            yield
    finally:
        file.flush()
        for number, own in kept.items():
            os.dup2(own, number)
            os.close(own)
