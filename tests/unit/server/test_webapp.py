"""The web app as browsers get it."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from tests.serving import Served
from treadle.server.app import make_app
from treadle.server.identity.needs import IDENTITY
from treadle.server.identity.who import LOCAL
from treadle.server.webapp import WebApp

_BUILT = Path(__file__).parents[3] / "src" / "treadle" / "server" / "web"


def _ask(mill: Served, path: str, **headers: str) -> httpx.Response:
    told = {"Authorization": f"Bearer {mill.token}", **{name.replace("_", "-"): text for name, text in headers.items()}}
    return mill.plain.get(path, headers=told)


@pytest.mark.parametrize("path", ["", "assets", "asset/marts/orders", "runs/42"])
def test_every_address_of_the_app_gives_its_page(mill: Served, path: str) -> None:
    """
    A browser gets the app at each of its addresses; its styles need a word that is another one each time.
    """
    answers = [_ask(mill, path, Accept="text/html") for _ in range(2)]
    nonces = [re.search(r'nonce="([^"]+)"', each.text) for each in answers]
    assert nonces[0]
    assert nonces[1]
    assert nonces[0][1] != nonces[1][1]
    policy = answers[0].headers["content-security-policy"]
    assert f"style-src 'self' 'nonce-{nonces[0][1]}';" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["api/nothing", "api", "static/nothing.js", "static/../index.html", "assets"])
def test_what_is_no_page_is_an_error_of_the_api(mill: Served, path: str) -> None:
    """
    Programs that ask for what isn't there get an error they can read, and not a page.
    """
    answer = _ask(mill, path, Accept="*/*")
    assert 404 == answer.status_code
    assert "not_found" == answer.json()["error"]["code"]


def test_files_of_the_app_are_kept_and_come_packed(mill: Served) -> None:
    """
    The files whose names change with their content are kept for ever, and are packed for those who can unpack them.
    """
    page = _ask(mill, "", Accept="text/html").text
    script = re.search(r'src="/(static/index-[^"]+\.js)"', page)
    assert script
    plain, packed = (_ask(mill, script[1], Accept_Encoding=each) for each in ("identity", "gzip"))
    assert "content-encoding" not in plain.headers
    assert "gzip" == packed.headers["content-encoding"]
    assert plain.content == packed.content
    assert "immutable" in packed.headers["cache-control"]
    assert "text/javascript" in packed.headers["content-type"]
    assert "no-cache" == _ask(mill, "static/scheme.js").headers["cache-control"]


def test_nothing_of_the_app_is_of_another_host() -> None:
    """
    The page loads scripts, styles and pictures of this server alone.
    """
    loaded = re.findall(r'(?:src|href)="([^"]+)"', (_BUILT / "index.html").read_text(encoding="utf-8"))
    assert loaded
    assert [] == [each for each in loaded if not each.startswith("/static/")]


def test_a_server_without_the_app_says_so(tmp_path: Path) -> None:
    """
    Where the app wasn't built, a plain page says so, and where the API is.
    """

    app = WebApp(make_app(), built=tmp_path)

    async def somebody(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, IDENTITY: LOCAL}, receive, send)

    async def ask(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(somebody)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers={"Accept": "text/html"})

    assert "The web app wasn't built" in asyncio.run(ask("/")).text
    assert 404 == asyncio.run(ask("/assets")).status_code


@pytest.mark.parametrize("page", ["catalogue/CataloguePage", "lineage/LineagePage"])
def test_a_first_load_is_small(page: str) -> None:
    """
    What a browser loads before it shows the catalogue or the graph is less than 300 kB, packed; the editor, charts and
    layouts aren't among it.
    """
    manifest = json.loads((_BUILT / "manifest.json").read_text(encoding="utf-8"))
    due, files = ["index.html", f"src/features/{page}.tsx"], set()
    seen: set[str] = set()
    while due:
        if (name := due.pop()) not in seen:
            seen.add(name)
            files |= {manifest[name]["file"], *manifest[name].get("css", ())}
            due += manifest[name].get("imports", ())
    sizes = {each: len(gzip.compress((_BUILT / each).read_bytes())) for each in files}
    assert sum(sizes.values()) < 300_000, sizes
