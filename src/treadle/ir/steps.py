"""The unit of execution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from treadle.ir.assets import EMPTY
from treadle.ir.checks import CheckSeverity
from treadle.ir.keys import AssetKey, CheckKey, as_key, settle
from treadle.ir.origin import Origin
from treadle.ir.partitions import Partitions, TimeWindow

__all__ = ["RetryPolicy", "Step", "StepContext", "StepFailed", "names_of"]


class StepFailed(Exception):  # noqa: N818 - named after what is recorded: a step that failed
    """Raised by a step whose failure is fully explained by its message: no traceback is shown.

    `may_retry=False` says that trying again would be in vain, whatever the step's retry policy is.

    >>> StepFailed("no such table", may_retry=False).may_retry
    False
    """

    def __init__(self, message: str = "", *, may_retry: bool = True) -> None:
        super().__init__(message)
        self.may_retry = may_retry


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often a step that failed is tried again, and how long to wait before each time.

    `delay` is in seconds; it doubles each time when `backoff` is `exponential`, up to `longest`.
    `jitter` takes away or adds up to that share of it at random, so that many steps don't come back at once.

    >>> policy = RetryPolicy(times=5, delay=10, longest=60)
    >>> [policy.seconds_before(retry, chance=0.5) for retry in (1, 2, 3, 4)]
    [10.0, 20.0, 40.0, 60.0]
    >>> policy.seconds_before(1, chance=1.0)
    12.5
    """

    times: int = 0
    delay: float = 0.0
    backoff: Literal["constant", "linear", "exponential"] = "exponential"
    jitter: float = 0.25
    longest: float = 3600.0

    def seconds_before(self, retry: int, *, chance: float) -> float:
        """How long to wait before a retry, counted from 1; `chance` is between 0 and 1."""
        factors = {"constant": 1.0, "linear": float(retry), "exponential": 2.0 ** min(retry - 1, 60)}
        waited = min(self.delay * factors[self.backoff], self.longest)
        return waited * (1 + self.jitter * (2 * chance - 1))


class StepContext(Protocol):
    """What a running step sees, and how it reports. The runner provides it; nothing else is needed to run.

    `assets` and `checks` are what is asked for now: all that the step declares, or the selected ones
    where the step can be subset. `config` and `tags` are what the run was given.

    A run may be for a partition, and for several at once where every asset allows it (`backfill`). A
    step whose assets have no partitions sees none in any run.
    """

    run_id: str
    step: Step
    assets: frozenset[AssetKey]
    checks: frozenset[CheckKey]
    project_root: Path
    config: Mapping[str, Any]
    tags: Mapping[str, str]

    @property
    def partition(self) -> str | None:
        """The key of the partition that the run is for; None when it is for none.

        Raises:
            StepFailed: when the run is for several: a step that allows that reads `partition_keys`.
        """
        ...

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """The keys of all partitions that the run is for, in order."""
        ...

    @property
    def partition_window(self) -> TimeWindow | None:
        """From when (`start`) to when (`end`) they are; None when they aren't cut by time."""
        ...

    @property
    def partition_dimensions(self) -> Mapping[str, str]:
        """The key of each dimension, by its name; without those that the run is for several keys of."""
        ...

    @property
    def credentials(self) -> Mapping[str, str]:
        """The values of the credentials that the step names, each resolved when it is asked for.

        One that expires is asked for again: ask here, where you need it, and don't keep it.

        Raises:
            StepFailed: for a name that the step doesn't name.
            ProjectError: (TRD53x) when a value can't be had.
        """
        ...

    def redact(self, text: str) -> str:
        """A text without the secrets that the step has had so far: for files that others will read.

        What is printed, logged or reported is redacted anyway.
        """
        ...

    def conceal(self, value: str, name: str) -> None:
        """Keep a value out of all that is read, as if it were a credential: a token that the step was given for one."""
        ...

    @property
    def is_subset(self) -> bool:
        """Whether less is asked for than the step declares."""
        ...

    def materialize(
        self,
        asset: AssetKey | str | None = None,
        *,
        metadata: Mapping[str, Any] = ...,
        data_version: str | None = None,
        partition: str | None = None,
    ) -> None:
        """Record that an asset was written; the key may be left out when the step has one asset.

        It is recorded for each partition that the run is for, or for the one that is named.
        """
        ...

    def check(
        self,
        name: str,
        passed: bool,
        *,
        asset: AssetKey | str | None = None,
        severity: CheckSeverity = CheckSeverity.ERROR,
        description: str | None = None,
        metadata: Mapping[str, Any] = ...,
    ) -> None:
        """Record the result of a check; the asset may be left out when the step has one asset."""
        ...

    def log(
        self,
        message: str,
        *,
        level: Literal["debug", "info", "warning", "error"] = "info",
        asset: AssetKey | str | None = None,
    ) -> None:
        """Say something to whoever watches the run."""
        ...

    def shell(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        credentials: Iterable[str] = (),
        on_line: Callable[[str], object] | None = None,
    ) -> int:
        """Run a command in the step's process group and give its exit code.

        Its output goes to the step's output, or line by line (stdout and stderr together, without
        the newline) to `on_line`. `env` is added to the step's own environment.
        Of the step's credentials, it finds those that are named in variables `TREADLE_CREDENTIAL_NAME`.
        """
        ...

    def pipes(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        credentials: Iterable[str] = (),
        extras: Mapping[str, Any] | None = None,
    ) -> int:
        """Run a command that may report through the Dagster Pipes protocol, and give its exit code.

        Its materializations, check results and log lines are recorded as they come.
        It finds credentials as `shell` says.
        """
        ...


def names_of(given: str | Iterable[str]) -> tuple[str, ...]:
    """Names, of which one may be given alone.

    >>> names_of("warehouse"), names_of(["a", "b"])
    (('warehouse',), ('a', 'b'))
    """
    return (given,) if isinstance(given, str) else tuple(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What runs as one: the assets and checks it produces, and how.

    `run` is called in a process of its own with a `StepContext`. A `Materialization` or `CheckResult`
    (or an iterable of them) that it returns is recorded; assets that it didn't report are recorded
    as materialized when it returns.

    `pool` names a limit on how many steps may run at once, in all runs that share the store. `locks` names
    what only one step may use at a time: a folder that it writes to, a file.

    `retries` and `timeout` (in seconds) are the project's when they are None.

    `prepare` may be called in that process before it is the step's turn: it loads what `run` will
    need, and has no effect that anybody could see.

    `compute` names the profile of the platform that it runs with, `credentials` those that it needs.

    `partitions` are those of its assets that have some; they are filled in when a graph is linked.

    Steps are named by their component and their own name, so any process can load only that
    component and run them.
    """

    name: str
    run: Callable[[StepContext], Any]
    prepare: Callable[[], object] | None = None
    component: str = ""
    assets: tuple[AssetKey, ...] = ()
    checks: tuple[CheckKey, ...] = ()
    can_subset: bool = False
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pool: str | None = None
    locks: frozenset[str] = frozenset()
    retries: RetryPolicy | None = None
    timeout: float | None = None
    compute: str | None = None
    credentials: tuple[str, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=lambda: EMPTY)
    partitions: Mapping[AssetKey, Partitions] = field(default_factory=lambda: MappingProxyType({}))
    origin: Origin | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            name: str,
            run: Callable[[StepContext], Any],
            prepare: Callable[[], object] | None = None,
            component: str = "",
            assets: Iterable[AssetKey | str] = (),
            checks: Iterable[CheckKey] = (),
            can_subset: bool = False,
            description: str | None = None,
            tags: Mapping[str, str] = ...,
            pool: str | None = None,
            locks: Iterable[str] = (),
            retries: RetryPolicy | int | None = None,
            timeout: float | None = None,
            compute: str | None = None,
            credentials: str | Iterable[str] = (),
            metadata: Mapping[str, object] = ...,
            partitions: Mapping[AssetKey, Partitions] = ...,
            origin: Origin | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        settle(
            self,
            assets=tuple(map(as_key, self.assets)),
            checks=tuple(self.checks),
            locks=frozenset(self.locks),
            credentials=names_of(self.credentials),
        )
        if isinstance(self.retries, int):
            settle(self, retries=RetryPolicy(times=self.retries))

    @property
    def address(self) -> str:
        """The name that is unique in a project: component address and step name."""
        return f"{self.component}:{self.name}" if self.component else self.name
