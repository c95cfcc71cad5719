"""What the pod of a step tells about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from treadle.adapters.kubernetes.manifest import CONTAINER
from treadle.ir import ComputeProfile
from treadle.runner.far.contract import State, Status

__all__ = ["is_unpullable", "newest", "status_of"]

_UNPULLABLE = {"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError", "ErrImageNeverPull"}
_NEVER = {"InvalidImageName", "CreateContainerConfigError", "CreateContainerError"}
_LOST = {"Evicted", "NodeLost", "Shutdown", "NodeShutdown", "Terminated", "NodeAffinity", "UnexpectedAdmissionError"}
_KILLED_FOR_MEMORY = "OOMKilled"


def newest(pods: Iterable[Any]) -> Any:
    """The pod of a Job; None when it has none yet."""
    return max(pods, key=lambda pod: pod.metadata.creation_timestamp, default=None)


def status_of(pod: Any, profile: ComputeProfile) -> Status:
    """How far a step is, by its pod (a `V1Pod`)."""
    container = _container(pod)
    state = container.state if container is not None else None
    if state is not None and state.terminated is not None and not _is_disrupted(pod):
        return _terminated(pod, state.terminated, profile)
    if _is_disrupted(pod) and (pod.status.phase == "Failed" or (state is not None and state.terminated is not None)):
        return Status(state=State.LOST, why=_disruption(pod))
    if pod.status.phase == "Failed":
        return _failed(pod, profile)
    if state is not None and state.running is not None:
        return Status(state=State.RUNNING)
    return _waiting(pod, state.waiting if state is not None else None)


def is_unpullable(pod: Any) -> bool:
    """Whether it waits for an image that couldn't be pulled so far."""
    container = _container(pod)
    waiting = container.state.waiting if container is not None and container.state is not None else None
    return waiting is not None and waiting.reason in _UNPULLABLE


def _container(pod: Any) -> Any:
    return next((each for each in pod.status.container_statuses or () if each.name == CONTAINER), None)


def _terminated(pod: Any, ended: Any, profile: ComputeProfile) -> Status:
    if ended.reason == _KILLED_FOR_MEMORY:
        return Status.exited(ended.exit_code or 137, _too_much_memory(profile))
    if pod.status.reason == "DeadlineExceeded":
        return Status.exited(ended.exit_code or 137, _too_long(profile))
    if ended.reason in ("ContainerCannotRun", "StartError"):
        return Status(state=State.FAILED, exit_code=ended.exit_code, why=f"couldn't be started: {ended.message}")
    return Status.exited(ended.exit_code)


def _failed(pod: Any, profile: ComputeProfile) -> Status:
    reason, message = pod.status.reason or "", pod.status.message or ""
    if reason == "DeadlineExceeded":
        return Status(state=State.FAILED, why=_too_long(profile))
    if reason in _LOST:
        return Status(state=State.LOST, why=f"{reason}: {message}" if message else reason)
    return Status(
        state=State.FAILED, why=f"its pod failed: {': '.join(filter(None, (reason, message))) or 'no reason'}"
    )


def _waiting(pod: Any, waiting: Any) -> Status:
    reason, message = (waiting.reason or "", waiting.message or "") if waiting is not None else ("", "")
    if reason in _NEVER:
        return Status(state=State.FAILED, why=f"couldn't be started: {reason}: {message}")
    if reason in _UNPULLABLE:
        return Status(state=State.WAITING, why=f"{reason}: {message}" if message else reason)
    for condition in pod.status.conditions or ():
        if condition.type == "PodScheduled" and condition.status == "False":
            return Status(state=State.WAITING, why=condition.message or condition.reason or "no node has room for it")
    return Status(state=State.WAITING)


def _is_disrupted(pod: Any) -> bool:
    """Whether the cluster took its place away: an eviction, a node that is drained or gone, a preemption."""
    marked = any(each.type == "DisruptionTarget" and each.status == "True" for each in pod.status.conditions or ())
    return marked or (pod.status.reason or "") in _LOST


def _disruption(pod: Any) -> str:
    for each in pod.status.conditions or ():
        if each.type == "DisruptionTarget" and each.status == "True":
            return f"{each.reason}: {each.message}" if each.message else str(each.reason)
    return f"{pod.status.reason}: {pod.status.message}" if pod.status.message else str(pod.status.reason)


def _too_much_memory(profile: ComputeProfile) -> str:
    allowed = f"the {profile.memory:,} bytes that" if profile.memory is not None else "what"
    return f"was killed: it used more memory than {allowed} its compute profile {profile.name!r} allows"


def _too_long(profile: ComputeProfile) -> str:
    allowed = f"the {profile.max_duration:g} s that" if profile.max_duration is not None else "what"
    return f"took longer than {allowed} its compute profile {profile.name!r} allows"
