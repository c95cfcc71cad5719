"""A disk without room: runs wait for it, and lose nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.history import assert_one_story
from tests.faults.mill import Mill

REPORTS = """
@asset
def a(context):
    mark("a", "start")
    while not (MARKS / "go").exists():
        time.sleep(0.02)
    for number in range(100):
        context.log(f"{number} " + "x" * 15_000, level="warning")

@asset(deps=[a])
def b():
    mark("b", "start")
"""


@pytest.fixture
def small(mill: Mill) -> Iterator[Mill]:
    """A project whose `.treadle` is a disk of 12 MB and 400 files."""
    folder = mill.root / ".treadle"
    folder.mkdir(parents=True)
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a disk can be mounted only by root, on Linux")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m,nr_inodes=400", "none", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield mill
    finally:
        mill.end()
        subprocess.run(["umount", "-l", folder], check=True)


def fill(mill: Mill) -> Path:
    """Leave no room for another byte."""
    file = mill.root / ".treadle" / "filler"
    with file.open("wb", buffering=0) as filler:
        try:
            while filler.write(b"\0" * 4096):
                pass
        except OSError:
            return file
    raise AssertionError("unreachable")


def fill_with_files(folder: Path) -> int:
    """Leave no room for another file, and give the number of those that there was room for."""
    for number in range(1_000):
        try:
            (folder / str(number)).touch()
        except OSError:
            return number
    raise AssertionError("unreachable")


def test_a_run_waits_until_its_disk_has_room_again(small):
    """
    A full disk stops a run for as long as it is full; then nothing is missing from it.
    """
    runner = small.write(REPORTS, patience='"1m"').start("run")
    small.reached("a")
    filler = fill(small)
    (small.marks / "go").touch()
    runner.says("trying again")
    filler.unlink()
    code, out = runner.ended()
    assert 0 == code, out
    assert ["start"] == small.marked("b")
    with small.store() as store:
        assert_one_story(store, small.run.id)
        assert 100 == sum(each.kind == "logged" for each in store.events(run_id=small.run.id))


def test_a_run_whose_disk_stays_full_can_be_resumed(small):
    """
    When patience ends, the runner ends its steps, says why and what to do, and the run goes on when there is room.
    """
    runner = small.write(REPORTS, patience=1).start("run")
    small.reached("a")
    filler = fill(small)
    (small.marks / "go").touch()
    code, out = runner.ended()
    assert 2 == code, out
    assert "Traceback" not in out
    assert "full" in out or "No space left" in out
    assert "treadle runs resume" in out
    small.assert_nothing_left()
    filler.unlink()

    code, out = small.call("runs", "resume", "latest")
    assert (0, ["start"] * 2) == (code, small.marked("a")), out
    with small.store() as store:
        story = assert_one_story(store, small.run.id)
    assert ["interrupted", "succeeded"] == [
        status for (step, _), status in story.attempts.items() if step.endswith(":a")
    ]


def test_a_step_whose_files_have_no_room_waits_too(small):
    """
    A step isn't failed because there was no room for the files that it starts with, while there was some for the store.
    """
    runner = small.write(REPORTS, patience='"1m"').start("run")
    small.reached("a")
    folder = small.root / ".treadle" / "many"
    folder.mkdir()
    assert 1 < fill_with_files(folder) < 400
    (small.marks / "go").touch()
    runner.says("No space left on device; trying again")
    shutil.rmtree(folder)
    code, out = runner.ended()
    assert (0, {"a": "succeeded", "b": "succeeded"}) == (code, small.statuses()), out
    with small.store() as store:
        assert {1} == {each.attempt for each in store.attempts(small.run.id)}
