"""Runners, supervisors and steps that are killed at any moment, and runs that go on."""

from __future__ import annotations

import os
import random
import signal
from contextlib import suppress

from tests.faults.history import assert_one_story
from tests.faults.mill import Command, Mill, many_steps

ASSETS = 40  # with their checks they are 50 steps
SECONDS = 5.0  # in which a run of them is over, mostly
KILLS = 2  # a step whose runner dies three times is given up, and that is another test
VICTIMS = ["runner"] * 5 + ["supervisor"] * 2 + ["both"] * 2 + ["step"]


def kill(victim: str, mill: Mill, runner: Command, chance: random.Random) -> None:
    """Kill the runner, its supervisor, both, or any one step, as they are now."""
    supervisors = mill.supervisors()
    steps = [pid for pid in mill.processes() if pid not in (runner.pid, *supervisors)]
    pids = {
        "runner": [runner.pid],
        "supervisor": supervisors,
        "both": [runner.pid, *supervisors],
        "step": chance.sample(steps, 1) if steps else [],
    }[victim]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_run_that_is_killed_anywhere_goes_on_to_its_end(mill, faults):
    """
    Whatever is killed, and whenever: every step is materialized exactly once, what was repeated is recorded as that, and
    the log, the tables and the steps' own files tell one story.
    """
    mill.write(*many_steps(ASSETS), jobs=4, retries="{ times = 5, delay = 0.01 }", patience='"60s"')
    arguments, kills = ["run"], 0
    for _ in range(20):
        runner = mill.start(*arguments)
        if kills < KILLS:
            runner.is_over(seconds=faults.uniform(0.0, SECONDS))
            kill(faults.choice(VICTIMS), mill, runner, faults)
            kills += 1
        code, out = runner.ended()
        assert code in (0, 2, -signal.SIGKILL), out
        assert "Traceback" not in out
        if code == 0:
            break
        if faults.random() < 0.5:  # sometimes it goes on while what was killed is still being cleaned away
            mill.assert_nothing_left()
        with mill.store() as store:
            if found := store.runs():
                assert_one_story(store, found[0].id)
            arguments = ["runs", "resume", "latest"] if found else ["run"]
    mill.assert_nothing_left()

    with mill.store() as store:
        story = assert_one_story(store, mill.run.id)
        steps = store.steps(mill.run.id)
    assert "succeeded" == story.status
    assert {"succeeded"} == set(story.steps.values())
    assert (50, ASSETS) == (len(steps), sum(len(each.assets) for each in steps))
    for step, name in [(each.step, str(key)) for each in steps for key in each.assets]:
        marks = mill.marked(name)
        attempts = [status for (by, _), status in story.attempts.items() if by == step]
        assert ("succeeded", 1) == (attempts[-1], attempts.count("succeeded"))
        assert 1 <= marks.count("end") <= marks.count("start") <= len(attempts), (name, marks, attempts)
