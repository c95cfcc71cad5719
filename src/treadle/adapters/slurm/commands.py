"""Slurm's commands, and what their answers mean."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from treadle.ir import StepFailed
from treadle.runner.far.contract import State, Status, UnreachableError

__all__ = ["ask", "meaning_of"]

_SECONDS_TO_ANSWER = 60.0
_NOT_NOW = (
    "unable to contact slurm controller",
    "connection refused",
    "connection timed out",
    "socket timed out",
    "zero bytes were transmitted",
    "slurm backup controller in standby mode",
    "resource temporarily unavailable",
    "communication connection failure",
    "unexpected message received",
    "unable to establish",
)
_WAITING = {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD"}
_RUNNING = {"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT"}
_LOST = {
    "NODE_FAIL": "its node failed",
    "BOOT_FAIL": "its node didn't start",
    "PREEMPTED": "another job took its place",
    "REVOKED": "another cluster runs it",
}
_FAILED = {
    "TIMEOUT": "took longer than Slurm allowed it",
    "DEADLINE": "could not end before its deadline",
    "OUT_OF_MEMORY": "used more memory than Slurm allowed it",
    "CANCELLED": "was cancelled in Slurm by somebody",
}
_FOR_EVER = {
    "AccountNotAllowed": "its account may not use the partition",
    "BadConstraints": "no node has what it asks for",
    "InvalidAccount": "there is no such account",
    "InvalidQOS": "there is no such quality of service",
    "PartitionNodeLimit": "it asks for more nodes than the partition gives",
    "PartitionTimeLimit": "it asks for more time than the partition gives",
}
_EXPLAINED = {"PartitionConfig": "no node of the partition has what it asks for, or none that has is up"}
_OBVIOUS = {"", "None", "Priority", "Prolog"}  # reasons that tell nobody anything


def ask(command: Sequence[str], *, given: str = "") -> str:
    """What a command of Slurm's prints.

    Raises:
        UnreachableError: when Slurm doesn't answer now.
        StepFailed: when it refuses, with what it says; or there is no such command.
    """
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=_SECONDS_TO_ANSWER)
    except FileNotFoundError:
        raise StepFailed(
            f"there is no {command[0]!r} on this machine: a step runs on Slurm from where its commands are installed",
            may_retry=False,
        ) from None
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"{command[0]} didn't end within {_SECONDS_TO_ANSWER:g} s") from None
    if done.returncode == 0:
        return done.stdout
    told = " ".join(done.stderr.split()) or f"{command[0]} exited with code {done.returncode}"
    if any(sign in told.casefold() for sign in _NOT_NOW):
        raise UnreachableError(told)
    raise StepFailed(told)


def meaning_of(state: str, reason: str = "") -> Status | None:
    """What a state of Slurm's means; None for one that has ended and doesn't tell how.

    >>> meaning_of("PENDING", "Resources").why
    'Resources'
    >>> meaning_of("PENDING", "PartitionTimeLimit").why
    'would wait in Slurm for ever: it asks for more time than the partition gives (PartitionTimeLimit)'
    >>> meaning_of("NODE_FAIL").state.value
    'lost'
    """
    state = state.split()[0].rstrip("+")  # CANCELLED by 1000
    if state in _WAITING and reason in _FOR_EVER:
        return Status(state=State.FAILED, why=f"would wait in Slurm for ever: {_FOR_EVER[reason]} ({reason})")
    if state in _WAITING:
        why = f"{reason}: {_EXPLAINED[reason]}" if reason in _EXPLAINED else reason
        return Status(state=State.WAITING, why="" if reason in _OBVIOUS else why)
    if state in _RUNNING:
        return Status(state=State.RUNNING)
    if state in _LOST:
        return Status(state=State.LOST, why=_LOST[state])
    if state in _FAILED:
        return Status(state=State.FAILED, why=_FAILED[state])
    return None  # COMPLETED, FAILED
