"""The whole of a project: its asset graph, its components, and everything that is wrong with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from treadle.errors import Diagnostic, ProjectError, Severity, Span, UsageError
from treadle.ir import AssetGraph, AssetWatch, Job, Schedule, Sensor, Step
from treadle.ir.condition_mistakes import condition_mistakes
from treadle.ir.garbage import no_garbage_collection
from treadle.ir.graph import link
from treadle.ir.platform_use import Kind, mistakes_in_use, used
from treadle.project.diagnostics import ordered
from treadle.project.loading import LoadedComponent, Loader
from treadle.project.platform import Offer, read_offer
from treadle.project.policing import has_rules
from treadle.project.printing import printing_to_stderr
from treadle.project.settings import Settings, find_settings, read_environment

if TYPE_CHECKING:
    from treadle.project.drafts import Drafts
    from treadle.project.policing.admission import Admission
    from treadle.project.policing.records import Trial
    from treadle.project.remembering.builds import Builds

__all__ = ["Project", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A loaded project. Broken components are in `components` and `diagnostics`, not in `graph`.

    `admission` holds the policies that were judged, and what they have set; None where there are no policies. `builds`
    is what is remembered of it, where it may have been loaded from there.
    """

    settings: Settings
    graph: AssetGraph
    components: tuple[LoadedComponent, ...]
    diagnostics: tuple[Diagnostic, ...]
    admission: Admission | None = None
    builds: Builds | None = None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The mistakes that stop what depends on them."""
        return tuple(each for each in self.diagnostics if each.severity is Severity.ERROR)

    def step(self, component: str, name: str) -> Step:
        """The step of a component that has this name.

        Raises:
            ProjectError: what is wrong with the project, when the step can't be loaded because of it.
            UsageError: when there is no such step.
        """
        address = f"{component}:{name}" if component else name
        if (found := self.graph.steps.get(address)) is not None:
            return found
        if self.errors:
            raise ProjectError(*self.errors)
        raise UsageError(f"the project has no step {address!r}")


def load(
    path: Path | str = ".",
    *,
    only: str | None = None,
    remembered: bool = False,
    trial: Trial | None = None,
    audits: bool = True,
    texts: Mapping[Path, str] = MappingProxyType({}),
) -> Project:
    """Load the project that a folder is in; the `.env` file of the project's folder is read first.

    Args:
        path: the project's folder, or any folder in it.
        only: the address of the one component to load.
        remembered: whether components that an unchanged file declares may be taken from the project's `.treadle`
            folder instead of being built, and what is built is kept there: for those who only look, as steps of
            such components can't run.
        trial: policies that aren't in force yet, to see what they would say.
        audits: whether violations are wanted that are only counted: where nobody looks at them, they take a while.
        texts: what component files would hold, to see what would come of it; nothing is written or kept.

    Raises:
        ProjectError: when there is no project, or its settings can't be used. Mistakes in components
            don't raise: they are in `Project.diagnostics`.
    """
    settings = find_settings(Path(path))
    environment, mistakes = read_environment(settings)
    os.environ.update({name: value for name, value in environment.items() if name not in os.environ})
    if str(settings.source) not in sys.path:
        sys.path.insert(0, str(settings.source))

    def variables() -> Mapping[str, object]:
        from treadle.components import base_variables

        return base_variables(project_root=str(settings.root), env=environment)

    builds = _builds(settings, environment) if remembered and not only else None
    with no_garbage_collection(), printing_to_stderr():
        offer = read_offer(settings, imports=True)
        admission = _admission(settings, trial, builds if not texts else None, audits=audits)
        if builds and builds.is_empty and not texts:
            from treadle.project.ahead import build_ahead

            build_ahead(settings, variables, builds)
        parsed = admission.sources.keep if admission else None
        loader = Loader(settings, variables, only=only, builds=builds, drafts=_drafts(texts), parsed=parsed)
        definitions = loader.load()
        if admission:
            definitions = admission.with_defaults(definitions, loader.components)
        graph, linked = link(definitions, offer.platform)
        if admission:
            graph = admission.judge(graph, loader.components, definitions, is_whole=only is None)
        if builds and not texts:
            builds.save()
    return Project(
        settings=settings,
        graph=graph,
        components=tuple(loader.components),
        admission=admission,
        builds=builds if not texts else None,
        diagnostics=ordered(
            [
                *mistakes,
                *offer.diagnostics,
                *(admission.diagnostics if admission else ()),
                *loader.diagnostics,
                *(() if only else (*linked, *_selections(graph), *condition_mistakes(graph))),
                *(() if only else _misuse(graph, offer)),
                *(() if only else _in_hooks(settings, graph)),
            ]
        ),
    )


def _builds(settings: Settings, environment: Mapping[str, str]) -> Builds:
    from treadle.project.remembering.builds import Builds

    return Builds(settings, environment.keys())


def _drafts(texts: Mapping[Path, str]) -> Drafts | None:
    if not texts:
        return None
    from treadle.project.drafts import Drafts

    return Drafts(texts)


def _admission(settings: Settings, trial: Trial | None, builds: Builds | None, *, audits: bool) -> Admission | None:
    """What policies have to say, where there are any; of what is remembered, they needn't say it again."""
    if not has_rules(settings) and trial is None:
        return None
    from treadle.project.policing.admission import Admission  # which reads YAML and expressions
    from treadle.project.policing.answers import AnswerBook

    book = AnswerBook(settings, builds) if builds and trial is None else None
    return Admission(settings, trial, book=book, audits=audits)


def _in_hooks(settings: Settings, graph: AssetGraph) -> Iterable[Diagnostic]:
    """Mistakes in the hooks of a project that has some."""
    if not settings.hooks:
        return ()
    from treadle.project.hook_values import mistakes_in_values  # which renders templates

    return mistakes_in_values(settings, graph)


def _misuse(graph: AssetGraph, offer: Offer) -> Iterator[Diagnostic]:
    """What steps name and may not use, as far as it can be known what there is."""
    named = [(kind, name) for step in graph.steps.values() for kind, name in used(step)]
    unsure = {each for each in named if each[0] in offer.open}
    return mistakes_in_use(graph, graph.steps.values(), place=_place_of_use, passed_over=offer.broken | unsure)


def _place_of_use(step: Step, kind: Kind, name: str) -> Span | None:
    from treadle.project.platform.places import place_of_use  # which reads YAML

    return place_of_use(step, kind, name)


def _selections(graph: AssetGraph) -> list[Diagnostic]:
    """Mistakes in the selections of jobs, schedules and sensors."""
    runs, looks = "it says which assets run", "it says which assets are watched"
    own = (each for each in graph.schedules.values() if each.job not in graph.jobs)  # others have that of their job
    sensors = graph.sensors.values()
    named: list[tuple[str, Job | Schedule | Sensor, str, str]] = [
        *((f"selection of the job {each.name!r}", each, each.selection, runs) for each in graph.jobs.values()),
        *((f"selection of the schedule {each.name!r}", each, each.selection, runs) for each in own),
        *((f"selection of the sensor {each.name!r}", each, each.selection, runs) for each in sensors),
        *(
            (f"selection that the sensor {each.name!r} watches", each, each.watch.selection, looks)
            for each in sensors
            if isinstance(each.watch, AssetWatch)
        ),
    ]
    mistakes = []
    for what, each, selection, why in named:
        try:
            graph.select(selection)
        except UsageError as error:
            mistakes.append(
                Diagnostic(
                    code="TRD410",
                    message=f"the {what} can't be used: {error.message}",
                    why=why,
                    fix=error.fix,
                    span=each.origin.span if each.origin else None,
                )
            )
    return mistakes
