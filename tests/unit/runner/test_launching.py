"""What the runner hears of its supervisor."""

from __future__ import annotations

import json
import os
import socket

from treadle.runner.launching import Supervisor


def test_an_end_that_is_told_with_an_answer_is_not_forgotten():
    """
    An end that comes while an answer is waited for leaves nothing to be read: who waits for more has to know of it.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        supervisor = Supervisor(process=os.getpid(), channel=ours, command=None)
        told = [{"exited": 7}, {"ended": 3, "code": 0}, {"exited": 8}]
        theirs.sendall(b"".join(json.dumps(each).encode() + b"\n" for each in told))
        assert 0 == supervisor.end(3)
        assert supervisor.has_heard_of_ends
        assert [7, 8] == supervisor.exited()
        assert not supervisor.has_heard_of_ends
