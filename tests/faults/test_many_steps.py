"""More steps than the machine has hands for."""

from __future__ import annotations

import pytest

from tests.faults.history import assert_one_story

READY = 200


@pytest.mark.parametrize("jobs", [2, 50])
def test_two_hundred_steps_that_are_ready_at_once_all_run(mill, jobs):
    """
    Never more than allowed at once, each of them once.
    """
    steps = (
        f"@asset\ndef s{number}():\n    mark('order', 'in')\n    time.sleep(0.01)\n    mark('order', 'out')\n\n"
        for number in range(READY)
    )
    code, out = mill.write("".join(steps)).call("run", "-j", str(jobs))
    assert 0 == code, out
    at_once = highest = 0
    for word in mill.marked("order"):
        at_once += 1 if word == "in" else -1
        highest = max(highest, at_once)
    assert (0, 2 * READY, True) == (at_once, len(mill.marked("order")), highest <= jobs)
    with mill.store() as store:
        story = assert_one_story(store, mill.run.id)
    assert READY == len(story.materialized)
    mill.assert_nothing_left()
