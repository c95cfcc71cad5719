"""The way from a YAML file to its documents."""

from __future__ import annotations

from pathlib import Path

from treadle.documents.quick import read_quickly
from treadle.documents.record import Document
from treadle.documents.source import decode, read_bytes
from treadle.errors import Diagnostic, ProjectError, Span

__all__ = ["parse_yaml", "read_yaml"]


def parse_yaml(file: Path, data: bytes | None = None) -> list[Document]:
    """The documents of a YAML file that hold something; raises `ProjectError` with every mistake in it.

    `data` is what the file holds, when the caller has read it already.

    >>> [document.value for document in parse_yaml(Path("a.yaml"), b"a: no\\n---\\nb: 012\\n---\\n")]
    [{'a': 'no'}, {'b': 12}]
    """
    documents, mistakes = read_yaml(file, data)
    if mistakes:
        raise ProjectError(*mistakes)
    return documents


def read_yaml(file: Path, data: bytes | None = None) -> tuple[list[Document], tuple[Diagnostic, ...]]:
    """The documents of a YAML file as far as they can be read, and every mistake in it.

    What a mistake is about is missing from the documents, or is something else than what was meant.

    >>> documents, mistakes = read_yaml(Path("a.yaml"), b"a: 1\\na: 2\\nb: 3\\n")
    >>> documents[0].value, [mistake.message for mistake in mistakes]
    ({'a': 1, 'b': 3}, ["the key 'a' is given twice"])
    """
    try:
        text = decode(file, read_bytes(file) if data is None else data)
    except ProjectError as error:
        return [], error.diagnostics
    if documents := read_quickly(file, text):
        return documents, ()
    from treadle.documents.exact import read_exactly  # which imports the parser, and most projects don't need it

    documents, mistakes = read_exactly(file, text)
    return documents, mistakes if documents or mistakes else (_empty(file),)


def _empty(file: Path) -> Diagnostic:
    return Diagnostic(
        code="TRD103",
        message="there is nothing in this file",
        why="it is empty, or holds only comments",
        fix="write what it should declare, or remove the file",
        span=Span(file=file),
    )
