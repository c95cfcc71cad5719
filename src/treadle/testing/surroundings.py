"""What a test may change of the process that it runs in, and how that is put back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

__all__ = ["SYSTEM_VARIABLES", "clean_environment", "surroundings"]

SYSTEM_VARIABLES = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "VIRTUAL_ENV", "TMPDIR", "TEMP", "TMP"),
    *("TZ", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "USERPROFILE", "APPDATA"),
)
"""What programs need to run at all: tests are given these, and nothing else that isn't theirs."""


def clean_environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a test: what the system needs, and what is given; nothing else of the shell's.

    >>> sorted(clean_environment({"REGION": "eu"}).keys() - set(SYSTEM_VARIABLES))
    ['REGION']
    """
    return {**{name: os.environ[name] for name in SYSTEM_VARIABLES if name in os.environ}, **given}


@contextmanager
def surroundings(source: Path, env: Mapping[str, str] | None = None) -> Iterator[None]:
    """Let modules be imported from a folder, with `env` added to the environment; afterwards all is as it was.

    Modules that were imported from there are forgotten, so that the next test imports its own.
    """
    environment, path, modules = dict(os.environ), list(sys.path), set(sys.modules)
    byte_code, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # of a file that was replaced within a second
    os.environ.update(env or {})
    sys.path.insert(0, str(source))
    try:
        yield
    finally:
        sys.dont_write_bytecode = byte_code
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
        forget_modules(source, keep=modules)


def forget_modules(folder: Path, *, keep: set[str] | frozenset[str] = frozenset()) -> None:
    """Forget modules and packages, namespace packages among them, that were imported from a folder."""
    # Found before any is forgotten: a namespace package asks its parent where it is.
    for name in [name for name in sys.modules.keys() - keep if _is_in(folder, sys.modules[name])]:
        del sys.modules[name]
    # Where a folder was looked into, new files in it would go unseen.
    for place in [place for place in sys.path_importer_cache if Path(place).is_relative_to(folder)]:
        del sys.path_importer_cache[place]


def _is_in(folder: Path, module: ModuleType) -> bool:
    """Whether a module, or a package without an `__init__.py`, which has no file, is from a folder."""
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    return file is not None and Path(file).is_relative_to(folder)
