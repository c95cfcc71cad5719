"""The host's side of the Dagster Pipes protocol, for scripts that report with `dagster-pipes`.

The script gets two environment variables, each the base64 of zlib-compressed JSON that says where a
file is: one with what it is asked to do, and one to which it appends messages, a JSON object a line.
The second is a named pipe, so messages arrive when they are written.
"""

from __future__ import annotations

import base64
import json
import os
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from treadle.ir import AssetKey

__all__ = ["escaped", "pipes_environment", "split_escaped"]

_END = b"\x00\n"  # no JSON text holds a NUL


@contextmanager
def pipes_environment(
    *,
    context: Mapping[str, object],
    receive: Callable[[Mapping[str, Any]], None],
) -> Iterator[dict[str, str]]:
    """The variables that make a process report here; each of its messages is given to `receive` as it comes.

    When the block ends, every message that was written inside it has been received.
    """
    import tempfile  # with all it brings it takes longer to load than many a step takes to run

    with tempfile.TemporaryDirectory(prefix="treadle-pipes-") as folder:
        request = Path(folder, "context.json")
        request.write_text(json.dumps(context), encoding="utf-8")
        messages = Path(folder, "messages")
        os.mkfifo(messages, 0o600)
        # Opened for both, so that opening doesn't wait, and so that it doesn't end when a writer closes it:
        # clients open it once for each message.
        with messages.open("r+b", buffering=0) as pipe:
            reader = threading.Thread(target=_receive_all, args=(pipe.fileno(), receive), name="treadle-pipes")
            reader.start()
            try:
                yield {
                    "DAGSTER_PIPES_CONTEXT": _parameter({"path": str(request)}),
                    "DAGSTER_PIPES_MESSAGES": _parameter({"path": str(messages)}),
                }
            finally:
                # Begins a line of its own, because a writer may have been killed in the middle of one.
                pipe.write(b"\n" + _END)
                reader.join()


def _receive_all(fd: int, receive: Callable[[Mapping[str, Any]], None]) -> None:
    rest = b""
    while True:
        *lines, rest = (rest + os.read(fd, 1 << 16)).split(b"\n")
        for line in lines:
            if line + b"\n" == _END:
                return
            if line.strip():
                receive(_message(line))


def _message(line: bytes) -> Mapping[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if isinstance(message, dict) and isinstance(message.get("method"), str):
        return {"method": message["method"], "params": message.get("params") or {}}
    return {"method": "unreadable", "params": {"line": line.decode("utf-8", "replace")}}


def _parameter(value: Mapping[str, object]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(value).encode("utf-8"))).decode("ascii")


def escaped(key: AssetKey) -> str:
    r"""A key as the protocol writes it: slashes inside a part have a backslash before them.

    >>> print(escaped(AssetKey(("raw", "a/b"))))
    raw/a\/b
    """
    return "/".join(part.replace("\\", "\\\\").replace("/", "\\/") for part in key.parts)


def split_escaped(text: str) -> AssetKey:
    r"""The key that the protocol writes so.

    >>> split_escaped(r"raw/a\/b").parts
    ('raw', 'a/b')
    """
    parts = [""]
    characters: Iterator[str] = iter(text)
    for character in characters:
        if character == "/":
            parts.append("")
        else:
            parts[-1] += next(characters, "\\") if character == "\\" else character
    return AssetKey(tuple(parts))
