"""The documents of a component file, with what a test gives in place of what is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from treadle.documents import KEY, Document, NodePath, parse_yaml
from treadle.errors import Diagnostic, ProjectError, Span
from treadle.testing.suite.finding import Test

__all__ = ["given_documents", "merged", "tested_documents"]

_ATTRIBUTES = "attributes"


@dataclass(frozen=True, slots=True, kw_only=True)
class _GivenDocument(Document):
    """A document with attributes of a test: their places are in the file of the test."""

    test: Document

    def locate(self, path: NodePath) -> Span | None:
        """The place of exactly this value, in the test when it is given there."""
        if len(path) > 1 and path[0] == _ATTRIBUTES and path[1] != KEY:
            given = self.test.locate(("given", *path))
            if given is not None:
                return given
        # Without arguments, `super` looks for the class from before it was given slots.
        return Document.locate(self, path)

    def key_span(self, path: NodePath) -> Span:
        """The place of the name that a value is written under."""
        return self.locate((*path, KEY)) or self.span(path)


def given_documents(test: Test) -> list[Document]:
    """All documents of the file that is tested, with what the test gives.

    Raises:
        ProjectError: when the file can't be read, or TRD804 when the test means a document that isn't there.
    """
    documents = parse_yaml(test.file)
    given = test.attributes.given
    if given.document is not None and given.document >= len(documents):
        raise ProjectError(_no_such_document(test, len(documents)))
    if not given.attributes:
        return documents
    if given.document is None and len(documents) > 1:
        raise ProjectError(_which_document(test, len(documents)))
    meant = given.document or 0
    return [_with(each, test) if each.index == meant else each for each in documents]


def tested_documents(test: Test, documents: list[Document]) -> list[Document]:
    """Those of a file's documents that a test is about."""
    meant = test.attributes.given.document
    return documents if meant is None else documents[meant : meant + 1]


def _with(document: Document, test: Test) -> Document:
    if not isinstance(document.value, dict):
        return document
    attributes = merged(document.value.get(_ATTRIBUTES) or {}, test.attributes.given.attributes)
    return _GivenDocument(
        file=document.file,
        index=document.index,
        value={**document.value, _ATTRIBUTES: attributes},
        root=document.root,
        test=test.document,
    )


def merged(value: Any, given: Any) -> Any:
    """Mappings are merged, everything else is replaced.

    >>> merged({"execution": {"path": "a.py", "args": [1]}}, {"execution": {"args": [2]}})
    {'execution': {'path': 'a.py', 'args': [2]}}
    """
    if not isinstance(value, Mapping) or not isinstance(given, Mapping):
        return given
    return {**value, **{name: merged(value.get(name), item) for name, item in given.items()}}


def _no_such_document(test: Test, count: int) -> Diagnostic:
    written = "1 document" if count == 1 else f"{count} documents"
    return Diagnostic(
        code="TRD804",
        message=f"there is no document {test.attributes.given.document} in {test.file.name}",
        why=f"it has {written}, counted from 0",
        fix=f"write a number up to {count - 1}, or leave it out to test all of them",
        span=test.document.span(("given", "document")),
    )


def _which_document(test: Test, count: int) -> Diagnostic:
    return Diagnostic(
        code="TRD804",
        message="it isn't said which document these attributes are for",
        why=f"{test.file.name} has {count} documents",
        fix="add `document: 0` under `given`, or the number of the document that is meant",
        span=test.document.key_span(("given", _ATTRIBUTES)),
    )
