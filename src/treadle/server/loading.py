"""What the server asks the process that has loaded the project, see `background.forking`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

__all__ = ["NEEDED", "NEEDED_LATER", "answer"]

NEEDED = (
    "ctypes",
    "treadle.project.project",
    "treadle.project.building",
    "treadle.project.blocked",
    "treadle.project.environment",
    "treadle.components",
    "treadle.components.attributes",
    "treadle.components.execution",
    "treadle.documents.mistakes",
    "treadle.project.remembering.builds",
    "treadle.templating.problems",
    "treadle.library.scheduled_job",
    "treadle.library.script",
    "treadle.library.sql",
    "treadle.server.facts",
)
"""What an answer needs, and nothing of the project."""
NEEDED_LATER = (
    "treadle.observers.lineage.columns",
    "treadle.project.editing.drafting",
    "treadle.project.explaining",
    "treadle.server.explaining",
    "treadle.project.editing.previewed",
)
"""What only other questions than the first one need: importing it would keep the first one waiting."""


def answer(order: Mapping[str, Any]) -> bytes:
    """What was asked for: the facts of the project, or what one of the `Loader`'s other methods tells."""
    if "explain" in order:
        return _explained(order)
    if "columns" in order:
        return _columns(order["folder"], order["columns"])
    return _previewed(order) if "order" in order else _loaded(order["folder"])


def _loaded(folder: str) -> bytes:
    from treadle.errors import ProjectError
    from treadle.project import load
    from treadle.project.last_load import remember_assets
    from treadle.server.facts import as_bytes, facts_of

    try:
        project = load(folder, remembered=True)
    except ProjectError as error:
        return as_bytes(error.diagnostics)
    remember_assets(project)
    return facts_of(project)


def _explained(order: Mapping[str, Any]) -> bytes:
    from pathlib import Path

    from treadle.server.explaining import explained

    return explained(Path(order["folder"]), order["explain"])


def _previewed(order: Mapping[str, Any]) -> bytes:
    from pathlib import Path

    from treadle.project.editing.drafting import preview
    from treadle.project.editing.previewed import preview_json

    texts = json.loads(Path(order["order"]).read_bytes())["texts"]
    found = preview(Path(order["folder"]), {Path(file): text for file, text in texts.items()})
    return json.dumps(preview_json(found)).encode()


def _columns(folder: str, keys: Sequence[str]) -> bytes:
    """What the columns of assets are made from, as JSON; `readable` says whether SQL could be read."""
    from treadle.ir import AssetKey
    from treadle.observers.lineage.columns import ColumnLineage
    from treadle.project import load

    graph = load(folder).graph  # not as it is remembered: the SQL of steps isn't
    lineage = ColumnLineage(graph)
    found = {
        key: {
            column: [[str(each.asset), each.column] for each in sources]
            for column, sources in lineage.of(AssetKey.parse(key)).items()
        }
        for key in keys
    }
    return json.dumps({"columns": found, "readable": find_spec("sqlglot") is not None}).encode()
