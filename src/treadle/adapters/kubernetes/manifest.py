"""The Kubernetes Job of a step, as plain data."""

from __future__ import annotations

import hashlib
import math
import re
from typing import Any

from treadle.ir import ComputeProfile, StepFailed
from treadle.ir.launchers import KubernetesOptions
from treadle.runner.far.command import REQUEST, far_command, far_request
from treadle.runner.far.contract import Job
from treadle.runner.far.options import mistake_in

__all__ = ["CONTAINER", "labels_of", "manifest", "selector_of"]

CONTAINER = "step"
"""The name of the container that the step runs in."""

_LONGEST_LABEL = 63
_LARGEST_REQUEST = 100_000  # bytes; the kernel takes no variable beyond 128 KiB
_KUEUE = "kueue.x-k8s.io/queue-name"


def manifest(job: Job, options: KubernetesOptions, *, name: str) -> dict[str, Any]:
    """The Job that runs a step once: Kubernetes itself tries nothing again.

    Raises:
        StepFailed: when the profile lacks what a Job needs, or asks for what there can't be.
    """
    profile = job.profile
    if profile.image is None:
        raise mistake_in(
            profile, "needs an image: Kubernetes runs a step in a container that has Treadle and the project"
        )
    labels = labels_of(job)
    queue = {} if profile.queue is None or options.queue_is != "kueue" else {_KUEUE: profile.queue}
    annotations = {f"treadle/{each}": value for each, value in job.labels.items()}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "labels": {**labels, **queue}, "annotations": annotations},
        "spec": {
            "backoffLimit": 0,
            "completions": 1,
            "parallelism": 1,
            "ttlSecondsAfterFinished": options.ttl,
            "template": {
                "metadata": {"labels": labels, "annotations": annotations},
                "spec": _pod(job, options),
            },
        },
    }


def labels_of(job: Job) -> dict[str, str]:
    """The labels of a Job and its pod, in the letters that Kubernetes takes."""
    own = {f"treadle/{each}": _label(value) for each, value in job.labels.items()}
    return {"app.kubernetes.io/managed-by": "treadle", **own}


def selector_of(job: Job) -> str:
    """What finds the Jobs of all attempts at a step."""
    labels = labels_of(job)
    return ",".join(f"treadle/{each}={labels[f'treadle/{each}']}" for each in ("run", "step"))


def _pod(job: Job, options: KubernetesOptions) -> dict[str, Any]:
    profile = job.profile
    resources = _resources(profile, options)
    container: dict[str, Any] = {
        "name": CONTAINER,
        "image": profile.image,
        "command": list(far_command(options.python or "python3")),
        "env": [{"name": each, "value": value} for each, value in _environment(job, options).items()],
    }
    if resources:
        container["resources"] = {"requests": resources, "limits": dict(resources)}
    if options.image_pull_policy is not None:
        container["imagePullPolicy"] = options.image_pull_policy
    pod: dict[str, Any] = {"restartPolicy": "Never", "containers": [container]}
    if profile.max_duration is not None:
        # Of the pod and not of the Job, whose time begins before there is a node for it.
        pod["activeDeadlineSeconds"] = max(1, math.ceil(profile.max_duration))
    if profile.queue is not None and options.queue_is == "priority":
        pod["priorityClassName"] = profile.queue
    return {
        **pod,
        **options.pod,
        "restartPolicy": "Never",
        "containers": [container, *options.pod.get("containers", ())],
    }


def _environment(job: Job, options: KubernetesOptions) -> dict[str, str]:
    request = far_request(job, options).to_text()
    if len(request.encode()) > _LARGEST_REQUEST:
        message = f"the step's request has {len(request):,} characters, more than the {_LARGEST_REQUEST:,} that fit into a pod"
        raise StepFailed(f"{message}: give the run less configuration", may_retry=False)
    return {"PYTHONUNBUFFERED": "1", **job.environment, REQUEST: request}


def _resources(profile: ComputeProfile, options: KubernetesOptions) -> dict[str, str]:
    """What is both asked for and not exceeded, as quantities of Kubernetes."""
    asked: dict[str, str] = {}
    if profile.cpus is not None:
        asked["cpu"] = f"{math.ceil(profile.cpus * 1000)}m"
    if profile.memory is not None:
        asked["memory"] = str(profile.memory)
    whole = {**({options.gpu: profile.gpus} if profile.gpus else {}), **profile.resources}
    for name, amount in whole.items():
        if amount != int(amount):
            raise mistake_in(profile, f"asks for {amount:g} of {name!r}, and Kubernetes gives only whole ones")
        asked[name] = str(int(amount))
    return asked


def _label(text: str) -> str:
    """A label's value for a text; what it can't hold is told apart by a digest.

    >>> _label("looms")
    'looms'
    >>> _label("looms:build")
    'looms-build-ff8246c9'
    """
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-_.")
    if kept == text and len(text) <= _LONGEST_LABEL:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{kept[: _LONGEST_LABEL - 9].rstrip('-_.')}-{digest}".lstrip("-")
