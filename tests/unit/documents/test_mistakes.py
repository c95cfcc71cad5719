"""What is wrong with a file is said where it is wrong, in words that help."""

from pathlib import Path

import pytest

from treadle.documents import parse_yaml
from treadle.errors import ProjectError

FILE = Path("defs.yaml")


def told(data: str | bytes) -> list[tuple[str, str, str]]:
    with pytest.raises(ProjectError) as caught:
        parse_yaml(FILE, data.encode() if isinstance(data, str) else data)
    assert all(one.why and one.fix and one.message for one in caught.value.diagnostics)
    return [(one.code, str(one.span).partition(":")[2], one.message) for one in caught.value.diagnostics]


UNQUOTED = "this template is not quoted"
UNCLOSED = "this quotation mark is never closed"


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        pytest.param("", "TRD103", "1:1", "there is nothing in this file", id="empty"),
        pytest.param("# c\n---\n", "TRD103", "1:1", "there is nothing in this file", id="only-comments"),
        pytest.param(b"a: caf\xe9\n", "TRD102", "1:7", "the byte 0xE9 here is not UTF-8 text", id="latin-1"),
        pytest.param(b"\xff\xfea\x00", "TRD102", "1:1", "this file is UTF-16", id="utf-16"),
        pytest.param("a: 1\nb: é\0\n", "TRD114", "2:5", "there is a control character here (U+0000)", id="nul"),
        pytest.param("a:\n\tb: 1\n", "TRD105", "2:1", "this line is indented with a tab", id="tab"),
        pytest.param("a: 1\n  \tb: 2\n", "TRD105", "2:3", "this line is indented with a tab", id="tab-after-spaces"),
        pytest.param("a: {{ x }}\n", "TRD107", "1:4", UNQUOTED, id="template"),
        pytest.param("a: {{ x }}/b\n", "TRD107", "1:4", UNQUOTED, id="template-with-text"),
        pytest.param("- {{ env('X', 'd') }}\n", "TRD107", "1:3", UNQUOTED, id="template-in-a-list"),
        pytest.param("a: [{{ x }}, 1]\n", "TRD107", "1:5", UNQUOTED, id="template-in-brackets"),
        pytest.param("a: {% if x %}\n", "TRD107", "1:4", UNQUOTED, id="statement"),
        pytest.param("a: 1\nb: 'x\nc: 1\n", "TRD106", "2:4", UNCLOSED, id="single-quote"),
        pytest.param('a: 1\nb: "x\nc: 1\n', "TRD106", "2:4", UNCLOSED, id="double-quote"),
        pytest.param(
            "a: 'x\nb: 'y'\n",
            "TRD106",
            "1:4",
            "the quotation mark that opens here isn't closed on its line",
            id="quote-closed-by-the-next",
        ),
        pytest.param("a: 'x' y\n", "TRD108", "1:8", "there is text after the closing quotation mark", id="after-quote"),
        pytest.param("a: [1, 2\nb: 3\n", "TRD106", "1:4", "this '[' is never closed", id="list"),
        pytest.param("a: {b: [1,\n", "TRD106", "1:8", "this '[' is never closed", id="innermost"),
        pytest.param("a: {b: 1\nc: 2\n", "TRD106", "1:4", "this '{' is never closed", id="mapping"),
        pytest.param("a: [1 2], [\n", "TRD104", "1:9", "this can't be read as YAML", id="anything-else"),
        pytest.param("a: ]\n", "TRD106", "1:4", "this ']' closes nothing", id="stray-bracket"),
        pytest.param("a: b: c\n", "TRD108", "1:4", "this text holds a colon, and isn't quoted", id="colon"),
        pytest.param("- a: x: y\n", "TRD108", "1:6", "this text holds a colon, and isn't quoted", id="colon-in-a-list"),
        pytest.param("a: @b\n", "TRD108", "1:4", "text that begins with '@' must be quoted", id="at"),
        pytest.param("a: `b`\n", "TRD108", "1:4", "text that begins with '`' must be quoted", id="backtick"),
        pytest.param("a: %b\n", "TRD108", "1:4", "text that begins with '%' must be quoted", id="percent"),
        pytest.param("a: *\n", "TRD108", "1:4", "text that begins with '*' must be quoted", id="star"),
        pytest.param('a: "\\d"\n', "TRD108", "1:5", "this backslash means nothing that YAML knows", id="backslash"),
        pytest.param("type:x\na: 1\n", "TRD115", "1:5", "there is no space after this colon", id="no-space"),
        pytest.param(
            "a:\n  b:c\n  d: 1\n", "TRD115", "2:4", "there is no space after this colon", id="no-space-inside"
        ),
        pytest.param("a\n  b: 1\n", "TRD104", "1:1", "there is no colon after this name", id="no-colon"),
        pytest.param(
            "a:\n  - b c\n    d: 1\n", "TRD104", "2:5", "there is no colon after this name", id="no-colon-in-a-list"
        ),
        pytest.param("a: 1\nb c\nd: 2\n", "TRD104", "2:1", "there is no colon after this name", id="no-colon-between"),
        pytest.param(
            "a: b\n  c\n  d: 1\n", "TRD117", "3:3", "the indentation of this line doesn't fit", id="text-of-two-lines"
        ),
        pytest.param(
            "a:\n  -b: c\n    d: 1\n", "TRD104", "2:3", "there is no space after this dash", id="no-space-after-a-dash"
        ),
        pytest.param(
            "a:\n  -b: 'c'\n    d: 1\n",
            "TRD104",
            "2:3",
            "there is no space after this dash",
            id="no-space-after-a-dash-before-quotes",
        ),
        pytest.param("a:\n  b: 1\n c: 2\n", "TRD117", "3:2", "the indentation of this line doesn't fit", id="between"),
        pytest.param("a: 1\n  b: 2\n", "TRD117", "2:3", "the indentation of this line doesn't fit", id="deeper"),
        pytest.param(
            "a: - b\n", "TRD117", "1:4", "a list with dashes can't start on the line of its key", id="dash-after-key"
        ),
        pytest.param("a: 1\nb: 2\na: 3\n", "TRD109", "3:1", "the key 'a' is given twice", id="duplicate"),
        pytest.param("1: a\ntrue: b\n", "TRD109", "2:1", "the key true is given twice", id="equal-in-python"),
        pytest.param("<<: {}\n<<: {}\n", "TRD109", "2:1", "the key '<<' is given twice", id="two-merges"),
        pytest.param("? [a]\n: b\n", "TRD110", "1:3", "a list can't be a key", id="list-as-key"),
        pytest.param("1.10: b\n", "TRD110", "1:1", "a fraction can't be a key", id="fraction-as-key"),
        pytest.param(
            "a: !!python/name:os.system x\n",
            "TRD111",
            "1:4",
            "the tag '!!python/name:os.system' is not known here",
            id="python-tag",
        ),
        pytest.param("a: !secret x\n", "TRD111", "1:4", "the tag '!secret' is not known here", id="unknown-tag"),
        pytest.param(
            "a: !set {x}\n", "TRD111", "1:4", "the tag '!set' is not known here", id="unknown-tag-of-a-mapping"
        ),
        pytest.param("a: !!int x\n", "TRD111", "1:4", "'x' can't be read as !!int", id="unfit-tag"),
        pytest.param("a: &ab 1\nb: *aq\n", "TRD112", "2:4", "there is no anchor '&aq' for the alias '*aq'", id="alias"),
        pytest.param("a: &a [*a]\n", "TRD112", "1:8", "the alias '*a' is inside of its own anchor", id="loop"),
        pytest.param("<<: x\n", "TRD112", "1:5", "only mappings can be merged with '<<'", id="merge-of-text"),
        pytest.param("a: " + "1" * 400, "TRD116", "1:4", "this number has too many digits", id="long-number"),
    ],
)
def test_mistakes(text, code, place, message):
    """
    Each common mistake has its code, its place and its words.
    """
    assert [(code, place, message)] == told(text)


def test_everything_at_once():
    """
    Mistakes that leave the rest readable are told together, and with a syntax error after them.
    """
    text = "a: 1\na: 2\n---\nb: !x 1\nc: *d\n---\ne: 'f\n"
    assert ["TRD109", "TRD111", "TRD112", "TRD106"] == [code for code, _, _ in told(text)]


def test_a_duplicate_names_the_first():
    """
    A duplicate key tells the line of the first one.
    """
    with pytest.raises(ProjectError) as caught:
        parse_yaml(FILE, b"x: 1\nkey: 1\nkey: 2\n")
    assert "it is already on line 2, and only one of the two could count" == caught.value.diagnostics[0].why


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 20_000, id="brackets"),
        pytest.param("{a: " * 20_000, id="braces"),
        pytest.param("- " * 20_000, id="dashes"),
        pytest.param("".join(f"- &a{n} [{f'*a{n - 1}' if n else ''}]\n" for n in range(1_000)), id="chain-of-aliases"),
        pytest.param(
            "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
            id="alias-bomb",
        ),
        pytest.param(
            "a0: &a0 {x: 1}\n"
            + "".join(f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12)),
            id="merge-bomb",
        ),
        pytest.param("a: '" + "x" * (16 * 1024 * 1024) + "'", id="large-file"),
    ],
)
def test_bombs(text):
    """
    Nesting and repetition beyond anything meant are refused, not expanded.
    """
    assert ["TRD113"] == [code for code, _, _ in told(text)]


@pytest.mark.parametrize("name", [pytest.param("nope.yaml", id="missing"), pytest.param("", id="folder")])
def test_unreadable_files(tmp_path, name):
    """
    A file that can't be read is a mistake like any other.
    """
    with pytest.raises(ProjectError) as caught:
        parse_yaml(tmp_path / name)
    assert ["TRD101"] == [one.code for one in caught.value.diagnostics]
