"""What a platform team offers to components: compute profiles and credentials, and who may use which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from treadle.ir.origin import Origin

__all__ = [
    "ComputeProfile",
    "Credential",
    "FromCommand",
    "FromEnvironment",
    "FromFile",
    "FromOidcClient",
    "FromTokenExchange",
    "Launcher",
    "Platform",
    "Provider",
    "credential_variable",
]

Launcher = Literal["local", "ray", "kubernetes", "slurm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeProfile:
    """What a step may use while it runs, and where it runs.

    `memory` is in bytes, `max_duration` in seconds, `cost_per_hour` in whatever the platform reckons in. `resources`
    are custom ones that a cluster knows by name, and `environment` are variables that the step finds. `options`
    are what only that launcher knows. `allowed` is a selection: the assets whose steps may use it.

    >>> ComputeProfile(name="small", cpus=1, memory=2_000_000_000).launcher
    'local'
    """

    name: str
    launcher: Launcher = "local"
    description: str = ""
    cpus: float | None = None
    memory: int | None = None
    gpus: float = 0
    resources: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    image: str | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    queue: str | None = None
    max_duration: float | None = None
    cost_per_hour: float | None = None
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    allowed: str = "*"
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FromEnvironment:
    """The value of an environment variable."""

    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FromFile:
    """What a file holds, without the newline at its end; nobody but its owner may be able to read it."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FromCommand:
    """What a command prints, without the newline at its end."""

    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FromOidcClient:
    """An access token that an OIDC provider gives to a client; `client_secret` names the credential that holds it."""

    issuer: str
    client_id: str
    client_secret: str
    scope: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FromTokenExchange:
    """An access token that an OIDC provider gives for another token (RFC 8693), which the credential `subject` holds."""

    issuer: str
    client_id: str
    subject: str
    subject_type: Literal["access_token", "id_token", "jwt"] = "access_token"
    client_secret: str = ""
    scope: str = ""
    audience: str = ""


Provider = FromEnvironment | FromFile | FromCommand | FromOidcClient | FromTokenExchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A secret by its name: where it comes from, and which assets' steps may use it (`allowed`, a selection).

    The value is never in a record.
    """

    name: str
    provider: Provider
    description: str = ""
    allowed: str = "*"
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Everything that the platform of a project offers, by name."""

    compute: Mapping[str, ComputeProfile] = field(default_factory=lambda: MappingProxyType({}))
    credentials: Mapping[str, Credential] = field(default_factory=lambda: MappingProxyType({}))


def credential_variable(name: str, prefix: str = "TREADLE_CREDENTIAL_") -> str:
    """The environment variable in which a script finds a credential.

    >>> credential_variable("model-registry")
    'TREADLE_CREDENTIAL_MODEL_REGISTRY'
    """
    return prefix + re.sub(r"[^A-Z0-9]", "_", name.upper())
