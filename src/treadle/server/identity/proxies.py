"""Whence a request came: what a proxy says of it is believed when the proxy is one that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope

from treadle.project.serving import Network

__all__ = ["Whence", "whence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whence:
    """The address that asks, how, and for which server."""

    address: str
    scheme: str
    host: str


def whence(scope: Scope, headers: Headers, proxies: Sequence[Network]) -> Whence:
    """Where a request came from.

    Of the addresses in `X-Forwarded-For`, each proxy has added the one that it was asked from: so the last one that
    isn't a proxy of ours is true, and everything before it may be made up.
    """
    peer = str((scope.get("client") or ("", 0))[0])
    hosts = headers.getlist("host")
    host = hosts[0].lower() if len(hosts) == 1 else ""
    if not _is_ours(peer, proxies):
        return Whence(address=peer, scheme="http", host=host)
    address = peer
    for each in reversed(",".join(headers.getlist("x-forwarded-for")).split(",")):
        if not (each := each.strip()):
            continue
        if not _is_address(each):
            break
        address = each
        if not _is_ours(each, proxies):
            break
    scheme = headers.get("x-forwarded-proto", "http").rpartition(",")[2].strip().lower()
    forwarded = headers.get("x-forwarded-host", "").rpartition(",")[2].strip().lower()
    return Whence(address=address, scheme=scheme, host=forwarded or host)


def _is_ours(address: str, proxies: Sequence[Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in each for each in proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
