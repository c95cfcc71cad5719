"""What a runner hears of its steps' processes."""

from __future__ import annotations

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
