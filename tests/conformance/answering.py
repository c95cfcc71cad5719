"""What Treadle says of projects: a process that is asked with a line of JSON for each, and forks for each answer.

A question is `{"folder": …, "env": {…}}`; its answer is one JSON object, on a line of its own.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import import_module

from click.testing import CliRunner

from treadle.cli.main import cli

__all__: list[str] = []

for module in ("treadle.cli.check", "treadle.project", "treadle.library.script", "treadle.library.function"):
    import_module(module)  # what every fork needs is loaded once


def main() -> None:
    """Answer every question."""
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as answer:
            if (child := os.fork()) == 0:
                os.chdir(asked["folder"])
                os.environ.update(asked["env"])
                json.dump(everything(), answer)
                answer.flush()
                os._exit(0)
            os.waitpid(child, 0)
            answer.seek(0)
            print(answer.read() or "null", flush=True)


def everything() -> dict[str, object]:
    """All that a recorded answer holds."""
    answers = {what: ask("list", what, "--json") for what in ("assets", "checks", "jobs", "schedules")}
    return {**answers, "diagnostics": ask("check", "--build", "--json")["diagnostics"]}  # type: ignore[index] # an object


def ask(*args: str) -> object:
    """The JSON that a command prints."""
    done = CliRunner().invoke(cli, args)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
