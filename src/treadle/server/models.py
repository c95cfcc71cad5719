"""What the API takes and gives, and nothing of how Treadle knows it: its names change only with a note in the changelog."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from treadle.project.serving import Role

__all__ = [
    "ApiToken",
    "ApiTokenList",
    "ApiTokenMade",
    "Artifact",
    "Asset",
    "AssetCheck",
    "AssetDetail",
    "AssetFacets",
    "AssetPage",
    "Attempt",
    "Attribute",
    "AttributeModel",
    "AuditEntry",
    "AuditPage",
    "Automation",
    "AutomationList",
    "Backfill",
    "BackfillDetail",
    "BackfillList",
    "BackfillPart",
    "CheckList",
    "CheckResult",
    "CheckResultPage",
    "CheckSummary",
    "Column",
    "ColumnEdge",
    "ColumnLineage",
    "ColumnOfAsset",
    "Commit",
    "Component",
    "ComponentDetail",
    "ComponentFolder",
    "ComponentPage",
    "ComponentTree",
    "ComponentType",
    "ComponentTypeDetail",
    "ComponentTypeList",
    "ComponentUse",
    "Conflict",
    "Diagnostic",
    "DiagnosticCode",
    "Difference",
    "Differences",
    "Edge",
    "EditorBranches",
    "EditorChange",
    "EditorDiagnosis",
    "EditorDocument",
    "EditorDocumentation",
    "EditorEdit",
    "EditorEdits",
    "EditorFile",
    "EditorFix",
    "EditorMistake",
    "EditorPosition",
    "EditorQuestion",
    "EditorRange",
    "EditorState",
    "EditorSuggestion",
    "EditorSuggestionList",
    "EditorText",
    "ErrorBody",
    "ErrorInfo",
    "Event",
    "EventPage",
    "ExplainedField",
    "ExplainedStep",
    "ExplainedTemplate",
    "ExplainedVariable",
    "Explanation",
    "FacetValue",
    "FieldDifference",
    "Graph",
    "LoginSession",
    "LoginSessionList",
    "Materialization",
    "MaterializationPage",
    "Me",
    "Mention",
    "MetadataHistory",
    "MetadataPoint",
    "MetadataSeries",
    "NewApiToken",
    "NewBackfill",
    "NewCommit",
    "NewEditorFile",
    "NewRun",
    "Node",
    "OlderForm",
    "Overview",
    "OverviewArea",
    "Partition",
    "PartitionChoice",
    "PartitionDimension",
    "PartitionGrid",
    "PartitionSummary",
    "Place",
    "PlannedStep",
    "Policy",
    "PolicyBinding",
    "PolicyCounts",
    "PolicyExcuse",
    "PolicyList",
    "PolicyPoint",
    "PolicyTrend",
    "PolicyVerdict",
    "PolicyVerdictPage",
    "PolicyWaiver",
    "PolicyWaiverList",
    "Pool",
    "PoolList",
    "Preview",
    "PreviewFinding",
    "Project",
    "Renaming",
    "RoleGrant",
    "Run",
    "RunCheck",
    "RunDetail",
    "RunMaterialization",
    "RunPage",
    "RunPlan",
    "RunStep",
    "SavedEditorFile",
    "Source",
    "StaleAsset",
    "Suggestion",
    "SuggestionList",
    "Switch",
    "Tick",
    "TickPage",
    "Told",
    "TypeMatch",
    "Variable",
    "Verdict",
    "WaivedVerdict",
]

AssetStatus = Literal["failed", "missing", "overdue", "stale", "fresh"]
RunStatus = Literal["queued", "running", "succeeded", "failed", "cancelled", "interrupted"]
StepStatus = Literal["pending", "running", "succeeded", "failed", "skipped", "cancelled", "interrupted"]


class _Given(BaseModel):
    """What the API gives: whatever has a default is there all the same."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class _Taken(BaseModel):
    """What the API takes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Item = TypeVar("Item", bound=BaseModel)


class _Page(_Given, Generic[Item]):
    items: list[Item]
    next: str | None = Field(default=None, description="What `cursor` says to get the next page; null on the last.")


# Mistakes


class Diagnostic(_Given):
    """A mistake in the project; its code has a page in the reference."""

    code: str = Field(examples=["TRD201"])
    severity: Literal["error", "warning"]
    message: str
    why: str = ""
    fix: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None


class DiagnosticCode(_Given):
    """What a kind of mistake means, in the words of its page in the reference."""

    code: str = Field(examples=["TRD203"])
    title: str = Field(examples=["there is no such attribute"])
    text: str = Field(description="Markdown.")


class ErrorInfo(_Given):
    """What went wrong: a word for programs, and a sentence for people."""

    code: str = Field(examples=["not_found"])
    message: str = Field(examples=["there is no asset 'ordres'; did you mean 'orders'?"])
    diagnostics: list[Diagnostic] = []


class ErrorBody(_Given):
    """The body of every answer that isn't a success."""

    error: ErrorInfo


class Told(_Given):
    """What was done, in words."""

    message: str


# The project


class Place(_Given):
    """Where something is written."""

    file: str | None = None
    line: int | None = None


class Project(_Given):
    """The project, and how loading it went last.

    `state` is `loaded`; `broken` when there are mistakes that stop what depends on them; `failed` when nothing could
    be loaded, and what is shown is what was known before. `version` changes with what is known of the project.
    """

    name: str = Field(examples=["mill"])
    root: str
    version: str
    state: Literal["loading", "loaded", "broken", "failed"]
    error: str = Field(default="", description="Why loading gave no answer, where that is the case.")
    loaded_at: datetime | None = None
    seconds: float | None = Field(default=None, description="How long loading took.")
    assets: int = 0
    checks: int = 0
    components: int = 0
    groups: list[str] = []
    kinds: list[str] = []
    owners: list[str] = []
    diagnostics: list[Diagnostic] = []
    treadle: str = Field(description="The version of Treadle.")


# Assets


class Asset(_Given):
    """An asset in a list."""

    key: str = Field(examples=["marts/orders"])
    description: str | None = Field(default=None, description="The first line of its description.")
    group: str
    kinds: list[str] = []
    owners: list[str] = []
    tags: dict[str, str] = {}
    external: bool = Field(description="Whether no step makes it.")
    component: str | None = Field(default=None, description="The address of the component that declares it.")
    checks: int = 0
    partitioned: bool = False
    status: AssetStatus | None = Field(default=None, description="How it stands; null for external assets.")
    materialized_at: datetime | None = None
    blocked_by: list[str] = Field(default=[], description="Addresses of broken components that it waits for.")
    kept: bool = Field(default=False, description="Whether its component is broken, and this is what it said before.")


class AssetPage(_Page[Asset]):
    """A page of assets, in the order of their keys."""

    total: int


class Column(_Given):
    """A column of an asset."""

    name: str
    type: str | None = None
    description: str | None = None


class CheckResult(_Given):
    """What came of a check."""

    passed: bool
    severity: Literal["warn", "error"]
    created_at: datetime
    run_id: str
    partition: str | None = None
    description: str | None = None
    metadata: dict[str, Any] = {}


class AssetCheck(_Given):
    """A check of an asset, with its last result."""

    name: str
    description: str | None = None
    severity: Literal["warn", "error"]
    blocking: bool = False
    place: Place
    last: CheckResult | None = None


class Materialization(_Given):
    """An asset was written."""

    created_at: datetime
    run_id: str
    step: str
    partition: str | None = None
    data_version: str | None = None
    code_version: str | None = None
    metadata: dict[str, Any] = {}


class PartitionSummary(_Given):
    """How an asset is cut, and how much of that was ever written."""

    definition: dict[str, Any]
    count: int
    materialized: int
    latest: list[str] = Field(default=[], description="The last keys that there are, the newest first.")


class Verdict(_Given):
    """A policy that an asset breaks."""

    policy: str
    severity: Literal["deny", "warn", "audit"]
    message: str
    why: str = ""
    fix: str = ""
    excused: str | None = Field(default=None, description="Why it is passed over, when a waiver or a baseline says so.")


class AssetDetail(Asset):
    """Everything about an asset."""

    text: str | None = Field(default=None, description="The whole of its description.")
    columns: list[Column] = []
    metadata: dict[str, Any] = {}
    code_version: str | None = None
    upstream: list[str] = []
    downstream: list[str] = []
    step: str | None = None
    compute: str | None = None
    pool: str | None = None
    automation: str | None = None
    freshness: dict[str, Any] | None = None
    component_type: str | None = None
    place: Place
    component_place: Place = Field(description="Where the component that declares it is written.")
    detail: str = Field(default="", description="Its name in the system that it comes from.")
    reasons: list[str] = Field(default=[], description="Why it stands as it does.")
    check_list: list[AssetCheck] = []
    partitions: PartitionSummary | None = None
    materializations: list[Materialization] = Field(default=[], description="The latest, the newest first.")
    verdicts: list[Verdict] = []


class Node(_Given):
    """An asset in a graph."""

    key: str
    group: str
    kinds: list[str] = []
    external: bool
    status: AssetStatus | None = None
    blocked: bool = False
    checks: int = 0
    materialized_at: datetime | None = None
    compute: str | None = None


class Edge(_Given):
    """`to` is made from `from`."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    source: str = Field(serialization_alias="from", validation_alias="from")
    to: str


class Graph(_Given):
    """Assets, and how they hang together."""

    nodes: list[Node]
    edges: list[Edge]


class OverviewArea(_Given):
    """Where the assets of a group are drawn."""

    name: str
    x: float
    y: float
    width: float
    height: float
    assets: int


class Overview(_Given):
    """All assets as one picture, a list for each thing that is known of them; a row of assets is 1 high.

    The first entries of all lists are about the same asset; `sources` and `targets` of edges, `external` and `blocked`
    hold the places of assets in them.
    """

    version: str
    width: float
    height: float
    column: float = Field(description="How far columns of assets are from each other.")
    areas: list[OverviewArea]
    keys: list[str]
    area: list[int] = Field(description="The place of each asset's area in `areas`.")
    x: list[float]
    y: list[float]
    status: list[AssetStatus | None]
    materialized: list[int | None] = Field(description="When, in seconds since 1970.")
    compute: list[str | None]
    external: list[int]
    blocked: list[int]
    sources: list[int]
    targets: list[int]


class ColumnOfAsset(_Given):
    """A column of an asset."""

    asset: str
    column: str


class ColumnEdge(_Given):
    """`to` is made from `from`."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    source: ColumnOfAsset = Field(serialization_alias="from", validation_alias="from")
    to: ColumnOfAsset


class ColumnLineage(_Given):
    """Which columns are made from which, around an asset."""

    asset: str
    columns: list[str] = Field(description="The columns that the asset is known to have.")
    edges: list[ColumnEdge]
    complete: bool = Field(description="Whether nothing was left out, since there were too many assets.")
    readable: bool = Field(description="Whether SQL can be read here: the extra `lineage` is installed.")


class Suggestion(_Given):
    """What may be written into a selection, between `start` and `end` of its text."""

    text: str
    kind: Literal["asset", "attribute", "value", "function", "operator"]
    detail: str = ""


class SuggestionList(_Given):
    """What fits at a place of a selection."""

    start: int
    end: int
    items: list[Suggestion]


# Component types


class TypeMatch(_Given):
    """Where a search has found its words: in what is said of a type, or of one of its attributes."""

    where: Literal["name", "alias", "summary", "description", "attribute"]
    text: str = Field(description="The text around the words.")
    path: str | None = Field(default=None, description="The way to the attribute.", examples=["assets.owners"])


class ComponentType(_Given):
    """A component type."""

    name: str = Field(examples=["treadle.PythonScript"])
    aliases: list[str] = []
    package: str | None = None
    version: str | None = None
    summary: str = ""
    deprecated: str | None = None
    used: int = Field(default=0, description="How many components of the project are of this type.")
    matches: list[TypeMatch] = Field(default=[], description="Where a search has found its words, the best first.")


class ComponentTypeList(_Given):
    """Component types: every one that the project can use, or those that a search has found, the best first."""

    items: list[ComponentType]
    diagnostics: list[Diagnostic] = Field(default=[], description="Why some of its own types can't be described.")
    hint: str | None = Field(default=None, description="What may have been meant, when nothing was found.")


class Variable(_Given):
    """Something that a template may name, and what it has in it."""

    name: str = Field(examples=["node"])
    type: str = Field(examples=["mapping"])
    members: list[Variable] = []


class Attribute(_Given):
    """An attribute of a component type, or of an object in one."""

    name: str
    type: str = Field(description="In words.", examples=["list of text"])
    required: bool = False
    default: str | None = Field(default=None, description="As JSON; null when there is none, or nothing in it.")
    description: str = ""
    other_names: list[str] = []
    models: list[str] = Field(default=[], description="The objects that it may hold.")
    limits: list[str] = Field(
        default=[], description="What a value has to fulfil, in words.", examples=[["at least 1"]]
    )
    examples: list[str] = []
    scope: list[Variable] = Field(default=[], description="What its templates may name, beside what all may.")
    takes_any_variable: bool = Field(default=False, description="Whether its templates may name what nobody can tell.")
    deprecated: str | None = Field(default=None, description="What to do instead; null when it isn't deprecated.")
    ignored: str | None = Field(default=None, description="Why it is accepted and means nothing here.")


class AttributeModel(_Given):
    """An object that attributes hold."""

    name: str
    description: str = ""
    attributes: list[Attribute] = []


class OlderForm(_Given):
    """What was written otherwise once, and `treadle upgrade` rewrites."""

    old: str
    new: str
    since: str | None = None


class ComponentUse(_Given):
    """A component of a type."""

    address: str
    state: Literal["loaded", "broken"]


class ComponentTypeDetail(ComponentType):
    """Everything about a component type; `attributes` is the JSON Schema of what a component may say."""

    description: str = ""
    attributes: dict[str, Any] = {}
    template_vars: dict[str, Any] = {}
    scaffold_params: dict[str, str] = {}
    examples: list[dict[str, Any]] = []
    attribute_list: list[Attribute] = Field(default=[], description="The same as `attributes`, for people.")
    models: list[AttributeModel] = []
    variables: list[Variable] = Field(default=[], description="What templates of a component may name because of it.")
    usual_variables: list[Variable] = Field(default=[], description="What every template may name.")
    example_texts: list[str] = Field(default=[], description="The examples as files of YAML.")
    least: str = Field(
        default="", description="What has to be written, as a file of YAML with values that stand for others."
    )
    scaffold: str = Field(default="", description="The command that makes a new component.")
    holds_folder: bool = Field(default=False, description="Whether other components may be in its folder.")
    older_forms: list[OlderForm] = []
    target: str = Field(default="", description="Its class.", examples=["treadle.library.script.PythonScript"])
    place: Place | None = Field(default=None, description="Where its class is written.")
    used_by: list[ComponentUse] = Field(default=[], description="Components of the project, up to a hundred.")


# Components


class Component(_Given):
    """A component of the project."""

    address: str = Field(examples=["sales/jdbt"])
    type: str = Field(description="As it is written; empty for Python modules.")
    type_name: str | None = Field(default=None, description="The name that its type is listed under.")
    state: Literal["loaded", "broken"]
    place: Place
    assets: int = 0
    blocks: int = Field(default=0, description="How many assets can't run as long as it is broken.")
    diagnostics: list[Diagnostic] = []


class ComponentPage(_Page[Component]):
    """A page of components."""

    total: int


class ComponentDetail(Component):
    """Everything about a component: what it declares, and what waits for it."""

    summary: str = Field(default="", description="What its type is for.")
    asset_list: list[str] = Field(default=[], description="Keys of its assets, up to 500.")
    kept: bool = Field(default=False, description="Whether these are what it said before it was broken.")
    steps: list[str] = []
    checks: list[str] = []
    schedules: list[str] = []
    sensors: list[str] = []
    jobs: list[str] = []
    blocked: list[str] = Field(default=[], description="Keys of assets that wait for it to be mended, up to 500.")
    verdicts: int = Field(default=0, description="How many violations of policies are in what it declares.")


class ComponentFolder(_Given):
    """A place in the tree of components: a folder, a component, or both."""

    path: str = Field(description="Its address.", examples=["sales"])
    name: str = Field(description="The last part of its address.")
    component: Component | None = Field(default=None, description="The component that is here; null for a mere folder.")
    components: int = Field(default=0, description="How many components are here and below.")
    broken: int = Field(default=0, description="How many of these are broken.")
    assets: int = Field(default=0, description="How many assets these declare.")
    children: list[ComponentFolder] | None = Field(
        default=None, description="What is in it; null when that has to be asked for, with its `path` as `under`."
    )


class ComponentTree(_Given):
    """The components of a project as they lie in folders."""

    items: list[ComponentFolder]
    components: int
    broken: int


# Policies


class PolicyCounts(_Given):
    """How many violations there are: by how hard they are meant, and apart from these what is excused."""

    deny: int = 0
    warn: int = 0
    audit: int = 0
    waived: int = 0
    baseline: int = 0


class PolicyBinding(_Given):
    """Where a policy holds, and how hard."""

    severity: Literal["deny", "warn", "audit"]
    match: str = "*"
    projects: list[str] = []
    packages: list[str] = []
    parameters: dict[str, Any] = {}
    given_by: str | None = Field(default=None, description="The package that says so; null for the project.")
    place: Place


class Policy(_Given):
    """A rule that the asset graph is judged by."""

    name: str = Field(examples=["ownership.has_owner"])
    description: str = ""
    severity: Literal["deny", "warn", "audit"] | None = Field(
        default=None, description="How hard it is meant where it is meant hardest; null when it holds nowhere here."
    )
    target: Literal["asset", "check", "step", "component", "project"]
    match: str = Field(description="The selection of what it is about.")
    require: str = Field(description="What it requires; a function's name for one that is written in Python.")
    language: Literal["template", "cel", "python"]
    message: str = ""
    docs: str | None = None
    given_by: str | None = Field(default=None, description="The package that brings it; null for the project's own.")
    waivable: bool = True
    holds_for: int = Field(default=0, description="For how many of its targets it holds.")
    counts: PolicyCounts
    fixes: bool = Field(default=False, description="Whether `treadle check --fix` mends violations.")
    bindings: list[PolicyBinding] = []
    place: Place


class PolicyList(_Given):
    """Every policy that is known, with what is against each; `counts` is of all of them."""

    items: list[Policy]
    counts: PolicyCounts
    mended: int = Field(default=0, description="How many violations of the baseline aren't there any more.")
    unjudged: int = Field(
        default=0, description="How many policies can't be judged, so that what they are about may not run."
    )


class PolicyExcuse(_Given):
    """Why a violation is passed over."""

    kind: Literal["waiver", "baseline"]
    reason: str = ""
    owner: str | None = None
    place: Place | None = None


class PolicyVerdict(_Given):
    """A violation of a policy."""

    policy: str
    severity: Literal["deny", "warn", "audit"]
    target: Literal["asset", "check", "step", "component", "project"]
    name: str = Field(description="What violates it: an asset's key, or whatever its target is called.")
    message: str
    why: str = ""
    fix: str = ""
    docs: str | None = None
    owners: list[str] = []
    groups: list[str] = []
    component: str | None = Field(default=None, description="The address of the component that it is in.")
    excuse: PolicyExcuse | None = None
    place: Place


class PolicyVerdictPage(_Page[PolicyVerdict]):
    """A page of violations; `counts` is of all that are asked for, `policies`, `owners` and `groups` those of the project's violations."""

    total: int
    counts: PolicyCounts
    policies: list[str] = []
    owners: list[str] = []
    groups: list[str] = []


class WaivedVerdict(_Given):
    """A violation that a waiver is for."""

    name: str
    message: str
    severity: Literal["deny", "warn", "audit"]


class PolicyWaiver(_Given):
    """Something that may break a policy until a day, and who answers for that."""

    policy: str
    names: list[str] = Field(description="Names and patterns of what is waived.")
    owner: str
    reason: str
    expires: date = Field(description="The last day on which it excuses something, in UTC.")
    state: Literal["holds", "expires_soon", "expired", "unused"] = Field(
        description="`expires_soon` is within two weeks; `unused` excuses nothing, and may be removed."
    )
    excuses: list[WaivedVerdict] = Field(default=[], description="What it excuses, or did before it expired.")
    place: Place


class PolicyWaiverList(_Given):
    """The waivers of the project, the first to expire first."""

    items: list[PolicyWaiver]


class PolicyPoint(_Given):
    """The violations of a day, as they were when the project was loaded last on it."""

    day: date
    counts: PolicyCounts


class PolicyTrend(_Given):
    """How violations have changed, by days in UTC; days on which no server has loaded the project are left out."""

    items: list[PolicyPoint]


# Runs


class Run(_Given):
    """A run in a list. `interrupted` is a run that nobody runs any more: it can be resumed."""

    id: str
    status: RunStatus
    selection: str
    partition: str | None = None
    tags: dict[str, str] = {}
    priority: int = 0
    launched_by: str = Field(examples=["api", "schedule nightly"])
    rerun_of: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cancel_requested: bool = False
    error: str = ""


class RunPage(_Page[Run]):
    """A page of runs, the newest first."""

    counts: dict[str, int] = Field(
        default={}, description="How many there are in each state, of those that everything but `status` asks for."
    )


class Artifact(_Given):
    """A file that an attempt has kept; its name is what `GET /api/runs/{run_id}/artifact` takes."""

    name: str = Field(examples=["train.html"])
    size: int = Field(description="In bytes.")


class Attempt(_Given):
    """One try of a step."""

    attempt: int
    status: StepStatus
    error: str = ""
    exit_code: int | None = None
    started_at: datetime
    ended_at: datetime | None = None
    seconds: float | None = None
    peak_memory: int | None = Field(default=None, description="In bytes.")
    cpu_seconds: float | None = None
    artifacts: list[Artifact] = Field(default=[], description="Files that it kept for people.")


class RunStep(_Given):
    """A step of a run."""

    step: str
    status: StepStatus
    error: str = ""
    assets: list[str] = []
    after: list[str] = []
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: list[Attempt] = []


class RunMaterialization(Materialization):
    """An asset that a run has written."""

    asset: str


class RunCheck(CheckResult):
    """A check that a run has made."""

    asset: str
    check: str
    step: str


class RunDetail(Run):
    """A run with its steps, and what they reported."""

    config: dict[str, Any] = {}
    partition_keys: list[str] = []
    steps: list[RunStep] = []
    materializations: list[RunMaterialization] = []
    checks: list[RunCheck] = []


class NewRun(_Taken):
    """A run that is asked for."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"selection": "+marts/orders", "tags": {"why": "a late delivery"}}]},
    )

    selection: str = Field(default="*", max_length=100_000)
    partition: str | None = None
    partitions: str | None = Field(default=None, description="Several in one run: A..B, A.., A,B or all.")
    tags: dict[str, str] = {}
    config: dict[str, Any] = {}
    priority: int = Field(default=0, ge=-1_000_000, le=1_000_000)


class PlannedStep(_Given):
    """A step that a run would take."""

    step: str
    assets: list[str] = []


class PartitionChoice(_Given):
    """The partitions that a run can be asked for."""

    count: int
    latest: list[str] = Field(default=[], description="The last keys that there are, the newest first.")
    missing: str = Field(default="", description="Those that something was never written for, as runs take them.")
    failed: str = Field(default="", description="Those that something failed for last, as runs take them.")
    together: bool = Field(default=False, description="Whether one run may be for several; else it takes a backfill.")


class RunPlan(_Given):
    """What a run would do. `partitions` is null when nothing in it is partitioned."""

    steps: list[PlannedStep]
    assets: int
    checks: int
    external: list[str] = Field(default=[], description="What was asked for, and no step makes.")
    partitions: PartitionChoice | None = None


class Event(_Given):
    """Something that happened in a run."""

    id: int
    kind: str
    created_at: datetime
    step: str | None = None
    attempt: int | None = None
    asset: str | None = None
    data: dict[str, Any] = {}


class EventPage(_Page[Event]):
    """A page of what happened in a run, in order; `next` is the `after` of the next one."""


# What starts runs


class Tick(_Given):
    """A look at whether runs were due: what was decided, and why."""

    id: int
    kind: str
    name: str
    due_at: datetime
    status: Literal["fired", "skipped", "failed"]
    reason: str = ""
    run_ids: list[str] = []


class TickPage(_Page[Tick]):
    """A page of ticks, the newest first."""


class Automation(_Given):
    """Something that starts runs: a schedule, a sensor, or (`automation`) all conditions of assets."""

    kind: Literal["schedule", "sensor", "automation"]
    name: str
    when: str
    description: str | None = None
    selection: str | None = None
    on: bool
    next_at: datetime | None = None
    last_tick: Tick | None = None
    place: Place


class AutomationList(_Given):
    """Everything that starts runs."""

    items: list[Automation]


class Switch(_Taken):
    """Whether something that starts runs is on; null leaves it as it is declared."""

    on: bool | None


# Backfills


class Backfill(_Given):
    """Many partitions, materialized by several runs."""

    id: str
    status: Literal["running", "succeeded", "failed", "cancelled"]
    selection: str
    partitions: str
    runs_at_once: int
    tags: dict[str, str] = {}
    created_at: datetime
    ended_at: datetime | None = None
    error: str = ""
    runs: dict[str, int] = Field(default={}, description="How many of its runs are in which state.")


class BackfillList(_Given):
    """Backfills, the newest first."""

    items: list[Backfill]


class BackfillPart(_Given):
    """What one run of a backfill takes."""

    partition: str
    partition_keys: list[str]
    run_id: str | None = None
    status: str | None = None


class BackfillDetail(Backfill):
    """A backfill with its parts."""

    parts: list[BackfillPart] = []


class NewBackfill(_Taken):
    """A backfill that is asked for."""

    selection: str = Field(default="*", max_length=100_000)
    partitions: str = Field(description="Which: A..B, A.., ..B, A,B or all.", examples=["2026-01-01..2026-01-31"])
    runs_at_once: int = Field(default=1, ge=1, le=1000)
    tags: dict[str, str] = {}
    priority: int = Field(default=0, ge=-1_000_000, le=1_000_000)


# Pools


class Pool(_Given):
    """A limit on how many steps may run at once; `limit` is null when the project doesn't say it."""

    name: str
    limit: int | None = None
    held: int = 0
    waiting: int = 0


class PoolList(_Given):
    """The pools of the project."""

    items: list[Pool]


# Who asks


class RoleGrant(_Given):
    """A role; with groups or paths, it holds for assets of these groups and those declared below these folders."""

    role: Role
    groups: list[str] = []
    paths: list[str] = []


class Me(_Given):
    """Who asks, and what they may do. `mode` is local for a server that answers one machine alone."""

    mode: Literal["local", "shared"]
    kind: Literal["person", "token", "local"]
    name: str
    email: str = ""
    role: Role | None
    grants: list[RoleGrant] = []
    limit: RoleGrant | None = Field(default=None, description="Of a token: the most that it may do.")
    longest_token_days: int | None = Field(
        default=None, description="How long an API token may be good; null on a local server, which has none."
    )


class LoginSession(_Given):
    """A browser that a person is logged in with."""

    id: str
    is_this: bool
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class LoginSessionList(_Given):
    """The browsers that a person is logged in with, the newest first."""

    items: list[LoginSession]


class ApiToken(_Given):
    """An API token, without its secret."""

    id: str
    name: str
    made_by: str
    is_mine: bool
    role: Role
    groups: list[str] = []
    paths: list[str] = []
    status: Literal["good", "expired", "revoked"]
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None


class ApiTokenList(_Given):
    """API tokens, the newest first."""

    items: list[ApiToken]


class ApiTokenMade(_Given):
    """A new API token, with its secret: nobody can tell that again."""

    token: ApiToken
    secret: str


class NewApiToken(_Taken):
    """An API token that is asked for: at most what its maker may do."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")
    role: Role = "viewer"
    groups: list[str] = Field(default=[], max_length=100, description="Only for assets of these groups…")
    paths: list[str] = Field(default=[], max_length=100, description="…and those declared below these folders.")
    days: int = Field(default=30, ge=1, le=36_500, description="For how long it is good.")


class AuditEntry(_Given):
    """Something that was changed, or refused: by whom, when, from where, and what came of it."""

    id: int
    at: datetime
    kind: Literal["person", "token", "local", "command", "unknown"]
    who: str
    action: str
    target: str
    details: str
    outcome: Literal["done", "refused", "failed"]
    status: int
    message: str
    address: str


class AuditPage(_Page[AuditEntry]):
    """A page of the audit log."""


# What pages about assets ask for besides


class FacetValue(_Given):
    """A value that assets have, and how many of them would be left with it."""

    value: str = Field(description="Empty for assets that have nothing there.")
    count: int


class AssetFacets(_Given):
    """What the assets of a list may be narrowed by further, the most frequent first.

    The counts of a facet are those with every other filter: choosing another value of it doesn't empty the list.
    """

    total: int = Field(description="How many assets fulfil all of the filters.")
    status: list[FacetValue] = []
    group: list[FacetValue] = []
    kind: list[FacetValue] = []
    owner: list[FacetValue] = []
    tag: list[FacetValue] = []
    component: list[FacetValue] = []


class MaterializationPage(_Page[Materialization]):
    """Materializations of an asset, the newest first."""


class CheckResultPage(_Page[CheckResult]):
    """Results of a check, the newest first."""


class CheckSummary(AssetCheck):
    """A check in a list of all checks."""

    asset: str
    status: Literal["passed", "warned", "failed", "never"] = Field(
        description="What came of it last; `warned` when it failed and that is only a warning."
    )


class CheckList(_Page[CheckSummary]):
    """Checks in the order of their assets, and how many there are of each status."""

    total: int
    counts: dict[str, int] = {}


class MetadataPoint(_Given):
    """A number that a materialization has reported."""

    at: datetime
    value: float
    run_id: str
    partition: str | None = None


class MetadataSeries(_Given):
    """A number over time."""

    name: str = Field(examples=["rows"])
    points: list[MetadataPoint]


class MetadataHistory(_Given):
    """The numbers that an asset's materializations have reported, the oldest first in each series."""

    series: list[MetadataSeries]
    materializations: int = Field(description="How many were looked at.")
    more: bool = Field(description="Whether there are older ones.")


class PartitionDimension(_Given):
    """How an asset is cut, or one way of several; the name is empty when it is the only one."""

    name: str
    kind: Literal["static", "time_window", "dynamic"]
    count: int
    cron: str | None = None
    timezone: str | None = None


class Partition(_Given):
    """A partition of an asset. `start` is when its time window begins."""

    key: str
    status: Literal["materialized", "failed", "missing", "running"]
    materialized_at: datetime | None = None
    failed_at: datetime | None = None
    run_id: str | None = Field(default=None, description="The run that has written it, or that failed to.")
    start: datetime | None = None


class PartitionGrid(_Given):
    """The partitions of an asset, and how each stands; the last of all on the first page, in order on each."""

    dimensions: list[PartitionDimension]
    total: int
    counts: dict[str, int] = {}
    items: list[Partition]
    next: str | None = Field(default=None, description="What `cursor` says to get those before; null at the first.")


class ExplainedVariable(_Given):
    """What a template reads. The value of an environment variable is never told: only whether it is set."""

    name: str
    value: Any = None
    shown: bool
    source: str = Field(description="`environment`, `.env`, `module`, `item`, `scope` or `folder`.")
    text: str = ""
    place: Place


class ExplainedTemplate(_Given):
    """A text with templates as it is written, and what it reads."""

    text: str
    variables: list[ExplainedVariable] = []


class ExplainedStep(_Given):
    """Something that was said of a field, and the value that it had from then on."""

    kind: str = Field(examples=["yaml", "default", "post_processing"])
    words: str = Field(description="The kind, as a person would say it.")
    effect: Literal["sets", "replaces", "repeats", "removes"]
    value: Any = None
    text: str = ""
    place: Place
    templates: list[ExplainedTemplate] = []


class ExplainedField(_Given):
    """A field of an asset, and everything that was said of it, in order: the last holds."""

    name: str
    value: Any = None
    said: bool = Field(description="Whether anybody said anything of it.")
    steps: list[ExplainedStep] = []


class Mention(_Given):
    """Something that names an asset which nobody declares."""

    by: str
    place: Place


class Explanation(_Given):
    """Where the values of an asset come from; `mentioned_by` is for one that nobody declares."""

    asset: str
    fields: list[ExplainedField] = []
    mentioned_by: list[Mention] = []


class Source(_Given):
    """Lines of a file that declares something. `start` and `end` are the lines of what was asked for."""

    file: str = Field(description="Below the folder of the project.", examples=["src/mill/defs/jdbt/defs.yaml"])
    language: Literal["yaml", "python", "sql"]
    first: int = Field(description="The number of the first line of the text.")
    text: str
    lines: int = Field(description="How many lines the file has.")
    start: int | None = None
    end: int | None = None


# The editor: positions count from 1, columns in UTF-16 code units as browsers do; lines end with `\n`


class EditorPosition(_Given):
    """A place in a text."""

    line: int = Field(ge=1)
    column: int = Field(ge=1)


class EditorRange(_Given):
    """Part of a text; what it ends before isn't in it."""

    start: EditorPosition
    end: EditorPosition


class EditorEdit(_Given):
    """What is in a range becomes another text."""

    range: EditorRange
    text: str


class EditorBranches(_Given):
    """The branches that a commit can go to, and the paths that have changes."""

    current: str = Field(description="Empty when no branch is checked out.")
    names: list[str] = []
    changed: list[str] = []


class EditorState(_Given):
    """Which files may be edited, and the repository that they are in."""

    files: list[str] = []
    defs: str = Field(description="The folder of the components, as seen from the project's folder.")
    git: EditorBranches | None = Field(default=None, description="Null outside of a git repository.")


class EditorFile(_Given):
    """A component file. `version` tells one content from another; it is null for a file that isn't there yet."""

    path: str
    text: str
    version: str | None = None
    locked: str = Field(default="", description="Why it can't be edited here; `text` is empty then.")


class NewEditorFile(_Taken):
    """A component that is to be begun."""

    type: str = Field(max_length=1000)
    folder: str = Field(max_length=1000, description="As seen from the folder of the components.")
    params: dict[str, str] = Field(default={}, description="What the type is told, when it makes the component.")


class SavedEditorFile(_Taken):
    """What a file is to hold; `version` is what it was when it was read, null when it wasn't there."""

    path: str = Field(max_length=1000)
    text: str = Field(max_length=1_000_000)
    version: str | None


class Conflict(ErrorBody):
    """The file isn't what it was: what it is now, and what that differs in from what was to be saved."""

    now: EditorFile | None = None
    diff: str = Field(default="", description="In the unified format, from what is there to what was to be saved.")


class EditorText(_Taken):
    """A component file as it is in an editor."""

    path: str = Field(max_length=1000)
    text: str = Field(max_length=1_000_000)


class EditorQuestion(EditorText):
    """A question about a place in a text."""

    line: int = Field(ge=1)
    column: int = Field(ge=1)


class EditorSuggestion(_Given):
    """Something that may be typed: `insert` takes the place of `range`."""

    label: str
    kind: Literal["type", "attribute", "value", "variable", "function", "filter", "asset", "file", "snippet"]
    insert: str
    range: EditorRange
    detail: str = ""
    documentation: str = Field(default="", description="Markdown.")
    order: int = 5
    deprecated: bool = False


class EditorSuggestionList(_Given):
    """What may be typed at a place, the likeliest first."""

    items: list[EditorSuggestion]
    complete: bool = Field(description="Whether nothing else becomes possible when more is typed.")


class EditorDocumentation(_Given):
    """What is known of the thing at a place, as Markdown; empty where nothing is."""

    text: str = ""
    range: EditorRange | None = None


class EditorFix(_Given):
    """Edits that mend a mistake."""

    title: str
    edits: list[EditorEdit]


class EditorMistake(Diagnostic):
    """A mistake in a text, where it is and what mends it. `path` leads to what it is about in its document."""

    range: EditorRange
    document: int = 0
    path: list[str | int] = []
    fixes: list[EditorFix] = []


class EditorDocument(_Given):
    """A document of a text. `known` is the name of its component type, when there is such a type."""

    index: int
    line: int
    type: str = ""
    known: str = ""
    value: Any = None


class EditorDiagnosis(_Given):
    """What is wrong in a text, and what it says. Only a `readable` one can be edited by value."""

    mistakes: list[EditorMistake] = []
    documents: list[EditorDocument] = []
    readable: bool = True


class EditorChange(EditorText):
    """Another value at a path of a document; `remove` takes out what is there, `name` calls it something else."""

    document: int = Field(default=0, ge=0)
    at: list[str | int] = Field(max_length=100)
    value: Any = None
    remove: bool = False
    name: str | None = Field(
        default=None, min_length=1, max_length=1000, description="What an entry of a mapping is called from now on."
    )


class EditorSchema(_Given):
    """What a form is made from, beside the schemas of component types."""

    document: dict[str, Any] = Field(
        description="The JSON Schema of a component's document; what its attributes have to be, its type says."
    )


class EditorEdits(_Given):
    """The edits that make a text say what was asked for."""

    edits: list[EditorEdit] = []


class FieldDifference(_Given):
    """A field with another value."""

    field: str
    old: str | None = None
    new: str | None = None


class Difference(_Given):
    """Something that is there before and after, with other values."""

    name: str
    fields: list[FieldDifference] = []


class Renaming(_Given):
    """Something that has another name, and may have other values, too."""

    old: str
    new: str
    fields: list[FieldDifference] = []


class Differences(_Given):
    """What is different among the things of one kind."""

    added: list[str] = []
    removed: list[str] = []
    renamed: list[Renaming] = []
    changed: list[Difference] = []


class PreviewFinding(_Given):
    """A mistake; one with the code TRD901 is a policy that denies."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    fix: str = ""
    file: str | None = None
    line: int | None = None


class StaleAsset(_Given):
    """An asset that has to be made again, and why."""

    asset: str
    reason: str


class Preview(_Given):
    """What saving would do to the asset graph. `new` mistakes weren't there before, `mended` ones are gone."""

    same: bool
    seconds: float
    assets: Differences = Differences()
    checks: Differences = Differences()
    steps: Differences = Differences()
    schedules: Differences = Differences()
    sensors: Differences = Differences()
    jobs: Differences = Differences()
    edges_added: list[Edge] = []
    edges_removed: list[Edge] = []
    stale: list[StaleAsset] = []
    new: list[PreviewFinding] = []
    mended: list[PreviewFinding] = []


class NewCommit(_Taken):
    """Files that are to be committed, as they are saved."""

    paths: list[str] = Field(min_length=1, max_length=1000)
    branch: str = Field(min_length=1, max_length=250)
    message: str = Field(min_length=1, max_length=10_000)


class Commit(_Given):
    """A commit that was made; nothing was pushed. `notes` say what a person should know of it."""

    id: str
    branch: str
    new: bool = Field(description="Whether the branch was made by it.")
    current: bool = Field(description="Whether the branch is the one that is checked out.")
    notes: list[str] = []
