"""Makes the OpenLineage event that a note is about, from what the store knows of the run and the project of its assets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from treadle import __version__
from treadle.ir import AssetGraph, AssetKey, Step, TimeWindow
from treadle.ir.observing import ToCatalogue
from treadle.observers.lineage.facets import Facets, facet
from treadle.store import CheckResultRecord, DeliveryRecord, MaterializationRecord, RunRecord, StepRecord

if TYPE_CHECKING:
    from treadle.store import Store

__all__ = ["EventMaker", "Window", "run_uuid"]

_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_MOST_DATASETS = 200

Window = Callable[[Step, str], TimeWindow | None]
"""Gives the time window that a partition of a step is."""


def run_uuid(run_id: str, step: str = "") -> str:
    """The id of a run, or of a step in it, as OpenLineage wants it.

    >>> run_uuid("r1") == run_uuid("r1"), run_uuid("r1") == run_uuid("r1", "orders")
    (True, False)
    """
    return str(uuid5(NAMESPACE_URL, f"urn:treadle:run:{run_id}" + (f":{step}" if step else "")))


class EventMaker:
    """Makes events about the runs of one project; what it has read of a run it keeps, so it lives for one sending."""

    def __init__(
        self, catalogue: ToCatalogue, graph: AssetGraph, store: Store, *, name: str, window: Window = lambda *_: None
    ) -> None:
        self._catalogue = catalogue
        self._graph = graph
        self._store = store
        self._name = name
        self._window = window
        self._facets = Facets(graph, catalogue)
        self._runs: dict[str, _Known] = {}

    def event(self, note: DeliveryRecord) -> dict[str, Any]:
        """The event.

        Raises:
            UsageError: when the run was deleted meanwhile.
        """
        assert note.run_id is not None
        known = self._runs.setdefault(note.run_id, _Known(self._store, note.run_id))
        run, said = known.run, note.message
        step = str(said.get("step") or "")
        made = {
            "eventType": said["type"],
            "eventTime": said["at"],
            "producer": facet.producer,
            "schemaURL": _SCHEMA,
            "run": {"runId": run_uuid(run.id, step), "facets": self._of_run(known, step, said)},
            "job": self._job(known, step),
            "inputs": [],
            "outputs": [],
        }
        if step:
            is_complete = said["type"] == "COMPLETE"
            made["inputs"] = self._inputs(known, step, is_over=said["type"] not in ("START", "RUNNING"))
            made["outputs"] = self._outputs(known, step, only_written=is_complete)
        return made

    def _of_run(self, known: _Known, step: str, said: Mapping[str, object]) -> dict[str, Any]:
        run = known.run
        facets = {
            "processing_engine": facet(
                "1-1-1/ProcessingEngineRunFacet",
                version=__version__,
                name="Treadle",
                openlineageAdapterVersion=__version__,
            )
        }
        if step:
            facets["parent"] = facet(
                "1-2-0/ParentRunFacet",
                run={"runId": run_uuid(run.id)},
                job={"namespace": self._catalogue.namespace, "name": self._job_name(known, "")},
            )
        if said.get("error"):
            facets["errorMessage"] = facet(
                "1-0-1/ErrorMessageRunFacet", message=said["error"], programmingLanguage="python"
            )
        if (window := self._nominal(known, step)) is not None:
            facets["nominalTime"] = facet(
                "1-0-1/NominalTimeRunFacet",
                nominalStartTime=window.start.isoformat(),
                nominalEndTime=window.end.isoformat(),
            )
        return facets

    def _nominal(self, known: _Known, step: str) -> TimeWindow | None:
        """The time that the run is for, as the step's partitions say it; that of the run, when all of them agree."""
        partition = known.run.partition
        if partition is None:
            return None
        names = [step] if step else list(known.steps)
        steps = {name: found for name in names if (found := self._step(name)) is not None and found.partitions}
        windows = {self._window(each, partition) for each in steps.values()} - {None}
        return windows.pop() if len(windows) == 1 else None

    def _job(self, known: _Known, step: str) -> dict[str, Any]:
        kind = "STEP" if step else "RUN"
        facets = {
            "jobType": facet("2-0-4/JobTypeJobFacet", processingType="BATCH", integration="TREADLE", jobType=kind)
        }
        found = self._step(step) if step else None
        if found is not None and found.description:
            facets["documentation"] = facet("1-1-0/DocumentationJobFacet", description=found.description)
        if self._catalogue.sql and found is not None and found.sql is not None and len(found.assets) == 1:
            sql = found.sql(found.assets[0])
            if sql is not None:
                facets["sql"] = facet("1-1-0/SQLJobFacet", query=sql.text)
        return {"namespace": self._catalogue.namespace, "name": self._job_name(known, step), "facets": facets}

    def _job_name(self, known: _Known, step: str) -> str:
        if step:
            return f"{self._name}.{step}"
        selection = known.run.selection
        return self._name if selection == "*" else f"{self._name}.run {selection}"

    def _step(self, address: str) -> Step | None:
        # The second part of a step that was planned in several is that step.
        return self._graph.steps.get(address) or self._graph.steps.get(address.partition("~")[0])

    def _inputs(self, known: _Known, step: str, *, is_over: bool) -> list[dict[str, Any]]:
        record = known.steps.get(step)
        if record is None:
            return []
        own = frozenset(record.assets)
        keys = {dep for asset in own for dep in self._graph.parents(asset)} - own
        results = known.checks_of(step) if is_over else {}
        keys |= {key.asset for key in record.checks} - own
        return [self._facets.read(key, results.get(key, ())) for key in _some(keys)]

    def _outputs(self, known: _Known, step: str, *, only_written: bool) -> list[dict[str, Any]]:
        record = known.steps.get(step)
        if record is None:
            return []
        written = known.written_by(step)
        keys = [key for key in record.assets if key in written or not only_written]
        results = known.checks_of(step)
        return [self._facets.written(key, written.get(key), results.get(key, ())) for key in _some(keys)]


class _Known:
    """What the store knows of a run, read when it is needed."""

    def __init__(self, store: Store, run_id: str) -> None:
        self._store = store
        self._run_id = run_id

    @cached_property
    def run(self) -> RunRecord:
        return self._store.run(self._run_id)

    @cached_property
    def steps(self) -> Mapping[str, StepRecord]:
        return {each.step: each for each in self._store.steps(self._run_id)}

    def written_by(self, step: str) -> Mapping[AssetKey, MaterializationRecord]:
        return self._written.get(step, {})

    def checks_of(self, step: str) -> Mapping[AssetKey, list[CheckResultRecord]]:
        return self._checked.get(step, {})

    @cached_property
    def _written(self) -> Mapping[str, Mapping[AssetKey, MaterializationRecord]]:
        found: dict[str, dict[AssetKey, MaterializationRecord]] = {}
        for each in self._store.materializations(run_id=self._run_id):
            found.setdefault(each.step, {})[each.asset] = each
        return found

    @cached_property
    def _checked(self) -> Mapping[str, Mapping[AssetKey, list[CheckResultRecord]]]:
        last = {
            (each.step, each.check, each.partition): each for each in self._store.check_results(run_id=self._run_id)
        }
        found: dict[str, dict[AssetKey, list[CheckResultRecord]]] = {}
        for each in last.values():
            found.setdefault(each.step, {}).setdefault(each.check.asset, []).append(each)
        return found


def _some(keys: Iterable[AssetKey]) -> list[AssetKey]:
    return sorted(keys)[:_MOST_DATASETS]
