"""Says which mistake has to be told, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from treadle.documents import Document, NodePath
from treadle.errors import Diagnostic, ProjectError, Span

__all__ = ["expect_mistake", "is_at", "node_path", "told"]


@contextmanager
def expect_mistake(code: str, *, at: str = "", message: str = "", only: bool = True) -> Iterator[list[Diagnostic]]:
    """What is done inside has to tell this mistake; the mistakes that were told are in what is given.

    Args:
        code: the code of the diagnostic.
        at: the path of what is wrong in the document, like `attributes.assets.0.key`.
        message: a part of what has to be said of it (in its message, why or fix).
        only: whether any other mistake is wrong.

    Raises:
        AssertionError: when it isn't told, or something else is.

    >>> from treadle.testing import build
    >>> with expect_mistake("TRD203", at="attributes.asets", message="did you mean 'assets'?"):
    ...     build("treadle.Function", {"execution": ".a.b", "asets": []})
    """
    found: list[Diagnostic] = []
    try:
        yield found
    except ProjectError as error:
        found.extend(error.diagnostics)
        documents: Sequence[Document] = getattr(error, "documents", ())
    else:
        raise AssertionError(f"{code} was expected, and nothing is wrong")
    matching = [each for each in found if each.code == code and message in told(each)]
    if at and documents:
        matching = [each for each in matching if any(is_at(each, document, at) for document in documents)]
    if not matching:
        raise AssertionError(f"{_wanted(code, at, message)} was expected; told was:\n{_list(found, documents)}")
    if only and (others := [each for each in found if each not in matching]):
        raise AssertionError(f"more than {code} was told:\n{_list(others, documents)}")


def told(diagnostic: Diagnostic) -> str:
    """Everything that a diagnostic says."""
    return "\n".join((diagnostic.message, diagnostic.why, diagnostic.fix))


def node_path(at: str) -> NodePath:
    """The path that dots separate; whole numbers are places in a list.

    >>> node_path("attributes.assets.0.key")
    ('attributes', 'assets', 0, 'key')
    """
    return tuple(int(part) if part.isdecimal() else part for part in at.split(".")) if at else ()


def is_at(diagnostic: Diagnostic, document: Document, at: str) -> bool:
    """Whether a mistake is that of a value, or of its name; what isn't written is where it would be, and is named."""
    path, is_written = _as_written(document, node_path(at))
    if diagnostic.span not in (document.span(path), document.key_span(path)):
        return False
    return is_written or repr(path[-1]) in diagnostic.message


def _as_written(document: Document, path: NodePath) -> tuple[NodePath, bool]:
    """The path with its parts as the document has them, and whether it has all of them.

    A key of a mapping may look like a number, and be text.
    """
    value, written = document.value, list[str | int]()
    for part in path:
        name = str(part) if isinstance(value, dict) and part not in value else part
        inside = name in value if isinstance(value, dict) else isinstance(value, list) and name in range(len(value))
        if not inside:
            return path, False
        written.append(name)
        value = value[name]
    return tuple(written), True


def _wanted(code: str, at: str, message: str) -> str:
    return code + (f" at {at}" if at else "") + (f" saying {message!r}" if message else "")


def _list(found: Sequence[Diagnostic], documents: Sequence[Document]) -> str:
    return "\n".join(f"  {each.code}{_place(each.span, documents)}: {each.message}" for each in found) or "  nothing"


def _place(span: Span | None, documents: Sequence[Document]) -> str:
    if span is None:
        return ""
    for document in documents:
        if paths := [path for path in document.spans if span in (document.span(path), document.key_span(path))]:
            return f" at {'.'.join(map(str, paths[-1]))}" if paths[-1] else " at the document"
    return f" at {span.file.name}:{span.line}:{span.column}"
