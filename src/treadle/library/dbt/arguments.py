"""`cli_args`: from the YAML to the words of a dbt command."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from treadle.components import ComponentContext

__all__ = ["check_args", "default_indirect", "flatten", "without_indirect"]

_COMMANDS = ("build", "run", "seed", "snapshot", "test")
_ELSEWHERE = {
    "--select": "write it as the component's `select`",
    "-s": "write it as the component's `select`",
    "--models": "write it as the component's `select`",
    "-m": "write it as the component's `select`",
    "--model": "write it as the component's `select`",
    "--exclude": "write it as the component's `exclude`",
    "--selector": "write it as the component's `selector`",
    "--log-format": "leave it out: Treadle reads dbt's log while it runs",
    "--log-level": "leave it out: Treadle reads dbt's log while it runs",
    "--quiet": "leave it out: Treadle reads dbt's log while it runs",
    "-q": "leave it out: Treadle reads dbt's log while it runs",
    "--project-dir": "write it as `project`",
}


def flatten(args: Iterable[str | int | float | Mapping[str, Any]]) -> list[str]:
    """The words of the command: `{"--vars": {…}}` is two, and mappings are written as JSON.

    >>> flatten(["build", {"--vars": {"day": "2026-01-01"}}, {"--threads": 4}])
    ['build', '--vars', '{"day": "2026-01-01"}', '--threads', '4']
    """
    words: list[str] = []
    for arg in args:
        if not isinstance(arg, Mapping):
            words.append(str(arg))
            continue
        for name, value in arg.items():
            words.append(name)
            if value is not None:
                words.append(value if isinstance(value, str) else json.dumps(value, default=str))
    return words


def check_args(words: Sequence[str], context: ComponentContext) -> None:
    """Refuse what would take a run out of Treadle's hands.

    Raises:
        ProjectError: TRD608.
    """
    for word in words:
        option = word.split("=", 1)[0]
        if option in _ELSEWHERE:
            raise context.error(
                "TRD608", f"cli_args can't hold {option!r}", "attributes", "cli_args", fix=_ELSEWHERE[option]
            )
    if not any(word in _COMMANDS for word in words):
        raise context.error(
            "TRD608",
            "cli_args names no dbt command that writes assets",
            "attributes",
            "cli_args",
            why=f"{' '.join(words) or 'it'} is none of {', '.join(_COMMANDS)}",
            fix="write `cli_args: [build]`",
        )


def default_indirect(words: Sequence[str]) -> list[str]:
    """The `--indirect-selection` that the user asks for, as options."""
    for index, word in enumerate(words):
        if word == "--indirect-selection":
            return list(words[index : index + 2])
        if word.startswith("--indirect-selection="):
            return [word]
    return []


def without_indirect(words: Sequence[str]) -> list[str]:
    """The words without it: an exact selection adds no tests by itself."""
    dropped = default_indirect(words)
    if not dropped:
        return list(words)
    at = list(words).index(dropped[0])
    return [*words[:at], *words[at + len(dropped) :]]
