"""Answers the calls of tools, in a process that has loaded the project for this one call; see `background.forking`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from treadle.assistant.tools import TOOLS, Tool
from treadle.background.secrecy import learn_secrets
from treadle.credentials import Redactor
from treadle.errors import ProjectError, UsageError

__all__ = ["NEEDED", "NEEDED_LATER", "answer"]

NEEDED = (
    "treadle.assistant.answers.assets",
    "treadle.assistant.answers.checking",
    "treadle.assistant.answers.component_types",
    "treadle.assistant.answers.past_runs",
    "treadle.assistant.answers.policies",
    "treadle.assistant.answers.running",
    "treadle.background.opening",
    "treadle.components.attributes",
    "treadle.components.base_types",
    "treadle.components.descriptors.catalogue",
    "treadle.components.descriptors.documenting",
    "treadle.components.descriptors.process",
    "treadle.components.descriptors.searching",
    "treadle.components.descriptors.shipped",
    "treadle.components.descriptors.words",
    "treadle.components.execution",
    "treadle.credentials.known",
    "treadle.documents.mistakes",
    "treadle.language.workspace",
    "treadle.library.scheduled_job",
    "treadle.library.script",
    "treadle.library.sql",
    "treadle.policies.expressions",
    "treadle.policies.reports",
    "treadle.project.blocked",
    "treadle.project.building",
    "treadle.project.checking",
    "treadle.project.codes",
    "treadle.project.drafts",
    "treadle.project.editing.drafting",
    "treadle.project.editing.files",
    "treadle.project.editing.previewed",
    "treadle.project.environment",
    "treadle.project.explaining",
    "treadle.project.explaining.telling",
    "treadle.project.looking",
    "treadle.project.platform.reading",
    "treadle.project.policing.admission",
    "treadle.project.policing.gathering",
    "treadle.project.policing.mending",
    "treadle.project.policing.pointing",
    "treadle.project.policing.remembered",
    "treadle.project.policing.telling",
    "treadle.project.project",
    "treadle.project.refusing",
    "treadle.project.remembering.builds",
    "treadle.runner.executing",
    "treadle.runner.output",
    "treadle.runner.partitions",
    "treadle.runner.planning",
    "treadle.runner.possible",
    "treadle.runner.resuming",
    "treadle.schemas.schema",
    "treadle.store.store",
    "treadle.templating.problems",
)
"""What answers need, and nothing of the project: an assistant asks its first question seconds after it has started this."""
NEEDED_LATER: tuple[str, ...] = ()


def answer(order: Mapping[str, Any]) -> bytes:
    """What the tool that is called says, as JSON: its `answer`, or the `mistake` of who calls it with the `fix`."""
    asked = json.loads(Path(order["order"]).read_bytes())
    folder = Path(order["folder"])
    return json.dumps(_safe(folder, _called(TOOLS[asked["tool"]], folder, asked["arguments"]))).encode()


def _called(tool: Tool, folder: Path, arguments: Mapping[str, Any]) -> dict[str, Any]:
    module, _, name = tool.answer.partition(":")
    try:
        found = getattr(import_module(module), name)(folder, tool.takes(**arguments))
    except UsageError as error:
        return {"mistake": error.message, "fix": error.fix}
    except ProjectError as error:  # the project is wrong, and the call is not
        from treadle.assistant.answers.told import told

        found = tool.gives(diagnostics=told(error.diagnostics))
    return {"answer": found.model_dump(mode="json", exclude_defaults=True)}


def _safe(folder: Path, found: dict[str, Any]) -> Any:
    """An answer without what has to be kept secret."""
    from treadle.ir.platform import FromEnvironment
    from treadle.project import find_settings
    from treadle.project.platform import read_offer

    redactor = Redactor()
    try:
        settings = find_settings(folder)
        known = read_offer(settings, imports=True).platform.credentials
    except ProjectError:
        return found  # nothing of the project is in it then but this
    variables = {
        name: each.provider.variable for name, each in known.items() if isinstance(each.provider, FromEnvironment)
    }
    learn_secrets(redactor, settings, variables)
    return redactor.json(found)
