"""What a step's process must not inherit."""

from __future__ import annotations

from collections.abc import MutableMapping

from treadle.ir import FromEnvironment, Platform

__all__ = ["withdraw"]

_TAKEN: dict[str, str] = {}


def withdraw(platform: Platform, environment: MutableMapping[str, str]) -> dict[str, str]:
    """Take the variables that hold credentials out of an environment, and give them.

    A step's process inherits what its runner was started with: what isn't taken away there reaches every step. What
    the process that it was forked from has taken already is given, too.

    >>> from treadle.ir import Credential
    >>> surroundings = {"PATH": "/bin", "DB_PASSWORD": "p@ss"}
    >>> db = Credential(name="db", provider=FromEnvironment(variable="DB_PASSWORD"))
    >>> withdraw(Platform(credentials={"db": db}), surroundings), surroundings
    ({'DB_PASSWORD': 'p@ss'}, {'PATH': '/bin'})
    """
    providers = [each.provider for each in platform.credentials.values()]
    names = {each.variable for each in providers if isinstance(each, FromEnvironment)}
    _TAKEN.update({name: environment.pop(name) for name in names if name in environment})
    return {name: _TAKEN[name] for name in sorted(names) if name in _TAKEN}
