"""A stand-in for a Kubernetes API server and its nodes, over real HTTP on the loopback.

It isn't Kubernetes: it was written after its API's documentation. It knows Jobs, their pods and their logs, checks
every Job against Kubernetes' own schema, and runs the command of the container as a process of this machine, with
nothing but the environment that the Job gives it. The image says what happens to the pod: see `LIVES`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import kubernetes_validate
import yaml

VERSION = "1.33"
JOBS = re.compile(r"/apis/batch/v1/namespaces/([^/]+)/jobs(?:/([^/]+))?")
PODS = re.compile(r"/api/v1/namespaces/([^/]+)/pods(?:/([^/]+)/log)?")
EVENTS = re.compile(r"/api/v1/namespaces/([^/]+)/events")

Json = dict[str, Any]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


@dataclass
class Pod:
    """A pod, and the process that stands for its container, when it has come so far."""

    job: Json
    name: str
    created: str = field(default_factory=_now)
    process: subprocess.Popen[bytes] | None = None
    log: list[tuple[str, bytes]] = field(default_factory=list)
    asked: int = 0
    reader: threading.Thread | None = None

    @property
    def container(self) -> Json:
        found: Json = self.job["spec"]["template"]["spec"]["containers"][0]
        return found

    def start(self) -> None:
        """Start the container's command, as a container would: in its own environment."""
        given = {each["name"]: each["value"] for each in self.container["env"]}
        self.process = subprocess.Popen(
            [sys.executable, *self.container["command"][1:]],
            env={"PATH": os.environ["PATH"], **given},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                stamp = _now()
                if self.log and stamp <= self.log[-1][0]:  # a container runtime's clock has nanoseconds
                    stamp = f"{self.log[-1][0][:-4]}{int(self.log[-1][0][-4:-1]) + 1:03}Z"
                self.log.append((stamp, line))

    def end(self) -> None:
        """Ask the process to end, as a node does for a pod that is deleted."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def code(self) -> int | None:
        if self.process is None or self.process.poll() is None:
            return None
        assert self.reader is not None
        self.reader.join()
        return self.process.returncode if self.process.returncode >= 0 else 128 - self.process.returncode

    def status(self) -> Json:
        """What the API tells of it; each time that it is asked, its life goes on by a step."""
        self.asked += 1
        return LIVES.get(self.container["image"], _lives)(self)

    def to_json(self) -> Json:
        template = self.job["spec"]["template"]
        name = self.job["metadata"]["name"]
        labels = {**template["metadata"]["labels"], "job-name": name, "batch.kubernetes.io/job-name": name}
        metadata = {"name": self.name, "labels": labels, "creationTimestamp": self.created[:19] + "Z"}
        return {"kind": "Pod", "metadata": metadata, "spec": template["spec"], "status": self.status()}


def _container(pod: Pod, **state: Any) -> list[Json]:
    own = {"name": "step", "image": pod.container["image"], "imageID": "", "ready": False, "restartCount": 0}
    return [{**own, "state": state}]


def _unschedulable(pod: Pod) -> Json:
    told = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}
    return {"phase": "Pending", "conditions": [told]}


def _lives(pod: Pod) -> Json:
    """A pod waits for a node, then for its image, then runs and ends."""
    if pod.asked == 1:
        return _unschedulable(pod)
    if pod.asked == 2:
        return {"phase": "Pending", "containerStatuses": _container(pod, waiting={"reason": "ContainerCreating"})}
    if pod.process is None:
        pod.start()
    code = pod.code()
    if code is None:
        return {"phase": "Running", "containerStatuses": _container(pod, running={"startedAt": pod.created[:19] + "Z"})}
    ended = {"exitCode": code, "reason": "Error" if code else "Completed"}
    return {"phase": "Failed" if code else "Succeeded", "containerStatuses": _container(pod, terminated=ended)}


def _has_no_image(pod: Pod) -> Json:
    told = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "missing:1"'}
    return {"phase": "Pending", "containerStatuses": _container(pod, waiting=told)}


def _has_a_bad_name(pod: Pod) -> Json:
    told = {"reason": "InvalidImageName", "message": 'couldn\'t parse image name "BAD NAME"'}
    return {"phase": "Pending", "containerStatuses": _container(pod, waiting=told)}


def _takes_too_much(pod: Pod) -> Json:
    status = _lives(pod)
    if status["phase"] == "Running" and pod.log:
        assert pod.process is not None
        os.killpg(pod.process.pid, signal.SIGKILL)
        pod.process.wait()
    if status["phase"] in ("Running", "Failed") and pod.code() is not None:
        ended = {"exitCode": 137, "reason": "OOMKilled"}
        return {"phase": "Failed", "containerStatuses": _container(pod, terminated=ended)}
    return status


def _is_evicted(pod: Pod) -> Json:
    """The first pod of a step is evicted when it has printed something; later ones live."""
    if not pod.name.startswith("first-"):
        return _lives(pod)
    status = _lives(pod)
    if status["phase"] == "Running" and pod.log:
        assert pod.process is not None
        pod.process.kill()
        pod.process.wait()
    if status["phase"] in ("Running", "Failed") and pod.code() is not None:
        told = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI", "message": "drained"}
        return {"phase": "Failed", "conditions": [told], "reason": "Evicted", "message": "the node was drained"}
    return status


LIVES = {
    "missing:1": _has_no_image,
    "BAD NAME": _has_a_bad_name,
    "hungry:1": _takes_too_much,
    "evicted:1": _is_evicted,
}


@dataclass
class Cluster:
    """What the server knows, and what went over its wire."""

    folder: Path
    jobs: dict[str, Json] = field(default_factory=dict)
    pods: dict[str, Pod] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    deaf: int = 0  # how many of the next questions aren't answered
    lock: threading.RLock = field(default_factory=threading.RLock)

    def create(self, body: Json) -> tuple[int, Json]:
        kubernetes_validate.validate(body, VERSION, strict=True)
        name = body["metadata"]["name"]
        if name in self.jobs:
            return 409, _refused(409, "AlreadyExists", f'jobs.batch "{name}" already exists')
        if body["spec"]["template"]["spec"].get("priorityClassName") == "nobody":
            return 422, _refused(422, "Invalid", "no PriorityClass with name nobody was found")
        self.jobs[name] = {**body, "status": {}}
        pod = Pod(job=body, name=f"{'first' if len(self.jobs) == 1 else 'next'}-{name}")
        self.pods[pod.name] = pod
        return 201, self.jobs[name]

    def delete(self, name: str) -> tuple[int, Json]:
        if self.jobs.pop(name, None) is None:
            return 404, _refused(404, "NotFound", f'jobs.batch "{name}" not found')
        for pod in self.pods.values():
            if pod.job["metadata"]["name"] == name:
                pod.end()
        return 200, {"kind": "Status", "status": "Success"}

    def end(self) -> None:
        """End what still runs."""
        for pod in self.pods.values():
            if pod.process is not None and pod.process.poll() is None:
                pod.process.kill()
            if pod.process is not None:
                pod.process.wait()
            if pod.reader is not None:
                pod.reader.join()


def _refused(code: int, reason: str, message: str) -> Json:
    return {"kind": "Status", "status": "Failure", "message": message, "reason": reason, "code": code}


def _selected(labels: Json, selector: str) -> bool:
    return all(labels.get(name) == value for name, _, value in (each.partition("=") for each in selector.split(",")))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster: Cluster

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.cluster.lock:
            if self._is_heard() and JOBS.fullmatch(urlsplit(self.path).path):
                self._answer(*self.cluster.create(body))

    def do_DELETE(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.cluster.lock:
            if self._is_heard() and (found := JOBS.fullmatch(urlsplit(self.path).path)):
                self._answer(*self.cluster.delete(found[2]))

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self.cluster.lock:
            if not self._is_heard():
                return
            if found := JOBS.fullmatch(parts.path):
                self._jobs(found[2], asked)
            elif found := PODS.fullmatch(parts.path):
                self._log(found[2], asked) if found[2] else self._pods(asked)
            elif EVENTS.fullmatch(parts.path):
                self._answer(200, {"kind": "EventList", "items": []})
            else:
                self._answer(404, _refused(404, "NotFound", f"there is no {parts.path}"))

    def _jobs(self, name: str | None, asked: dict[str, str]) -> None:
        if name is None:
            jobs = list(self.cluster.jobs.values())
            chosen = [each for each in jobs if _selected(each["metadata"]["labels"], asked["labelSelector"])]
            self._answer(200, {"kind": "JobList", "items": chosen})
        elif (job := self.cluster.jobs.get(name)) is not None:
            self._answer(200, job)
        else:
            self._answer(404, _refused(404, "NotFound", f'jobs.batch "{name}" not found'))

    def _pods(self, asked: dict[str, str]) -> None:
        pods = [each.to_json() for each in self.cluster.pods.values()]
        chosen = [each for each in pods if _selected(each["metadata"]["labels"], asked["labelSelector"])]
        self._answer(200, {"kind": "PodList", "items": chosen})

    def _log(self, name: str, asked: dict[str, str]) -> None:
        pod = self.cluster.pods[name]
        if pod.process is None:
            self._answer(400, _refused(400, "BadRequest", 'container "step" is waiting to start'))
            return
        assert asked["timestamps"] == "True" or asked["timestamps"] == "true"
        log = b"".join(stamp.encode() + b" " + line for stamp, line in pod.log)
        self.send_response(200)
        self.send_header("Content-Length", str(len(log)))
        self.end_headers()
        self.wfile.write(log)

    def _is_heard(self) -> bool:
        self.cluster.asked.append(f"{self.command} {self.path}")
        if self.cluster.deaf:
            self.cluster.deaf -= 1
            self._answer(503, _refused(503, "ServiceUnavailable", "etcd has no leader"))
            return False
        return True

    def _answer(self, code: int, body: Json) -> None:
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster whose `kubeconfig` is in a folder."""
    known = Cluster(folder)
    handler = type("Handler", (_Handler,), {"cluster": known})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    here = {"name": "here", "cluster": {"server": f"http://127.0.0.1:{server.server_address[1]}"}}
    context = {"name": "here", "context": {"cluster": "here", "user": "me", "namespace": "research"}}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [here],
        "contexts": [context],
        "current-context": "here",
    }
    config["users"] = [{"name": "me", "user": {}}]
    (folder / "kubeconfig").write_text(yaml.safe_dump(config), encoding="utf-8")
    try:
        yield known
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        known.end()
