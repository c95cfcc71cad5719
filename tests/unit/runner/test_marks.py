"""Events that are taken out of what a step prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.runner.marks import Splitter, marked

MARK = "5eed" * 8
TEXTS = st.binary(max_size=50) | st.sampled_from([b"\x1e", b"\x1e5eed", b"\n", b"\x1e" + MARK.encode()[:-1]])
EVENTS = st.integers(min_value=0, max_value=9000).map(lambda size: b'{"x":"' + b"y" * size + b'"}')


@given(
    parts=st.lists(st.tuples(st.booleans(), TEXTS, EVENTS), max_size=8),
    sizes=st.lists(st.integers(min_value=1, max_value=3000), min_size=1, max_size=8),
)
def test_what_was_printed_and_what_was_said_come_apart(parts, sizes):
    """
    However output and events follow each other, and in whatever pieces they arrive, both are what they were.
    """
    printed = b"".join(text for is_text, text, _ in parts if is_text)
    said = [event for is_text, _, event in parts if not is_text]
    whole = b"".join(text if is_text else b"".join(marked(event + b"\n", MARK)) for is_text, text, event in parts)
    splitter, text, events, at = Splitter(MARK), b"", [], 0
    while at < len(whole):
        size = sizes[at % len(sizes)]
        more, found = splitter.feed(whole[at : at + size])
        text, events, at = text + more, events + found, at + size
    assert (printed, said) == (text + splitter.end(), events)


def test_every_line_of_an_event_is_written_at_once():
    """
    A pipe takes 4,096 bytes as a whole, so nobody else's output gets into the middle of one.
    """
    assert 4096 == max(map(len, marked(b"x" * 200_000 + b"\n", MARK)))


@pytest.mark.parametrize("rest", [b"+{}", b".{", b""], ids=["goes-on", "half", "nothing"])
def test_half_an_event_is_dropped(rest):
    """
    A process that is killed while it says something has said nothing, and what it printed before is kept.
    """
    splitter = Splitter(MARK)
    text, events = splitter.feed(b"half a line\x1e" + MARK.encode() + rest)
    assert (b"half a line", []) == (text + splitter.end(), events)


def test_a_mark_of_somebody_else_is_text():
    """
    What another attempt's process would write is printed as it is.
    """
    other = b"".join(marked(b"{}\n", "0" * 32))
    assert (other, []) == Splitter(MARK).feed(other)
