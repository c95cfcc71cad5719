"""Looks at a project again and again, each time in a process that has imported nothing of it; see `background.forking`.

Python keeps what it has imported: only a new process sees what has become of a module.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from treadle.background.project_process import ProjectProcess
from treadle.errors import ProjectError
from treadle.ir.diagnostics import diagnostic_facts, diagnostic_from
from treadle.project.looking import Look, look_at

__all__ = ["NEEDED", "NEEDED_LATER", "Looks", "answer"]

NEEDED = (
    "treadle.components.attributes",
    "treadle.components.descriptors",
    "treadle.components.execution",
    "treadle.documents.mistakes",
    "treadle.library.scheduled_job",
    "treadle.library.script",
    "treadle.library.sql",
    "treadle.policies.messages",
    "treadle.project.building",
    "treadle.project.checking",
    "treadle.project.environment",
    "treadle.project.last_load",
    "treadle.project.policing.admission",
    "treadle.project.policing.gathering",
    "treadle.project.policing.known_rules",
    "treadle.project.policing.remembered",
    "treadle.project.project",
    "treadle.project.remembering.builds",
    "treadle.templating.problems",
)
"""What a look needs, and nothing of the project."""
NEEDED_LATER: tuple[str, ...] = ()


class Looks(ProjectProcess):
    """The process that looks at a project; what its modules print goes to the standard error."""

    answers = __name__

    def look(self, *, build: bool | None) -> Look:
        """What `look_at` finds now.

        Raises:
            ProjectError: when there is no project, or its settings can't be used.
            NotLoadedError: when something that was imported ended the process.
        """
        told = json.loads(self.ask({"build": build}, most_seconds=math.inf))
        found = tuple(map(diagnostic_from, told["diagnostics"]))
        if told["root"] is None:
            raise ProjectError(*found)
        return Look(
            root=Path(told["root"]),
            components=told["components"],
            diagnostics=found,
            assets=told["assets"],
            excused=told["excused"],
        )


def answer(order: Mapping[str, Any]) -> bytes:
    """One look, as JSON; without a `root` where there is no project that could be looked at."""
    try:
        look = look_at(Path(order["folder"]), build=order["build"])
    except ProjectError as error:
        told: dict[str, Any] = {"root": None, "diagnostics": list(map(diagnostic_facts, error.diagnostics))}
    else:
        told = {
            "root": str(look.root),
            "components": look.components,
            "diagnostics": list(map(diagnostic_facts, look.diagnostics)),
            "assets": look.assets,
            "excused": look.excused,
        }
    return json.dumps(told).encode()
