"""Whether a cluster has a node that a step fits on, and what is missing when it hasn't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treadle.errors import did_you_mean, listing
from treadle.ir import ComputeProfile

__all__ = ["misfit", "needs_of"]

# What Ray itself gives nodes, besides those that a cluster's owner has named.
_OF_RAY = ("CPU", "GPU", "memory", "object_store_memory", "node:", "accelerator_type:")
_UNITS = {"CPU": "CPUs", "GPU": "GPUs", "memory": "bytes of memory"}
_A_BIT = 0.001


def needs_of(profile: ComputeProfile) -> dict[str, float]:
    """What a step of this profile takes of a node, by Ray's names; one CPU when the profile says nothing.

    Ray has no queues: one is a custom resource that only the nodes of it have, and of which a step takes a bit.

    >>> needs_of(ComputeProfile(name="big", cpus=4, memory=2_000_000_000, queue="batch"))
    {'CPU': 4, 'memory': 2000000000, 'batch': 0.001}
    """
    needs: dict[str, float] = {"CPU": 1 if profile.cpus is None else profile.cpus}
    if profile.gpus:
        needs["GPU"] = profile.gpus
    if profile.memory is not None:
        needs["memory"] = profile.memory
    needs.update(profile.resources)
    if profile.queue is not None:
        needs[profile.queue] = _A_BIT
    return needs


def misfit(needs: Mapping[str, float], nodes: Sequence[Mapping[str, float]]) -> str:
    """Why no node has room for this even when nothing else runs; empty when one has.

    >>> misfit({"CPU": 64}, [{"CPU": 8.0}, {"CPU": 16.0}])
    'no node has 64 CPUs: the largest has 16'
    >>> misfit({"CPU": 8, "gpu_a10": 1}, [{"CPU": 8.0, "gpu_a100": 4.0}])
    "no node has 'gpu_a10': did you mean 'gpu_a100'?"
    """
    if any(all(node.get(name, 0.0) >= amount for name, amount in needs.items()) for node in nodes):
        return ""
    for name, amount in needs.items():
        most = max((node.get(name, 0.0) for node in nodes), default=0.0)
        if most >= amount:
            continue
        if name in _UNITS:
            return f"no node has {amount:g} {_UNITS[name]}: " + (
                f"the largest has {most:g}" if most else "none has any"
            )
        if most:
            return f"no node has {amount:g} of {name!r}: the most that one has is {most:g}"
        own = sorted({each for node in nodes for each in node if not each.startswith(_OF_RAY)})
        hint = did_you_mean(name, own) or (
            f"they have {listing(own)}" if own else "they have no resources of their own"
        )
        return f"no node has {name!r}: {hint}"
    return "no node has all of this at once: " + ", ".join(f"{name} {amount:g}" for name, amount in needs.items())
