"""How dbt is called: which executable, with which environment, and what it answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treadle.errors import MissingExtraError
from treadle.library.dbt.project import DbtFolder

__all__ = [
    "NEEDED_BY",
    "Outcome",
    "call",
    "connection_args",
    "environment",
    "executable",
    "is_farewell",
    "logging_args",
]

NEEDED_BY = "treadle.DbtProject"


_FAREWELL = re.compile(r"nanobind: | - (leaked |\.\.\. skipped)|See https://nanobind")


def is_farewell(line: str) -> bool:
    """Whether a line is what DuckDB's bindings print while Python ends, which comes after dbt's own last words.

    >>> is_farewell("nanobind: leaked 27 instances!")
    True
    """
    return _FAREWELL.match(line) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a dbt command answered: its exit code, and its messages as (event name, level, text)."""

    code: int
    messages: tuple[tuple[str, str, str], ...]

    @property
    def error(self) -> str:
        """dbt's own words on what went wrong."""
        errors = [text for name, _, text in self.messages if name == "MainEncounteredError"]
        errors = errors or [text for _, level, text in self.messages if level == "error"]
        # Usage errors, and errors from before dbt's log is set up, are plain text.
        errors = errors or [text for name, _, text in self.messages if not name]
        return "\n".join(errors) or f"dbt ended with exit code {self.code} and said nothing"

    def texts(self, name: str) -> list[str]:
        """The messages of one kind of event."""
        return [text for each, _, text in self.messages if each == name]


def executable() -> str:
    """The dbt of the running Python, or else the first one on the PATH.

    Raises:
        MissingExtraError: when there is none.
    """
    own = Path(sys.executable).parent / "dbt"
    if own.is_file():
        return str(own)
    if found := shutil.which("dbt"):
        return found
    raise MissingExtraError("dbt", needed_by=NEEDED_BY)


def environment(folder: DbtFolder) -> dict[str, str]:
    """What is added to the environment of every dbt command."""
    added = {"DBT_PROJECT_DIR": str(folder.root)}
    if "DBT_SEND_ANONYMOUS_USAGE_STATS" not in os.environ and "send_anonymous_usage_stats" not in folder.flags:
        added["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    return added


def logging_args(folder: DbtFolder, *, level: str) -> list[str]:
    """Options that make dbt's output JSON, while the user's own log file stays as it is."""
    args = ["--log-format", "json", "--log-level", level, "--no-use-colors", "--no-quiet"]
    # Without these, dbt gives the file the format, the level and the colours of the output.
    if (kept := _kept(folder, "log_format", "debug")) is not None:
        args += ["--log-format-file", str(kept)]
    if (kept := _kept(folder, "log_level", "debug")) is not None:
        args += ["--log-level-file", str(kept)]
    if (kept := _kept(folder, "use_colors", True)) is not None:
        args += ["--no-use-colors-file" if str(kept).lower() in ("false", "0", "no", "f") else "--use-colors-file"]
    return args


def _kept(folder: DbtFolder, name: str, default: object) -> object | None:
    """What the log file would have got from the user's settings; None when they say it for the file."""
    if f"DBT_{name}_file".upper() in os.environ or f"{name}_file" in folder.flags:
        return None
    found: object = os.environ.get(f"DBT_{name}".upper(), folder.flags.get(name, default))
    return found


def connection_args(folder: DbtFolder) -> list[str]:
    """The options that stand for a component's settings; they follow the subcommand."""
    args: list[str] = []
    if folder.target:
        args += ["--target", folder.target]
    if folder.profile:
        args += ["--profile", folder.profile]
    if folder.profiles_dir:
        args += ["--profiles-dir", str(folder.profiles_dir)]
    if folder.explicit_target_path:
        args += ["--target-path", folder.explicit_target_path]
    if folder.vars:
        args += ["--vars", json.dumps(dict(folder.vars), default=str)]
    return args


def call(folder: DbtFolder, args: Iterable[str]) -> Outcome:
    """Run a dbt command in the project's folder to its end."""
    done = subprocess.run(
        [executable(), *logging_args(folder, level="info"), *args],
        cwd=folder.root,
        env={**os.environ, **environment(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    text = done.stdout.decode(errors="replace")
    return Outcome(code=done.returncode, messages=tuple(_messages(text.splitlines())))


def _messages(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        info = _info(line)
        if info is None:
            if line.strip() and not is_farewell(line):
                yield "", "info", line
        else:
            yield str(info.get("name", "")), str(info.get("level", "")), str(info.get("msg", ""))


def _info(line: str) -> Mapping[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        info = json.loads(line)["info"]
    except (ValueError, KeyError, TypeError):
        return None
    return info if isinstance(info, dict) else None
