"""Functions that are asked in processes of their own, forked or started anew."""

from __future__ import annotations

import select
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from treadle.ir import RunRequest, TickContext
from treadle.runner.scheduling.isolation import Answer, Failure, call

AT = datetime(2026, 11, 25, 6, tzinfo=UTC)
LAST = datetime(2026, 11, 25, 5, tzinfo=UTC)

PROGRAM = """
import sys
from treadle.ir import RunRequest
from treadle.runner.scheduling.isolation import context_from, evaluate

{functions}

evaluate(load, context_from(sys.stdin.read()), int(sys.argv[1]))
"""
ASKING = """
def ask(context):
    print("what a function prints harms nobody")
    context.cursor = context.cursor + "!"
    return RunRequest(key=f"{context.name} {context.due_at:%H} after {context.last_due_at:%H}")

def load():
    return ask
"""
FAILING = """
def load():
    raise ValueError("the project is broken")
"""
ENDING = """
def load():
    sys.exit(3)
"""
HANGING = """
import time

def load():
    return lambda context: time.sleep(1000)
"""


@pytest.fixture
def thread() -> Iterator[None]:
    """Another thread, as a module of a project starts it when it is imported."""
    stop = threading.Event()
    started = threading.Thread(target=stop.wait)
    started.start()
    yield
    stop.set()
    started.join()


def answer(functions: str, *, timeout: float = 30, cursor: str = "7") -> Answer:
    """What comes of asking a program that has these functions."""

    def otherwise(writer: int) -> Sequence[str]:
        return [sys.executable, "-c", PROGRAM.format(functions=functions), str(writer)]

    context = TickContext(name="s", due_at=AT, cursor=cursor, last_due_at=LAST)
    asked = call(lambda context: None, context, timeout=timeout, otherwise=otherwise)
    while (found := asked.look()) is None:
        select.select([asked], [], [], 0.1)
    return found


@pytest.mark.usefixtures("thread")
def test_a_process_with_threads_isnt_forked() -> None:
    """
    The function is asked in a process that is started anew: it is told the same, and its answer and cursor come back.
    """
    cursor = "x" * 1_000_000  # more than a pipe holds
    expected = Answer(answer=RunRequest(key="s 06 after 05"), cursor=f"{cursor}!")
    assert expected == answer(ASKING, cursor=cursor)


@pytest.mark.usefixtures("thread")
@pytest.mark.parametrize(
    ("functions", "timeout", "message"),
    [
        pytest.param(FAILING, 30, "ValueError: the project is broken", id="project-broken"),
        pytest.param(ENDING, 30, "its process exited with code 3", id="process-ends"),
        pytest.param(HANGING, 0.2, "it took longer than 0.2 s", id="function-hangs"),
    ],
)
def test_a_new_process_that_gives_no_answer_says_why(functions: str, timeout: float, message: str) -> None:
    """
    A project that can't be loaded, a process that ends and a function that hangs are failures; loading takes no time of
    the function's, and the cursor stays.
    """
    found = answer(functions, timeout=timeout)
    assert isinstance(found.answer, Failure)
    assert (message, "7") == (found.answer.message[: len(message)], found.cursor)
