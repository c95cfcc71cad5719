"""Component files in an older form become files in the form of today, in which nothing else has changed.

What is written is known before it is written: the new text has to be read as exactly the values that the older
form stands for, with every comment that there was. A change for which that isn't so isn't made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.documents import Document, read_yaml
from treadle.documents.layout import Layout, lay_out
from treadle.documents.rewriting import CantRewriteError, Piece, Rewriter, rewritten
from treadle.errors import Diagnostic, ProjectError, Span
from treadle.project import discovery
from treadle.project.deprecated import doubles, said_of_type
from treadle.schemas.modernizing import Change, Modernizer, holds_template
from treadle.templating.places import dotted
from treadle.templating.problems import Pending

if TYPE_CHECKING:
    from treadle.components.descriptors import Descriptor, Descriptors
    from treadle.project.settings import Settings

__all__ = ["Upgrade", "Upgrader", "component_files"]

_BOM = "\ufeff"
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """What becomes of a file: what it holds and has to hold, the number of changes, and what is left to a person."""

    file: Path
    before: bytes
    after: bytes
    changes: int = 0
    left: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _TypeChange:
    """The name of a type that becomes another one."""

    document: Document
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _AttributeChange:
    """An attribute of a document that is written in an older form."""

    document: Document
    change: Change


_Any = _TypeChange | _AttributeChange


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What documents are in the form of today, and what has to be changed for it."""

    values: list[Any]
    changes: list[_Any]
    mistakes: list[Diagnostic]


def component_files(settings: Settings) -> Iterator[Path]:
    """Every component file of a project; one that several links lead to comes once."""
    seen: set[Path] = set()

    def folder(path: Path, above: tuple[Path, ...]) -> Iterator[Path]:
        try:
            listing = discovery.scan(path, above)
        except OSError:
            return
        if listing.file is not None and (real := listing.file.resolve()) not in seen:
            seen.add(real)
            yield listing.file
        for below in listing.folders:
            yield from folder(below, (*above, path))

    yield from folder(settings.defs, ())


class Upgrader:
    """Upgrades component files of one project; of components of some types only, when `types` names them."""

    def __init__(self, settings: Settings, descriptors: Descriptors, types: Collection[str] = ()) -> None:
        self._settings = settings
        self._descriptors = descriptors
        self._types = frozenset(types)
        self._modernizers: dict[str, Modernizer] = {}
        self._asked: dict[str, dict[str, Any]] = {}
        self._answers: dict[str, Any] = {}
        self._type = ("", "")

    def upgrade(self, files: Iterable[Path]) -> list[Upgrade]:
        """What becomes of some files, without writing any."""
        read = [(file, _bytes(file)) for file in files]
        for file, data in read:  # which functions have to be asked for what: all are asked at once
            self._look(read_yaml(file, data)[0])
        self._ask()
        return [self._file(file, data) for file, data in read]

    def _file(self, file: Path, data: bytes | None) -> Upgrade:
        documents, mistakes = read_yaml(file, data)
        if data is None or mistakes:
            is_empty = [each.code for each in mistakes] == ["TRD103"]
            held = data or b""
            return Upgrade(file=file, before=held, after=held, left=() if is_empty else mistakes)
        first = self._look(documents)
        if not first.changes:
            return Upgrade(file=file, before=data, after=data, left=tuple(first.mistakes))
        text = data.decode("utf-8")
        mark = _BOM if text.startswith(_BOM) else ""
        work = _Work(file, text.removeprefix(_BOM), first, self._look)
        work.run()
        after = (mark + work.text).encode()
        return Upgrade(file=file, before=data, after=after, changes=work.made, left=(*first.mistakes, *work.left()))

    def _look(self, documents: Iterable[Document]) -> _Look:
        look = _Look(values=[], changes=[], mistakes=[])
        for document in documents:
            look.values.append(self._document(document, look))
        return look

    def _document(self, document: Document, look: _Look) -> Any:
        """A document in the form of today."""
        value, seen = document.value, set[str]()
        is_written = True
        while isinstance(value, dict) and isinstance(name := value.get("type"), str) and name not in seen:
            seen.add(name)
            package = self._settings.package_of(document.file.parent)
            try:
                descriptor = self._descriptors.find(name, package=package, span=document.span(("type",)))
            except ProjectError:
                return value  # `treadle check` tells of it
            if self._types and not self._types & {name, descriptor.name, *descriptor.aliases}:
                return value
            value = self._modern(value, descriptor, (name, package), document, look, is_written=is_written)
            new = self._new_type(name, value, descriptor, document, look)
            if not new:
                return value
            look.changes.append(_TypeChange(document=document, new=new))
            value, is_written = {**value, "type": new}, False
        return value

    def _modern(
        self,
        value: dict[str, Any],
        descriptor: Descriptor,
        asked_as: tuple[str, str],
        document: Document,
        look: _Look,
        *,
        is_written: bool,
    ) -> dict[str, Any]:
        attributes = value.get("attributes")
        modernizer = self._modernizers.setdefault(descriptor.name, Modernizer(descriptor.schema, self._rewrite))
        if not isinstance(attributes, dict) or not modernizer.is_needed:
            return value
        self._type = asked_as
        modern = modernizer.modernize(attributes, ("attributes",))
        if modern.doubles:
            look.mistakes.extend(doubles(modern, document.span))
            return value
        if is_written:  # what only the next type calls old is changed once that is written
            look.changes.extend(_AttributeChange(document=document, change=each) for each in modern.changes)
        return {**value, "attributes": modern.value}

    def _new_type(
        self, name: str, value: dict[str, Any], descriptor: Descriptor, document: Document, look: _Look
    ) -> str:
        """The name that the type of a document should have; nothing when that is the one it has."""
        said = said_of_type(name, descriptor)
        if said is None or not said[1]:
            return ""
        rule, new = said
        if rule["kind"] == "replaced-type" and (why := self._misfit(value, new)):
            look.mistakes.append(_by_hand(f"{name!r} isn't replaced by {new!r} here", why, document.span(("type",))))
            return ""
        return new

    def _misfit(self, value: dict[str, Any], new: str) -> str:
        """Why the attributes of a component aren't those of another type."""
        from treadle.schemas import compile_schema

        try:
            descriptor = self._descriptors.find(new)
        except ProjectError as error:
            return error.diagnostics[0].message
        attributes = Modernizer(descriptor.schema, self._rewrite).modernize(value.get("attributes") or {}).value
        found = compile_schema(descriptor.schema).check(attributes)
        return next((each.message for each in found if each.severity.value == "error"), "")

    def _rewrite(self, rule: Mapping[str, Any], value: Any) -> Any:
        """What a type's function makes of a value, as far as it has been asked already."""
        if holds_template(value):
            return Pending("it holds a template, and the function has to know the value")
        key = json.dumps([rule["by"], value], sort_keys=True, default=str)
        if key not in self._answers:
            name, package = self._type
            self._asked[key] = {"do": "rewrite", "name": name, "package": package, "by": rule["by"], "value": value}
            return Pending("")
        return self._answers[key]

    def _ask(self) -> None:
        from treadle.components.descriptors.process import ask

        for key, answer in zip(self._asked, ask(list(self._asked.values()), self._descriptors.around), strict=True):
            self._answers[key] = Pending(answer.mistakes[0].message) if answer.mistakes else answer.found.get("value")


class _Work:
    """Changes one text, until nothing in it is written in an older form or can be changed."""

    def __init__(self, file: Path, text: str, first: _Look, look: Callable[[Iterable[Document]], _Look]) -> None:
        self.text = text
        self.made = 0
        self._file = file
        self._now = first
        self._look = look
        self._wanted = _plain(first.values)

    def run(self) -> None:
        """Make all changes at once, or those that can be made one by one."""
        for _ in range(_MOST_ROUNDS):
            if not self._now.changes or not self._round():
                return

    def _round(self) -> bool:
        layout = lay_out(self.text)
        written: list[list[Piece]] = []
        by_alias: list[list[Piece]] = []
        for each in self._now.changes:
            if pieces := _pieces_or_none(each, layout):
                (by_alias if _is_alias(each, layout) else written).append(pieces)
        # An alias goes on standing for its anchor, when that becomes what both should be.
        if self._try(_apart(written)):
            return True
        return any(self._try(group) for group in (*written, *by_alias))

    def _try(self, pieces: list[Piece]) -> bool:
        """Make some changes, when what the text means afterwards is right and nothing is lost."""
        if not pieces:
            return False
        text = rewritten(self.text, pieces)
        documents, mistakes = read_yaml(self._file, text.encode())
        if mistakes:
            return False
        look = self._look(documents)
        is_right = _plain(look.values) == self._wanted and len(look.changes) < len(self._now.changes)
        if not is_right or _comments(text) != _comments(self.text):
            return False
        self.made += len(self._now.changes) - len(look.changes)
        self.text, self._now = text, look
        return True

    def left(self) -> Iterator[Diagnostic]:
        """What a person has to change."""
        layout = lay_out(self.text) if self._now.changes else None
        for each in self._now.changes:
            assert layout is not None
            yield _left(each, layout)


def _pieces_or_none(change: _Any, layout: Layout) -> list[Piece] | None:
    try:
        return _pieces(change, layout)
    except CantRewriteError:
        return None


def _pieces(each: _Any, layout: Layout) -> list[Piece]:
    """What has to be replaced in a text for a change."""
    rewriter, span = Rewriter(layout), _span(each)
    place = (span.line, span.column)
    if isinstance(each, _TypeChange):
        return rewriter.replace(layout.values[place], each.new)
    change = each.change
    if change.kind == "value":
        return rewriter.replace(layout.values[place], change.new)
    if _is_pending(change.new):
        raise CantRewriteError(_is_pending(change.new))
    if (entry := layout.entries.get(place)) is None:
        raise CantRewriteError("it is written in another way than others are")
    if change.kind == "removed":
        return rewriter.remove(entry)
    names = [str(name) for name in change.name]
    if change.kind == "rewritten":
        if len(names) > 1:
            raise CantRewriteError("its new value belongs into another attribute")
        return rewriter.rewrite(entry, names[0], change.new)
    return rewriter.rename(entry, names[0]) if len(names) == 1 else rewriter.move(entry, names, change.new)


def _is_alias(each: _Any, layout: Layout) -> bool:
    span = _span(each)
    found = layout.values.get((span.line, span.column))
    return found is not None and found.kind == "alias"


def _is_pending(value: Any) -> str:
    return (value.text or "its new value isn't known") if isinstance(value, Pending) else ""


def _span(each: _Any) -> Span:
    """Where a change begins: at the name of an attribute, or at the value that is to be another one."""
    if isinstance(each, _TypeChange):
        return each.document.span(("type",))
    path = each.change.path
    return each.document.span(path) if each.change.kind == "value" else each.document.key_span(path)


def _apart(groups: Iterable[list[Piece]]) -> list[Piece]:
    """The pieces of as many changes as don't overlap, in their order."""
    kept: list[Piece] = []
    for group in groups:
        if not any(_overlap(one, two) for one in group for two in kept):
            kept += group
    return kept


def _overlap(one: Piece, two: Piece) -> bool:
    return max(one.start, two.start) < min(one.end, two.end) or one.start == two.start


def _comments(text: str) -> list[str]:
    """The comments of a text; what is moved takes its comments along."""
    return sorted(each.text for each in lay_out(text).comments)


def _plain(value: Any) -> Any:
    """A value that compares as YAML means it: true isn't 1, and the order of names doesn't matter."""
    if isinstance(value, dict):
        return {(type(name), name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return (type(value), value.text if isinstance(value, Pending) else repr(value))


def _left(each: _Any, layout: Layout) -> Diagnostic:
    """TRD223, TRD224: what isn't changed, and why not."""
    span = _span(each)
    if isinstance(each, _TypeChange):
        what, to_do = f"the type isn't changed to {each.new!r}", ""
    else:
        what, to_do = _in_words(each.change)
    try:
        _pieces(each, layout)
    except CantRewriteError as error:
        if error.comment is None:
            return _by_hand(what, error.why, span, to_do)
        line = layout.line_of(error.comment.start)
        column = error.comment.start - layout.starts[line - 1] + 1
        return Diagnostic(
            code="TRD223",
            message=f"{what}: a comment would be lost",
            why=f"line {line} says {_cut(error.comment.text)}, which is about what would go",
            fix=f"{to_do}, and decide what becomes of the comment",
            span=replace(span, line=line, column=column),
        )
    return _by_hand(what, "other places share what is written here, or are meant by it as well", span, to_do)


def _in_words(change: Change) -> tuple[str, str]:
    """What isn't done, and what is to be done by hand."""
    name, new = dotted(change.path[1:]), ".".join(map(str, change.name))
    if change.kind == "removed":
        return f"{name!r} isn't removed", f"remove {name!r}"
    if change.kind == "value":
        return f"the value {change.old!r} of {name!r} isn't changed", f"write {change.new!r}"
    return f"{name!r} isn't rewritten", f"write {new!r} instead"


def _by_hand(message: str, why: str, span: Span, to_do: str = "") -> Diagnostic:
    return Diagnostic(code="TRD224", message=message, why=why, fix=f"{to_do or 'change it'} by hand", span=span)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None
