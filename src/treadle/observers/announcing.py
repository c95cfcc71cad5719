"""From what happens in a run to what hooks have to tell of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from treadle.ir import AssetGraph, AssetKey, CheckResult, CheckSeverity, parse_selection
from treadle.ir.hooks import Hook, Occasion
from treadle.ir.selection import select
from treadle.observers.messages import Message, check_message, overdue_message, retry_message, run_message
from treadle.store import (
    CheckResultRecord,
    PendingDelivery,
    RunEnded,
    RunEvent,
    RunRecord,
    RunStatus,
    StepEnded,
    StepRecord,
    StepReported,
    StepStatus,
)

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["Announcer", "announcer", "overdue"]

_OCCASIONS: Mapping[RunStatus, Occasion] = {RunStatus.SUCCEEDED: "success", RunStatus.FAILED: "failure"}


def announcer(hooks: Iterable[Hook], graph: AssetGraph, store: Store) -> Announcer | None:
    """What makes the messages about a run of a project; None when no hook would tell anything."""
    chosen = {hook: _selected(graph, hook) for hook in hooks}
    return Announcer(chosen, store) if chosen else None


def overdue(
    hooks: Iterable[Hook],
    graph: AssetGraph,
    *,
    project: str,
    asset: AssetKey,
    since: datetime,
    last: datetime | None = None,
    partition: str | None = None,
) -> list[PendingDelivery]:
    """What hooks have to tell of an asset that is overdue; `Store.add_deliveries` lets them.

    Whoever finds that out calls this once for each time that an asset becomes overdue.
    """
    message = overdue_message(project=project, asset=asset, since=since, last=last, partition=partition)
    told = [hook for hook in hooks if "overdue" in hook.on and asset in _selected(graph, hook)]
    return [PendingDelivery(project=project, hook=hook.name, message=message) for hook in told]


def _selected(graph: AssetGraph, hook: Hook) -> frozenset[AssetKey]:
    # A name that doesn't exist is a mistake that loading the project tells; here it must not end a run.
    return select(graph, parse_selection(hook.select), strict=False)


class Announcer:
    """Is told the events of one run before they are recorded, and gives the messages to record with them.

    Being told the same events again gives the same messages: the store decides whether they are new.
    """

    def __init__(self, hooks: Mapping[Hook, frozenset[AssetKey]], store: Store) -> None:
        self._hooks = hooks
        self._store = store
        self._run: RunRecord | None = None
        self._steps: dict[str, StepRecord] = {}
        # Checks of attempts that are going on; those of an attempt are all made by the runner that started it.
        self._failed: dict[tuple[str, int], dict[str, CheckResult]] = {}

    def __call__(self, events: Sequence[RunEvent]) -> list[PendingDelivery]:
        """What hooks have to tell of events that are about to be recorded."""
        found: list[PendingDelivery] = []
        for event in events:
            if isinstance(event, StepReported):
                self._hear(event)
            elif isinstance(event, StepEnded):
                found += self._of_step(event)
            elif isinstance(event, RunEnded) and event.status in _OCCASIONS:
                found += self._of_run(event)
        return found

    def _hear(self, event: StepReported) -> None:
        report = event.report
        if isinstance(report, CheckResult):
            results = self._failed.setdefault((event.step, event.attempt), {})
            results[f"{report.asset}:{report.check}:{report.partition}"] = report

    def _of_step(self, event: StepEnded) -> Iterator[PendingDelivery]:
        if event.retry_at is not None:
            if self._is_wanted("retry"):
                run, step = self._known(event.run_id, event.step)
                yield from self._told("retry", run, retry_message(run, event, step.assets), step.assets)
            return
        results = self._failed.get((event.step, event.attempt), {})
        failed = [each for each in results.values() if not each.passed]
        if failed and self._is_wanted("check_failure"):
            run, _ = self._known(event.run_id, event.step)
            for hook in self._hooks:
                # Others' checks are none of its business: a step may check the assets of many.
                mine = [each for each in failed if each.asset in self._hooks[hook]]
                if "check_failure" in hook.on and mine:
                    yield self._to(hook, run, check_message(run, event, mine))

    def _of_run(self, event: RunEnded) -> Iterator[PendingDelivery]:
        occasion = _OCCASIONS[event.status]
        if not self._is_wanted(occasion):
            return
        run = self._store.run(event.run_id)
        steps = self._store.steps(event.run_id)
        checks = _last_of_each(self._store.check_results(run_id=event.run_id))
        assets = {asset for step in steps for asset in _concerned(step, occasion)}
        if occasion == "failure":
            assets |= {each.check.asset for each in checks if _fails_the_run(each)}
        yield from self._told(occasion, run, run_message(run, event, steps, checks, at=datetime.now(UTC)), assets)

    def _told(
        self, occasion: Occasion, run: RunRecord, message: Message, assets: Collection[AssetKey]
    ) -> Iterator[PendingDelivery]:
        for hook, selected in self._hooks.items():
            # A run that has to do with no asset at all is told to those who want to know of everything.
            if occasion in hook.on and (hook.select == "*" or not selected.isdisjoint(assets)):
                yield self._to(hook, run, message)

    def _to(self, hook: Hook, run: RunRecord, message: Message) -> PendingDelivery:
        return PendingDelivery(project=run.project, hook=hook.name, message=message, run_id=run.id)

    def _is_wanted(self, occasion: Occasion) -> bool:
        return any(occasion in hook.on for hook in self._hooks)

    def _known(self, run_id: str, step: str) -> tuple[RunRecord, StepRecord]:
        """The run and one of its steps: what is read of them never changes, so once is enough."""
        if self._run is None:
            self._steps = {each.step: each for each in self._store.steps(run_id)}
            self._run = self._store.run(run_id)
        return self._run, self._steps[step]


def _concerned(step: StepRecord, occasion: Occasion) -> set[AssetKey]:
    """The assets to which a run's end happened in a step: what it made, or what it should have made and didn't."""
    succeeded = step.status is StepStatus.SUCCEEDED
    return {*step.assets, *(key.asset for key in step.checks)} if succeeded == (occasion == "success") else set()


def _fails_the_run(result: CheckResultRecord) -> bool:
    return not result.passed and result.severity is CheckSeverity.ERROR


def _last_of_each(results: Iterable[CheckResultRecord]) -> list[CheckResultRecord]:
    """The last result of each check in each partition: a step that was tried again has made them again."""
    return list({(each.check, each.partition): each for each in results}.values())
