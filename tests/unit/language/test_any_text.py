"""No text, and no place in it, is too much for the language functions."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from treadle.language.completion import complete
from treadle.language.definition import define
from treadle.language.hover import explain
from treadle.language.outline import outlines
from treadle.language.positions import Cursor
from treadle.language.workspace import Workspace

WORDS = [
    "type: ", "p.components.loom.Loom", "treadle.DbtProject", "attributes:", "translation:", "assets:", "key: ", "deps: ", "\n", "\n  ",
    "\n    ", "- ", "[", "]", "{", "}", ", ", '"', "'", "{{ ", " }}", "node.", "env.", "env('", " | ", "|", ">", "#", "---", "\t", "&a ", "*a",
    "!!x ", "? ", ": ", "\r\n", "🧵", "\x00", "%", "...", "template_vars_module: .words",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(WORDS), max_size=25).map("".join),
    st.integers(min_value=0, max_value=8),
    st.integers(0, 40),
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_question_has_an_answer(workspace: Workspace, text: str, line: int, column: int) -> None:
    """
    Whatever is typed, wherever the cursor is, nothing raises.
    """
    file = workspace.settings.defs / "vars/defs.yaml"
    cursor = Cursor(line=line, column=column)
    complete(workspace, file, text, cursor)
    explain(workspace, file, text, cursor)
    define(workspace, file, text, cursor)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: 1\n" * 50_000, id="long"),
        pytest.param("a: [" + "x, " * 100_000, id="a long list"),
        pytest.param("a: " + "{{ x" * 20_000, id="expressions"),
        pytest.param("a: " + "'" * 50_001, id="quotation marks"),
        pytest.param("- " * 10_000 + "\n" + "[" * 10_000 + "\n" + "{" * 10_000, id="deep"),
        pytest.param("a" * 200_000 + " " * 50_000, id="a long word"),
        pytest.param("a: b" + " #" * 50_000, id="comments"),
    ],
)
def test_a_text_is_read_in_time(text: str) -> None:
    """
    Reading takes no longer than a text of its size may: no input makes it wait for seconds.
    """
    start = time.process_time()
    outlines(text)
    assert time.process_time() - start < 9
