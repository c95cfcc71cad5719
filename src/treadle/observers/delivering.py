"""Tells what is due: several at once, each in a bounded time, and all of it recorded."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from treadle.errors import ProjectError, said
from treadle.ir.hooks import Hook, Way
from treadle.observers.channels import NO_ANSWER, Letter, UndeliverableError, send
from treadle.observers.messages import Message
from treadle.observers.secrets import Render, redacted, rendered
from treadle.store import DeliveryRecord

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["MOST_ATTEMPTS", "Told", "deliver", "deliver_due", "seconds_before_next"]

MOST_ATTEMPTS = 8
_FIRST_WAIT, _FACTOR, _JITTER = 30.0, 3.5, 0.2
_AT_ONCE = 8
_LONGER_THAN_ANY = timedelta(minutes=1)
_LONGEST_ERROR = 500
_SHARE = 0.9  # of the time is for the way itself: what it started must be ended before nobody waits any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of an attempt: `error` is empty when it arrived; `again_in` is None when there is no other attempt."""

    delivery: DeliveryRecord
    error: str = ""
    again_in: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    error: str = ""
    note: str = ""


def deliver_due(
    store: Store,
    hooks: Mapping[str, Hook],
    *,
    project: str,
    render: Render,
    environment: Mapping[str, str],
    seconds: float = 10.0,
) -> list[Told]:
    """Tell what the hooks of a project have to tell by now, in about so many seconds; the rest waits for the next call.

    Any number of processes may call it at once. `render` renders the hooks' texts, `environment` is that of commands.

    Raises:
        StoreUnavailableError: when the store can't be used; what was told may be told again then.
    """
    began = time.monotonic()
    told: list[Told] = []
    # Nothing is begun when it could only take half of the time that others had.
    while (left := began + seconds - time.monotonic()) >= seconds / 2:
        taken = store.take_deliveries(project, limit=_AT_ONCE, lease=timedelta(seconds=left) + _LONGER_THAN_ANY)
        if not taken:
            break
        outcomes = _at_once(taken, hooks, render, environment, left)
        told += [_recorded(store, each, outcomes[each.id]) for each in taken]
    return told


def deliver(hook: Hook, message: Message, *, render: Render, environment: Mapping[str, str], seconds: float) -> str:
    """Tell something now, outside of the store; gives why it couldn't be told, or an empty text."""
    letter = Letter(
        id=f"msg_{random.randbytes(12).hex()}",
        hook=hook.name,
        message=message,
        seconds=seconds * _SHARE,
        project=Path(message["project"]),
        environment=environment,
    )
    outcome = _in_time({0: (hook, letter)}, render, seconds)[0]
    return outcome.error or outcome.note


def seconds_before_next(attempts: int, *, chance: float) -> float | None:
    """How long to wait after so many attempts failed; None when that was the last one.

    Eight attempts take about a day. `chance`, from 0 to 1, keeps what failed together from coming together again.

    >>> [round(seconds_before_next(n, chance=0.5)) for n in range(1, 8)]
    [30, 105, 368, 1286, 4502, 15757, 55148]
    >>> seconds_before_next(8, chance=0.5)
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return _FIRST_WAIT * _FACTOR ** (attempts - 1) * (1 + _JITTER * (2 * chance - 1))


def _recorded(store: Store, taken: DeliveryRecord, outcome: _Outcome) -> Told:
    if not outcome.error:
        store.delivered(taken, note=outcome.note)
        return Told(delivery=taken)
    wait = seconds_before_next(taken.attempts, chance=random.random())
    again_in = None if wait is None else timedelta(seconds=wait)
    store.delivery_failed(taken, outcome.error, again_in=again_in)
    return Told(delivery=taken, error=outcome.error, again_in=again_in)


def _at_once(
    taken: Sequence[DeliveryRecord],
    hooks: Mapping[str, Hook],
    render: Render,
    environment: Mapping[str, str],
    seconds: float,
) -> dict[int, _Outcome]:
    letters = {
        each.id: (
            hooks[each.hook],
            Letter(
                id=_name(each),
                hook=each.hook,
                message=each.message,
                seconds=seconds * _SHARE,
                project=Path(each.project),
                environment=environment,
            ),
        )
        for each in taken
        if each.hook in hooks
    }
    outcomes = _in_time(letters, render, seconds)
    gone = {each.id: _Outcome(error=f"the project has no hook {each.hook!r} any more") for each in taken}
    return gone | outcomes


def _in_time(letters: Mapping[int, tuple[Hook, Letter]], render: Render, seconds: float) -> dict[int, _Outcome]:
    """Send letters at once, and wait for what comes of each until the time is over.

    In threads that nobody waits for longer: a name server that doesn't answer, or one byte a second, can't be given
    up otherwise. Those threads end with the process, or when their own timeouts are over.
    """
    answers: SimpleQueue[tuple[int, _Outcome]] = SimpleQueue()
    outcomes = {number: _Outcome(error=NO_ANSWER) for number in letters}
    waiting = set()
    deadline = time.monotonic() + seconds
    for number, (hook, letter) in letters.items():
        try:
            way, secrets = rendered(hook.way, render)
        except ProjectError as error:
            outcomes[number] = _Outcome(error=str(error))
            continue
        waiting.add(number)
        threading.Thread(
            target=lambda *given: answers.put((given[0], _sent(*given[1:]))),
            args=(number, way, letter, secrets),
            daemon=True,
        ).start()
    while waiting:
        try:
            number, outcome = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            break
        outcomes[number] = outcome
        waiting.discard(number)
    return outcomes


def _sent(way: Way, letter: Letter, secrets: frozenset[str]) -> _Outcome:
    try:
        return _Outcome(note=redacted(send(way, letter), secrets)[:_LONGEST_ERROR])
    except UndeliverableError as error:
        return _Outcome(error=redacted(str(error), secrets)[:_LONGEST_ERROR])
    except Exception as error:
        # A mistake of ours must neither end the run nor keep the other hooks from being told.
        return _Outcome(error=redacted(f"it couldn't be told: {said(error)}", secrets)[:_LONGEST_ERROR])


def _name(delivery: DeliveryRecord) -> str:
    """The same for every attempt, and another one in every store."""
    text = f"{delivery.project}\n{delivery.id}\n{delivery.created_at.isoformat()}"
    return f"msg_{hashlib.sha256(text.encode()).hexdigest()[:24]}"
