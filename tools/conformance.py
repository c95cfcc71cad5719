"""Compare Treadle's answers with recorded answers of Dagster Components: `python tools/conformance.py FOLDER`.

FOLDER holds cases: `case.json` (what it exercises, environment, whether its code imports dagster),
`peer.json` (the recorded answers) and `project/`. Each case is run on a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__: list[str] = []


def main() -> None:
    """Print a line for each case, and how many agree."""
    folder = Path(sys.argv[1]).resolve()
    verdicts: Counter[str] = Counter()
    for case in sorted(each for each in folder.iterdir() if (each / "case.json").is_file()):
        with tempfile.TemporaryDirectory() as scratch:
            verdict, notes = compare(case, Path(scratch))
        verdicts[verdict] += 1
        print(f"{verdict:<12} {case.name}")
        for note in notes:
            print(f"             {note}")
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))


def compare(case: Path, scratch: Path) -> tuple[str, list[str]]:
    """One word, and what differs."""
    about = json.loads((case / "case.json").read_text(encoding="utf-8"))
    peer = json.loads((case / "peer.json").read_text(encoding="utf-8"))
    project = scratch / "project"
    shutil.copytree(case / "project", project)
    code, assets = ask(project, about["env"], "list", "assets", "--json")
    _, checks = ask(project, about["env"], "list", "checks", "--json")
    _, told = ask(project, about["env"], "check", "--json")
    errors = [each for each in told["diagnostics"] if each["severity"] == "error"]
    if about["imports_dagster"] and any("dagster" in each["message"] for each in errors):
        return "needs-host", []
    if peer["list_defs_exit"] or code:
        told_as = [f"ours: {each['code']} {each['message']}" for each in errors[:3]]
        peers = [f"peer: {each['class']}: {each['message'][:150]}" for each in peer.get("errors", [])[-1:]]
        if bool(peer["list_defs_exit"]) == bool(code):
            return "agrees", []
        return "differs", (peers or ["peer: loads"]) + (told_as or ["ours: loads"])
    notes = list(differences(peer, assets, checks))
    return ("differs", notes) if notes else ("agrees", [])


def ask(project: Path, env: dict[str, str], *args: str) -> tuple[int, Any]:
    """Exit code and JSON of a command."""
    done = subprocess.run(
        [sys.executable, "-m", "treadle", *args],
        cwd=project,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        return done.returncode, []


def differences(peer: dict[str, Any], assets: list[dict[str, Any]], checks: list[dict[str, Any]]) -> Iterator[str]:
    """What the two say differently of the same project."""
    theirs = {
        each["asset_key"]: each for each in peer["list_defs"]["assets"] if "source" in each or each["is_executable"]
    }
    ours = {each["key"]: each for each in assets}
    if set(theirs) != set(ours):
        yield f"assets: peer {sorted(theirs)}, ours {sorted(ours)}"
    for key in sorted(set(theirs) & set(ours)):
        deep = peer["deep"]["assets"].get(key, {})
        pairs = {
            "deps": (sorted(deep.get("deps", [])), ours[key]["deps"]),
            "group": (deep.get("group_name"), ours[key]["group"]),
            "kinds": (sorted(deep.get("kinds", [])), ours[key]["kinds"]),
            "owners": (deep.get("owners"), ours[key]["owners"]),
            "tags": (
                {name: value for name, value in deep.get("tags", {}).items() if not name.startswith("dagster/kind/")},
                ours[key]["tags"],
            ),
            "description": (deep.get("description"), ours[key]["description"]),
            "code_version": (deep.get("code_version"), ours[key]["code_version"]),
            "metadata": (
                {name: value for name, value in deep.get("metadata", {}).items() if not name.startswith("dagster/")},
                ours[key]["metadata"],
            ),
        }
        yield from (f"{key} {name}: peer {a!r}, ours {b!r}" for name, (a, b) in pairs.items() if a != b)
    names = sorted(each["key"] for each in peer["list_defs"]["asset_checks"])
    if names != sorted(each["key"] for each in checks):
        yield f"checks: peer {names}, ours {sorted(each['key'] for each in checks)}"


if __name__ == "__main__":
    main()
