"""What saving a file would do to the asset graph: the project as it is, and as it would be, compared."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from treadle.project.comparing import Comparison, compare
from treadle.project.comparing.snapshots import snapshot
from treadle.project.explaining.secrecy import Secrets, secrets_of
from treadle.project.settings import find_settings

__all__ = ["Preview", "preview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be different, and how long it took to see; `secrets` aren't hidden in it yet."""

    comparison: Comparison
    secrets: Secrets
    seconds: float


def preview(folder: Path, texts: Mapping[Path, str]) -> Preview:
    """What component files with these texts do to a project; nothing is written.

    The project's own modules are imported: this is for a process of its own.

    Raises:
        ProjectError: when there is no project in the folder, or its settings can't be used.
    """
    began = time.monotonic()
    before = snapshot(folder, folder, remembered=True, hides=False)
    after = snapshot(folder, folder, remembered=True, texts=texts, hides=False)
    secrets = secrets_of(find_settings(folder))
    return Preview(comparison=compare(before, after), secrets=secrets, seconds=round(time.monotonic() - began, 3))
