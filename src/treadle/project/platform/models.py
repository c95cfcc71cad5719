"""The models of `compute.yaml` and `credentials.yaml`: what a platform team writes into them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from treadle.components import Attributes, Length, TagText, Written, text_format
from treadle.ir import (
    ComputeProfile,
    Credential,
    FromCommand,
    FromEnvironment,
    FromFile,
    FromOidcClient,
    FromTokenExchange,
    Launcher,
    Origin,
    Provider,
)
from treadle.ir.allowing import check_rule
from treadle.ir.amounts import parse_memory

__all__ = ["NAME", "AnyCredential", "ComputeAttributes"]

NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
"""What profiles and credentials may be called."""


def _memory_text(text: str) -> str:
    parse_memory(text)
    return text


def _bytes(written: int | str) -> int:
    return parse_memory(written) if isinstance(written, str) else written


def _issuer(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError(f"{url!r} is not the URL of a provider; write one like https://login.example.com")
    if parts.scheme == "http" and not is_here:
        raise ValueError(f"{url!r} would send secrets in the clear; write https://")
    return url


MemoryText = Annotated[str, AfterValidator(_memory_text), text_format("amount-of-memory", "2GB", "512MiB")]
Memory = Annotated[int, Written(Annotated[int, Field(gt=0)] | MemoryText, _bytes)]
Rule = Annotated[str, AfterValidator(check_rule), text_format("selection", "group:research", "path:teams/vision")]
Text = Annotated[str, StringConstraints(min_length=1)]
CredentialName = Annotated[Text, text_format("credential")]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
IssuerUrl = Annotated[str, AfterValidator(_issuer)]


class ComputeAttributes(Attributes):
    """What a step may use while it runs, and where it runs."""

    launcher: Launcher = "local"
    """What starts the step: this machine, or a cluster."""
    description: str = ""
    """What the profile is for."""
    cpus: Annotated[float, Field(gt=0)] | None = Field(default=None, examples=[2])
    """Processors; on this machine whole ones, so that a half is one."""
    memory: Memory | None = Field(default=None, examples=["2GB"])
    """The most memory that the step and all that it starts may have at once: bytes, or text like `2GB` or `512MiB`."""
    gpus: Annotated[float, Field(ge=0)] = 0
    """GPUs."""
    resources: dict[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict, examples=[{"tpu_host": 1}])
    """What else the cluster hands out, by the names that it has there."""
    image: str | None = None
    """The container image that the step runs in."""
    environment: dict[VariableName, TagText] = Field(default_factory=dict, examples=[{"HF_HOME": "/scratch/hf"}])
    """Environment variables that the step finds; secrets are for `credentials.yaml`."""
    queue: str | None = None
    """The queue, partition or namespace of the cluster."""
    max_duration: Length | None = Field(default=None, examples=["30m"])
    """How long an attempt may take at most: seconds, or text like `30m`."""
    cost_per_hour: Annotated[float, Field(ge=0)] | None = Field(default=None, examples=[2.4])
    """What an hour of it costs, in whatever the platform reckons in."""
    options: dict[str, Any] = Field(default_factory=dict)
    """What only this launcher knows."""
    allowed: Rule = "*"
    """The assets whose steps may use it, as a selection; all, when it isn't said."""

    def to_profile(self, name: str, origin: Origin) -> ComputeProfile:
        """The record that the graph holds."""
        return ComputeProfile(
            name=name,
            launcher=self.launcher,
            description=self.description,
            cpus=self.cpus,
            memory=self.memory,
            gpus=self.gpus,
            resources=self.resources,
            image=self.image,
            environment=self.environment,
            queue=self.queue,
            max_duration=self.max_duration,
            cost_per_hour=self.cost_per_hour,
            options=self.options,
            allowed=self.allowed,
            origin=origin,
        )


class _CredentialAttributes(Attributes):
    description: str = ""
    """What it opens."""
    allowed: Rule = "*"
    """The assets whose steps may use it, as a selection; all, when it isn't said."""

    def needs(self) -> dict[str, str]:
        """The other credentials that it is made with, by the attribute that names them."""
        return {}

    def to_provider(self, folder: Path) -> Provider:
        """Where the value comes from; paths start in the folder of the file."""
        raise NotImplementedError

    def to_credential(self, name: str, origin: Origin, folder: Path) -> Credential:
        """The record that the graph holds."""
        return Credential(
            name=name,
            provider=self.to_provider(folder),
            description=self.description,
            allowed=self.allowed,
            origin=origin,
        )


class EnvironmentCredential(_CredentialAttributes):
    """The value of an environment variable."""

    provider: Literal["environment"]
    """Where the value comes from."""
    variable: VariableName
    """The name of the variable."""

    def to_provider(self, folder: Path) -> Provider:
        """The record."""
        return FromEnvironment(variable=self.variable)


class FileCredential(_CredentialAttributes):
    """What a file holds, without the newline at its end."""

    provider: Literal["file"]
    """Where the value comes from."""
    path: Text
    """The file, seen from the folder of `credentials.yaml`; only its owner may be able to read it."""

    def to_provider(self, folder: Path) -> Provider:
        """The record."""
        return FromFile(path=folder / os.path.expanduser(self.path))


class CommandCredential(_CredentialAttributes):
    """What a command prints, without the newline at its end."""

    provider: Literal["command"]
    """Where the value comes from."""
    command: Annotated[list[Text], Field(min_length=1)] = Field(examples=[["pass", "show", "warehouse"]])
    """The command and its arguments, as a list; no shell sees them."""

    def to_provider(self, folder: Path) -> Provider:
        """The record."""
        return FromCommand(command=tuple(self.command))


class OidcClientCredential(_CredentialAttributes):
    """An access token that an OIDC provider gives to a client (the grant `client_credentials`)."""

    provider: Literal["oidc_client"]
    """Where the value comes from."""
    issuer: IssuerUrl = Field(examples=["https://login.example.com"])
    """The URL of the OIDC provider."""
    client_id: Text
    """The name of the client there."""
    client_secret: CredentialName
    """The credential that holds the client's secret."""
    scope: str = ""
    """What the token is for."""
    audience: str = ""
    """Whom the token is for."""

    def needs(self) -> dict[str, str]:
        """The client's secret."""
        return {"client_secret": self.client_secret}

    def to_provider(self, folder: Path) -> Provider:
        """The record."""
        return FromOidcClient(
            issuer=self.issuer,
            client_id=self.client_id,
            client_secret=self.client_secret,
            scope=self.scope,
            audience=self.audience,
        )


class TokenExchangeCredential(_CredentialAttributes):
    """An access token that an OIDC provider gives for another token (RFC 8693)."""

    provider: Literal["token_exchange"]
    """Where the value comes from."""
    issuer: IssuerUrl = Field(examples=["https://login.example.com"])
    """The URL of the OIDC provider."""
    client_id: Text
    """The name of the client there."""
    subject: CredentialName
    """The credential that holds the other token."""
    subject_type: Literal["access_token", "id_token", "jwt"] = "access_token"
    """What kind of token that is."""
    client_secret: CredentialName | None = None
    """The credential that holds the client's secret, when the provider asks for one."""
    scope: str = ""
    """What the token is for."""
    audience: str = ""
    """Whom the token is for."""

    def needs(self) -> dict[str, str]:
        """The other token, and the client's secret."""
        return {"subject": self.subject, **({"client_secret": self.client_secret} if self.client_secret else {})}

    def to_provider(self, folder: Path) -> Provider:
        """The record."""
        return FromTokenExchange(
            issuer=self.issuer,
            client_id=self.client_id,
            subject=self.subject,
            subject_type=self.subject_type,
            client_secret=self.client_secret or "",
            scope=self.scope,
            audience=self.audience,
        )


AnyCredential = Annotated[
    EnvironmentCredential | FileCredential | CommandCredential | OidcClientCredential | TokenExchangeCredential,
    Field(discriminator="provider"),
]
"""A credential, whichever its provider is."""
