"""How the end of a process is noticed where the system has nothing better than waiting."""

from __future__ import annotations

import os
import select
import subprocess
import sys

from treadle.runner.process import _waiting_fd


def test_the_end_of_a_process_is_noticed_without_process_descriptors():
    """
    The descriptor is silent while the process runs, readable after it has ended, and its exit code is kept.
    """
    popen = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(5)"], stdin=subprocess.PIPE)
    fd = _waiting_fd(popen)
    try:
        assert ([], [], []) == select.select([fd], [], [], 0)
        popen.stdin.close()
        assert ([fd], [], []) == select.select([fd], [], [])
        assert 5 == popen.wait()
    finally:
        os.close(fd)
