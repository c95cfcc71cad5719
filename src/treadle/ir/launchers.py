"""What a compute profile says to its launcher alone: the options that each of them has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

__all__ = ["OPTIONS", "FarOptions", "KubernetesOptions", "RayOptions", "SlurmOptions"]

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class FarOptions:
    """What every launcher beyond this machine knows.

    `project` is the project's folder over there, and `python` the interpreter that has Treadle, where they aren't the
    same as here. An executor that can't be reached is waited for `patience` seconds; a job that is lost (its node
    died) is submitted again, at most `resubmissions` times in one attempt at the step.
    """

    project: str | None = None
    python: str | None = None
    patience: float = 300.0
    resubmissions: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RayOptions(FarOptions):
    """`address` is that of a cluster, `auto` for the one of this machine, or `local` to start one for the step alone.

    `autoscaling` says that nodes join by themselves, so that a step waits for one that is large enough instead of
    failing at once. `runtime_env` is Ray's own: packages, a container…
    """

    address: str = "auto"
    autoscaling: bool = False
    runtime_env: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlurmOptions(FarOptions):
    """`folder` is one that both sides see, for the jobs' output (`.treadle/slurm` of the project without it).

    A job whose node says nothing for `heartbeat` seconds is lost. `constraint` names features that its node must
    have, and `arguments` are handed to `sbatch` as they are.
    """

    folder: str | None = None
    heartbeat: float = 120.0
    constraint: str | None = None
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KubernetesOptions(FarOptions):
    """Where Jobs are made: a `context` of a `kubeconfig` file, and a `namespace`; those in force without them.

    A profile's queue is a label for Kueue, or the namespace, or the priority class of the pod (`queue_is`). `gpu` is
    the cluster's name for a GPU. `ttl` is how many seconds a Job is kept after its end, `image_patience` how many an
    image that can't be pulled is waited for. `pod` is put into the pod's specification as it is: a service account,
    volumes, tolerations…
    """

    kubeconfig: str | None = None
    context: str | None = None
    namespace: str | None = None
    queue_is: Literal["kueue", "namespace", "priority"] = "kueue"
    gpu: str = "nvidia.com/gpu"
    ttl: int = 3600
    image_patience: float = 300.0
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    pod: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


OPTIONS: Mapping[str, type[FarOptions]] = MappingProxyType(
    {"kubernetes": KubernetesOptions, "ray": RayOptions, "slurm": SlurmOptions}
)
"""The options of each launcher that has some: the fields of such a record."""
