"""Every mistake a user can make, as data.

    TreadleError
    ├── ProjectError      the project is wrong: carries diagnostics          (exit 1)
    ├── UsageError        the request is wrong: a selection, an option       (exit 2)
    └── MissingExtraError a feature needs a package that isn't installed     (exit 1)

A `Diagnostic` says what is wrong, where, why, and how to fix it. The terminal, `--json` and every
other door only render it. This module imports the standard library only.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

__all__ = [
    "Diagnostic",
    "Edit",
    "MissingExtraError",
    "ProjectError",
    "Severity",
    "Span",
    "TreadleError",
    "UsageError",
    "cut",
    "did_you_mean",
    "listing",
    "said",
    "user_frames",
]

_LONGEST_VALUE = 80
_LONGEST_LISTING = 12
_MUCH_LONGER = 3  # than any choice: then less than six letters in ten can be the same


class Severity(StrEnum):
    """How bad a diagnostic is: an error stops what depends on it, a warning doesn't."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A place in a file; line and column count from 1.

    >>> print(Span(file=Path("defs/a/defs.yaml"), line=3, column=5))
    defs/a/defs.yaml:3:5
    """

    file: Path
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of a file that mends a mistake: `old`, which starts at `span`, becomes `new`.

    An empty `old` inserts, an empty `new` deletes. What starts with a quotation mark may be meant
    without it: `span` is where the value starts.

    >>> edit = Edit(span=Span(file=Path("defs.yaml"), line=3, column=3), old="asssets", new="assets")
    >>> edit.end
    (3, 10)
    """

    span: Span
    old: str
    new: str

    @property
    def end(self) -> tuple[int, int]:
        """Line and column of what follows `old`."""
        lines = self.old.split("\n")
        column = len(lines[-1]) + (self.span.column if len(lines) == 1 else 1)
        return self.span.line + len(lines) - 1, column


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One mistake: what is wrong, where, why it is wrong, and what to do about it.

    `code` is stable and has a page in `docs/reference/diagnostics/`. `edits` mend it, where that is
    mechanical and safe.

    >>> Diagnostic(code="TRD201", message="unknown attribute 'asssets'", fix="did you mean 'assets'?").severity.value
    'error'
    """

    code: str
    message: str
    why: str = ""
    fix: str = ""
    span: Span | None = None
    severity: Severity = Severity.ERROR
    edits: tuple[Edit, ...] = ()


class TreadleError(Exception):
    """The root of everything Treadle raises on purpose."""

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions with keyword arguments don't unpickle by default, and these cross process borders.
        return (_restore, (type(self), self.args, self.__dict__))


def _restore(cls: type[TreadleError], args: tuple[object, ...], state: dict[str, object]) -> TreadleError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class ProjectError(TreadleError):
    """The project is wrong; `diagnostics` holds every mistake of the stage that failed.

    >>> str(ProjectError(Diagnostic(code="TRD401", message="duplicate asset 'a'")))
    "duplicate asset 'a'"
    """

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics


class UsageError(TreadleError):
    """What was asked for makes no sense: a selection that can't be read, a run that doesn't exist."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


class MissingExtraError(TreadleError):
    """A feature needs packages of an extra that isn't installed; the message is the line to type.

    >>> print(MissingExtraError("dbt", needed_by="treadle.DbtProject"))
    treadle.DbtProject needs packages that aren't installed. Type: pip install 'treadle[dbt]'
    """

    def __init__(self, extra: str, *, needed_by: str) -> None:
        super().__init__(f"{needed_by} needs packages that aren't installed. Type: pip install 'treadle[{extra}]'")
        self.extra = extra
        self.needed_by = needed_by


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A suggestion for a misspelled name, or an empty string when nothing is near.

    >>> did_you_mean("depends", ["deps", "key", "checks"])
    "did you mean 'deps'?"
    >>> did_you_mean("zzz", ["deps", "key"])
    ''
    """
    candidates = list(choices)
    if len(word) > _MUCH_LONGER * max(map(len, candidates), default=0):
        return ""  # comparing takes time for each letter, and a word may be a whole file
    folded = {candidate.casefold(): candidate for candidate in reversed(candidates)}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean {folded[near[0]]!r}?" if near else ""


def cut(value: object, length: int = _LONGEST_VALUE) -> str:
    """A value as it is shown in a message: its repr, never longer than a line.

    >>> cut("a" * 200)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"
    """
    text = repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def listing(words: Iterable[str], *, most: int = _LONGEST_LISTING) -> str:
    """Names in a sentence; long lists are cut and counted.

    >>> listing(["b", "a"])
    'a, b'
    >>> listing(map(str, range(10, 30)), most=2)
    '10, 11, … and 18 more'
    """
    names: Sequence[str] = sorted(words)
    if len(names) <= most:
        return ", ".join(names)
    return ", ".join(names[:most]) + f", … and {len(names) - most} more"


def said(error: BaseException) -> str:
    """What an exception says: its type, and its message when it has one.

    >>> said(KeyError("a")), said(ValueError())
    ("KeyError: 'a'", 'ValueError')
    """
    try:
        text = str(error)
    except Exception:  # it is their class, and its __str__ may be what is broken
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text.strip() else name


def user_frames(error: BaseException) -> str:
    """The traceback of an exception without the frames that aren't the user's; empty when none is.

    What it was raised from, or is made of, follows in a line each.

    >>> try:
    ...     int("x")
    ... except ValueError as error:
    ...     print(user_frames(error).splitlines()[0].strip().split(",")[1].strip())
    line 2
    """
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _NOT_THEIRS.search(frame.filename)]
    # Python's own library explains something only when nothing else does.
    theirs = [frame for frame in frames if not _STANDARD.match(frame.filename)]
    # Without columns: how they are underlined changes from one Python to the next.
    shown = [traceback.FrameSummary(each.filename, each.lineno, each.name, line=each.line) for each in theirs or frames]
    text = "".join(traceback.format_list(shown)).rstrip()
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else (error.__cause__,)
    return "\n".join((text, *(f"  caused by {said(each)}" for each in inner if each is not None))).lstrip("\n")


_NOT_THEIRS = re.compile(
    rf"^{re.escape(str(Path(__file__).resolve().parent))}|^<frozen |[\\/](importlib[\\/]__init__\.py|pydantic[\\/]|jinja2[\\/])"
)
"""Files between the user's code and ours: frames in them explain nothing."""

_STANDARD = re.compile(rf"^{re.escape(str(Path(traceback.__file__).parent))}[\\/](?!(site|dist)-packages)")
