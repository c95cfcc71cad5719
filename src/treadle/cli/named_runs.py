"""How runs are named on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from treadle.errors import UsageError

if TYPE_CHECKING:
    from treadle.store import RunRecord, Store

__all__ = ["named_run"]


def named_run(store: Store, name: str) -> RunRecord:
    """The run with this id, or the only one that begins so; `latest` is the newest.

    Raises:
        UsageError: when there is none, or more than one.
    """
    if name != "latest":
        return store.run(name)
    found = store.runs(limit=1)
    if not found:
        raise UsageError("nothing has run yet", fix="start: treadle run")
    return found[0]
