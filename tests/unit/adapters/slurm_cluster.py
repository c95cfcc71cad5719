"""A real Slurm of one node on this machine, without any service of the system: controller, node and authentication."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from treadle.runner.processes import end_with_the_parent

PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
_SECONDS_TO_START = 60

CONF = """
ClusterName=loom
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={controller}
SlurmdPort={node}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SwitchType=switch/none
ReturnToService=2
KillWait=5
MinJobAge=300
SchedulerParameters=sched_interval=1,bf_interval=1
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/controller.pid
SlurmdPidFile={folder}/node.pid
SlurmctldLogFile={folder}/controller.log
SlurmdLogFile={folder}/node.log
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000 State=UNKNOWN Features=small
PartitionName=day Nodes={host} Default=YES MaxTime=60 State=UP
PartitionName=night Nodes={host} MaxTime=60 State=UP
"""


def why_not() -> str:
    """Why there can't be one here; empty when there can."""
    missing = [each for each in ("slurmctld", "slurmd", "munged", "sbatch") if shutil.which(each, path=PATH) is None]
    if missing:
        return f"{', '.join(missing)} can't be found: tools/slurm installs Debian's packages"
    return "" if os.getuid() == 0 else "only root can run a Slurm of its own"


@dataclass
class Slurm:
    """A running one; its commands find it by `environment`."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": PATH}

    def ask(self, *command: str) -> str:
        done = subprocess.run(command, env={**os.environ, **self.environment}, capture_output=True, text=True)
        assert 0 == done.returncode, done.stderr
        return done.stdout

    def start(self, *command: str) -> None:
        """Start one of its programs."""
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                command,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                preexec_fn=partial(end_with_the_parent, signal.SIGTERM),  # tests that are killed leave nothing
            )
        self.processes.append(process)

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _SECONDS_TO_START
        while not is_so():
            if time.monotonic() > deadline:
                logs = "\n".join(each.read_text(errors="replace")[-1500:] for each in self.folder.glob("*.log"))
                raise RuntimeError(f"Slurm didn't come so far: {what}\n{logs}")
            time.sleep(0.1)


@contextmanager
def cluster() -> Iterator[Slurm]:
    """A Slurm with two CPUs, two gigabytes, and the partitions `day` and `night`."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))  # sockets have short names
    for each in ("state", "spool", "munge"):
        (folder / each).mkdir(mode=0o755)
    folder.chmod(0o755)
    controller, node = _ports(2)
    host = socket.gethostname().partition(".")[0]
    text = CONF.format(folder=folder, host=host, controller=controller, node=node)
    (folder / "slurm.conf").write_text(text, encoding="utf-8")
    key = folder / "munge" / "key"
    key.write_bytes(secrets.token_bytes(256))
    key.chmod(0o400)
    slurm = Slurm(folder)
    try:
        at = folder / "munge"
        files = [f"--{name}-file={at / name}" for name in ("key", "log", "pid", "seed")]
        slurm.start("munged", "--foreground", "--force", f"--socket={at / 'socket'}", *files)
        slurm.wait_until((at / "socket").exists, "munge")
        slurm.start("slurmctld", "-D")
        slurm.wait_until(lambda: _answers(slurm, "scontrol", "ping"), "the controller")
        slurm.start("slurmd", "-D")
        slurm.wait_until(lambda: "idle" in _said(slurm, "sinfo", "--noheader", "--format=%T"), "the node")
        yield slurm
    finally:
        for process in reversed(slurm.processes):
            process.terminate()
        for process in slurm.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(slurm: Slurm, *command: str) -> bool:
    return " UP" in _said(slurm, *command)


def _said(slurm: Slurm, *command: str) -> str:
    done = subprocess.run(command, env={**os.environ, **slurm.environment}, capture_output=True, text=True)
    return done.stdout


def _ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    numbers = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return numbers
