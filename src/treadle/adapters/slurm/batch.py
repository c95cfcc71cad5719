"""The batch job of a step: its script, and what it asks Slurm for."""

from __future__ import annotations

import math
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from treadle.ir import ComputeProfile

__all__ = ["arguments", "job_name", "script"]

# What a program needs to find its way, and holds no secrets.
_INHERITED = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ")
_MEGABYTE = 1 << 20


def job_name(name: str) -> str:
    """The name of all attempts at a step, by which they are found again.

    >>> job_name("r1/looms:build")
    'treadle:r1/looms:build'
    """
    return f"treadle:{name}".replace(",", "_")  # which would separate two names


def arguments(profile: ComputeProfile, *, name: str, folder: Path, constraint: str | None = None) -> list[str]:
    """What `sbatch` is told of a step. Slurm counts whole CPUs, megabytes and minutes: parts are rounded up.

    >>> profile = ComputeProfile(name="big", cpus=1.5, memory=2_000_000_000, gpus=1, queue="long", max_duration=90)
    >>> arguments(profile, name="treadle:r1/a", folder=Path("/shop/f"))[4:]
    ['--cpus-per-task=2', '--mem=1908M', '--gres=gpu:1', '--partition=long', '--time=2']
    """
    asked = [
        f"--job-name={name}",
        f"--output={folder / 'output'}",
        "--open-mode=append",
        "--export=NIL",  # this process's environment may hold secrets, and Slurm would keep it
    ]
    if profile.cpus is not None:
        asked.append(f"--cpus-per-task={max(1, math.ceil(profile.cpus))}")
    if profile.memory is not None:
        asked.append(f"--mem={math.ceil(profile.memory / _MEGABYTE)}M")
    generic = {**({"gpu": profile.gpus} if profile.gpus else {}), **profile.resources}
    if generic:
        asked.append("--gres=" + ",".join(f"{each}:{math.ceil(amount)}" for each, amount in generic.items()))
    if profile.queue is not None:
        asked.append(f"--partition={profile.queue}")
    if constraint is not None:
        asked.append(f"--constraint={constraint}")
    if profile.max_duration is not None:
        asked.append(f"--time={max(1, math.ceil(profile.max_duration / 60))}")
    return asked


def script(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """The batch script: the environment, and the command in the script's own place, so that signals reach it.

    >>> print(script(["python", "-m", "treadle"], {"CORPUS": "two words"}).splitlines()[-2:])
    ["export CORPUS='two words'", 'exec python -m treadle']
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    told = {**inherited, "PYTHONUNBUFFERED": "1", **environment}
    lines = [f"export {name}={shlex.quote(value)}" for name, value in told.items()]
    return "\n".join(["#!/bin/sh", *lines, f"exec {shlex.join(command)}", ""])
