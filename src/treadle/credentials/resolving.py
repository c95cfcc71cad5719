"""The credentials of one attempt at a step: resolved when they are asked for, and told to others first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from treadle.credentials.errors import trouble
from treadle.credentials.providers import Asking, resolve
from treadle.credentials.redaction import MAY_STAY, Redactor
from treadle.credentials.resolved import Resolved, now
from treadle.errors import did_you_mean, listing
from treadle.ir import Credential, FromEnvironment, StepFailed

__all__ = ["Credentials"]

_LONGEST = 1 << 16  # characters


class Credentials(Mapping[str, str]):
    """Values by the names of credentials; only those that a step names, and each resolved when it is asked for.

    A value is kept, and asked for again when it is about to expire. `tell` gets the name and the value of each before
    anybody else does, also of those that others are made with, so that it can be kept out of what is read.

    Raises `CredentialError` (TRD53x) for a credential that can't be had, and `StepFailed` for a name that the step
    doesn't name.

    >>> from treadle.ir import FromEnvironment
    >>> db = Credential(name="db", provider=FromEnvironment(variable="DB_PASSWORD"))
    >>> told = []
    >>> credentials = Credentials(["db"], {"db": db}, environment={"DB_PASSWORD": "p@ss"}, tell=lambda *each: told.append(each))
    >>> credentials["db"], told
    ('p@ss', [('db', 'p@ss')])
    """

    def __init__(
        self,
        names: Iterable[str],
        known: Mapping[str, Credential],
        *,
        environment: Mapping[str, str],
        folder: Path | None = None,
        tell: Callable[[str, str], object] = lambda name, value: None,
        clock: Callable[[], float] = now,
    ) -> None:
        """Those that `names` names of the `known` ones; relative paths and commands start in `folder`."""
        self._names = tuple(dict.fromkeys(names))
        self._known = known
        self._environment = environment
        self._folder = folder or Path.cwd()
        self._tell = tell
        self._clock = clock
        self._resolved: dict[str, Resolved] = {}
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"Credentials({', '.join(self._names)})"

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without asking for its value

    def __getitem__(self, name: str) -> str:
        if name not in self._names:
            may = f"it may use {listing(self._names)}" if self._names else "it names none"
            hint = did_you_mean(name, self._names)
            raise StepFailed(
                f"the step doesn't name the credential {name!r}: {may}" + (f"; {hint}" if hint else ""),
                may_retry=False,
            )
        return self.resolved(name).value

    def resolved(self, name: str) -> Resolved:
        """The value of any credential that there is, and how long it is good for.

        Raises:
            CredentialError: when it can't be had.
        """
        with self._lock:
            return self._resolve(name, ())

    def _resolve(self, name: str, asked_for_by: tuple[str, ...]) -> Resolved:
        if (kept := self._resolved.get(name)) is not None and kept.is_fresh(self._clock):
            return kept
        credential = self._credential(name, asked_for_by)
        asking = Asking(
            credential=credential,
            environment=self._environment,
            folder=self._folder,
            other=lambda other: self._resolve(other, (*asked_for_by, name)).value,
            redact=self._redact,
        )
        found = _usable(credential, resolve(asking))
        self._tell(name, found.value)
        self._resolved[name] = found
        return found

    def _redact(self, text: str) -> str:
        """A text without any value that is at hand, also those that nobody has asked for."""
        redactor = Redactor()
        for name, credential in self._known.items():
            if isinstance(credential.provider, FromEnvironment):
                redactor.add(name, self._environment.get(credential.provider.variable, ""))
        for name, found in self._resolved.items():
            redactor.add(name, found.value)
        return redactor.text(text)

    def _credential(self, name: str, asked_for_by: tuple[str, ...]) -> Credential:
        if name in asked_for_by:
            circle = " → ".join((*asked_for_by[asked_for_by.index(name) :], name))
            raise trouble(
                self._known[name],
                "TRD538",
                "is made with itself",
                why=f"each is needed for the one before it: {circle}",
                fix="let one of them come from somewhere else",
            )
        if (credential := self._known.get(name)) is not None:
            return credential
        hint = did_you_mean(name, self._known) or "declare it in credentials.yaml"
        if asked_for_by:
            by = self._known[asked_for_by[-1]]
            raise trouble(by, "TRD538", f"is made with {name!r}, which doesn't exist", fix=hint)
        raise StepFailed(f"there is no credential {name!r}; {hint}", may_retry=False)


def _usable(credential: Credential, found: Resolved) -> Resolved:
    """A value that can be kept secret, and that is good."""
    length = len(found.value)
    if length <= MAY_STAY or length > _LONGEST or "\0" in found.value:
        raise trouble(
            credential,
            "TRD537",
            f"has a value that can't be used: {_unusable(found.value)}",
            why="what is shorter is in every text and can't be kept out of one, what is longer is no secret",
            fix=f"make it one of {MAY_STAY + 1} to {_LONGEST:,} characters",
        )
    if found.lifetime is not None and found.lifetime <= 0:
        ended = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + found.lifetime))
        raise trouble(
            credential,
            "TRD536",
            f"has expired: its value was good until {ended}",
            why="whoever is shown it will refuse it",
            fix="renew it where it comes from; when it was made just now, compare the clocks of both machines",
        )
    return found


def _unusable(value: str) -> str:
    if "\0" in value:
        return "it holds a NUL"
    return f"it has {len(value):,} character{'' if len(value) == 1 else 's'}"
