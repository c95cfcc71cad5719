"""The project that tests of the server serve."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.conftest import PROJECT

WEAVING = '''
import time
from pathlib import Path

from treadle import asset, check, schedule

ROOT = Path(__file__).parents[3]


@asset(group="raw", owners=["sheep@mill.example"], tags={"tier": "1"}, kinds={"farm"})
def wool(context):
    """What the sheep give.

    Once a year."""
    print("shorn")


@asset(deps=[wool], metadata={"looms": 3})
def yarn(context):
    if (ROOT / "broken").exists():
        raise RuntimeError("the thread broke")
    while (ROOT / "wait").exists():
        time.sleep(0.02)
    for number in range(50):
        print(f"turn {number}")


@asset(deps=[yarn, "dye"], group="marts")
def cloth(context): ...


@check(asset=cloth)
def is_whole(context):
    return True


@schedule(cron="0 6 * * *", selection="+cloth")
def mornings(): ...
'''


def write_project(root: Path, files: Mapping[str, str]) -> Path:
    """A project of these files, whose paths are below `src/p/defs/` when they don't begin with `/`."""
    inside = {path[1:] if path.startswith("/") else f"src/p/defs/{path}": text for path, text in files.items()}
    for path, text in {**PROJECT, **inside}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        # What is written anew is a change to whoever watches, and empty for a moment.
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
    return root
