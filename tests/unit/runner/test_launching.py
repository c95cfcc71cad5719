"""What a runner hears of its steps' processes."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from treadle.ir import Step
from treadle.runner.launching import Supervisor


def test_an_end_that_is_told_before_an_answer_is_not_forgotten(tmp_path: Path) -> None:
    """
    A step may end while another one is being started: the runner knows it without being woken again.
    """
    ours, theirs = socket.socketpair()
    supervisor = Supervisor(process=0, channel=ours, command=None)
    starting = {"step": Step(name="a", run=print), "cwd": tmp_path}
    with ours, theirs:
        theirs.sendall(b'{"started": 1, "pid": 7}\n')
        launched = [supervisor.start(tmp_path / "request.json", **starting)]
        theirs.sendall(b'{"exited": 1}\n{"started": 2, "pid": 8}\n')
        launched.append(supervisor.start(tmp_path / "request.json", **starting))
        assert supervisor.has_heard_of_ends
        assert [1] == supervisor.exited()
        assert not supervisor.has_heard_of_ends
        with pytest.raises(BlockingIOError):
            ours.recv(1, socket.MSG_DONTWAIT)
    for each in launched:
        os.close(each.events)
        os.close(each.output)


def test_what_is_loaded_for_steps_is_no_part_of_them(tmp_path: Path) -> None:
    """
    Whoever waits until everything is loaded hears the last answer, and then waits for nothing more.
    """
    ours, theirs = socket.socketpair()
    supervisor = Supervisor(process=0, channel=ours, command=None)
    with ours, theirs:
        supervisor.load("json")
        supervisor.load("csv")
        asked = [json.loads(line) for line in theirs.recv(4096).splitlines()]
        theirs.sendall(b"".join(json.dumps({"loaded": each["id"]}).encode() + b"\n" for each in asked))
        theirs.sendall(b'{"exited": 7}\n')
        supervisor.wait_until_loaded()
        supervisor.wait_until_loaded()
        assert [7] == supervisor.exited()
