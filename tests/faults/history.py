"""What a run's log of events tells, replayed, and held against everything else that knows of the run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from treadle.store import EventRecord, Store

__all__ = ["Story", "assert_one_story", "replayed"]


@dataclass
class Story:
    """A run as its events tell it."""

    status: str = "queued"
    steps: dict[str, str] = field(default_factory=dict)
    attempts: dict[tuple[str, int], str] = field(default_factory=dict)
    materialized: list[tuple[int, str, int, str]] = field(default_factory=list)
    checked: list[tuple[int, str, int, str]] = field(default_factory=list)

    def follow(self, event: EventRecord) -> None:
        """Go on with the next event; what can't follow on those before fails."""
        match event.kind:
            case "step_started":
                self._start(event)
            case "materialized":
                self._reported(event)
                self.materialized.append((event.position, event.step, event.attempt, str(event.asset)))
            case "checked":
                self._reported(event)
                self.checked.append((event.position, event.step, event.attempt, f"{event.asset}:{event.data['check']}"))
            case "logged":
                self._reported(event)
            case "step_ended":
                self._end(event)
            case _:
                self._follow_run(event)

    def _follow_run(self, event: EventRecord) -> None:
        match event.kind:
            case "run_queued":
                assert 0 == event.position
            case "run_started":
                assert "queued" == self.status
                self.status = "running"
            case "run_interrupted":
                self._interrupt(set(event.data["steps"]))
            case "run_resumed":
                self.status = "running"
            case "run_ended":
                assert "running" == self.status
                assert not self._running()
                self.status = event.data["status"]
            case kind:
                raise AssertionError(f"an event of an unknown kind: {kind}")

    def _running(self) -> set[str]:
        return {step for step, status in self.steps.items() if status == "running"}

    def _interrupt(self, told: set[str]) -> None:
        again = {step for step, status in self.steps.items() if status in ("running", "cancelled")}
        assert again == told
        for step, number in self.attempts:
            if self.attempts[step, number] == "running":
                self.attempts[step, number] = "interrupted"
        self.steps.update(dict.fromkeys(again, "pending"))

    def _start(self, event: EventRecord) -> None:
        assert "running" == self.status
        assert self.steps.get(event.step, "pending") == "pending", f"{event.step} was started twice"
        begun = [number for step, number in self.attempts if step == event.step]
        assert len(begun) + 1 == event.attempt
        self.steps[event.step] = "running"
        self.attempts[event.step, event.attempt] = "running"

    def _reported(self, event: EventRecord) -> None:
        assert "running" == self.attempts[event.step, event.attempt], f"{event.kind} by an attempt that had ended"

    def _end(self, event: EventRecord) -> None:
        if event.attempt is not None:
            assert "running" == self.attempts[event.step, event.attempt], f"{event.step} ended twice"
            self.attempts[event.step, event.attempt] = event.data["status"]
        self.steps[event.step] = "pending" if "retry_at" in event.data else event.data["status"]


def replayed(events: list[EventRecord]) -> Story:
    """The story of a run, from the first of its events to the last."""
    assert list(range(len(events))) == [event.position for event in events]
    story = Story()
    for event in events:
        story.follow(event)
    return story


def assert_one_story(store: Store, run_id: str) -> Story:
    """The log of a run has no gap and no contradiction, and the tables say what it says."""
    events = store.events(run_id=run_id)
    story = replayed(events)
    assert store.run(run_id).status.value == story.status
    steps = store.steps(run_id)
    assert {each.step: each.status.value for each in steps} == {
        each.step: story.steps.get(each.step, "pending") for each in steps
    }
    assert {each.step: each.attempts for each in steps if each.attempts} == Counter(step for step, _ in story.attempts)
    assert {(each.step, each.attempt): each.status.value for each in store.attempts(run_id)} == story.attempts
    assert [(each.position, each.step, str(each.asset)) for each in store.materializations(run_id=run_id)] == [
        (position, step, asset) for position, step, _, asset in story.materialized
    ]
    assert [(each.position, each.step, str(each.check)) for each in store.check_results(run_id=run_id)] == [
        (position, step, check) for position, step, _, check in story.checked
    ]
    _assert_order(events, {each.step: each.after for each in steps})
    _assert_written_once(story, {each.step: sorted(map(str, each.assets)) for each in steps})
    return story


def _assert_order(events: list[EventRecord], after: dict[str, tuple[str, ...]]) -> None:
    succeeded: set[str] = set()
    for event in events:
        if event.kind == "step_started":
            assert set(after[event.step]) <= succeeded, f"{event.step} was started too early"
        if event.kind == "step_ended" and event.data["status"] == "succeeded":
            assert event.step not in succeeded, f"{event.step} succeeded twice"
            succeeded.add(event.step)


def _assert_written_once(story: Story, assets: dict[str, list[str]]) -> None:
    """An attempt that succeeded has materialized each asset of its step, once."""
    for (step, number), status in story.attempts.items():
        written = sorted(asset for _, by, at, asset in story.materialized if (by, at) == (step, number))
        assert sorted(set(written)) == written
        if status == "succeeded":
            assert assets[step] == written
