"""Quick fixes are made where the text still is what they mend; places are counted as editors count them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.errors import Diagnostic, Edit, Span
from treadle.language.fixes import fix_all, fixes_for, place
from treadle.language.positions import Cursor, Range, range_of, to_character, to_utf16

FILE = Path("defs.yaml")


def edit(line: int, column: int, old: str, new: str) -> Edit:
    return Edit(span=Span(file=FILE, line=line, column=column), old=old, new=new)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(edit(1, 1, "a", "b"), ((0, 0), (0, 1)), id="a word"),
        pytest.param(edit(2, 4, "x", "y"), ((1, 4), (1, 5)), id="in quotation marks"),
        pytest.param(edit(1, 5, "", "!"), ((0, 4), (0, 4)), id="an insertion at the end"),
        pytest.param(edit(1, 4, "1\nb", ""), ((0, 3), (1, 1)), id="several lines"),
        pytest.param(edit(1, 4, "1\nc", ""), None, id="other lines"),
        pytest.param(edit(1, 1, "z", "b"), None, id="another word"),
        pytest.param(edit(9, 1, "a", "b"), None, id="no such line"),
        pytest.param(edit(1, 99, "", "b"), None, id="no such column"),
        pytest.param(edit(3, 1, "\n\n", ""), None, id="behind the end"),
    ],
)
def test_an_edit_is_placed_or_refused(one: Edit, expected: tuple[tuple[int, int], tuple[int, int]] | None) -> None:
    """
    An edit is only made where the text holds what it replaces.
    """
    found = place(one, ["a: 1", "b: 'x'", ""])
    assert expected == (found and ((found.start.line, found.start.column), (found.end.line, found.end.column)))


def test_all_fixes_leave_out_what_overlaps() -> None:
    """
    Of two fixes for one place, the first is made; a fix with several edits is made as a whole.
    """
    first = Diagnostic(code="TRD1", message="", edits=(edit(1, 1, "abc", "x"),))
    second = Diagnostic(code="TRD1", message="", edits=(edit(1, 2, "b", "y"), edit(2, 1, "d", "z")))
    third = Diagnostic(code="TRD1", message="", edits=(edit(2, 1, "d", "w"),))
    elsewhere = Diagnostic(code="TRD1", message="", edits=(Edit(span=Span(file=Path("b")), old="", new="z"),))
    made = fix_all([first, second, third, elsewhere], FILE, ["abc", "d"])
    assert ["x", "w"] == [new for _, new in made]


@pytest.mark.parametrize(
    ("edits", "title"),
    [
        pytest.param((edit(1, 1, "asets", "assets"),), "Replace asets with assets", id="a name"),
        pytest.param((edit(1, 1, "", '"'),), 'Insert "', id="an insertion"),
        pytest.param((edit(1, 1, "a: 1", ""),), "Remove a: 1", id="a removal"),
        pytest.param((edit(1, 1, "", '"'), edit(1, 9, "", '"')), "Quote it", id="several"),
    ],
)
def test_a_fix_says_what_it_does(edits: tuple[Edit, ...], title: str) -> None:
    """
    The title is the change, or what the diagnostic advises.
    """
    (found,) = fixes_for(Diagnostic(code="TRD1", message="", fix="quote it", edits=edits))
    assert title == found.title


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        pytest.param("  asets: [a]", 3, "asets", id="a key"),
        pytest.param("  a: 'b c' # d", 6, "'b c'", id="quoted"),
        pytest.param("  a: b c # d", 6, "b c", id="plain"),
        pytest.param("  a: http://x/y, z", 6, "http://x/y", id="a URL"),
        pytest.param("  a: {b: 1}", 6, "{", id="a bracket"),
        pytest.param("abc", 9, "", id="behind the line"),
    ],
)
def test_a_diagnostic_underlines_a_word(line: str, column: int, shown: str) -> None:
    """
    What is underlined is the key or the value that a diagnostic is about.
    """
    found = range_of(Span(file=FILE, line=1, column=column), [line])
    assert shown.strip("'{") == line[found.start.column : found.end.column].strip("'{")


def test_a_place_that_the_text_does_not_have_is_its_end() -> None:
    """
    A diagnostic of a text that has changed since is shown, wherever there is room.
    """
    assert Range(start=Cursor(line=0, column=0), end=Cursor(line=0, column=0)) == range_of(
        Span(file=FILE, line=7), [""]
    )


@given(st.text(alphabet="aé\u4e2d🧵 "), st.integers(min_value=0, max_value=20))
def test_columns_go_there_and_back(line: str, column: int) -> None:
    """
    A character's column in UTF-16 leads back to the character.
    """
    column = min(column, len(line))
    assert column == to_character(line, to_utf16(line, column))
    assert len(line[:column].encode("utf-16-le")) // 2 == to_utf16(line, column)
