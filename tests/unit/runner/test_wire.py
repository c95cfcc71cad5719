"""What comes out of a step's pipe."""

from __future__ import annotations

import pytest

from treadle.runner.wire import from_line


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff", id="bytes"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"1" * 5_000, id="long-number"),
        pytest.param(b'{"kind": "log"}', id="half"),
        pytest.param(b'{"kind": "materialization", "asset": 7}', id="wrong-type"),
    ],
)
def test_what_no_step_says_is_refused(line):
    """
    Whatever else comes out of the pipe is one kind of error.
    """
    with pytest.raises(ValueError, match=r"."):
        from_line(line)
