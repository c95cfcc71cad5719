"""Secrets that are shown to a server, and what is kept of them."""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["PREFIX", "digest", "new_id", "new_secret", "new_token"]

PREFIX = "treadle_"
"""How tokens begin, so that those who look for secrets in code find them."""
_BYTES = 32
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_secret() -> str:
    """256 bits of chance, as text."""
    return secrets.token_urlsafe(_BYTES)


def new_token() -> str:
    """What a program shows.

    >>> new_token().startswith(PREFIX), len(new_token())
    (True, 51)
    """
    return f"{PREFIX}{new_secret()}"


def digest(secret: str) -> str:
    """What the store keeps of a secret: of 256 bits of chance, nobody finds the rest."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def new_id() -> str:
    """The name of a session or a token, which lets nobody in."""
    return "".join(secrets.choice(_LETTERS) for _ in range(10))
