"""Kubernetes as an executor: a Job for a step, and what its pod tells."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from treadle.adapters.kubernetes.manifest import CONTAINER, manifest, selector_of
from treadle.adapters.kubernetes.pods import is_unpullable, newest, status_of
from treadle.adapters.kubernetes.reading import PodLog
from treadle.errors import MissingExtraError
from treadle.ir import ComputeProfile, StepFailed
from treadle.ir.launchers import KubernetesOptions
from treadle.runner.far.contract import Handle, Job, State, Status, UnreachableError
from treadle.runner.far.options import mistake_in, read_options

__all__ = ["opened"]

_SECONDS_TO_ANSWER = (10.0, 60.0)  # to connect, to answer
_SECONDS_TO_END = 60.0
_SECONDS_TO_APPEAR = 60.0  # for the pod of a Job
_OWN_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")

T = TypeVar("T")


@contextmanager
def opened(profile: ComputeProfile) -> Iterator[KubernetesExecutor]:
    """An executor that talks to the cluster of a profile.

    Raises:
        MissingExtraError: when the client isn't installed.
        StepFailed: when the profile's options can't be used, or lead to no cluster.
    """
    options = read_options(KubernetesOptions, profile)
    try:
        import kubernetes
    except ImportError:
        raise MissingExtraError("kubernetes", needed_by=f"the compute profile {profile.name!r}") from None
    api, namespace = _connected(kubernetes, profile, options)
    if profile.queue is not None and options.queue_is == "namespace":
        namespace = profile.queue
    with api:
        yield KubernetesExecutor(client=kubernetes.client, api=api, options=options, namespace=namespace)


def _connected(kubernetes: Any, profile: ComputeProfile, options: KubernetesOptions) -> tuple[Any, str]:
    config = kubernetes.config
    try:
        if options.kubeconfig is None and options.context is None and "KUBERNETES_SERVICE_HOST" in os.environ:
            config.load_incluster_config()
            found = _OWN_NAMESPACE.read_text(encoding="utf-8").strip()
            return kubernetes.client.ApiClient(), options.namespace or found
        api = config.new_client_from_config(config_file=options.kubeconfig, context=options.context)
        contexts, current = config.list_kube_config_contexts(config_file=options.kubeconfig)
        chosen = next((each for each in contexts if each["name"] == options.context), current)
    except (config.ConfigException, OSError) as error:
        raise mistake_in(profile, f"leads to no Kubernetes cluster: {error}") from None
    return api, options.namespace or chosen["context"].get("namespace") or "default"


@dataclass(kw_only=True)
class KubernetesExecutor:
    """A cluster, for the one step of this process. A handle is the name of a Job."""

    client: Any
    api: Any
    options: KubernetesOptions
    namespace: str
    name: str = "Kubernetes"
    pace: float = 1.0
    _job: Job | None = None
    _submissions: int = 0
    _pod: str | None = None
    _log: PodLog | None = None
    _since: float = 0.0
    _unpullable_since: float | None = None
    _batch: Any = field(init=False)
    _core: Any = field(init=False)

    def __post_init__(self) -> None:
        self._batch = self.client.BatchV1Api(self.api)
        self._core = self.client.CoreV1Api(self.api)

    def submit(self, job: Job) -> Handle:
        """Make the Job; one that was made although nobody heard of it is that one."""
        name = "treadle-" + hashlib.sha256(f"{job.mark}/{self._submissions}".encode()).hexdigest()[:16]
        body = manifest(job, self.options, name=name)
        self._end_earlier(job, name)
        try:
            self._ask(self._batch.create_namespaced_job, self.namespace, body)
        except _Refused as refused:
            if refused.status != 409:
                raise StepFailed(f"Kubernetes refused the step: {refused.message}", may_retry=False) from None
        except KeyboardInterrupt:
            with suppress(UnreachableError, StepFailed):  # it may have got through
                self.cancel(name)
            raise
        self._job, self._pod, self._log = job, None, None
        self._since, self._unpullable_since = time.monotonic(), None
        self._submissions += 1
        return name

    def poll(self, handle: Handle) -> Status:
        """What the pod tells; and the Job, when it has none."""
        assert self._job is not None
        pods = self._ask(self._core.list_namespaced_pod, self.namespace, label_selector=f"job-name={handle}")
        pod = newest(pods.items)
        if pod is None:
            return self._without_pod(handle)
        self._pod = pod.metadata.name
        status = status_of(pod, self._job.profile)
        return self._impatient(status) if is_unpullable(pod) else status

    def cancel(self, handle: Handle) -> None:
        """Delete the Job; its pod is asked to end, and killed after some time."""
        with suppress(_Refused):  # it is gone
            self._ask(self._batch.delete_namespaced_job, handle, self.namespace, propagation_policy="Background")

    def logs(self, handle: Handle, start: int) -> bytes:
        """What its container has printed since the last time."""
        if self._pod is None:
            return b""
        if self._log is None:
            self._log = PodLog(read=self._read_log)
        try:
            return self._log.since(start)
        except _Refused as refused:
            if refused.status in (400, 404):  # it hasn't started yet, or its pod is gone
                return b""
            raise UnreachableError(refused.message) from None

    def _read_log(self, seconds: int | None) -> bytes:
        given = {} if seconds is None else {"since_seconds": seconds}
        answer = self._ask(
            self._core.read_namespaced_pod_log,
            self._pod,
            self.namespace,
            container=CONTAINER,
            timestamps=True,
            _preload_content=False,
            **given,
        )
        read: bytes = answer.data
        return read

    def _without_pod(self, handle: Handle) -> Status:
        try:
            job = self._ask(self._batch.read_namespaced_job, handle, self.namespace)
        except _Refused as refused:
            return Status(state=State.LOST, why=f"its Job is gone: {refused.message}")
        for condition in job.status.conditions or ():
            if condition.type == "Failed" and condition.status == "True":
                told = ": ".join(filter(None, (condition.reason, condition.message)))
                return Status(state=State.FAILED, why=f"its Job failed: {told}")
        if self._pod is not None:
            return Status(state=State.LOST, why=f"its pod {self._pod} is gone")
        if job.spec.suspend:
            return Status(state=State.WAITING, why="the Job is suspended, until its queue lets it start")
        late = time.monotonic() - self._since > _SECONDS_TO_APPEAR
        return Status(state=State.WAITING, why=self._why_no_pod(handle) if late else "")

    def _why_no_pod(self, handle: Handle) -> str:
        with suppress(_Refused):
            events = self._ask(
                self._core.list_namespaced_event, self.namespace, field_selector=f"involvedObject.name={handle}"
            )
            if told := [each.message for each in events.items if each.type == "Warning" and each.message]:
                return str(told[-1])
        return "its Job has no pod yet"

    def _impatient(self, status: Status) -> Status:
        """The end of waiting for an image that can't be pulled."""
        now = time.monotonic()
        if self._unpullable_since is None:
            self._unpullable_since = now
        if now - self._unpullable_since < self.options.image_patience:
            return status
        return Status(state=State.FAILED, why=f"its image couldn't be pulled: {status.why}")

    def _end_earlier(self, job: Job, own: str) -> None:
        """End what the driver of an earlier attempt has left behind when it died, and wait until it has ended."""
        selector = selector_of(job)
        jobs = self._ask(self._batch.list_namespaced_job, self.namespace, label_selector=selector).items
        others = [each.metadata.name for each in jobs if each.metadata.name != own and _is_open(each)]
        for other in others:
            self.cancel(other)
        deadline = time.monotonic() + _SECONDS_TO_END
        while others:
            pods = self._ask(self._core.list_namespaced_pod, self.namespace, label_selector=selector).items
            if not [pod for pod in pods if pod.status.phase == "Running" and _job_of(pod) != own]:
                return
            if time.monotonic() > deadline:
                raise StepFailed(f"an earlier attempt still runs in Kubernetes and can't be ended: Job {others[0]}")
            time.sleep(0.5)

    def _ask(self, question: Callable[..., T], *given: object, **named: object) -> T:
        """An answer of the cluster's.

        Raises:
            UnreachableError: when there is none now.
            _Refused: when it says no.
            StepFailed: when it doesn't know who asks.
        """
        from urllib3.exceptions import HTTPError

        try:
            return question(*given, **named, _request_timeout=_SECONDS_TO_ANSWER)
        except self.client.ApiException as error:
            message = _message_of(error)
            if error.status in (429, 500, 502, 503, 504):
                raise UnreachableError(message) from None
            if error.status in (401, 403):
                raise StepFailed(f"Kubernetes doesn't let Treadle do this: {message}", may_retry=False) from None
            raise _Refused(error.status, message) from None
        except HTTPError as error:
            raise UnreachableError(str(error)) from None


class _Refused(Exception):  # noqa: N818 - what the cluster did
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def _is_open(job: Any) -> bool:
    return not any(
        each.type in ("Complete", "Failed") and each.status == "True" for each in job.status.conditions or ()
    )


def _job_of(pod: Any) -> str:
    return str((pod.metadata.labels or {}).get("job-name", ""))


def _message_of(error: Any) -> str:
    with suppress(ValueError, TypeError, AttributeError):
        return str(json.loads(error.body)["message"])
    return f"{error.status} {error.reason}"
