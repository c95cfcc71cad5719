"""A value from an environment variable."""

from __future__ import annotations

from treadle.credentials.providers.asking import Asking
from treadle.credentials.resolved import Resolved
from treadle.errors import did_you_mean
from treadle.ir import FromEnvironment

__all__ = ["from_environment"]


def from_environment(provider: FromEnvironment, asking: Asking) -> Resolved:
    """The value of the variable.

    Raises:
        CredentialError: TRD531 when it isn't set, or is empty.
    """
    name = provider.variable
    value = asking.environment.get(name)
    if not value:
        raise asking.trouble(
            "TRD531",
            f"has no value: the environment variable {name} is {'not set' if value is None else 'empty'}",
            why="it is looked for where the step runs, in the environment of whoever started that",
            fix=(did_you_mean(name, asking.environment) if value is None else "")
            or f"set {name} there, or in the project's .env file",
        )
    return Resolved.from_text(value)
