"""A value is changed in a text, and nothing around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from treadle.documents import parse_yaml
from treadle.documents.layout import lay_out
from treadle.documents.rewriting import CantRewriteError
from treadle.documents.setting import NOTHING, with_name, with_value
from treadle.errors import ProjectError

TEXT = """# top
type: x  # the type
attributes:
  # what
  project: "a"   # where
  deps: [a, b]
  assets:
  - key: a # first
    deps:
    - x
  # second
  - key: b
  empty:
  nothing: {}
last: 1"""

CASES = [
    pytest.param(("attributes", "project"), "b", '  project: "b"   # where', id="quotes-and-comment-stay"),
    pytest.param(("attributes", "project"), {"a": 1}, "  project:   # where\n    a: 1", id="a-mapping-for-a-text"),
    pytest.param(("attributes", "project"), "a\nb\n", "  project: |   # where\n    a\n    b", id="lines"),
    pytest.param(("attributes", "deps"), ["a", "c", "b"], "  deps: [a, c, b]", id="brackets-stay"),
    pytest.param(("attributes", "deps"), "{{ x }}", '  deps: "{{ x }}"', id="a-template-is-quoted"),
    pytest.param(("attributes", "assets", 0, "deps", 0), "y", "    - y", id="an-item"),
    pytest.param(("attributes", "assets", 2), {"key": "c"}, "  - key: c", id="one-more-item-as-far-left"),
    pytest.param(("attributes", "assets", 0, "deps"), [], "    deps: []", id="an-empty-list"),
    pytest.param(("attributes", "empty"), {"a": [1]}, "    a:\n      - 1", id="what-was-empty"),
    pytest.param(("attributes", "nothing", "k"), "v", "  nothing:\n    k: v", id="empty-brackets-are-opened"),
    pytest.param(("more", "of", "it"), "1", 'more:\n  of:\n    it: "1"', id="what-was-not-there"),
    pytest.param(("attributes", "rules", 0, "b"), 1, "  rules:\n    - b: 1", id="a-list-that-was-not-there"),
    pytest.param(("more", 0), {}, "more:\n  - {}", id="an-item-that-is-empty"),
    pytest.param(("last",), NOTHING, "", id="the-last-is-taken-out"),
    pytest.param(("attributes", "assets", 0, "key"), NOTHING, "  - deps:", id="the-first-after-a-dash"),
]


@pytest.mark.parametrize(("path", "value", "written"), CASES)
@pytest.mark.parametrize("line_break", [pytest.param("\n", id="lf"), pytest.param("\r\n", id="crlf")])
def test_only_the_lines_of_the_value_change(path: Any, value: Any, written: str, line_break: str) -> None:
    """
    The lines that are new are those of the value; all others are there as they were, in their order and with their ends.
    """
    new = with_value(TEXT.replace("\n", line_break), 0, path, value).split(line_break)
    old = TEXT.split("\n")
    expected = written.split("\n") if written else []
    assert Counter(expected) == Counter(new) - Counter(old)
    kept = [line for line in new if line not in expected]
    assert kept == [line for line in old if line in kept]


def test_what_was_the_same_is_the_same_text() -> None:
    """
    A value that is there already changes nothing, however it is written.
    """
    assert "a: [ 1,2 ]\n" == with_value("a: [ 1,2 ]\n", 0, ("a",), [1, 2])


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        pytest.param("a: &x 1\nb: *x\n", ("b",), "*x stands for it", id="an-alias"),
        pytest.param("a: &x 1\nb: *x\n", ("a",), "something else would change", id="what-an-alias-repeats"),
        pytest.param("a: &x {k: 1}\nb:\n  <<: *x\n  c: 2\n", ("b", "k"), "merge key", id="a-merge-key"),
        pytest.param("a: 1\n", ("a", "b"), "there is no 'b'", id="inside-of-a-number"),
    ],
)
def test_what_would_change_more_is_not_done(text: str, path: Any, why: str) -> None:
    """
    What is written once and meant twice isn't changed behind somebody's back.
    """
    with pytest.raises(CantRewriteError, match="(?s).*" + why.replace("*", r"\*")):
        with_value(text, 0, path, 7)


def _corpus() -> Iterator[tuple[Path, str]]:
    tests = Path(__file__).parents[2]
    for folder in (tests / "golden", tests / "conformance", tests.parent / "examples"):
        for file in sorted(each for each in folder.rglob("defs.yaml") if each.is_file()):
            text = file.read_bytes().decode("utf-8", "replace")
            if "�" not in text and len(text) < 10_000:
                yield file, text


VALUES: tuple[Any, ...] = ("plain", "{{ x }}: # y", 7, ["a", {"b": 1}], {"k": ["z"]}, "two\nlines\n", NOTHING)


def test_any_value_can_be_set_anywhere_in_the_files_that_we_have() -> None:
    """
    In every component file of the tests and the examples, with each value in turn: it means what it should, which is
    looked at each time; a scalar in the place of one leaves all comments; and next to nothing is refused.
    """
    made, refused = 0, 0
    for number, (file, text) in enumerate(_corpus()):
        try:
            documents = parse_yaml(file, text.encode())
        except ProjectError:
            continue
        comments = Counter(each.text for each in lay_out(text).comments)
        for document in documents:
            for at, path in enumerate(each for each in document.spans if each):
                value = VALUES[(number + at) % len(VALUES)]
                try:
                    new = with_value(text, document.index, path, value)
                except CantRewriteError:
                    refused += 1
                    continue
                made += 1
                was = _value(document.value, path)
                if value in ("plain", 7) and not isinstance(was, dict | list):
                    assert comments == Counter(each.text for each in lay_out(new).comments), (file, path, value)
    assert made > 1000
    assert refused < made / 50


def _value(value: Any, path: Any) -> Any:
    for part in path:
        value = value[part]
    return value


# Names

RENAMED = """m:
  # the first
  one: {a: 1}  # here
  'two':
    # within
    - x
  2026: y
f: {a: 1, b: 2}
"""


@pytest.mark.parametrize(
    ("path", "name", "old", "new"),
    [
        pytest.param(("m", "one"), "other", "one: {", "other: {", id="plain"),
        pytest.param(("m", "two"), "it's", "'two'", "'it''s'", id="its-quotes-stay"),
        pytest.param(("m", "2026"), "2027", "2026:", '"2027":', id="a-number"),
        pytest.param(("f", "b"), "c: d", "b: 2", '"c: d": 2', id="in-brackets"),
        pytest.param(("m", "one"), "one", "", "", id="the-same"),
    ],
)
def test_an_entry_gets_another_name_and_nothing_else(path: Any, name: str, old: str, new: str) -> None:
    """
    What is in it, the comments around and within it and its place stay: only its name is written anew.
    """
    assert RENAMED.replace(old, new, 1) == with_name(RENAMED, 0, path, name)


@pytest.mark.parametrize(
    ("path", "name", "why"),
    [
        pytest.param(("m", "one"), "two", "there is a 'two' already", id="taken"),
        pytest.param(("m", "three"), "x", "there is no such name", id="unknown"),
        pytest.param(("m", "two", 0), "x", "there is no such name", id="an-item-of-a-list"),
        pytest.param((), "x", "there is no such name", id="the-whole"),
    ],
)
def test_a_name_that_cannot_be_given_is_refused(path: Any, name: str, why: str) -> None:
    """
    Nothing is lost by giving a name that is there already, and what has no name gets none.
    """
    with pytest.raises(CantRewriteError) as caught:
        with_name(RENAMED, 0, path, name)
    assert why == caught.value.why


def test_names_that_are_numbers_are_found_by_their_text() -> None:
    """
    Who speaks JSON knows the name 2026 as a text, and changes the entry that is there.
    """
    assert RENAMED.replace("2026: y", "2026: z") == with_value(RENAMED, 0, ("m", "2026"), "z")
