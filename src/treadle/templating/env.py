"""Environment variables in templates: `env.X`, `env('X')`, `env('X', 'default')`.

A variable that isn't set is an error, and values never appear in messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Never

from treadle.errors import Diagnostic, ProjectError, did_you_mean

__all__ = ["Env", "FromEnv", "is_set", "reads_env", "unset", "unset_in"]

_ENV = re.compile(r"\benv\b")


class FromEnv(str):
    """Text that came from the environment: it is used like any text, but never shown in a message."""

    __slots__ = ()


class Env:
    """The environment as templates see it.

    >>> env = Env({"HOME": "/home/ann"})
    >>> env.HOME, env("PORT", "5432")
    ('/home/ann', '5432')
    """

    # No public names: each would hide a variable.
    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> str:
        """The value of a variable that must be set."""
        if name.startswith("__"):
            # Python asks for these by itself, to find out what an object can do.
            raise AttributeError(name)
        return self(name)

    def __call__(self, name: str, default: str | None = None) -> str:
        """The value of a variable, or the default when it isn't set."""
        value = self._values.get(name, default)
        if value is None:
            raise ProjectError(unset(name, self._values))
        return value

    def __getitem__(self, name: object) -> Never:
        """Refused: it would be a third way to say the same."""
        raise ProjectError(
            Diagnostic(
                code="TRD303",
                message=f"environment variables aren't read with env[{name!r}]",
                fix=f"write env.{name}, or env({name!r}, 'default')",
            )
        )

    def __iter__(self) -> Never:
        """Refused: templates name the variables that they need."""
        raise ProjectError(
            Diagnostic(code="TRD303", message="templates can't list the environment", fix="name the variable: env.NAME")
        )

    def __repr__(self) -> str:
        return "env"


def reads_env(text: str) -> bool:
    """Whether an expression may give what the environment holds, so that its value must not be shown.

    >>> reads_env("env('TOKEN') ~ '!'"), reads_env("node.environment")
    (True, False)
    """
    return _ENV.search(text) is not None


def names_in(env: Env) -> Iterable[str]:
    """The names of the variables that are set."""
    return env._values.keys()


def is_set(env: Env, name: str) -> bool:
    """Whether a variable is set."""
    return name in env._values


def unset_in(env: Env, name: str) -> Diagnostic:
    """The mistake of naming a variable that isn't set, seen from templates."""
    return unset(name, env._values)


def unset(name: str, known: Iterable[str]) -> Diagnostic:
    """The mistake of naming a variable that isn't set."""
    near = did_you_mean(name, known)
    ways = f"set it, add it to .env, or give a default: env({name!r}, 'default')"
    return Diagnostic(
        code="TRD303",
        message=f"the environment variable {name!r} is not set",
        why="it is neither in the environment nor in a .env file of the project",
        fix=f"{near} Otherwise {ways}" if near else ways,
    )
