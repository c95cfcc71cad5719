"""A real Ray of one node, for the tests of one process."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from treadle.runner.processes import end_with_the_parent

RAY = [sys.executable, "-m", "ray.scripts.scripts"]
_SECONDS_TO_START = 120


@contextmanager
def cluster() -> Iterator[str]:
    """The address of a Ray with two CPUs and two of the resource `compute_a`.

    It doesn't ask for a token, for which it would look in the home of whoever runs the tests; nor is one offered to
    it, meanwhile, by this process and what that starts.
    """
    # Sockets have short names, and the folders of tests long ones.
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [*RAY, "start", "--head", "--block", f"--port={address.partition(':')[2]}", "--node-ip-address=127.0.0.1"]
    command += ["--num-cpus=2", '--resources={"compute_a": 2}', "--include-dashboard=false", f"--temp-dir={folder}"]
    command += ["--object-store-memory=80000000", "--disable-usage-stats"]
    before = os.environ.get("RAY_AUTH_MODE")
    os.environ["RAY_AUTH_MODE"] = "disabled"
    end = partial(end_with_the_parent, signal.SIGTERM)  # tests that are killed leave nothing
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, preexec_fn=end)
        try:
            _wait_for(address, process, folder / "output")
            yield address
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(folder, ignore_errors=True)
            os.environ.pop("RAY_AUTH_MODE")
            if before is not None:
                os.environ["RAY_AUTH_MODE"] = before


def _wait_for(address: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    check = [*RAY, "health-check", f"--address={address}"]
    while subprocess.run(check, capture_output=True).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Ray didn't start: {output.read_text(encoding='utf-8')[-2000:]}")
        time.sleep(0.2)
