"""What a project was told when it was judged last, for as long as nothing that has to do with it changes.

Where every component is remembered, and no file of a platform or of policies has changed, judging would say the same
again. It is JSON in the project's `.treadle` folder, and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from treadle.components.registry import installed
from treadle.ir.diagnostics import diagnostic_facts, diagnostic_from
from treadle.project.platform import GROUP as PLATFORMS
from treadle.project.platform import files_of
from treadle.project.policing.packages import found_packages
from treadle.project.policing.presence import FILE, MODULE, own_files
from treadle.project.policing.told import Told
from treadle.project.policing.unchanged import state_of_builds
from treadle.project.remembering.files import is_settled, signature_of
from treadle.project.settings import Settings, read_environment

__all__ = ["rules_of", "told_before", "told_now"]

_FORMAT, _FILE = 3, "judged.json"
_OURS = Path(__file__).parents[2] / "policies"


def told_before(settings: Settings) -> Told | None:
    """What was wrong with a project when it was judged last; None when that may be otherwise now."""
    files = rules_of(settings)
    if files is None or not (file := settings.state / _FILE).is_file():
        return None
    environment, _ = read_environment(settings)
    builds = state_of_builds(settings, environment.keys())
    return _read(file, _state(builds, files, _today())) if builds is not None else None


def told_now(settings: Settings, judge: Callable[[], tuple[Told, str | None]]) -> Told:
    """What is wrong with a project. It is kept, for the next time.

    Args:
        judge: finds it, by loading the project; it also gives what changes whenever that would give something else.
    """
    now, files, day = time.time_ns(), rules_of(settings), _today()
    found, builds = judge()
    if files is None or builds is None or not all(is_settled(each, now) for each in files.values()):
        return found
    if files == rules_of(settings):
        _keep(settings, settings.state / _FILE, _state(builds, files, day), found)
    return found


def _today() -> str:
    """The day by which waivers expire."""
    return datetime.now(UTC).date().isoformat()


def _state(builds: str, files: Mapping[str, str], day: str) -> str:
    return hashlib.sha256(json.dumps([_FORMAT, builds, sorted(files.items()), day]).encode()).hexdigest()


def rules_of(settings: Settings) -> dict[str, str] | None:
    """The files that say how a project is judged, with what they are; None when there is more than files."""
    if settings.hooks or any(":" in each.value for each in installed(PLATFORMS)):
        return None  # what hooks render, and what a platform makes in Python, may be otherwise every time
    folders = found_packages()[0].values()
    if any((folder / MODULE).is_file() for folder in folders) or own_files(settings)[-1].is_file():
        return None  # so may be what a function says
    theirs = (folder / name for folder in folders for name in (FILE, Path(FILE).with_suffix(".yml").name))
    return {str(each): signature_of(str(each)) for each in (*_looked_at(settings), *theirs)}


def _looked_at(settings: Settings) -> Iterator[Path]:
    yield from (settings.file, settings.root / ".env", *files_of(settings), *own_files(settings))
    for folder, _, names in os.walk(_OURS):
        yield from (Path(folder, name) for name in names if name.endswith((".py", ".yaml")))


def _read(file: Path, state: str) -> Told | None:
    with suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
        kept = json.loads(file.read_bytes())
        if kept["state"] == state:
            diagnostics = tuple(map(diagnostic_from, kept["diagnostics"]))
            return Told(
                diagnostics=diagnostics,
                components=kept["components"],
                assets=kept["assets"],
                excused=kept["excused"],
            )
    return None


def _keep(settings: Settings, file: Path, state: str, found: Told) -> None:
    value = {
        "state": state,
        "diagnostics": list(map(diagnostic_facts, found.diagnostics)),
        "components": found.components,
        "assets": found.assets,
        "excused": found.excused,
    }
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):  # a folder that can't be written to is no reason to fail
        settings.make_state()
        draft.write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")
        draft.replace(file)
