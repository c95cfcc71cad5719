"""What was handed out is found however it is written, and however the text that it is in is cut into pieces."""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
import subprocess
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.credentials import Redactor

PLAIN = "s3cr3t-Value_of.the~warehouse"
SPECIAL = """p@ss/w"o'rd+$ü `%\\& <x>!"""
SHORT = "p@s5"
TOKEN = "eyJhbGciOiJSUzI1NiJ9." + base64.urlsafe_b64encode(bytes(range(256)) * 4).decode() + ".c2lnbmF0dXJl"
SECRETS = {"plain": PLAIN, "special": SPECIAL, "short": SHORT, "token": TOKEN}


def after(before: int, encode: Callable[[bytes], bytes]) -> Callable[[str], str]:
    """The base64 of a text that the secret stands in, behind as many bytes."""
    return lambda secret: encode(b"user:name"[:before] + secret.encode() + b"@host").decode()


def wrapped(columns: int) -> Callable[[bytes], bytes]:
    def encode(data: bytes) -> bytes:
        letters = base64.b64encode(data)
        return b"\r\n".join(letters[at : at + columns] for at in range(0, len(letters), columns))

    return encode


def shell(script: str) -> Callable[[str], str]:
    """What a shell prints that has the secret in its first argument."""

    def encode(secret: str) -> str:
        command = ["bash", "-c", f"exec 2>&1; {script}", "bash", secret]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return encode


WRITINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a sentence": "the password {} is wrong".format,
    "JSON": lambda secret: json.dumps({"a": [secret]}),
    "JSON with all letters": lambda secret: json.dumps(secret, ensure_ascii=False),
    "JSON in JSON": lambda secret: json.dumps(json.dumps([secret])),
    "JSON of PHP": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "repr": repr,
    "repr of a longer text": lambda secret: repr(f"'\" {secret} \"'"),
    "repr of bytes": lambda secret: repr(secret.encode()),
    "ascii": ascii,
    "a path of a URL": quote,
    "a part of a URL": lambda secret: quote(secret, safe=""),
    "a part of a URL in small letters": lambda secret: re.sub(
        "%..", lambda found: found[0].lower(), quote(secret, safe="")
    ),
    "a URL's user": lambda secret: f"postgresql://etl:{quote_plus(secret)}@host/db",
    "encodeURIComponent": lambda secret: quote(secret, safe="-_.!~*'()"),
    "a form": lambda secret: urlencode({"client_secret": secret}),
    "shlex": shlex.quote,
    "set -x": shell('set -x; : "$1"'),
    "printf %q": shell('printf %q "$1"'),
    "declare -p": shell('declare SECRET="$1"; declare -p SECRET'),
    "env": shell('SECRET="$1" env'),
    "base64 of a shell": shell('printf %s "$1" | base64'),
    "openssl base64": shell('printf %s "$1" | openssl base64'),
    "HTML": html.escape,
    "HTML of a text": lambda secret: html.escape(secret, quote=False),
    "HTML of Jinja": lambda secret: html.escape(secret).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
    "Basic authorization": lambda secret: base64.b64encode(f"client:{quote_plus(secret)}".encode()).decode(),
    **{f"base64 after {before}": after(before, base64.b64encode) for before in range(7)},
    **{f"URL-safe base64 after {before}": after(before, base64.urlsafe_b64encode) for before in range(4)},
    **{
        f"base64 without padding after {before}": after(before, lambda data: base64.b64encode(data).rstrip(b"="))
        for before in range(3)
    },
    "base64 of MIME": lambda secret: base64.encodebytes(f"user: {secret}".encode()).decode(),
    "base64 of PEM": after(5, wrapped(64)),
}
"""Ways to print a secret that nobody chooses to hide it."""


def remains(text: str, secret: str) -> bool:
    """Whether a fourth of the secret, which would help to guess the rest, is in a text in any of these ways."""
    piece = max(3, len(secret) // 4)
    pieces = {secret[at : at + piece] for at in range(len(secret) - piece + 1)}
    encoded = base64.b64encode(secret.encode()).decode()
    pieces |= {encoded[at : at + 2 * piece] for at in range(len(encoded) - 2 * piece)}
    return any(each in text.replace("[credential it]", "") for each in pieces)


@pytest.mark.parametrize("secret", [pytest.param(value, id=name) for name, value in SECRETS.items()])
@pytest.mark.parametrize("writing", [pytest.param(write, id=name) for name, write in WRITINGS.items()])
def test_a_secret_is_found_however_it_is_written(writing, secret):
    """
    What programs do to a text when they print it doesn't hide a secret in it.
    """
    redactor = Redactor()
    redactor.add("it", secret)
    shown = redactor.text(f"first\n{writing(secret)}\nlast")
    assert "[credential it]" in shown
    assert not remains(shown, secret)
    assert shown.startswith("first\n")
    assert shown.endswith("\nlast")


@pytest.mark.parametrize("size", [1, 7, 76, 4096])
@pytest.mark.parametrize("secret", [pytest.param(value, id=name) for name, value in SECRETS.items()])
def test_it_is_the_same_in_pieces(secret, size):
    """
    Output that comes in pieces of any size looks as if it had come at once.
    """
    redactor = Redactor()
    redactor.add("it", secret)
    text = "".join(f"{name}: {write(secret)} {'.' * 70}\n" for name, write in WRITINGS.items())
    data = text.encode()
    fed = [redactor.feed(data[at : at + size]) for at in range(0, len(data), size)]
    assert redactor.text(text) == b"".join((*fed, redactor.flush())).decode()


@given(
    secrets=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=4, max_size=40),
        min_size=1,
        max_size=3,
    ),
    parts=st.lists(
        st.one_of(st.integers(0, 2), st.text(max_size=6), st.sampled_from(["aaaa", "=", "\n", "\\", "%"])), max_size=12
    ),
    cuts=st.lists(st.integers(0, 300), max_size=12),
    cut_off=st.integers(0, 20),
)
def test_no_way_of_cutting_shows_more(secrets, parts, cuts, cut_off):
    """
    Whatever the secrets and the text, none of them is shown, in whatever pieces it comes.
    """
    redactor = Redactor()
    for number, secret in enumerate(secrets):
        redactor.add(f"n{number}", secret)
    text = "".join(secrets[part % len(secrets)] if isinstance(part, int) else part for part in parts)
    data = text.encode("utf-8", "surrogatepass")
    data = data[: len(data) - cut_off]
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    fed = [redactor.feed(data[start:end]) for start, end in pairwise(ends)]
    shown = b"".join((*fed, redactor.flush()))

    at_once = Redactor()
    for number, secret in enumerate(secrets):
        at_once.add(f"n{number}", secret)
    assert at_once.feed(data) + at_once.flush() == shown
    names = [f"[credential n{number}]".encode() for number in range(len(secrets))]
    for name in (*names, "•••".encode()):
        shown = shown.replace(name, b"\0")
    assert [] == [secret for secret in secrets if secret.encode() in shown]


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(lambda secret: secret[:20] + "…", id="by us"),
        pytest.param(lambda secret: f"input_value='{secret[:25]}...{secret[-24:]}'", id="by pydantic"),
        pytest.param(lambda secret: repr(secret)[:79] + "…", id="as a repr"),
    ],
)
def test_a_long_secret_is_found_when_it_is_cut(cut):
    """
    Messages cut what is long: sixteen characters from the beginning or at the end are enough to know it.
    """
    redactor = Redactor()
    redactor.add("it", TOKEN)
    shown = redactor.text(cut(TOKEN))
    assert "[credential it]" in shown
    assert not {TOKEN[at : at + 12] for at in range(len(TOKEN))} & {shown[at : at + 12] for at in range(len(shown))}


def test_output_isnt_held_back_without_need():
    """
    A line is let go as soon as it is there; what may be the beginning of a secret waits, and no longer than that.
    """
    redactor = Redactor()
    redactor.add("it", TOKEN)
    assert b"epoch 1 is done\n" == redactor.feed(b"epoch 1 is done\n")
    assert b"epoch 2 " == redactor.feed(b"epoch 2 " + TOKEN[:10].encode())
    assert TOKEN[:10].encode() + b"? no\n" == redactor.feed(b"? no\n")
    assert b"" == redactor.flush()


def test_what_is_held_back_is_bounded():
    """
    Text that goes on looking like a secret is let go, but for as much as the secret is long.
    """
    redactor = Redactor()
    redactor.add("it", "aaaaaaaab")
    shown = b"".join(redactor.feed(b"a" * 1000) for _ in range(100))
    assert 100_000 - 9 < len(shown) <= 100_000


def test_secrets_that_overlap_are_all_replaced():
    """
    Of secrets that overlap or hold one another, no part is left.
    """
    redactor = Redactor()
    for name, secret in {"a": "abcdefgh", "b": "efghijkl", "c": "abcd"}.items():
        redactor.add(name, secret)
    assert "x[credential a]y [credential c]!" == redactor.text("xabcdefghijkly abcd!")
    assert b"x[credential a]y" == b"".join(map(redactor.feed, (b"xabcdefghi", b"jkly"))) + redactor.flush()


def test_the_name_never_shows_the_secret():
    """
    A credential whose name is in its value, or the other way round, is replaced by dots.
    """
    redactor = Redactor()
    redactor.add("warehouse", "ware")
    assert "••• of •••house" == redactor.text("ware of warehouse")
    assert "Redactor(warehouse)" == repr(redactor)


def test_the_password_in_a_url_and_the_lines_of_a_key_are_secrets_too():
    """
    A step that takes a value apart prints parts of it: those that are secret by themselves are known.
    """
    redactor = Redactor()
    redactor.add("db", "postgresql://etl:p%40ssword@host/db")
    redactor.add("key", "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----")
    assert "user etl, password [credential db]" == redactor.text("user etl, password p@ssword")
    assert "key: [credential key]" == redactor.text("key: kqhkiG9w0BAQEF")


def test_what_is_too_short_stays():
    """
    Three characters are in every text: they aren't looked for, and such values are never handed out.
    """
    redactor = Redactor()
    redactor.add("pin", "123")
    assert "1234" == redactor.text("1234")
    assert b"1234" == redactor.feed(b"1234")


def test_bytes_that_are_no_text_stay_as_they_are():
    """
    Output may be anything: what isn't a secret comes through as it is.
    """
    redactor = Redactor()
    redactor.add("it", SPECIAL)
    data = bytes(range(256)) * 10
    assert data == redactor.feed(data) + redactor.flush()
    assert "\udce9 [credential it]" == redactor.text(f"\udce9 {SPECIAL}")
