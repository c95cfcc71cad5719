"""Reads YAML of any kind, right or wrong, with a parser."""

from __future__ import annotations

from pathlib import Path

from yaml.error import MarkedYAMLError, YAMLError

from treadle.documents.build import Builder, RefusedError
from treadle.documents.edits import with_edits
from treadle.documents.events import open_parser
from treadle.documents.record import Document
from treadle.documents.source import refused_character
from treadle.documents.syntax import explain_syntax, trouble_of
from treadle.errors import Diagnostic, Span

__all__ = ["read_exactly"]


def read_exactly(file: Path, text: str) -> tuple[list[Document], tuple[Diagnostic, ...]]:
    r"""The documents of a file's text as far as they can be read, and every mistake in them.

    >>> documents, mistakes = read_exactly(Path("a.yaml"), "a: &b [[1]]\nc: *b\n")
    >>> documents[0].value, mistakes
    ({'a': [[1]], 'c': [[1]]}, ())
    """
    with open_parser(text) as following:
        builder = Builder(file, following)
        try:
            builder.read()
        except RefusedError:
            pass
        except YAMLError as error:
            builder.diagnostics.append(_unreadable(file, text, error, builder))
    return builder.documents, tuple(with_edits(dict.fromkeys(builder.diagnostics), text))


def _unreadable(file: Path, text: str, error: YAMLError, builder: Builder) -> Diagnostic:
    if isinstance(error, MarkedYAMLError):
        bracket = builder.open_brackets[-1] if builder.open_brackets else None
        return explain_syntax(trouble_of(file, text, error, builder.last_scalar, bracket))
    return refused_character(file, text) or Diagnostic(
        code="TRD104", message="this can't be read as YAML", why="its characters can't be read", span=Span(file=file)
    )
