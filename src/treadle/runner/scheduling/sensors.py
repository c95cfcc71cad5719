"""What sensors see: files that are new, assets that were written, or what a function says."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from treadle.errors import listing
from treadle.ir import AssetKey, AssetWatch, FileWatch, RunRequest, Sensor, SkipReason
from treadle.runner.scheduling.decisions import Decision, answered
from treadle.runner.scheduling.isolation import Answer, Failure
from treadle.store import AssetState, TickRecord, TickStatus

__all__ = ["Surroundings", "decide", "look"]

_MOST_FILES = 10_000
_MOST_NAMED = 3


class Surroundings:
    """What a sensor may look at: the project's folder, what was last of assets, and which of these are made elsewhere."""

    def __init__(
        self,
        *,
        root: Path,
        select: Callable[[str], frozenset[AssetKey]],
        states: Callable[[Collection[AssetKey]], list[AssetState]],
        is_external: Callable[[AssetKey], bool],
    ) -> None:
        self.root = root
        self.select = select
        self.states = states
        self.is_external = is_external


def look(sensor: Sensor, seen: str | None, around: Surroundings) -> Answer:
    """What a sensor that watches something sees, and the cursor that it goes on from."""
    answer: object = SkipReason(reason="the sensor looks at nothing")
    cursor = seen
    if isinstance(sensor.watch, FileWatch):
        answer, cursor = _files(sensor.watch, seen, around.root)
    elif isinstance(sensor.watch, AssetWatch):
        answer, cursor = _assets(sensor.watch, seen, around)
    return Answer(answer=answer, cursor=cursor)


def decide(sensor: Sensor, found: Answer, *, seen: str | None, at: datetime) -> Decision:
    """What becomes of a sensor's answer."""
    blank = TickRecord(kind="sensor", name=sensor.name, due_at=at, status=TickStatus.SKIPPED)
    tick, runs = answered(found.answer, blank, selection=sensor.selection, tags=sensor.tags, yes=False)
    return Decision(tick=tick, runs=runs, cursor=seen if tick.status is TickStatus.FAILED else found.cursor)


def _files(watch: FileWatch, seen: str | None, root: Path) -> tuple[object, str | None]:
    """A run is due when a file is new or has changed; those that are there at the first look are only remembered."""
    found: dict[str, list[int]] = {}
    pattern = Path(watch.pattern)
    start = Path(pattern.anchor) if pattern.is_absolute() else root
    try:
        for file in sorted(start.glob(str(pattern.relative_to(pattern.anchor)))):
            if file.is_file():
                about = file.stat()
                name = str(file) if pattern.is_absolute() else str(file.relative_to(root))
                found[name] = [about.st_mtime_ns, about.st_size]
            if len(found) > _MOST_FILES:
                return Failure(message=f"more than {_MOST_FILES:,} files match {watch.pattern!r}"), seen
    except (OSError, ValueError, NotImplementedError) as error:
        return Failure(message=f"{watch.pattern!r} can't be looked for: {error}"), seen
    cursor = json.dumps(found)
    if seen is None:
        return SkipReason(reason=f"files at the first look, which are only remembered: {len(found)}"), cursor
    known = json.loads(seen)
    new = [name for name, about in found.items() if known.get(name) != about]
    if not new:
        return SkipReason(reason="no file is new"), cursor
    names = ", ".join(new[:_MOST_NAMED]) + (f" and {len(new) - _MOST_NAMED} more" if len(new) > _MOST_NAMED else "")
    return RunRequest(tags={"treadle/files": names}), cursor


def _assets(watch: AssetWatch, seen: str | None, around: Surroundings) -> tuple[object, str | None]:
    """A run is due when all (or any) of the assets were written since the last time that it was.

    What is made elsewhere is waited for once somebody has reported it, as another project of the same store does: what
    nobody ever reports would be waited for for ever.
    """
    keys = around.select(watch.selection)
    written = {
        str(each.asset): f"{each.run_id}"
        for each in around.states(keys)
        if each.partition is None and each.run_id is not None
    }
    cursor = json.dumps(written)
    if seen is None:
        return SkipReason(
            reason=f"assets that were written before the first look: {len(written)} of {len(keys)}"
        ), cursor
    known = json.loads(seen)
    new = sorted(key for key, run in written.items() if known.get(key) != run)
    unknown = sorted(str(key) for key in keys if around.is_external(key) and str(key) not in written)
    never = f"; made elsewhere, and never reported: {listing(unknown, most=_MOST_NAMED)}" if unknown else ""
    if not new:
        return SkipReason(reason=f"none of the assets was written{never}"), seen
    if watch.every and (missing := sorted(set(map(str, keys)) - {*new, *unknown})):
        are = "is" if len(missing) == 1 else "are"
        return SkipReason(
            reason=f"not all were written: {listing(missing, most=_MOST_NAMED)} {are} missing{never}"
        ), seen
    return RunRequest(tags={"treadle/assets": ", ".join(new[:_MOST_NAMED])}), cursor
