"""Diagnostics as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from pathlib import Path

from treadle.cli.sarif import explained
from treadle.errors import Diagnostic
from treadle.project.codes import codes

__all__ = ["annotation"]


def annotation(diagnostic: Diagnostic, folder: Path) -> str:
    """The workflow command that annotates a file; files below the folder are named relative to it.

    >>> print(annotation(Diagnostic(code="TRD1", message="50% are wrong", why="a\\nb"), Path("/repository")))
    ::error title=TRD1::50%25 are wrong%0Awhy: a%0Ab
    """
    properties: dict[str, str] = {}
    if span := diagnostic.span:
        file = span.file.relative_to(folder) if span.file.is_relative_to(folder) else span.file
        properties |= {"file": file.as_posix(), "line": str(span.line), "col": str(span.column)}
    page = codes().get(diagnostic.code)
    properties["title"] = f"{diagnostic.code}: {page['title']}" if page else diagnostic.code
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{diagnostic.severity.value} {told}::{_data(explained(diagnostic))}"


def _data(text: str) -> str:
    """Text that can't end the command, or begin another."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
