"""Where values of credentials come from: one module a provider, loaded when it is asked."""

from __future__ import annotations

from pathlib import Path

from treadle.credentials.providers.asking import Asking
from treadle.credentials.resolved import Resolved
from treadle.ir import FromCommand, FromEnvironment, FromFile, FromOidcClient, FromTokenExchange, Provider

__all__ = ["Asking", "resolve", "source_of"]


def resolve(asking: Asking) -> Resolved:
    """The value of a credential, from its provider.

    Raises:
        CredentialError: when it can't be had.
    """
    match asking.credential.provider:
        case FromEnvironment() as provider:
            from treadle.credentials.providers.environment import from_environment

            return from_environment(provider, asking)
        case FromFile() as provider:
            from treadle.credentials.providers.file import from_file

            return from_file(provider, asking)
        case FromCommand() as provider:
            from treadle.credentials.providers.command import from_command

            return from_command(provider, asking)
        case FromOidcClient() as provider:
            from treadle.credentials.providers.oidc_client import from_oidc_client

            return from_oidc_client(provider, asking)
        case FromTokenExchange() as provider:
            from treadle.credentials.providers.token_exchange import from_token_exchange

            return from_token_exchange(provider, asking)


def source_of(provider: Provider, folder: Path) -> str:
    """Where a value comes from, as a person says it."""
    match provider:
        case FromEnvironment(variable=variable):
            return f"the environment variable {variable}"
        case FromFile(path=path):
            return f"the file {folder / path}"
        case FromCommand(command=command):
            return f"the command {command[0] if command else ''}"
        case FromOidcClient(issuer=issuer):
            return f"the OIDC provider {issuer}"
        case FromTokenExchange(issuer=issuer, subject=subject):
            return f"the OIDC provider {issuer}, in exchange for the credential {subject!r}"
