"""Ray as an executor: this process becomes a driver of the cluster, and Ray ends the step's actor when it dies."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from treadle.adapters.ray.fitting import misfit, needs_of
from treadle.adapters.ray.worker import FarStep
from treadle.errors import MissingExtraError
from treadle.ir import ComputeProfile, StepFailed
from treadle.ir.launchers import RayOptions
from treadle.runner.far.command import far_command, far_request
from treadle.runner.far.contract import Handle, Job, State, Status, UnreachableError
from treadle.runner.far.options import mistake_in, read_options

__all__ = ["opened"]

_SECONDS_TO_CONNECT = 10.0
_SECONDS_TO_ANSWER = 30.0
_SECONDS_TO_FORGET = 20.0  # until a name is free again
_NAMESPACE = "treadle"
_SMALLEST_STORE = 80_000_000  # bytes; steps don't use it


@contextmanager
def opened(profile: ComputeProfile) -> Iterator[RayExecutor]:
    """An executor that is connected to the cluster of a profile.

    Raises:
        MissingExtraError: when Ray isn't installed.
        StepFailed: when there is no such cluster, or the profile's options can't be used.
    """
    options = read_options(RayOptions, profile)
    try:
        import ray
    except ImportError:
        raise MissingExtraError("ray", needed_by=f"the compute profile {profile.name!r}") from None
    _knock(options.address)
    _connect(ray, profile, options)
    executor = RayExecutor(ray=ray, options=options)
    try:
        yield executor
    finally:
        executor.let_go()
        ray.shutdown()


def _knock(address: str) -> None:
    """See whether somebody is at home: Ray would try for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdigit():
        return  # a word of Ray's
    try:
        socket.create_connection((host.strip("[]"), int(port)), _SECONDS_TO_CONNECT).close()
    except (OSError, OverflowError) as error:
        raise StepFailed(_no_cluster(address, error)) from None


def _connect(ray: Any, profile: ComputeProfile, options: RayOptions) -> None:
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGTERM) if is_main else None
    own = _own_cluster(profile) if options.address == "local" else {}
    try:
        ray.init(
            address=options.address,
            namespace=_NAMESPACE,
            log_to_driver=False,
            logging_level="ERROR",
            **own,
        )
    except (ConnectionError, TimeoutError) as error:
        raise StepFailed(_no_cluster(options.address, error)) from None
    except (RuntimeError, ValueError) as error:  # another version of Python or Ray, an address that is none
        raise mistake_in(profile, f"leads to no Ray that can be used: {_first_line(error)}") from None
    finally:
        if is_main:  # Ray's own would end this process before it has cancelled the step
            signal.signal(signal.SIGTERM, handler)


def _own_cluster(profile: ComputeProfile) -> dict[str, Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    needs = needs_of(profile)
    custom = {name: max(amount, 1.0) for name, amount in needs.items() if name not in ("CPU", "GPU", "memory")}
    return {"include_dashboard": False, "object_store_memory": _SMALLEST_STORE, "resources": custom}


def _no_cluster(address: str, error: Exception) -> str:
    if address == "auto":
        return "no Ray runs on this machine: start one (ray start --head), or name another's address in the profile"
    return f"no Ray answers at {address}: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


@dataclass(kw_only=True)
class RayExecutor:
    """A connected Ray, for the one step of this process. A handle is the name of the step's actor."""

    ray: Any
    options: RayOptions
    name: str = "Ray"
    pace: float = 0.2
    _actor: Any = None
    _started: Any = None
    _needs: Mapping[str, float] = field(default_factory=dict)
    _told: Status | None = None  # once it runs

    def submit(self, job: Job) -> Handle:
        """Ask for an actor with the step's resources, which starts its process when there is room."""
        self._needs = needs_of(job.profile)
        if (lacking := self._misfit()) and not self.options.autoscaling:
            raise mistake_in(job.profile, f"asks for what the Ray cluster hasn't: {lacking}")
        self._end_earlier(job.name)
        command = far_command(self.options.python or "")
        request = far_request(job, self.options).to_text()
        made = self.ray.remote(FarStep).options(**self._placed(job))
        self._actor = made.remote(command, request, dict(job.environment))
        self._started = self._actor.where.remote()
        self._told = None
        return job.name

    def poll(self, handle: Handle) -> Status:
        """Whether it has its resources, and how its process ended."""
        if self._told is None:
            return self._waiting() or Status(state=State.RUNNING)
        code = self._asked("exit_code")
        if isinstance(code, Status):
            return code
        return self._told if code is None else Status.exited(code if code >= 0 else 128 - code)

    def cancel(self, handle: Handle) -> None:
        """Ask its process to end, or withdraw it when it has none yet."""
        if self._told is None and self._waiting() is not None:
            self.let_go()
            return
        self._asked("stop")

    def logs(self, handle: Handle, start: int) -> bytes:
        """What its process has printed; nothing when it has none yet, or none any more."""
        if self._told is None:
            return b""
        read = self._asked("read", start)
        return read if isinstance(read, bytes) else b""

    def let_go(self) -> None:
        """End the actor, and with it whatever is left of the step."""
        if self._actor is not None:
            with suppress(Exception):  # it has ended, or there is no cluster any more
                self.ray.kill(self._actor)
            self._actor = None

    def _placed(self, job: Job) -> dict[str, Any]:
        needs = dict(self._needs)
        placed: dict[str, Any] = {
            "name": job.name,
            "num_cpus": needs.pop("CPU"),
            "num_gpus": needs.pop("GPU", 0),
            "memory": needs.pop("memory", None),
            "max_restarts": 0,  # a new attempt is submitted again, so that it is told
        }
        environment = dict(self.options.runtime_env)
        if job.profile.image is not None:
            environment["image_uri"] = job.profile.image
        if environment:
            placed["runtime_env"] = environment
        return {**{name: value for name, value in placed.items() if value is not None}, "resources": needs}

    def _misfit(self) -> str:
        return misfit(self._needs, [node["Resources"] for node in self.ray.nodes() if node["Alive"]])

    def _end_earlier(self, name: str) -> None:
        """Ray ends the actor of a driver that has died, but not at once."""
        deadline = time.monotonic() + _SECONDS_TO_FORGET
        while time.monotonic() < deadline:
            try:
                self.ray.kill(self.ray.get_actor(name, namespace=_NAMESPACE))
            except ValueError:
                return
            time.sleep(0.1)

    def _waiting(self) -> Status | None:
        """What an actor waits for that hasn't started; its end, when it couldn't; None when it has."""
        errors = self.ray.exceptions
        ready, _ = self.ray.wait([self._started], timeout=0)
        if not ready:
            lacking = self._misfit()
            return Status(state=State.WAITING, why=f"{lacking}; it waits until one joins" if lacking else "")
        try:
            self._told = Status(state=State.RUNNING, why=self.ray.get(self._started))
        except errors.RuntimeEnvSetupError as error:
            return Status(state=State.FAILED, why=f"Ray couldn't make its environment: {_first_line(error)}")
        except errors.RayTaskError as error:
            return Status(state=State.FAILED, why=f"its process couldn't be started: {_first_line(error)}")
        except errors.RayActorError as error:
            return Status(state=State.LOST, why=_why_dead(error))
        return None

    def _asked(self, question: str, *given: object) -> Any:
        """The actor's answer, or the status that it is lost."""
        errors = self.ray.exceptions
        try:
            return self.ray.get(getattr(self._actor, question).remote(*given), timeout=_SECONDS_TO_ANSWER)
        except (errors.GetTimeoutError, errors.ActorUnavailableError) as error:
            raise UnreachableError(_first_line(error)) from None
        except errors.RayActorError as error:
            return Status(state=State.LOST, why=_why_dead(error))


def _why_dead(error: Exception) -> str:
    """What Ray says of an actor's death, without its names for it and its advice."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [
        line
        for line in lines
        if not line.startswith(("class_name:", "actor_id:", "pid:", "name:", "namespace:", "ip:"))
    ]
    return " ".join(told)[:300] or type(error).__name__
