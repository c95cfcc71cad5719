"""What `[tool.treadle.server]` says: where a server is shared, who logs people in, and what they may do there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Literal
from urllib.parse import urlsplit

from treadle.errors import cut, did_you_mean, listing
from treadle.ir.durations import parse_duration

__all__ = [
    "LONGEST_TOKEN",
    "ROLES",
    "Network",
    "Role",
    "RoleRule",
    "Sharing",
    "mistakes_in_server",
    "role_of",
    "shared",
]

Mistake = tuple[tuple[str, ...], str, str]
"""The way to the key that is wrong, what is wrong with it, and what to write instead."""
Role = Literal["viewer", "launcher", "editor", "admin"]
ROLES: tuple[Role, ...] = ("viewer", "launcher", "editor", "admin")
"""What somebody may do, each with all that the ones before it may."""
LONGEST_TOKEN = 90 * 86_400.0
"""Seconds for which an API token is good at most, unless settings say something else."""
Network = IPv4Network | IPv6Network

_HERE = {"localhost", "127.0.0.1", "::1"}
_NEEDED = ("url", "issuer", "client_id", "roles")
_PUBLIC = 'write the address that browsers open, like "https://treadle.example.com"'


def role_of(name: str) -> Role:
    """The role that a name stands for, which was written down as one.

    >>> role_of("editor")
    'editor'
    """
    return ROLES[ROLES.index(name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """Whoever has this value in this claim (everybody, when `everyone`) has the role, limited to groups and paths."""

    role: Role
    claim: str = ""
    values: frozenset[str] = frozenset()
    everyone: bool = False
    groups: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How a server is shared. `client_secret` is the name of a credential; lengths of time are in seconds."""

    url: str
    issuer: str
    client_id: str
    client_secret: str = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    roles: tuple[RoleRule, ...] = ()
    session: float = 12 * 3600.0
    token_lifetime: float = LONGEST_TOKEN
    proxies: tuple[Network, ...] = field(default=())
    requests_per_minute: int = 1200
    logins_per_minute: int = 20
    editor: bool = False

    @property
    def claims(self) -> frozenset[str]:
        """The claims that decide what somebody may do."""
        return frozenset(each.claim for each in self.roles if each.claim)

    @property
    def is_private(self) -> bool:
        """Whether browsers reach it on this machine alone, without TLS."""
        return urlsplit(self.url).scheme == "http"


def shared(table: Mapping[str, Any]) -> Sharing | None:
    """How the server is shared, as settings without mistakes say; None when they say nothing.

    >>> shared({"url": "https://mill.example/", "issuer": "https://id.example", "client_id": "treadle",
    ...         "roles": [{"role": "viewer", "everyone": True}], "session": "8h"}).session
    28800.0
    """
    if not table:
        return None
    return Sharing(**{key: _FIELDS[key](value) for key, value in table.items()})


def mistakes_in_server(table: object) -> Iterator[Mistake]:
    """What is wrong with the settings.

    >>> [way for way, message, fix in mistakes_in_server({"url": "http://mill.example", "isuer": ""})]
    [('url',), ('isuer',), (), (), ()]
    """
    if not isinstance(table, Mapping) or not table:
        return
    for key, value in table.items():
        if key not in _FIELDS:
            fix = did_you_mean(key, _FIELDS) or f"write one of {listing(_FIELDS)}"
            yield (key,), f"[tool.treadle.server] has no setting {key!r}", fix
            continue
        try:
            _FIELDS[key](value)
        except _RoleMistakeError as error:
            yield ("roles",), str(error), error.fix
        except ValueError as error:
            yield (key,), f"the setting {key!r} can't be {cut(value)}", str(error)
    for key in _NEEDED:
        if key not in table:
            yield (), f"[tool.treadle.server] doesn't say {key!r}", _MISSING[key]


class _RoleMistakeError(ValueError):
    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write it as text, in quotes")
    return value


def _url(value: Any) -> str:
    parts = _parts(value, _PUBLIC)
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("leave out everything after the name: the server needs a name of its own")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _issuer(value: Any) -> str:
    _parts(value, 'write the URL of the provider, like "https://id.example.com/realms/mill"')
    return str(value)


def _parts(value: Any, fix: str) -> Any:
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        name, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(fix) from None
    if not name or parts.scheme not in ("https", "http") or parts.username is not None:
        raise ValueError(fix)
    if parts.scheme == "http" and name not in _HERE:
        raise ValueError("begin it with https://: what is sent over http:// can be read on the way")
    return parts


def _seconds(value: Any) -> float:
    if isinstance(value, str):
        return parse_duration(value).total_seconds()
    raise ValueError("write text like '8h' or '30d'")


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("write a number from 1 on")
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise ValueError("write a list of texts")
    return tuple(value)


def _scopes(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("openid", *_texts(value))))


def _networks(value: Any) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(each) for each in _texts(value))
    except ValueError:
        raise ValueError('write addresses or networks: ["10.0.0.7", "10.1.0.0/16"]') from None


def _roles(value: Any) -> tuple[RoleRule, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(each, Mapping) for each in value):
        raise ValueError("write [[tool.treadle.server.roles]] and its keys below, once for each rule")
    return tuple(_rule(each, number) for number, each in enumerate(value, start=1))


def _rule(table: Mapping[str, Any], number: int) -> RoleRule:
    where = f"rule {number} of [[tool.treadle.server.roles]]"
    for key in table:
        if key not in _RULE:
            fix = did_you_mean(key, _RULE) or f"write one of {listing(_RULE)}"
            raise _RoleMistakeError(f"{where} has no setting {key!r}", fix)
    role = table.get("role")
    if role not in ROLES:
        raise _RoleMistakeError(f"{where} gives no role: {cut(role)}", f"write one of {listing(ROLES)}")
    everyone = table.get("everyone", False)
    if everyone is True and table.keys() & {"claim", "value"}:
        raise _RoleMistakeError(f"{where} is for everybody, and for some", "leave out everyone, or claim and value")
    if everyone is not True and not (table.get("claim") and table.get("value")):
        fix = 'write claim = "groups" and value = "looms", or everyone = true'
        raise _RoleMistakeError(f"{where} doesn't say who has the role", fix)
    if table.keys() & {"groups", "paths"} and role not in ("launcher", "editor"):
        fix = "leave out groups and paths: viewers see everything, admins may do everything"
        raise _RoleMistakeError(f"{where} limits the role {role!r}, which has no limits", fix)
    values = {key: _part(where, key, table[key]) for key in ("value", "groups", "paths") if key in table}
    return RoleRule(
        role=role,
        claim=str(table.get("claim", "")),
        values=frozenset(values.get("value", ())),
        everyone=everyone is True,
        groups=frozenset(values.get("groups", ())),
        paths=tuple(each.strip("/") for each in values.get("paths", ())),
    )


def _part(where: str, key: str, value: Any) -> tuple[str, ...]:
    try:
        return _texts([value] if isinstance(value, str) else value)
    except ValueError as error:
        raise _RoleMistakeError(f"the {key} of {where} can't be {cut(value)}", str(error)) from None


_RULE = ("role", "claim", "value", "everyone", "groups", "paths")
_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "url": _url,
    "issuer": _issuer,
    "client_id": _text,
    "client_secret": _text,
    "scopes": _scopes,
    "roles": _roles,
    "session": _seconds,
    "token_lifetime": _seconds,
    "proxies": _networks,
    "requests_per_minute": _count,
    "logins_per_minute": _count,
    "editor": _switch,
}
_MISSING = {
    "url": _PUBLIC,
    "issuer": "write the URL of the OIDC provider that logs people in",
    "client_id": "write the name that the provider knows Treadle by",
    "roles": "write [[tool.treadle.server.roles]]: nobody may do anything who is given no role",
}
