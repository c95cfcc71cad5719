"""`treadle check --fix` mends what can be mended surely, and touches nothing else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import CommandLine, MakeProject
from treadle.cli.fixing import Fixes, fix_files
from treadle.documents import parse_yaml
from treadle.errors import Diagnostic, Edit, ProjectError, Span


def mistakes(file: Path) -> tuple[Diagnostic, ...]:
    try:
        parse_yaml(file)
    except ProjectError as error:
        return error.diagnostics
    return ()


def fixed(folder: Path, data: bytes) -> bytes:
    """What becomes of a file's text."""
    file = folder / "defs.yaml"
    file.write_bytes(data)
    fixes = Fixes()
    for _ in range(10):
        if not fix_files(mistakes(file), folder, fixes):
            break
    return file.read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("a: {{ x }}\n", 'a: "{{ x }}"\n', id="template"),
        pytest.param("a: {{ x }}/b  # why\n", 'a: "{{ x }}/b"  # why\n', id="template-with-text-and-comment"),
        pytest.param('a: {{ env("X") }}\n', "a: '{{ env(\"X\") }}'\n", id="template-with-quotes"),
        pytest.param("a: {{ f(\"x\", 'y') }}\n", "a: '{{ f(\"x\", ''y'') }}'\n", id="template-with-both-quotes"),
        pytest.param('a: {{ {"b": {"c": 1}} }}\n', 'a: \'{{ {"b": {"c": 1}} }}\'\n', id="template-with-braces"),
        pytest.param("- {{ a }}-{{ b }}\n- c: {{ d }}\n", '- "{{ a }}-{{ b }}"\n- c: "{{ d }}"\n', id="several"),
        pytest.param("a: [{{ x }}, {b: {{ y }}}]\n", 'a: ["{{ x }}", {b: "{{ y }}"}]\n', id="template-in-brackets"),
        pytest.param("a: @b\n", 'a: "@b"\n', id="at"),
        pytest.param("a:\n  type:x\n  b: 1\n", "a:\n  type: x\n  b: 1\n", id="no-space"),
        pytest.param("a: 1\nb: 2\na: 3\n", "b: 2\na: 3\n", id="double"),
        pytest.param("a: 1\na: 2\na: 3\n", "a: 3\n", id="three-times"),
        pytest.param("a: 1\nb: 2\na: 1\n", "a: 1\nb: 2\n", id="double-that-says-the-same"),
        pytest.param("b: 2\na: 1\na: 1", "b: 2\na: 1", id="no-line-break-at-the-end"),
        pytest.param("- a: 1\n  a: 2\n  b: 3\n", "- a: 2\n  b: 3\n", id="double-behind-a-dash"),
        pytest.param("a: {b: 1, b: 2, c: 3}\n", "a: {b: 2, c: 3}\n", id="double-in-braces"),
        pytest.param("a: {c: 3, b: 1, b: 1}\n", "a: {c: 3, b: 1}\n", id="same-double-in-braces"),
        pytest.param("a:\n  - 1\n  - {b: 2}\nc: 1\na: [3]\n", "c: 1\na: [3]\n", id="double-with-a-list"),
        pytest.param("a: |\n  x # text\n\n  y\nb: 1\na: z\n", "b: 1\na: z\n", id="double-with-a-block-of-text"),
        pytest.param("a: 'x\n  y'\nb: 1\na: z\n", "b: 1\na: z\n", id="double-with-text-of-two-lines"),
        pytest.param("\ufeffé: 1\r\né: {{ x }}\r\n", '\ufeffé: "{{ x }}"\r\n', id="bom-and-crlf"),
        pytest.param("x: {a: 1, a: 2}\nx: {b: 1, b: 2}\n", "x: {b: 2}\n", id="one-inside-of-the-other"),
        pytest.param("a:\n\tb: 1\n\n\t# c\n\td: [\n\t\t1]\n", "a:\n  b: 1\n\n  # c\n  d: [\n    1]\n", id="tabs"),
        pytest.param("a:\r\n\t- b:\r\n\t\t\tc: 1\t# d\r\n", "a:\r\n  - b:\r\n      c: 1\t# d\r\n", id="tabs-and-crlf"),
        pytest.param("a: {{ x }}\n---\nb: 1\nb: 2\n", 'a: "{{ x }}"\n---\nb: 2\n', id="two-documents"),
    ],
)
def test_fixes(before: str, after: str, tmp_path: Path) -> None:
    """
    What is mended reads as a person would have written it; all else stays, byte for byte.
    """
    assert after == fixed(tmp_path, before.encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: {{ x }}\n  more\n", id="template-that-goes-on"),
        pytest.param("{{ x }}: 1\n", id="template-as-a-key"),
        pytest.param("a: {{ x\n", id="template-without-end"),
        pytest.param("a: {{ x }}: 1\n", id="template-and-a-colon"),
        pytest.param("a: {\n  b: {{ x }},\n  c: 1}\n", id="brackets-of-several-lines"),
        pytest.param("a: {% if x %}b{% endif %}\n", id="statement"),
        pytest.param("a: 1  # first\na: 2\n", id="double-with-a-comment"),
        pytest.param("a:\n  # inside\n  b: 1\na: 2\n", id="double-with-a-comment-inside"),
        pytest.param("- a: 1\n  # between\n  a: 2\n", id="comment-between"),
        pytest.param("a: &b 1\na: 2\nc: *b\n", id="double-with-an-anchor"),
        pytest.param("x: &x {}\ny: &y {}\nz:\n  <<: *x\n  <<: *y\n", id="two-merges"),
        pytest.param("1: a\ntrue: b\n", id="equal-only-here"),
        pytest.param("? a\n: 1\n? a\n: 2\n", id="question-marks"),
        pytest.param("a: {b: 1,\n  b: 2}\n", id="double-in-brackets-of-two-lines"),
        pytest.param("a: 'b\n", id="open-quote"),
        pytest.param("a:\n\tb: 1\n  c: 1\n", id="tab-beside-spaces"),
        pytest.param("a:\n  - b:\n  \tc: 1\n", id="tab-behind-spaces"),
        pytest.param("a:\n\tb: |\n\t\tall:\n\t\t\tmake\n", id="tabs-that-may-be-text"),
    ],
)
def test_what_is_unclear_is_left(text: str, tmp_path: Path) -> None:
    """
    Where there are two ways to mend it, or something else would be lost, a person decides.
    """
    assert text == fixed(tmp_path, text.encode()).decode()


LINES = st.sampled_from(
    [
        "a: 1",
        "a: 2",
        "b: {{ x }}",
        "b: {{ x }} and {{ y }}  # c",
        "c: {d: 1, d: 2}",
        "c: [{{ x }}, 2]",
        "d: |\n  {{ text }}\n  a: 1",
        "d: 'it''s'",
        "e:\n  a: 1\n  a: {{ x }}",
        "e:\n  - a: 1\n    a: 2\n  - {{ z }}",
        "# comment",
        "",
        "---",
        "f: @at",
        "f:x",
        "g: &anchor {a: 1}",
        "h: *anchor",
        "i: 'open",
        "\tj: 1",
        "k: [",
        "  l: {{ deeper }}",
        'm: "{{ fine }}"',
        "n: {{ 'a': {{ b }} }}",
    ]
)


@settings(max_examples=300, deadline=None)
@given(lines=st.lists(LINES, max_size=8), line_break=st.sampled_from(["\n", "\r\n"]), ends=st.booleans())
def test_no_file_is_read_worse_than_before(
    lines: list[str], line_break: str, ends: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """
    Whatever is mended: no document is lost, no comment either, no line break changes, and mending again does nothing.
    """
    folder = tmp_path_factory.getbasetemp()
    text = "\n".join(lines).replace("\n", line_break) + (line_break if ends else "")
    after = fixed(folder, text.encode())
    assert after == fixed(folder, after)
    told = {each.code for each in before_and_below(folder, text.encode())}
    told.add("TRD109")  # that a name is given again is seen once both can be read
    mended = after.decode().splitlines()
    new = [each for each in mistakes_of(folder, after) if each.code not in told and each.span]
    # What the parser sees now that it comes so far is in lines that nobody has changed.
    assert [] == [each for each in new if each.span and mended[each.span.line - 1] not in text.splitlines()]
    if not mistakes_of(folder, text.encode()):
        assert text.encode() == after
    assert text.count("# comment") == after.decode().count("# comment")
    assert line_break == "\r\n" or "\r" not in after.decode()
    assert after.decode().replace("\r\n", "").count("\n") == (0 if line_break == "\r\n" else after.count(b"\n"))


def mistakes_of(folder: Path, data: bytes) -> tuple[Diagnostic, ...]:
    (folder / "defs.yaml").write_bytes(data)
    return mistakes(folder / "defs.yaml")


def before_and_below(folder: Path, data: bytes) -> list[Diagnostic]:
    """The mistakes of a text and of each end of it: a parser stops at the first that it can't pass."""
    lines = data.decode().splitlines(keepends=True)
    return [each for at in range(len(lines) + 1) for each in mistakes_of(folder, "".join(lines[at:]).encode())]


def edit(file: Path, column: int, old: str, new: str) -> Diagnostic:
    span = Span(file=file, line=1, column=column)
    return Diagnostic(code="TRD203", message="m", span=span, edits=(Edit(span=span, old=old, new=new),))


def test_of_edits_that_overlap_the_first_is_made(tmp_path: Path) -> None:
    """
    The others wait for the next look; those that touch each other don't overlap.
    """
    file = tmp_path / "a.txt"
    file.write_text("abcdef")
    found = [edit(file, 2, "bcd", "-"), edit(file, 4, "de", "+"), edit(file, 5, "ef", "E"), edit(file, 1, "a", "A")]
    assert fix_files([*found, found[0]], tmp_path, Fixes())
    assert "A-E" == file.read_text()


def test_an_edit_is_made_only_where_the_file_still_says_so(tmp_path: Path) -> None:
    """
    An edit of something that isn't there changes nothing; in quotation marks, it is found behind the mark.
    """
    file = tmp_path / "a.yaml"
    file.write_text("'groop': 1\n")
    assert not fix_files([edit(file, 1, "grupp", "group"), edit(file, 90, "x", "y")], tmp_path, Fixes())
    assert fix_files([edit(file, 1, "groop", "group")], tmp_path, Fixes())
    assert "'group': 1\n" == file.read_text()


def test_an_edit_that_breaks_a_file_is_not_made(tmp_path: Path) -> None:
    """
    Whoever made the edit was wrong: the others are made without it.
    """
    file = tmp_path / "a.yaml"
    file.write_text("one: 1\n")
    assert fix_files([edit(file, 6, "1", "[1"), edit(file, 1, "one", "two")], tmp_path, Fixes())
    assert "two: 1\n" == file.read_text()


PROJECT = {
    "a/defs.yaml": "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n"
    "    - key: a\n      group: one\n      group: two\n      description: {{ project_root }}\n",
    "a/s.py": "",
}


def test_what_is_changed_is_told_line_by_line(make_project: MakeProject) -> None:
    """
    The changed lines come first, then what is left; with nothing left the check ends with 0.
    """
    treadle = make_project(PROJECT)
    answer = treadle("check", "--fix")
    assert (0, "no mistakes in 1 component\n") == (answer.code, answer.out)
    assert answer.err.splitlines() == [
        "src/p/defs/a/defs.yaml",
        "    6 -       group: one",
        "    8 -       description: {{ project_root }}",
        '    7 +       description: "{{ project_root }}"',
        "mended 2 mistakes in 1 file",
        "",
    ]


def test_with_nothing_to_mend_no_file_is_written(make_project: MakeProject) -> None:
    """
    Files keep their time.
    """
    treadle = make_project(PROJECT)
    treadle("check", "--fix")
    file = treadle.folder / "src/p/defs/a/defs.yaml"
    before = file.stat()
    answer = treadle("check", "--fix", "--json")
    assert ((0, ""), before) == ((answer.code, answer.err), file.stat())


def test_the_mode_and_a_link_are_kept(make_project: MakeProject, tmp_path: Path) -> None:
    """
    A file that stands in for another is changed where it is, and who may run it may still do so.
    """
    treadle = make_project(PROJECT)
    file = treadle.folder / "src/p/defs/a/defs.yaml"
    real = treadle.folder / "real.yaml"
    file.rename(real)
    real.chmod(0o754)
    file.symlink_to(real)
    assert 0 == treadle("check", "--fix").code
    assert (True, 0o754) == (file.is_symlink(), stat.S_IMODE(real.stat().st_mode))
    assert [] == [each.name for each in file.parent.iterdir() if each.name.startswith(".defs")]


@pytest.mark.parametrize(("where", "told"), [("read-only", "it is read-only"), ("outside", "not in the project's")])
def test_what_may_not_be_written_is_told(make_project: MakeProject, tmp_path: Path, where: str, told: str) -> None:
    """
    A file that is read-only, or isn't the project's, stays as it is.
    """
    treadle = make_project(PROJECT)
    file = treadle.folder / "src/p/defs/a/defs.yaml"
    if where == "outside":
        other = tmp_path / "other.yaml"
        file.rename(other)
        file.symlink_to(other)
    else:
        file.chmod(0o444)
    before = file.read_bytes()
    answer = treadle("check", "--fix")
    assert (1, before) == (answer.code, file.read_bytes())
    assert told in answer.err
    assert "2 errors in 1 component; --fix mends all of them\n" == answer.out


def test_only_named_files_are_mended(make_project: MakeProject) -> None:
    """
    Paths limit what is changed too.
    """
    files = {**PROJECT, "b/defs.yaml": PROJECT["a/defs.yaml"].replace("key: a", "key: b"), "b/s.py": ""}
    treadle = make_project(files)
    assert 0 == treadle("check", "--fix", "src/p/defs/b").code
    assert PROJECT["a/defs.yaml"] == (treadle.folder / "src/p/defs/a/defs.yaml").read_text()


def test_names_that_are_misspelled_are_corrected(make_project: MakeProject) -> None:
    """
    Types, attributes and values get the name that was meant.
    """
    text = "type: treadle.PythonScrpt\nattributes:\n  execution: {path: s.py}\n  asets:\n    - {key: a, grup: g}\n"
    treadle = make_project({"a/defs.yaml": text, "a/s.py": ""})
    answer = CommandLine(treadle.folder)("check", "--fix")
    assert 0 == answer.code, answer.err
    mended = text.replace("Scrpt", "Script").replace("asets", "assets").replace("grup", "group")
    assert mended == (treadle.folder / "src/p/defs/a/defs.yaml").read_text()
