"""What a running step sees, and how it reports: the `StepContext` of a step's own process."""

from __future__ import annotations

import json
import os
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from treadle.credentials import MAY_STAY, Credentials, Redactor
from treadle.errors import UsageError, did_you_mean, listing
from treadle.ir import (
    AssetKey,
    CheckKey,
    CheckResult,
    CheckSeverity,
    LogLine,
    Materialization,
    Platform,
    Step,
    StepFailed,
    TimeWindow,
    credential_variable,
)
from treadle.runner.metadata import bounded, json_safe, readable
from treadle.runner.partitioned import NOTHING, Seen, partition_environment, pipes_partition
from treadle.runner.phases import TRACEPARENT, current_traceparent, phase
from treadle.runner.pipes import escaped, pipes_environment
from treadle.runner.pipes_messages import PipesMessages
from treadle.runner.reporter import Reporter
from treadle.runner.request import StepRequest
from treadle.runner.shell import run_command

__all__ = ["RunningStep"]

_NONE: Mapping[str, Any] = {}
_MOST_NAMED = 3


class RunningStep:
    """The step that this process runs; see `treadle.ir.StepContext` for what it offers."""

    def __init__(
        self,
        step: Step,
        request: StepRequest,
        reporter: Reporter,
        *,
        platform: Platform | None = None,
        environment: Mapping[str, str] = _NONE,
        redactor: Redactor | None = None,
    ) -> None:
        """`environment` holds the variables that were taken out of that of the process, because credentials are in them."""
        self.step = step
        self.run_id = request.run_id
        self.assets = frozenset(request.assets)
        self.checks = frozenset(request.checks)
        self.project_root = request.project
        self.config = request.config
        self.tags = request.tags
        self._skippable = frozenset(request.skippable)
        self._partition = request.partition
        self._attempt = request.attempt
        self._traceparent = request.traceparent
        self._reporter = reporter
        self._redactor = redactor or Redactor()
        self._credentials = Credentials(
            step.credentials,
            platform.credentials if platform else {},
            environment=ChainMap(dict(environment), os.environ),
            folder=request.project,
            tell=self._hand_out,
        )
        self._materialized: set[AssetKey] = set()
        self._checked: set[CheckKey] = set()
        self._artifacts = request.artifacts
        self._metadata: dict[str, Any] = {}

    @property
    def is_subset(self) -> bool:
        """Whether less is asked for than the step declares."""
        return self.assets != set(self.step.assets) or self.checks != set(self.step.checks)

    @cached_property
    def artifacts(self) -> Path:
        """The folder of this attempt's files; it exists."""
        if self._artifacts is None:
            import tempfile  # with all it brings it takes longer to load than many a step takes to run

            return Path(tempfile.mkdtemp(prefix="treadle-artifacts-"))
        self._artifacts.mkdir(parents=True, exist_ok=True)
        return self._artifacts

    @property
    def partition(self) -> str | None:
        """The key of the partition that the run is for; None when it is for none."""
        if len(keys := self.partition_keys) > 1:
            raise StepFailed(
                f"the run is for {len(keys)} partitions, {keys[0]!r} to {keys[-1]!r}, and the step asked for the one: "
                "read partition_keys or partition_window, or don't let its assets be run for several (backfill)"
            )
        return keys[0] if keys else None

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """The keys of all partitions that the run is for, in order."""
        return self._seen.keys

    @property
    def partition_window(self) -> TimeWindow | None:
        """From when to when they are."""
        return self._seen.window

    @property
    def partition_dimensions(self) -> Mapping[str, str]:
        """The key of each dimension that the run is for one key of."""
        return self._seen.dimensions

    @cached_property
    def _seen(self) -> Seen:
        if self._partition is None:
            return NOTHING
        # Most runs are for no partition, and most steps take no longer than loading this.
        from treadle.runner.partitions.seen import seen

        try:
            return seen(self._partition, self.step, self.assets or {check.asset for check in self.checks})
        except UsageError as error:
            raise StepFailed(error.message) from None

    def materialize(
        self,
        asset: AssetKey | str | None = None,
        *,
        metadata: Mapping[str, Any] = _NONE,
        data_version: str | None = None,
        partition: str | None = None,
    ) -> None:
        """Record that an asset was written: for each partition of the run that it has, or for the one that is named."""
        key = self._asset(asset)
        self._materialized.add(key)
        said = Materialization(
            asset=key,
            metadata=json_safe({**self._metadata, **metadata}, self.redact),
            data_version=None if data_version is None else bounded(self.redact(str(data_version))),
            partition=partition,
        )
        own = self.partition_keys if partition is None and key in self.step.partitions else ()
        for each in (replace(said, partition=one) for one in own) if own else (said,):
            self._reporter.send(each)

    def add_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Let every materialization that is recorded from now on have this metadata too."""
        self._metadata.update(metadata)

    def check(
        self,
        name: str | None,
        passed: bool,
        *,
        asset: AssetKey | str | None = None,
        severity: CheckSeverity = CheckSeverity.ERROR,
        description: str | None = None,
        metadata: Mapping[str, Any] = _NONE,
    ) -> None:
        """Record the result of a check."""
        key = self._check(name, asset)
        self._checked.add(key)
        self._reporter.send(
            CheckResult(
                passed=bool(passed),
                asset=key.asset,
                check=key.name,
                severity=CheckSeverity(severity),
                description=None if description is None else bounded(self.redact(str(description))),
                partition=self._partition if key.asset in self.step.partitions else None,
                metadata=json_safe(metadata, self.redact),
            )
        )

    def log(
        self,
        message: str,
        *,
        level: Literal["debug", "info", "warning", "error"] = "info",
        asset: AssetKey | str | None = None,
    ) -> None:
        """Say something to whoever watches the run; it is printed to the step's output too."""
        text = readable(self.redact(str(message)))
        self._reporter.say(text if level == "info" else f"{level}: {text}")
        key = AssetKey.parse(asset) if isinstance(asset, str) else asset
        self._reporter.send(LogLine(message=bounded(text), level=level, asset=key))

    def phase(self, name: str, **attributes: Any) -> AbstractContextManager[str]:
        """A part of the step's work, which becomes a span of the run's trace; gives the traceparent inside of it."""
        return phase(self._reporter, self._traceparent, self.redact(name), attributes, redact=self.redact)

    def shell(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        credentials: Iterable[str] = (),
        on_line: Callable[[str], object] | None = None,
    ) -> int:
        """Run a command in the step's process group and give its exit code."""
        own = {**self._environment(), **self._variables(credentials), **(env or {})}
        return run_command(command, cwd=cwd, env=own, on_line=on_line)

    def pipes(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        credentials: Iterable[str] = (),
        extras: Mapping[str, Any] | None = None,
    ) -> int:
        """Run a command that may report through the Dagster Pipes protocol, and give its exit code."""
        messages = PipesMessages(self)
        own = {**self._environment(), **self._variables(credentials), **(env or {})}
        with pipes_environment(context=self._pipes_context(extras or {}), receive=messages.receive) as variables:
            code = run_command(command, cwd=cwd, env={**own, **variables})
        messages.close(code)
        return code

    @contextmanager
    def reporting(
        self,
        *,
        extras: Mapping[str, Any] | None = None,
        on_custom: Callable[[object], object] | None = None,
    ) -> Iterator[Mapping[str, str]]:
        """The environment with which a process may report through the Dagster Pipes protocol, inside of the block."""
        messages = PipesMessages(self, on_custom=on_custom)
        with pipes_environment(context=self._pipes_context(extras or {}), receive=messages.receive) as variables:
            yield {**self._environment(), **variables}
        messages.close(0)

    @property
    def credentials(self) -> Mapping[str, str]:
        """The credentials that the step names."""
        return self._credentials

    def redact(self, text: str) -> str:
        """A text without the secrets that the step has had so far."""
        return self._redactor.text(text)

    def conceal(self, value: str, name: str) -> None:
        """Keep a value that the step has made itself out of all that is read, as if it were a credential of this name."""
        if len(value) <= MAY_STAY:
            raise StepFailed(f"{name!r} can't be concealed: what has {MAY_STAY} characters or less is in every text")
        self._hand_out(name, value)

    def _hand_out(self, name: str, value: str) -> None:
        self._redactor.add(name, value)
        self._reporter.hand_out(name, value)

    def _variables(self, credentials: Iterable[str]) -> dict[str, str]:
        """What a command finds of credentials in its environment."""
        names: dict[str, str] = {}
        for name in credentials:
            if (other := names.setdefault(credential_variable(name), name)) != name:
                raise StepFailed(
                    f"the credentials {other!r} and {name!r} would both be in {credential_variable(name)}: rename one"
                )
        return {variable: self._credentials[name] for variable, name in names.items()}

    def finish(self) -> None:
        """Record as materialized what was asked for and not reported, and warn of checks without a result.

        That an asset which was left out wasn't checked either is no news.
        """
        for asset in sorted(self.assets - self._materialized - self._skippable):
            self.materialize(asset)
        left_out = self.assets - self._materialized
        if missing := [str(check) for check in self.checks - self._checked if check.asset not in left_out]:
            self.log(f"no result was reported for {listing(missing, most=_MOST_NAMED)}", level="warning")

    def _environment(self) -> dict[str, str]:
        """What commands find of the run in their environment."""
        own = {"TREADLE_RUN_ID": self.run_id} if self.run_id else {}
        if self.config:
            own["TREADLE_CONFIG"] = json.dumps(json_safe(self.config))
        if self._traceparent:
            own[TRACEPARENT] = current_traceparent(self._traceparent)
        return {**own, **partition_environment(self._seen)}

    def _pipes_context(self, extras: Mapping[str, Any]) -> dict[str, object]:
        assets = self.assets or {check.asset for check in self.checks}
        keys = [escaped(key) for key in sorted(assets)]
        return {
            "asset_keys": keys or None,
            "code_version_by_asset_key": dict.fromkeys(keys) if keys else None,
            "provenance_by_asset_key": dict.fromkeys(keys) if keys else None,
            **pipes_partition(self._seen),
            "run_id": self.run_id,
            "job_name": None,
            "retry_number": self._attempt - 1,
            "extras": json_safe({**extras, **({"config": self.config} if self.config else {})}),
        }

    def _asset(self, asset: AssetKey | str | None) -> AssetKey:
        known = {str(key): key for key in self.step.assets}
        if asset is None:
            if len(candidates := self.assets or set(known.values())) == 1:
                return next(iter(candidates))
            raise StepFailed(f"say which asset was materialized: {_choices('the step', known)}")
        if found := known.get(str(asset)):
            return found
        raise StepFailed(_unknown("asset", str(asset), known))

    def _check(self, name: str | None, asset: AssetKey | str | None) -> CheckKey:
        known = {str(key): key for key in self.step.checks}
        found = [
            key
            for key in self.step.checks
            if (name is None or key.name == name) and (asset is None or str(key.asset) == str(asset))
        ]
        if len(found) == 1:
            return found[0]
        said = f"{asset}:{name}" if asset is not None and name is not None else str(name or asset or "")
        if found:
            raise StepFailed(f"say which check has the result: it may be one of {listing(map(str, found))}")
        names = known if ":" in said else {**known, **{key.name: key for key in self.step.checks}}
        raise StepFailed(_unknown("check", said, known, names))


def _unknown(kind: str, word: str, known: Mapping[str, object], names: Mapping[str, object] | None = None) -> str:
    hint = did_you_mean(word, names or known)
    return f"the step has no {kind} {word!r}: {_choices('it', known)}" + (f"; {hint}" if hint else "")


def _choices(subject: str, known: Mapping[str, object]) -> str:
    return f"{subject} has {listing(known)}" if known else f"{subject} declares none"
