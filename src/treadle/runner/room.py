"""What a step with a local compute profile gets of this machine: cores, GPUs, memory, variables."""

from __future__ import annotations

import math
import os
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from treadle.ir import ComputeProfile

__all__ = ["Bounds", "NoRoomError", "Room", "gpus_of"]

_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "BLIS_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "RAYON_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
    "PYTHON_CPU_COUNT",
)
"""By these, libraries that start threads of their own learn how many; who only counts cores sees the right number."""

_GPUS = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES")


class NoRoomError(Exception):
    """This machine doesn't have what a profile asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What holds for one attempt at a step. `cores` are those that it may use; `memory` is in bytes."""

    cores: tuple[int, ...] = ()
    gpus: tuple[int, ...] = ()
    memory: int | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Room:
    """The cores and GPUs of this machine, and how many steps of a run are on each.

    >>> room = Room(cores=range(4), gpus=0)
    >>> one, two = (room.take(ComputeProfile(name="small", cpus=1.5)) for _ in range(2))
    >>> len({*one.cores, *two.cores}), one.environment["OMP_NUM_THREADS"]
    (4, '2')
    """

    def __init__(self, *, cores: Iterable[int] | None = None, gpus: int | None = None) -> None:
        self._cores = _loads(_own_cores() if cores is None else cores)
        self._gpus = None if gpus is None else _loads(range(gpus))

    def take(self, profile: ComputeProfile) -> Bounds:
        """What a step gets that runs with a profile; `leave` gives it back.

        Raises:
            NoRoomError: when it asks for more GPUs than there are.
        """
        gpus = self._take_gpus(profile)
        cores = _least_used(self._cores, math.ceil(profile.cpus)) if profile.cpus is not None else ()
        threads = len(cores) or math.ceil(profile.cpus or 0)
        environment = dict.fromkeys(_THREADS, str(threads)) if threads else {}
        if gpus:
            environment |= dict.fromkeys(_GPUS, ",".join(map(str, gpus)))
        return Bounds(cores=cores, gpus=gpus, memory=profile.memory, environment={**environment, **profile.environment})

    def leave(self, bounds: Bounds) -> None:
        """A step has ended, and what it had is free."""
        self._cores.subtract(bounds.cores)
        if self._gpus is not None:
            self._gpus.subtract(bounds.gpus)

    def _take_gpus(self, profile: ComputeProfile) -> tuple[int, ...]:
        if not profile.gpus:
            return ()
        if self._gpus is None:
            self._gpus = _loads(range(gpus_of(Path("/"))))
        asked, there = math.ceil(profile.gpus), len(self._gpus)
        if asked > there:
            has = f"has {there}" if there else "has none"
            many = "1 GPU" if asked == 1 else f"{asked} GPUs"
            raise NoRoomError(f"the compute profile {profile.name!r} asks for {many}, and this machine {has}")
        return _least_used(self._gpus, asked)


def gpus_of(root: Path) -> int:
    """How many GPUs the devices of a machine stand for, whose folders are below `root`."""
    nvidia = [each for each in root.glob("dev/nvidia*") if each.name.removeprefix("nvidia").isdigit()]
    nodes = root.glob("sys/class/kfd/kfd/topology/nodes/*/gpu_id")
    return len(nvidia) or sum(_says_something(each) for each in nodes)


def _says_something(file: Path) -> bool:
    try:
        return file.read_text(encoding="ascii").strip() not in ("", "0")
    except OSError:
        return False


def _own_cores() -> list[int]:
    """The cores that this process may use."""
    if not hasattr(os, "sched_getaffinity"):
        return []  # nor could a step be kept on some of them
    cores = sorted(os.sched_getaffinity(0))
    # Runs that know nothing of each other shouldn't all begin with the same cores.
    start = random.randrange(len(cores))
    return cores[start:] + cores[:start]


def _loads(things: Iterable[int]) -> Counter[int]:
    return Counter(dict.fromkeys(things, 0))


def _least_used(loads: Counter[int], count: int) -> tuple[int, ...]:
    chosen = sorted(loads, key=loads.__getitem__)[:count]
    loads.update(chosen)
    return tuple(chosen)
