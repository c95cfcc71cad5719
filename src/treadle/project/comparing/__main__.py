"""Writes a snapshot of a project into a file: `python -m treadle.project.comparing FOLDER TOP FILE [remembered]`.

Each revision is loaded by a process of its own, as their modules have the same names.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from treadle.project.comparing.snapshots import snapshot

if __name__ == "__main__":
    folder, top, file, *how = sys.argv[1:]
    found = snapshot(Path(folder), Path(top), remembered="remembered" in how)
    Path(file).write_text(json.dumps(found, default=str), encoding="utf-8")
