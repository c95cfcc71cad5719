"""The tools: a table, from which what an assistant is told of them is made, and the pages about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from treadle.assistant.models import assets, checking, component_types, policies, runs
from treadle.assistant.models.given import Answer, Arguments

__all__ = ["TOOLS", "Tool"]

_ANSWERS = "treadle.assistant.answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something that an assistant may call; `answer` is the function that does it, `changes` whether it does anything."""

    name: str
    title: str
    description: str
    takes: type[Arguments]
    gives: type[Answer]
    answer: str
    changes: bool = False


_EVERY = (
    Tool(
        name="list_component_types",
        title="List component types",
        description="List or search the component types that YAML files of this project can use.",
        takes=component_types.ListTypes,
        gives=component_types.ComponentTypes,
        answer=f"{_ANSWERS}.component_types:list_types",
    ),
    Tool(
        name="get_component_type",
        title="Explain a component type",
        description="Tell what a component type takes, with example files. Ask before you write a component file.",
        takes=component_types.GetType,
        gives=component_types.ComponentType,
        answer=f"{_ANSWERS}.component_types:get_type",
    ),
    Tool(
        name="list_assets",
        title="List assets",
        description="List or search the assets of the project, and where each is declared.",
        takes=assets.ListAssets,
        gives=assets.Assets,
        answer=f"{_ANSWERS}.assets:list_assets",
    ),
    Tool(
        name="explain_asset",
        title="Explain an asset",
        description="Tell where each value of an asset comes from: every line of YAML, template, default or policy.",
        takes=assets.ExplainAsset,
        gives=assets.Explanation,
        answer=f"{_ANSWERS}.assets:explain_asset",
    ),
    Tool(
        name="check_project",
        title="Check the project",
        description="Find every mistake in the project as it is saved, and what policies deny, with places and fixes.",
        takes=checking.CheckProject,
        gives=checking.Checked,
        answer=f"{_ANSWERS}.checking:check_project",
    ),
    Tool(
        name="check_yaml",
        title="Check a draft",
        description="Check a component file before it is saved: mistakes, what policies say, and what it would change. "
        "Nothing is written. Go on until there are no errors; then save it.",
        takes=checking.CheckYaml,
        gives=checking.DraftChecked,
        answer=f"{_ANSWERS}.checking:check_yaml",
    ),
    Tool(
        name="explain_code",
        title="Explain a code",
        description="Give the page about a diagnostic's code: what it means, and what to write instead.",
        takes=checking.ExplainCode,
        gives=checking.CodePage,
        answer=f"{_ANSWERS}.checking:explain_code",
    ),
    Tool(
        name="plan_run",
        title="Plan a run",
        description="Tell what a run of a selection would do, or why it would be refused. Nothing is run.",
        takes=runs.PlanRun,
        gives=runs.Plan,
        answer=f"{_ANSWERS}.running:plan_run",
    ),
    Tool(
        name="list_runs",
        title="List runs",
        description="List past and present runs of the project, the newest first.",
        takes=runs.ListRuns,
        gives=runs.Runs,
        answer=f"{_ANSWERS}.past_runs:list_runs",
    ),
    Tool(
        name="get_run",
        title="Look at a run",
        description="Tell what came of a run: failed steps with the end of their output, and failed checks.",
        takes=runs.GetRun,
        gives=runs.RunDetail,
        answer=f"{_ANSWERS}.past_runs:get_run",
    ),
    Tool(
        name="report_policies",
        title="Report policies",
        description="List the policies that hold, and what violates them, also what is excused.",
        takes=policies.ReportPolicies,
        gives=policies.PolicyReport,
        answer=f"{_ANSWERS}.policies:report_policies",
    ),
    Tool(
        name="launch_run",
        title="Launch a run",
        description="Materialize a selection of assets in a process of its own, and give the run's id at once; get_run "
        "tells how it goes. Refused where `treadle run` would be.",
        takes=runs.LaunchRun,
        gives=runs.Launched,
        answer=f"{_ANSWERS}.running:launch_run",
        changes=True,
    ),
)

TOOLS: Mapping[str, Tool] = {each.name: each for each in _EVERY}
"""Every tool by its name. Those that change something are only there when that is allowed."""
