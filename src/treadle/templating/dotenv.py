"""`.env` files: `NAME=value`, with quotes, `export`, comments and `${NAME}`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from treadle.errors import Diagnostic, ProjectError, Span

__all__ = ["load_dotenv"]

_START = re.compile(r"[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*")
_SINGLE = re.compile(r"'(?P<text>[^']*)'")
_DOUBLE = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"', re.DOTALL)
_BARE = re.compile(r"(?P<text>[^\n]*?)(?=[ \t]+#|[ \t]*(?:\n|$))")
_END = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|$)")
_REFERENCE = re.compile(r"\\(.)|\$\{([A-Za-z_][A-Za-z0-9_.]*)(?::-([^}]*))?\}", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def load_dotenv(file: Path, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a `.env` file; raises `ProjectError` with every line that can't be read.

    `${NAME}` stands for a variable of the environment, or of a line above; `${NAME:-default}` has a
    default. Single quotes keep their text as it is. Text in double quotes may go over several lines.
    """
    try:
        text = file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ProjectError(_unreadable(file, (error.strerror or type(error).__name__).lower())) from None
    except UnicodeDecodeError:
        raise ProjectError(_unreadable(file, "it is not UTF-8 text")) from None
    reader = _Reader(file, text, os.environ if environ is None else environ)
    reader.read()
    if reader.mistakes:
        raise ProjectError(*reader.mistakes)
    return reader.values


class _Reader:
    def __init__(self, file: Path, text: str, environ: Mapping[str, str]) -> None:
        self.values: dict[str, str] = {}
        self.mistakes: list[Diagnostic] = []
        self._file, self._text, self._environ = file, text, environ

    def read(self) -> None:
        at = 0
        while at < len(self._text):
            if found := _END.match(self._text, at):  # an empty line, or a comment
                at = found.end()
            elif found := _START.match(self._text, at):
                at = self._value(found["name"], found.end())
            else:
                at = self._wrong(at, "this line is not NAME=value", "a name has letters, digits and underscores")

    def _value(self, name: str, at: int) -> int:
        opening = self._text[at : at + 1]
        pattern = {"'": _SINGLE, '"': _DOUBLE}.get(opening, _BARE)
        found = pattern.match(self._text, at)
        if found is None:
            return self._wrong(at, "this quotation mark is never closed", "put the same mark at the end of the value")
        end = _END.match(self._text, found.end())
        if end is None:
            fix = "quote the whole value; comments start with ' #'"
            return self._wrong(found.end(), "there is text after the closing quotation mark", fix)
        self.values[name] = found["text"] if opening == "'" else self._expanded(found["text"], at, opening == '"')
        return end.end()

    def _expanded(self, text: str, at: int, quoted: bool) -> str:
        def replace(found: re.Match[str]) -> str:
            if found[1] is not None:
                return _ESCAPES.get(found[1], found[1]) if quoted else found[0]
            # The shell wins over the file here as everywhere.
            value = self._environ.get(found[2], self.values.get(found[2], found[3]))
            if value is None:
                self._wrong(
                    at, f"the variable {found[2]!r} is not set", f"set it above, or write ${{{found[2]}:-default}}"
                )
            return value or ""

        return _REFERENCE.sub(replace, text)

    def _wrong(self, at: int, message: str, fix: str) -> int:
        """Remember a mistake; reading goes on with the next line."""
        start = self._text.rfind("\n", 0, at) + 1
        line = self._text.count("\n", 0, at) + 1
        span = Span(file=self._file, line=line, column=at - start + 1)
        self.mistakes.append(Diagnostic(code="TRD307", message=message, fix=fix, span=span))
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end + 1


def _unreadable(file: Path, why: str) -> Diagnostic:
    return Diagnostic(
        code="TRD307",
        message=f"can't read {str(file)!r}",
        why=why,
        fix="correct or remove the file",
        span=Span(file=file),
    )
