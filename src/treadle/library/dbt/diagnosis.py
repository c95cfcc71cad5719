"""What dbt said, as a diagnostic that points at the file dbt means."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from treadle.components import ComponentContext
from treadle.errors import Diagnostic, ProjectError, Span, listing
from treadle.library.dbt.command import Outcome
from treadle.library.dbt.inputs import find_text, scan
from treadle.library.dbt.project import DbtFolder, read_yaml

__all__ = ["explain", "first_lines", "tidy"]

_FILE = re.compile(r"(?:\(|in |: |@ )(?P<path>[^\s()'\":]+\.(?:sql|py|ya?ml|csv|md))\b")
_LINE = re.compile(r"\bline (\d+)(?:, column (\d+))?")
_MISSING = re.compile(r"(?:depends on an? (?:node|source) named '(?P<name>[^']+)'|'(?P<word>\w+)' is undefined)")
_CONFIG = re.compile(r"in (/\S*dbt_project\.yml)")
_ENV = re.compile(r"Env var required but not provided: '([^']+)'")
_PROFILE = (
    "could not find profile",
    "does not have a target named",
    "'--profiles-dir'",
    "credentials in profile",
    "could not find adapter type",
    "no profiles.yml",
    "profiles.yml file",
    'profile "',
)
_PACKAGES = ("package(s) specified in", 'run "dbt deps"', "`dbt deps`")


def explain(outcome: Outcome, folder: DbtFolder, context: ComponentContext, *, doing: str) -> ProjectError:
    """The error to raise when dbt couldn't do what a listing needs."""
    text = tidy(outcome.error)
    message, why = first_lines(text)
    folded = text.lower()
    if any(sign in folded for sign in _PROFILE):
        return context.error("TRD603", message, "attributes", "project", why=why, fix=_profile_fix(folder))
    if any(sign in folded for sign in _PACKAGES):
        fix = f"type `dbt deps` in {folder.root}, and see what it says"
        return context.error("TRD606", message, "attributes", "project", why=why, fix=fix)
    if "dbt_project.yml" in text:
        # A package has one, too.
        named = _CONFIG.findall(text)
        span = Span(file=Path(named[-1]) if named else folder.config_file)
        return ProjectError(Diagnostic(code="TRD602", message=message, why=why, fix="mend it there", span=span))
    span = _span(text, folder) or context.span("attributes", "project")
    if not os.access(folder.root, os.W_OK):
        # dbt may end before it can say anything.
        message, why = "it may not write in the project's folder", message + (f"\n{why}" if why else "")
        fix = f"let this user write in {folder.root}: dbt keeps its folders target and logs there"
        return ProjectError(
            Diagnostic(code="TRD604", message=f"dbt can't {doing}: {message}", why=why, fix=fix, span=span)
        )
    return ProjectError(
        Diagnostic(code="TRD604", message=f"dbt can't {doing}: {message}", why=why, fix=_fix(text), span=span)
    )


def first_lines(text: str) -> tuple[str, str]:
    """dbt's words as a message of one line, and the rest of them.

    >>> first_lines("Compilation Error in model a (models/a.sql)\\n  unexpected '}'\\n    line 3")
    ("Compilation Error in model a (models/a.sql): unexpected '}'", 'line 3')
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return (lines[0].strip() if lines else ""), ""
    return f"{lines[0].strip()}: {lines[1].strip()}", "\n".join(line.strip() for line in lines[2:])


def tidy(text: str) -> str:
    """dbt's words without colours, times, and how a command line is written.

    >>> tidy("Usage: dbt build\\nTry 'dbt build --help'\\n\\nError: Invalid value for '--threads'")
    "Invalid value for '--threads'"
    """
    without_colours = re.sub(r"\x1b\[[0-9;]*m", "", text)
    kept = [
        re.sub(r"^(\d\d:\d\d:\d\d\s+|Error: )", "", line)
        for line in without_colours.splitlines()
        if not line.startswith(("Usage: ", "Try 'dbt"))
    ]
    return "\n".join(line for line in kept if line.strip() not in ("", "Encountered an error:"))


def _fix(text: str) -> str:
    if found := _ENV.search(text):
        name = found.group(1)
        return f"set {name}, or give it a default there: env_var('{name}', 'default')"
    return "mend it there, then try again"


def _span(text: str, folder: DbtFolder) -> Span | None:
    if found := _ENV.search(text):
        place = find_text(scan(folder), rf"""env_var\(\s*['"]{re.escape(found.group(1))}['"]""")
        return Span(file=place[0], line=place[1], column=place[2]) if place else None
    for found in _FILE.finditer(text):
        if (file := _locate(found.group("path"), folder)) is not None:
            line, column = _position(text, file)
            return Span(file=file, line=line, column=column)
    return None


def _locate(path: str, folder: DbtFolder) -> Path | None:
    """The file that dbt means; its messages name files from the project, a package or a model path on."""
    packages = sorted(folder.packages_path.glob("*")) if folder.packages_path.is_dir() else []
    for start in (folder.root, *folder.input_folders, *packages):
        if (start / path).is_file():
            return start / path
    return None


def _position(text: str, file: Path) -> tuple[int, int]:
    if places := _LINE.findall(text):
        # Of several, the last is the parser's own: it has the column, too.
        line, column = places[-1]
        return int(line), int(column or 1)
    if found := _MISSING.search(text):
        name = (found.group("name") or found.group("word")).rsplit(".", 1)[-1]
        for number, content in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if match := re.search(rf"\b{re.escape(name)}\b", content):
                return number, match.start() + 1
    return 1, 1


def _profile_fix(folder: DbtFolder) -> str:
    file = folder.profiles_file
    profiles = read_yaml(file) if file.is_file() else None
    if not file.is_file():
        return f"there is no {file}; write one there, or say where it is with `profiles_dir`"
    if not isinstance(profiles, dict):
        return f"{file} can't be read; mend it"
    names = [str(name) for name in profiles if name != "config"]
    if folder.profile_name not in names:
        return f"{file} has {listing(names) or 'no profiles'}; write {folder.profile_name!r} there, or set `profile`"
    targets = _targets(profiles[folder.profile_name])
    return f"{file} has for profile {folder.profile_name!r} the targets {listing(targets) or 'none'}"


def _targets(profile: object) -> list[str]:
    outputs = profile.get("outputs") if isinstance(profile, Mapping) else None
    found: Any = outputs if isinstance(outputs, Mapping) else {}
    return [str(name) for name in found]
