"""Which steps run beyond this machine, and what takes them there."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from importlib import import_module

from treadle.ir import ComputeProfile, Platform, Step
from treadle.runner.far.contract import Job, Launcher
from treadle.runner.reporter import Reporter
from treadle.runner.request import StepRequest
from treadle.runner.wire import Ended

__all__ = ["HOMES", "elsewhere", "heavy_modules", "run_elsewhere"]

HOMES: dict[str, str] = {
    "kubernetes": "treadle.adapters.kubernetes",
    "ray": "treadle.adapters.ray",
    "slurm": "treadle.adapters.slurm",
}
"""Where a launcher's `opened` is. Adapters know this room, and not the other way round: they are found by name."""

# What takes long to load; none of it starts threads, so steps can be forked from a process that has loaded it.
_HEAVY = {
    "kubernetes": ("kubernetes.client", "kubernetes.config", "treadle.adapters.kubernetes.executor"),
    "ray": ("ray", "treadle.adapters.ray.executor"),
}


def heavy_modules(profiles: Iterable[ComputeProfile | None]) -> list[str]:
    """What the drivers of steps with these profiles would have to load, each for itself.

    >>> heavy_modules([None, ComputeProfile(name="big", launcher="ray")])
    ['ray', 'treadle.adapters.ray.executor']
    """
    launchers = dict.fromkeys(profile.launcher for profile in profiles if profile is not None)
    return [module for launcher in launchers for module in _HEAVY.get(launcher, ())]


def elsewhere(step: Step, platform: Platform) -> ComputeProfile | None:
    """The compute profile of a step that runs somewhere else than in this process; None when it runs here.

    >>> big = ComputeProfile(name="big", launcher="slurm")
    >>> elsewhere(Step(name="train", run=print, compute="big"), Platform(compute={"big": big})) is big
    True
    """
    profile = platform.compute.get(step.compute) if step.compute is not None else None
    return profile if profile is not None and profile.launcher in HOMES else None


def run_elsewhere(profile: ComputeProfile, request: StepRequest, reporter: Reporter) -> Ended:
    """Run a step where its profile says, and give its last word; what it prints and reports arrives meanwhile.

    Raises:
        StepFailed: when it can't be run there, or ended without a last word.
        MissingExtraError: when the packages that lead there aren't installed.
    """
    from treadle.runner.far.driving import drive

    opened: Launcher = import_module(HOMES[profile.launcher]).opened
    with opened(profile) as executor:
        return drive(executor, Job(request=request, profile=profile, mark=secrets.token_hex(16)), reporter)
