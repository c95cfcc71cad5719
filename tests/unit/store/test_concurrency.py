"""Several processes, one store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from treadle.store import RunStatus, StepStatus, open_store

WRITER = Path(__file__).parent / "fixtures" / "write_a_lot.py"


def test_processes_that_write_at_once_lose_nothing(url):
    """
    Processes that open a store that doesn't exist yet, and write to it at once, all get through.
    """
    writers, runs = ["one", "two", "three"], 25
    gate, opener = os.pipe()
    processes = [
        subprocess.Popen(
            [sys.executable, str(WRITER), url, name, str(runs)],
            stdin=gate,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in writers
    ]
    os.close(gate)
    assert ["ready\n"] * 3 == [process.stdout.readline() for process in processes]
    os.close(opener)
    errors = [process.communicate()[1] for process in processes]

    assert ["", "", ""] == errors
    with open_store(url) as store:
        for name in writers:
            found = store.runs(project=name)
            assert [RunStatus.SUCCEEDED] * runs == [run.status for run in found]
            assert {StepStatus.SUCCEEDED} == {step.status for run in found for step in store.steps(run.id)}
        expected = {f"{name}/{number}" for name in writers for number in range(runs)} | {"shared"}
        assert expected == {str(each.asset) for each in store.materializations()}
        assert 7 * len(writers) * runs == len(store.events())
