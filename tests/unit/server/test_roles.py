"""Every route says who may use it, and what is read of a proxy is what the settings let it say."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from treadle.server import app as module
from treadle.server.identity.needs import Need, need_of
from treadle.server.identity.proxies import Whence, whence

if TYPE_CHECKING:
    from fastapi.routing import APIRoute

_SAFE = {"GET", "HEAD"}
_READING = "complete_text diagnose_text edit_text explain_text begin_file preview_file"
"""What asks by POST, as it has much to say, and changes nothing."""


def routes() -> Iterator[APIRoute]:
    """All routes of the app, those of the modules that it includes."""
    from fastapi.routing import APIRoute

    for each in vars(module).values():
        yield from (
            route for route in getattr(getattr(each, "router", None), "routes", ()) if isinstance(route, APIRoute)
        )


ROUTES = [pytest.param(each, id=f"{min(each.methods or {'?'})} {each.path}") for each in routes()]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_says_who_may_use_it(route: APIRoute) -> None:
    """
    What is read needs a viewer, unless the route says more; what changes something says the role that it takes.
    """
    said = [each.dependency for each in route.dependencies if isinstance(each.dependency, Need)]
    need = need_of(route)
    if (route.methods or set()) <= _SAFE:
        assert not need.is_change
        assert said or need.role == "viewer"
        return
    assert said, f"{route.name} changes something: give it dependencies=[needs(ROLE)]"
    assert need.is_change != (route.name in _READING.split()), route.name


def test_the_document_names_the_role_of_each_operation() -> None:
    """
    Whoever reads the API's document knows what each operation takes, and no operation is missing.
    """
    paths = module.openapi()["paths"]
    roles = {each["operationId"]: each["x-role"] for methods in paths.values() for each in methods.values()}
    assert {each.name for each in routes() if each.include_in_schema} == roles.keys()
    assert ("launcher", "viewer", "admin", "editor") == (
        roles["launch_run"],
        roles["list_assets"],
        roles["list_changes"],
        roles["put_file"],
    )


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        pytest.param("192.0.2.9", {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https"}, "192.0.2.9 http", id="no-proxy"),
        pytest.param("10.0.0.1", {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https"}, "198.51.100.1 https", id="proxy"),
        pytest.param("10.0.0.1", {"x-forwarded-for": "6.6.6.6, 198.51.100.1"}, "198.51.100.1 http", id="made-up-before"),
        pytest.param("10.0.0.1", {"x-forwarded-for": "198.51.100.1, 10.0.0.2"}, "198.51.100.1 http", id="two-proxies"),
        pytest.param("10.0.0.1", {"x-forwarded-for": "198.51.100.1, junk"}, "10.0.0.1 http", id="junk"),
        pytest.param("10.0.0.1", {"x-forwarded-proto": "https, http"}, "10.0.0.1 http", id="the-last-proxy-counts"),
        pytest.param("10.0.0.1", {"x-forwarded-host": "mill.example"}, "10.0.0.1 http", id="host"),
    ],
)  # fmt: skip
def test_a_proxy_is_believed_when_it_is_ours(peer: str, headers: dict[str, str], expected: str) -> None:
    """
    Where a request came from is what the last proxy of ours says; anybody may write the rest.
    """
    from starlette.datastructures import Headers

    scope = {"type": "http", "client": (peer, 5)}
    given = Headers({"host": "inside", **headers})
    found = whence(scope, given, [ip_network("10.0.0.0/8")])
    host = headers.get("x-forwarded-host", "inside")
    address, scheme = expected.split()
    assert Whence(address=address, scheme=scheme, host=host) == found
