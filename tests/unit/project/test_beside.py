"""Work beside other work: done in another process, and none of it is lost or left behind."""

from __future__ import annotations

import os
import signal
import sys
import threading

import pytest

from treadle.project.beside import beside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")


@pytest.fixture(autouse=True)
def cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cores, and no thread of the test runner in the way."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def test_work_is_done_by_another_process() -> None:
    """
    The answer comes from a process of its own, also when it is large.
    """
    with beside(lambda: (os.getpid(), "x" * 1_000_000)) as answer:
        process, text = answer()
    assert (True, 1_000_000) == (process != os.getpid(), len(text))


def test_what_fails_there_fails_here() -> None:
    """
    An exception is raised where the answer is asked for.
    """
    with beside(lambda: int("many")) as answer, pytest.raises(ValueError, match="many"):
        answer()


def test_work_of_a_process_that_is_killed_is_done_here() -> None:
    """
    Whatever happens to the other process, there is an answer.
    """
    here = os.getpid()

    def work() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with beside(work) as answer:
        assert here == answer()


def test_nobody_works_on_for_an_answer_that_nobody_wants() -> None:
    """
    Whoever leaves without the answer ends the other process.
    """
    reads, writes = os.pipe()
    os.set_blocking(reads, False)
    with beside(signal.pause):
        os.close(writes)
    assert b"" == os.read(reads, 1)  # nobody holds the other end any more
    os.close(reads)


def test_a_process_with_threads_or_one_core_works_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Forking a process that has threads isn't safe, and on one core it gains nothing.
    """
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    with beside(os.getpid) as answer:
        assert os.getpid() == answer()
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    with beside(os.getpid) as answer:
        assert os.getpid() == answer()
