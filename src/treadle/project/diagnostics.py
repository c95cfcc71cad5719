"""What loading and checking say in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from treadle.errors import Diagnostic, Severity, Span

__all__ = ["misnamed", "ordered", "unparsable", "unreadable_folder"]


def ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Errors first, then by place; the same mistake is told once."""
    return tuple(
        sorted(
            dict.fromkeys(diagnostics),
            key=lambda each: (
                each.severity is not Severity.ERROR,
                (str(each.span.file), each.span.line, each.span.column) if each.span else ("", 0, 0),
            ),
        )
    )


def misnamed(folder: Path, names: Iterable[str], *, code: str) -> Iterator[Diagnostic]:
    """Files that are nearly called as they have to be, and which nobody reads."""
    for name in names:
        near = folder / Path(name).with_suffix(".yml")
        if near.is_file():
            yield Diagnostic(
                code=code,
                message=f"nobody reads {near.name!r}",
                why=f"the file is called {name!r}",
                fix=f"rename it: mv {near.name} {name}",
                span=Span(file=near),
                severity=Severity.WARNING,
            )


def unreadable_folder(folder: Path, error: OSError) -> Diagnostic:
    """A folder that can't be looked into."""
    return Diagnostic(
        code="TRD101",
        message=f"can't read the folder {folder.name!r}",
        why=(error.strerror or str(error)).lower(),
        fix="check that you may read it, and what is in it",
        span=Span(file=folder),
    )


def unparsable(error: SyntaxError, file: Path, *, code: str = "TRD701") -> Diagnostic:
    """A Python module that Python itself can't read."""
    return Diagnostic(
        code=code,
        message=f"the module can't be read: {error.msg}",
        why="Python can't parse it",
        fix="mend the module",
        span=Span(file=file, line=error.lineno or 1, column=error.offset or 1),
    )
