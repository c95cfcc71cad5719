"""The ways in which a secret may stand in a text without anybody meaning to hide it: escaped, quoted, in base64, cut."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote, quote_plus, unquote, urlsplit

__all__ = ["PROBE", "Form", "Span", "forms_of"]

_PIECE = 16  # bytes of a secret's beginning or end that are one of its forms: messages cut what is long
_LONG = 24  # how long a secret has to be for that
_LINE = 8  # characters from which on a line of a secret is a secret
_ANCHOR = 12  # bytes that lines of base64, which are longer, leave whole
PROBE = 4
"""Bytes by which a beginning is recognized."""

Span = tuple[int, int]


class Form(Protocol):
    """A way to write a secret."""

    @property
    def text(self) -> bytes:
        """How it is written."""
        ...

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Of these, one is in any data in which it stands."""
        ...

    def spans(self, data: bytes) -> Iterator[Span]:
        """Where it stands in data: from, to."""
        ...

    def begun(self, data: bytes, *, goes_on: bool) -> int:
        """How many bytes at the end of data may be its beginning; `goes_on` after a line that is long enough to be broken."""
        ...


def forms_of(value: str) -> Iterator[Form]:
    """The forms of a secret, each once; also those of the password in a URL, and of the lines of a longer text.

    >>> sorted(form.text.decode() for form in forms_of("p@ss"))[:4]
    ['AlNDBzcw', 'BAc3M', 'cCU0MHNz', 'cEBzcw']
    """
    seen: set[bytes] = set()
    for form in (each for part in _parts(value) for each in _forms(part)):
        if form.text not in seen:
            seen.add(form.text)
            yield form
    for line in value.splitlines():
        if len(line.strip()) >= _LINE and (data := line.strip().encode()) not in seen:
            seen.add(data)
            yield Exact(text=data)


def _parts(value: str) -> Iterator[str]:
    yield value
    try:
        password = urlsplit(value).password or ""
    except ValueError:
        password = ""
    others = {quote_plus(value), password, unquote(password)} - {value}  # the first is what HTTP puts into base64
    yield from (each for each in sorted(others) if len(each) >= PROBE)


def _forms(value: str) -> Iterator[Form]:
    data = value.encode()
    if len(data) >= _LONG:
        yield Begun(text=data, head=value[:_PIECE].encode())
        yield Exact(text=value[-_PIECE:].encode())
    else:
        yield Exact(text=data)
    yield from (Exact(text=each.encode()) for each in _escaped(value))
    yield from _in_base64(data)


def _escaped(value: str) -> Iterator[str]:
    yield from _in_json(value)
    yield from _in_python(value)
    yield from _in_urls(value)
    yield from _in_shells(value)
    for text in (html.escape(value), html.escape(value, quote=False)):
        yield text
        yield text.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
        yield text.replace("&#x27;", "&apos;")


def _in_json(value: str) -> Iterator[str]:
    for ascii_only in (True, False):
        once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield once
        yield once.replace("/", "\\/")
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]  # JSON in JSON


def _in_python(value: str) -> Iterator[str]:
    for text in (repr(value)[1:-1], repr(value.encode())[2:-1], ascii(value)[1:-1]):
        plain = text.replace("\\'", "'")
        yield from (text, plain, plain.replace("'", "\\'"))


def _in_urls(value: str) -> Iterator[str]:
    # What else stays as it is: nothing, paths, encodeURIComponent of browsers, whole URLs.
    for safe in ("", "/", "!'()*", ":/?#[]@!$&'()*+,;="):
        text = quote(value, safe=safe)
        yield text
        yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), text)
    yield quote_plus(value)
    yield quote_plus(value, safe="*")


def _in_shells(value: str) -> Iterator[str]:
    yield value.replace("'", "'\"'\"'")
    yield value.replace("'", "'\\''")
    yield re.sub(r'([\\"$`!])', r"\\\1", value)
    yield re.sub(r"([\\\"$`])", r"\\\1", value)
    yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)
    yield re.sub(r"([^\w@%+=:./-])", r"\\\1", value)


def _in_base64(data: bytes) -> Iterator[Form]:
    """What is the same in the base64 of any text that the data is in: it may begin at each of three bits of a letter."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + data).rstrip(b"=")
        text = whole[(0, 2, 3)[before] :]
        is_shared = (before + len(data)) % 3 > 0  # its last letter, when more follows
        for letters in {text, text.translate(bytes.maketrans(b"+/", b"-_"))}:
            yield Wrapped(text=letters, certain=len(letters) - is_shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """A form that is written in one way."""

    text: bytes = field(repr=False)

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Itself."""
        return (self.text,)

    def spans(self, data: bytes) -> Iterator[Span]:
        """Where it stands in data."""
        at = data.find(self.text)
        while at >= 0:
            yield at, at + len(self.text)
            at = data.find(self.text, at + 1)

    def begun(self, data: bytes, *, goes_on: bool) -> int:
        """How many bytes at the end of data may be its beginning."""
        return _overlap(data, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A form from its beginning on, as far as the text goes on like it."""

    text: bytes = field(repr=False)
    head: bytes = field(repr=False)

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Its beginning."""
        return (self.head,)

    def spans(self, data: bytes) -> Iterator[Span]:
        """Where it begins in data, and where the data goes on differently."""
        at = data.find(self.head)
        while at >= 0:
            end = at + self._shared(data, at)
            while end < len(data) and data[end] & 0xC0 == 0x80:  # in the middle of a character
                end -= 1
            yield at, end
            at = data.find(self.head, at + 1)

    def begun(self, data: bytes, *, goes_on: bool) -> int:
        """How many bytes at the end of data may be its beginning."""
        return _overlap(data, self.text)

    def _shared(self, data: bytes, at: int) -> int:
        """How many bytes data shares with it from there on."""
        shared, most = len(self.head), len(self.text)
        while shared < most:
            tried = (shared + most + 1) // 2
            shared, most = (tried, most) if data.startswith(self.text[:tried], at) else (shared, tried - 1)
        return shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """Base64, which programs break into lines (of 64 or 76 letters) where they like; only the last letter may differ."""

    text: bytes = field(repr=False)
    certain: int

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Pieces of which a line break leaves at least one whole."""
        return tuple(anchor for anchor, _ in self._anchors())

    def spans(self, data: bytes) -> Iterator[Span]:
        """Where it stands in data."""
        for anchor, before in self._anchors():
            at = data.find(anchor)
            while at >= 0:
                starts = (at - before, at - before - 1, at - before - 2)  # a line may end between it and the anchor
                pattern = _broken(self.text, self.certain)
                found = [pattern.match(data, start) for start in starts if start >= 0]
                yield from (each.span() for each in found if each is not None)
                at = data.find(anchor, at + 1)

    def begun(self, data: bytes, *, goes_on: bool) -> int:
        """How many bytes at the end of data may be its beginning."""
        if not goes_on:
            return 0
        tail = data[-(len(self.text) + len(self.text) // 16 + 4) :]
        if b"\n" not in tail and b"\r" not in tail:
            return _overlap(tail, self.text)
        count = _overlap(tail.translate(None, b"\r\n"), self.text)
        for back in range(len(tail)) if count else ():
            count -= tail[-back - 1] not in b"\r\n"
            if not count:
                return back + 1
        return 0

    def _anchors(self) -> Iterator[tuple[bytes, int]]:
        """Pieces of which a line break leaves at least one whole, and how many letters are before each."""
        if self.certain < _ANCHOR:
            yield self.text[: self.certain], 0
            return
        width = min(_ANCHOR, self.certain // 2)
        yield self.text[:width], 0
        yield self.text[width : 2 * width], width


@lru_cache(maxsize=128)
def _broken(text: bytes, certain: int) -> re.Pattern[bytes]:
    """Base64 with line breaks anywhere in it."""
    letters = [re.escape(bytes((each,))) for each in text]
    optional = b"(?:(?:\r?\n)?%b)?" % letters.pop() if certain < len(letters) else b""
    return re.compile(b"(?:\r?\n)?".join(letters) + optional)


def _overlap(data: bytes, text: bytes) -> int:
    """How long the longest end of data is that text, which is longer, begins with.

    >>> _overlap(b"to be or not to", b"not to be")
    6
    """
    at = data.find(text[:PROBE], max(0, len(data) - len(text) + 1))
    while at >= 0:
        if text.startswith(data[at:]):
            return len(data) - at
        at = data.find(text[:PROBE], at + 1)
    return next((short for short in range(min(PROBE, len(text)) - 1, 0, -1) if data.endswith(text[:short])), 0)
