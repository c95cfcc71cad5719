"""`select`, `exclude` and `selector` of a component: dbt itself says what they mean."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from treadle.components import ComponentContext
from treadle.library.dbt.command import call, connection_args
from treadle.library.dbt.diagnosis import explain, first_lines
from treadle.library.dbt.inputs import scan
from treadle.library.dbt.project import DbtFolder
from treadle.library.dbt.state import StateFiles, restamp, write_json

__all__ = ["EVERYTHING", "Wanted", "select"]

EVERYTHING = "fqn:*"
_TYPES = ("model", "seed", "snapshot", "test", "unit_test", "source")
# These look at the results of earlier runs, so what they select changes while no file of the project does.
_CHANGING = ("state:", "result:", "source_status:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a component takes of its dbt project."""

    select: str = EVERYTHING
    exclude: str = ""
    selector: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self.select.strip() in (EVERYTHING, "*") and not self.exclude.strip() and not self.selector

    @property
    def args(self) -> list[str]:
        """The same, as options of dbt."""
        if self.is_everything:
            return []
        if self.selector:
            return ["--selector", self.selector]
        excluded = ["--exclude", *self.exclude.split()] if self.exclude.strip() else []
        return ["--select", *self.select.split(), *excluded]


def select(
    wanted: Wanted, folder: DbtFolder, context: ComponentContext, *, inputs: str, more_args: Iterable[str] = ()
) -> frozenset[str] | None:
    """The unique ids that are wanted; None stands for all of them.

    `inputs` is the digest of what the manifest was made from: while it stays the same, dbt isn't asked again.

    Raises:
        ProjectError: TRD605 when the selection can't be read or matches nothing.
    """
    if wanted.is_everything:
        return None
    args = [*wanted.args, *more_args]
    remembered = StateFiles.of(folder, context.state).selection(args)
    changing = any(word in each for each in args for word in _CHANGING)
    if inputs and not changing and (known := _recall(remembered, inputs)) is not None:
        return known
    found = _ask(args, wanted, folder, context)
    write_json(remembered, {"inputs": inputs, "args": args, "selected": sorted(found)})
    return found


def _recall(file: Any, inputs: str) -> frozenset[str] | None:
    try:
        found = json.loads(file.read_bytes())
        return frozenset(found["selected"]) if found["inputs"] == inputs else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _ask(args: list[str], wanted: Wanted, folder: DbtFolder, context: ComponentContext) -> frozenset[str]:
    types = [word for each in _TYPES for word in ("--resource-type", each)]
    before = scan(folder)
    outcome = call(
        folder, ["ls", "--output", "json", "--output-keys", "unique_id", *types, *args, *connection_args(folder)]
    )
    # dbt writes the manifest again whenever it reads the project.
    restamp(folder, context.state, before)
    attribute = "selector" if wanted.selector else "select"
    if outcome.code != 0:
        if not _is_about_selection(outcome.error):
            raise explain(outcome, folder, context, doing="list what is selected")
        message, why = first_lines(outcome.error.replace("Encountered an error:\n", ""))
        fix = "write it as for dbt's own --select, --exclude and --selector"
        raise context.error(
            "TRD605", f"dbt can't read the selection: {message}", "attributes", attribute, why=why, fix=fix
        )
    ids = frozenset(_unique_ids(text for _, _, text in outcome.messages))
    if not any(each.startswith(("model.", "seed.", "snapshot.")) for each in ids):
        raise context.error(
            "TRD605",
            f"the selection {' '.join(args)!r} matches nothing",
            "attributes",
            attribute,
            why="\n".join(outcome.texts("NoNodesForSelectionCriteria")) or "it names no model, seed or snapshot",
            fix=f"try it in the dbt project: dbt ls {' '.join(args)}",
        )
    return ids


def _is_about_selection(text: str) -> bool:
    folded = text.casefold()
    return any(word in folded for word in ("selector", "method name", "node spec", "resource_type"))


def _unique_ids(lines: Iterable[str]) -> Iterable[str]:
    """What dbt lists; which kind of event it lists with differs between its versions."""
    for line in lines:
        if not line.startswith('{"unique_id"'):
            continue
        try:
            yield json.loads(line)["unique_id"]
        except (ValueError, KeyError, TypeError):
            continue
