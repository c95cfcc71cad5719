"""`treadle upgrade` writes what is deprecated in its new form, and leaves everything else as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT, CommandLine, MakeProject
from treadle.cli.upgrade import written
from treadle.documents import read_yaml
from treadle.documents.layout import Entry, Layout, lay_out
from treadle.project import find_settings
from treadle.project.checking import descriptors_for
from treadle.project.upgrading import Upgrade, Upgrader

ROOT = Path(__file__).parents[3]
CORPUS = sorted(
    file
    for folder in ("tests/conformance/cases", "tests/golden", "examples")
    for pattern in ("*.yaml", "*.yml")
    for file in (ROOT / folder).rglob(pattern)
    if file.is_file() and "deprecated_forms" not in file.parts
)

TYPES = '''
from typing import Any

from pydantic import ConfigDict

from treadle import (
    Attributes, Component, Definitions, RemovedField, RenamedField, RenamedType, RenamedValue, RewrittenField,
)


def listed(value):
    return {"each": value} if value == "nested" else [value]


class Source(Attributes):
    path: Any = None
    kind: str = ""
    deprecations = (RenamedField("file", to="path"), RenamedValue("kind", {"fast": "quick"}))


class Loom(Component):
    """Weaves."""

    new: Any = None
    mode: str | list[str] = ""
    flag: Any = None
    source: Source = Source()
    sources: list[Source] = []
    crons: Any = None
    deprecations = (
        RenamedField("older", to="old"),
        RenamedField("old", to="new"),
        RenamedField("moved", to="source.path"),
        RenamedValue("mode", {"fast": "quick", "no": "or: not"}),
        RenamedValue("flag", {True: "always"}),
        RemovedField("gone"),
        RemovedField("gone_too"),
        RewrittenField("cron", to="crons", by=listed),
    )

    def build_defs(self, context):
        return Definitions()


class Anything(Component):
    """Whatever is written."""

    model_config = ConfigDict(extra="allow")
    new_name: Any = None
    holder: Any = None
    deprecations = (
        RenamedField("old_name", to="new_name"), RemovedField("gone"), RenamedField("moved", to="holder.inner"),
    )

    def build_defs(self, context):
        return Definitions()
'''
HEAD = "type: p.components.looms.Loom\nattributes:\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("upgrading")
    for path, text in {**PROJECT, "src/p/components/__init__.py": "", "src/p/components/looms.py": TYPES}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def upgraded(project: Path, text: str | bytes) -> Upgrade:
    """What becomes of a component file."""
    settings = find_settings(project)
    file = settings.defs / "a" / "defs.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    (found,) = Upgrader(settings, descriptors_for(settings, {})).upgrade([file])
    return found


CASES = {
    "renamed": ("  old: 1 # c\n", "  new: 1 # c\n"),
    "renamed-twice": ("  older: 1\n", "  new: 1\n"),
    "quoted-name": ("  'old': 1\n", "  'new': 1\n"),
    "double-quoted-name": ('  "old" : 1\n', '  "new" : 1\n'),
    "no-line-break": ("  old: 1", "  new: 1"),
    "value": ("  mode: fast\n", "  mode: quick\n"),
    "value-quoted": ("  mode: 'fast'  # c\n", "  mode: 'quick'  # c\n"),
    "value-needs-quotes": ("  mode: no\n", '  mode: "or: not"\n'),
    "value-of-a-block": ("  mode: |-\n    fast\n  new: 1\n", "  mode: quick\n  new: 1\n"),
    "value-with-anchor": ("  mode: &m fast\n  new: 1\n", "  mode: &m quick\n  new: 1\n"),
    "value-by-alias": ("  new: &m fast\n  mode: *m\n", "  new: &m fast\n  mode: quick\n"),
    "values-by-alias": (
        "  source: {kind: &m fast}\n  mode: *m\n",
        "  source: {kind: &m quick}\n  mode: *m\n",
    ),
    "values-in-a-list": ("  mode: [fast, slow, fast]\n", "  mode: [quick, slow, quick]\n"),
    "values-in-lines": ("  mode:\n  - fast # c\n  - slow\n", "  mode:\n  - quick # c\n  - slow\n"),
    "true-is-not-one": ("  flag: true\n", "  flag: always\n"),
    "one-is-not-true": ("  flag: 1\n  old: 1\n", "  flag: 1\n  new: 1\n"),
    "a-template-is-a-value": ("  mode: \"{{ 'fast' }}\"\n  old: 1\n", "  mode: \"{{ 'fast' }}\"\n  new: 1\n"),
    "removed": ("  new: 1\n  gone: 2\n  mode: x\n", "  new: 1\n  mode: x\n"),
    "removed-first": ("  gone: 2\n  new: 1\n", "  new: 1\n"),
    "removed-last": ("  new: 1\n  gone: 2", "  new: 1\n"),
    "removed-lines": ("  new: 1\n  gone:\n    - a\n    - b: |\n        c\n  mode: x\n", "  new: 1\n  mode: x\n"),
    "removed-only": ("  gone: 2\n", None),
    "removed-both": ("  gone: 2\n  gone_too: 3\n", None),
    "removed-before-comment": ("  gone: 2\n\n  # about new\n  new: 1\n", "\n  # about new\n  new: 1\n"),
    "moved": ("  moved: a # c\n  new: 1\n", "  source:\n    path: a # c\n  new: 1\n"),
    "moved-with-comment": ("  # c\n  moved: a\n", "  # c\n  source:\n    path: a\n"),
    "moved-lines": (
        "  moved: |\n    a\n\n      b # text\n  new: 1\n",
        "  source:\n    path: |\n      a\n\n        b # text\n  new: 1\n",
    ),
    "moved-list": ("  moved:\n  - a # c\n  - b\n", "  source:\n    path:\n    - a # c\n    - b\n"),
    "moved-into": (
        "  # about it\n  moved: a # c\n  source:\n    kind: b # d\n  new: 1\n",
        "  source:\n    kind: b # d\n    # about it\n    path: a # c\n  new: 1\n",
    ),
    "moved-into-at-the-end": ("  moved: a\n  source:\n    kind: b", "  source:\n    kind: b\n    path: a"),
    "moved-into-brackets": ("  moved: 'a, b'\n  source: {kind: b}\n", '  source: {kind: b, path: "a, b"}\n'),
    "rewritten": ("  cron: '0 6 * * *' # c\n", '  crons: # c\n    - "0 6 * * *"\n'),
    "rewritten-mapping": ("  cron: nested\n  new: 1\n", "  crons:\n    each: nested\n  new: 1\n"),
    "in-a-list": ("  sources:\n    - file: a\n      kind: fast\n", "  sources:\n    - path: a\n      kind: quick\n"),
    "in-a-tight-list": ("  sources:\n  - # c\n    file: a\n", "  sources:\n  - # c\n    path: a\n"),
    "in-brackets": ("  sources: [{file: a,}, {'file': b}]\n", "  sources: [{path: a,}, {'path': b}]\n"),
    "shared-by-an-alias": (
        "  source: &s\n    file: a\n  sources: [*s]\n",
        "  source: &s\n    path: a\n  sources: [*s]\n",
    ),
    "shared-by-a-merge": (
        "  source: &s {file: a}\n  sources:\n    - <<: *s\n      kind: fast\n",
        "  source: &s {path: a}\n  sources:\n    - <<: *s\n      kind: quick\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("form", ["as-it-is", "windows", "documents"])
def test_what_is_deprecated_is_rewritten_where_it_stands(project: Path, name: str, form: str) -> None:
    """
    Comments, quotes, indentation, line ends and the byte order mark are kept; a second time nothing is left to do.
    """
    before, after = CASES[name]
    text = HEAD + before
    wanted = HEAD + after if after is not None else HEAD.rstrip("\n") + " {}\n"
    if form == "windows":
        text, wanted = ("\ufeff" + each.replace("\n", "\r\n") for each in (text, wanted))
    if form == "documents":
        text, wanted = (f"# top\n---\ntype: other.Type\n--- # second\n{each}" for each in (text, wanted))
    found = upgraded(project, text)
    assert (wanted, ()) == (found.after.decode(), found.left)
    again = upgraded(project, found.after)
    assert (found.after, 0, ()) == (again.after, again.changes, again.left)


LEFT = {
    "comment-beside": ("  gone: 2 # c\n  old: 1\n", "  gone: 2 # c\n  new: 1\n", ("TRD223", 3, 11)),
    "comment-inside": ("  gone:\n    # c\n    a: 1\n  old: 1\n", None, ("TRD223", 4, 5)),
    "comment-above": ("  old: 1\n  # c\n  gone: 2\n", None, ("TRD223", 4, 3)),
    "comment-in-brackets": ("  old: 1\n  source: {file: a}\n  gone: [1, # c\n    2]\n", None, ("TRD223", 5, 13)),
    "comment-of-a-block": ("  old: 1\n  mode: |- # c\n    fast\n", None, ("TRD223", 4, 12)),
    "shared-with-another-meaning": ("  new: &s {file: a}\n  source: *s\n", None, ("TRD224", 3, 12)),
    "both": ("  old: 1\n  new: 2\n", "", ("TRD221", 3, 3)),
    "template-for-a-function": ("  old: 1\n  cron: '{{ env.X }}'\n", None, ("TRD224", 4, 3)),
    "question-mark": ("  ? old\n  : 1\n", "", ("TRD224", 3, 5)),
    "not-yaml": ("  old: 'a\n", "", ("TRD106", 3, 8)),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_would_lose_something_is_left_and_told(project: Path, name: str) -> None:
    """
    A comment isn't lost, nothing comes to mean something else; the rest of the file is rewritten nonetheless.
    """
    before, after, told = LEFT[name]
    if after is None:
        after = before.replace("old:", "new:").replace("source: {file", "source: {path")
    found = upgraded(project, HEAD + before)
    places = [(each.code, each.span.line, each.span.column) for each in found.left if each.span]
    assert (HEAD + (after or before), [told]) == (found.after.decode(), places)


# The corpus


def readable() -> Iterator[tuple[str, str]]:
    """The files of the corpus that are components, as text."""
    for file in CORPUS:
        data = file.read_bytes()
        documents, mistakes = read_yaml(file, data)
        if documents and not mistakes:
            yield str(file.relative_to(ROOT)), data.decode()


def attributes_of(layout: Layout) -> list[Entry]:
    """The mappings of attributes that aren't empty, in every document."""
    return [
        each
        for each in layout.entries.values()
        if each.key.value == "attributes"
        and layout.column(each.start) == 0
        and each.value.kind == "mapping"
        and each.value.entries
    ]


def with_type(text: str) -> str:
    """The same with a type that takes whatever is written."""
    layout = lay_out(text)
    for each in sorted(layout.entries.values(), key=lambda each: -each.start):
        if each.key.value == "type" and layout.column(each.start) == 0 and each.value.kind == "scalar":
            text = text[: each.value.body] + "p.components.looms.Anything" + text[each.value.end :]
    return text


def with_attribute(text: str, name: str, nested: str = "") -> str:
    """The same with another attribute in front of those that every component has."""
    for each in sorted(attributes_of(lay_out(text)), key=lambda each: -each.start):
        layout, first = lay_out(text), each.value.entries[0].start
        space = " " * layout.column(first)
        is_flow = each.value.is_flow
        written = f"{name}: {{{nested}: 1}}, " if nested else f"{name}: 1, "
        if not is_flow:
            break_ = layout.line_break
            written = f"{name}:{break_}{space}  {nested}: 1{break_}{space}" if nested else f"{name}: 1{break_}{space}"
        text = text[:first] + written + text[first:]
    return text


@pytest.mark.parametrize(
    ("old", "new", "nested"),
    [
        pytest.param("new_name", "new_name", "", id="nothing-deprecated"),
        pytest.param("old_name", "new_name", "", id="renamed"),
        pytest.param("gone", "", "", id="removed"),
        pytest.param("moved", "holder", "inner", id="moved"),
    ],
)
def test_nothing_else_changes_in_any_file_of_the_corpus(project: Path, old: str, new: str, nested: str) -> None:
    """
    An attribute that is put into every component of the corpus is rewritten, and all other bytes stay as they are.
    """
    settings = find_settings(project)
    files, wanted = [], []
    for number, (_, text) in enumerate(readable()):
        plain = with_type(text)
        file = settings.defs / f"corpus{number}" / "defs.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(with_attribute(plain, old).encode())
        files.append(file)
        wanted.append(with_attribute(plain, new, nested) if new else plain)
    found = Upgrader(settings, descriptors_for(settings, {})).upgrade(files)
    names = [name for name, _ in readable()]
    assert {name: text for name, text in zip(names, wanted, strict=True) if text} == {
        name: each.after.decode() for name, each in zip(names, found, strict=True)
    }
    assert len(found) > 150


def test_the_corpus_as_it_is_has_nothing_deprecated(project: Path) -> None:
    """
    Without deprecations, an upgrade leaves every byte of every file, right or wrong.
    """
    settings = find_settings(project)
    files = []
    for number, each in enumerate(CORPUS):
        file = settings.defs / f"as_it_is{number}" / "defs.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(each.read_bytes())
        files.append(file)
    found = Upgrader(settings, descriptors_for(settings, {})).upgrade(files)
    assert len(CORPUS) == len(found)
    assert [] == [each.file for each in found if each.after != each.before]


def test_a_layout_covers_its_text() -> None:
    """
    Every node lies in its text, inside of the node around it; a comment begins with its sign.
    """
    for _, read in readable():
        text = read.removeprefix("\ufeff")
        layout = lay_out(text)
        for each in layout.entries.values():
            inside = each.inside
            assert inside.start <= each.key.start <= each.key.end <= each.end <= inside.end <= len(text)
        assert all(text[each.start : each.end] == each.text and each.text[0] == "#" for each in layout.comments)


# The command


def test_a_file_that_a_link_leads_to_is_written_once_and_the_link_stays(make_project: MakeProject) -> None:
    """
    What the link names is written; what is outside of the project isn't.
    """
    text = HEAD + "  old: 1\n"
    treadle = make_project({"/src/p/components/looms.py": TYPES, "/shared/loom.yaml": text})
    outside = treadle.folder.parent / "outside.yaml"
    outside.write_text(text, encoding="utf-8")
    defs = treadle.folder / "src" / "p" / "defs"
    for name, target in {
        "a": "../../../../shared/loom.yaml",
        "b": "../../../../shared/loom.yaml",
        "c": outside,
    }.items():
        (defs / name).mkdir()
        (defs / name / "defs.yaml").symlink_to(target)
    answer = treadle("upgrade", "--json")
    assert (1, [1], ["TRD225"]) == (
        answer.code,
        [each["changes"] for each in answer.json["files"]],
        [each["code"] for each in answer.json["diagnostics"]],
    )
    assert ((defs / "a" / "defs.yaml").is_symlink(), text) == (True, outside.read_text("utf-8"))
    assert "  new: 1\n" in (treadle.folder / "shared" / "loom.yaml").read_text("utf-8")


def test_a_file_that_somebody_has_written_meanwhile_is_left(project: Path) -> None:
    """
    What was looked at is what is replaced, or nothing is.
    """
    found = upgraded(project, HEAD + "  old: 1\n")
    found.file.write_text("somebody: else\n", encoding="utf-8")
    left = written(found, project)
    assert ("somebody: else\n", 0, ["TRD225"]) == (
        found.file.read_text("utf-8"),
        left.changes,
        [each.code for each in left.left],
    )
    found.file.write_bytes(found.before)
    assert (found, found.after) == (written(found, project), found.file.read_bytes())


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    root = tmp_path_factory.mktemp("several")
    other = "type: p.components.looms.Anything\nattributes: {old_name: 1}\n"
    files = {"src/p/components/looms.py": TYPES, "src/p/defs/a/defs.yaml": HEAD + "  old: 1\n"}
    for path, text in {**PROJECT, **files, "src/p/defs/b/c/defs.yaml": other}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return CommandLine(root)


@pytest.mark.parametrize(
    ("asked", "files"),
    [
        pytest.param([], ["a", "c"], id="all"),
        pytest.param(["src/p/defs/b"], ["c"], id="folder"),
        pytest.param(["src/p/defs/a/defs.yaml"], ["a"], id="file"),
        pytest.param(["--type", "p.components.looms.Anything"], ["c"], id="type"),
    ],
)
def test_only_what_is_asked_for_is_looked_at(several: CommandLine, asked: list[str], files: list[str]) -> None:
    """
    Paths and types say which files; `--check` ends with 1 and writes nothing.
    """
    before = {file: file.read_bytes() for file in several.folder.rglob("*.yaml")}
    answer = several("upgrade", "--check", "--json", *asked)
    assert (1, files) == (answer.code, [Path(each["file"]).parent.name for each in answer.json["files"]])
    assert before == {file: file.read_bytes() for file in before}


def test_wrong_requests_are_told(several: CommandLine) -> None:
    """
    A type that isn't there, and a file of another project, are wrong command lines.
    """
    assert (2, True) == (
        (one := several("upgrade", "--type", "p.components.looms.Lom")).code,
        "no component type" in one.err,
    )
    assert (2, True) == ((two := several("upgrade", os.sep)).code, "is not in the project" in two.err)
