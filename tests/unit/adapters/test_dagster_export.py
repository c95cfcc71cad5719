"""What is exported for Dagster, and what isn't: seen without any Dagster."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CommandLine, MakeProject

SHOP = """
from datetime import timedelta
from treadle import (
    Asset, AutomationCondition, BackfillPolicy, Column, DynamicPartitions, FreshnessPolicy, Job, LastMapping, MultiPartitions, Schedule,
    StaticPartitions, TimeWindowMapping, TimeWindowPartitions, asset, check, schedule, sensor,
)

DAYS = TimeWindowPartitions(cron="@daily", start="2026-01-01")
rates = Asset(key="raw/rates", description="From outside.", columns=[Column(name="rate", type="double")])

@asset(deps=["raw/rates"], group="marts", owners=["team:looms"], tags={"tier": "gold"}, metadata={"n": [1]}, code_version="1",
       freshness=FreshnessPolicy(fail_window=timedelta(days=1)))
def orders():
    "Orders, cleaned."

@check(asset=orders, blocking=True, additional_deps=["raw/rates"])
def has_rows(): return True

@asset(deps=[orders], partitions=DAYS, backfill=BackfillPolicy(max_partitions_per_run=7))
def daily(): ...

@asset(deps=[daily], partitions=DAYS, partition_mappings={daily: TimeWindowMapping(start_offset=-1)})
def weekly(): ...

small = Job(name="small", selection="orders")
mornings = Schedule(name="mornings", cron="0 6 * * mon-fri", selection="daily or weekly", timezone="Europe/Vienna")
"""

OWNERS = """
policies:
  has_owner:
    description: Somebody answers for every asset
    require: asset.owners
    message: "{{ asset.key }} has no owner"
"""
CLOTH = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n    - key: cloth\n"
OWNED = CLOTH + '      owners: ["team:looms"]\n'


def graph(treadle: CommandLine, *words: str, folder: str = "out") -> Any:
    """What was exported."""
    answer = treadle("export", "dagster", folder, *words)
    assert (0, "") == (answer.code, answer.err)
    return json.loads((treadle.folder / folder / "graph.json").read_text(encoding="utf-8"))


def test_a_graph_has_all_that_dagster_shows(make_project: MakeProject) -> None:
    """
    Assets with their words, partitions and mappings, checks, external assets, jobs and schedules, each where it belongs.
    """
    found = graph(make_project({"shop.py": SHOP}))
    days = {
        "type": "time_window",
        "cron": "0 0 * * *",
        "start": "2026-01-01",
        "end": None,
        "format": "%Y-%m-%d",
        "timezone": "UTC",
    }
    assert [("shop_py__daily", "shop.py:daily"), ("shop_py__has_rows", "shop.py:has_rows")] == [
        (each["name"], each["step"]) for each in found["nodes"][:2]
    ]
    daily, has_rows, orders, weekly = found["nodes"]
    assert [
        {
            "key": "orders",
            "deps": [{"key": "raw/rates", "mapping": None}],
            "description": "Orders, cleaned.",
            "group": "marts",
            "owners": ["team:looms"],
            "tags": {"tier": "gold"},
            "kinds": ["python"],
            "metadata": {
                "n": [1],
                "treadle/component": "shop.py",
                "treadle/declared_at": "src/p/defs/shop.py:11",
            },
            "columns": [],
            "code_version": "1",
            "partitions": None,
            "freshness": {"fail_window": 86400.0, "warn_window": None},
            "skippable": False,
        }
    ] == orders["assets"]
    assert [("has_rows", True, ["raw/rates"])] == [
        (each["name"], each["blocking"], each["additional_deps"]) for each in has_rows["checks"]
    ]
    assert (days, {"max_partitions_per_run": 7}) == (daily["assets"][0]["partitions"], daily["backfill"])
    mapping = {"type": "time_window", "start_offset": -1, "end_offset": 0}
    assert [{"key": "daily", "mapping": mapping}] == weekly["assets"][0]["deps"]
    assert ["raw/rates"] == [each["key"] for each in found["external"]]
    assert [("small", ["orders"])] == [(each["name"], each["assets"]) for each in found["jobs"]]
    assert [("0 6 * * mon-fri", "Europe/Vienna", days, ["daily", "weekly"])] == [
        (each["cron"], each["timezone"], each["partitions"], each["assets"]) for each in found["schedules"]
    ]
    assert [] == found["left_out"]


def test_the_same_project_is_exported_in_the_same_bytes(make_project: MakeProject) -> None:
    """
    A graph is the same whoever exports it, again and elsewhere; only where Treadle's interpreter is may differ.
    """
    first, second = (make_project({"shop.py": SHOP}, name=name) for name in ("one", "two"))
    for treadle in (first, first, second):
        graph(treadle)
    assert (first.folder / "out/graph.json").read_bytes() == (second.folder / "out/graph.json").read_bytes()
    assert {"definitions.py", "graph.json"} == {each.name for each in (first.folder / "out").iterdir()}


def test_a_selection_is_exported_with_what_it_needs(make_project: MakeProject) -> None:
    """
    Of a selection its steps and checks are exported, and of a schedule the part that is; the rest is told.
    """
    found = graph(make_project({"shop.py": SHOP}), "daily")
    assert ["shop.py:daily"] == [each["step"] for each in found["nodes"]]
    assert [
        ("job", "small", "none of its assets is exported"),
        ("asset of a schedule", "mornings", "without what isn't exported: weekly"),
    ] == [(each["what"], each["name"], each["why"]) for each in found["left_out"]]


@pytest.mark.parametrize("words", [[], ["cloth"], ["other"]], ids=["all", "denied", "apart"])
def test_what_a_policy_denies_is_not_exported(make_project: MakeProject, words: list[str]) -> None:
    """
    An export is refused as a run is, with file and line, and nothing is written; with an owner it is made.
    """
    other = OWNED.replace("cloth", "other")
    treadle = make_project(
        {"/policies.yaml": OWNERS, "a/defs.yaml": CLOTH, "a/s.py": "", "b/defs.yaml": other, "b/s.py": ""}
    )
    ran, answer = treadle("run", *words), treadle("export", "dagster", "out", *words)
    assert ran.code == answer.code == (0 if words == ["other"] else 1)
    assert "cloth has no owner (policy has_owner)" in answer.err
    assert "src/p/defs/a/defs.yaml:5:7" in answer.err
    assert (answer.code == 0) == (treadle.folder / "out").exists()
    (treadle.folder / "src/p/defs/a/defs.yaml").write_text(OWNED, encoding="utf-8")
    assert (0, "") == ((mended := treadle("export", "dagster", "out", *words)).code, mended.err)


def test_nothing_broken_is_exported(make_project: MakeProject) -> None:
    """
    A broken component keeps everything from being exported, except a selection that has nothing to do with it.
    """
    treadle = make_project({"a/defs.yaml": CLOTH, "a/s.py": "", "b/defs.yaml": "type: treadle.Nothing\n"})
    refused = treadle("export", "dagster", "out")
    assert (1, True, False) == (refused.code, "TRD201" in refused.err, (treadle.folder / "out").exists())
    assert 0 == treadle("export", "dagster", "out", "cloth").code


HEAD = SHOP.partition("DAYS =")[0]
NO_NAME = "Dagster's assets have names of letters, digits, _, - and ., and not those that it or Python reserves"
NO_INPUT = "what is read has no name that Dagster takes beside the others"
LEFT_OUT: Mapping[str, tuple[str, tuple[str, str, str]]] = {
    "dynamic-partitions": (
        '@asset(partitions=DynamicPartitions(name="customers"))\ndef a(): ...',
        ("step", "x.py:a", "the keys of the dynamic partitions 'customers' are in Treadle's store"),
    ),
    "three-dimensions": (
        'each = StaticPartitions(keys=["a"])\n'
        'partitions = MultiPartitions(dimensions={"a": each, "b": each, "c": each})\n'
        "@asset(partitions=partitions)\ndef a(): ...",
        ("step", "x.py:a", "Dagster's partitions have two dimensions at most, these have 3"),
    ),
    "cron": (
        '@asset(partitions=TimeWindowPartitions(cron="0 0 1 * 1", start="2026-01-01"))\ndef a(): ...',
        ("step", "x.py:a", "'0 0 1 * 1' names days of the month and of the week, which Dagster understands otherwise"),
    ),
    "cron-that-never-ticks": (
        '@asset\ndef a(): ...\nnever = Schedule(name="never", cron="0 0 30 2 *", selection="a")',
        ("schedule", "never", "'0 0 30 2 *' never ticks"),
    ),
    "key": (
        '@asset(key="a b")\ndef a(): ...',
        ("step", "x.py:a", NO_NAME),
    ),
    "reserved-key": (
        '@asset(key="config")\ndef a(): ...',
        ("step", "x.py:a", NO_NAME),
    ),
    "dependency": (
        '@asset(deps=["raw orders"])\ndef a(): ...',
        ("dependency", "a on raw orders", NO_INPUT),
    ),
    "two-dependencies": (
        '@asset(deps=["raw/orders", "raw__orders"])\ndef a(): ...',
        ("dependency", "a on raw__orders", NO_INPUT),
    ),
    "check-of-an-odd-key": (
        'odd = Asset(key="an odd one")\n@check(asset="an odd one")\ndef a(): return True',
        ("check", "an odd one:a", NO_NAME),
    ),
    "job-tag": (
        'a = Job(name="a", selection="ok", tags={"ä": "x"})',
        ("tag of a job", "ä of a", "Dagster's tags are made of letters, digits, _, - and ., 63 at most"),
    ),
    "check": (
        '@check(asset="ok", name="not null")\ndef a(): return True',
        (
            "check",
            "ok:not null",
            "Dagster's checks are made of letters, digits, _ and ., and no two may be the same without these",
        ),
    ),
    "owner": (
        '@asset(owners=["ada"])\ndef a(): ...',
        ("owner", "ada", "Dagster's owners are addresses of e-mail and team:NAME"),
    ),
    "tag": (
        '@asset(tags={"tier": "pure gold"})\ndef a(): ...',
        ("tag", "tier=pure gold", "Dagster's tags are made of letters, digits, _, - and ., 63 at most"),
    ),
    "group": (
        '@asset(group="a-b")\ndef a(): ...',
        ("group", "a-b", "Dagster's groups are made of letters, digits, _ and /"),
    ),
    "kinds": (
        '@asset(kinds=[f"k{n:02}" for n in range(11)])\ndef a(): ...',
        ("kind", "k10", "Dagster's assets have ten kinds at most"),
    ),
    "metadata": (
        '@asset(metadata={"dagster/io_manager_key": "x"})\ndef a(): ...',
        ("metadata", "dagster/io_manager_key", "Dagster keeps such names for itself"),
    ),
    "mapping": (
        'each = StaticPartitions(keys=["a", "b"])\n@asset(partitions=each)\ndef up(): ...\n'
        "@asset(deps=[up], partitions=each, partition_mappings={up: LastMapping(count=2)})\ndef a(): ...",
        (
            "partition mapping",
            "a of up",
            "Dagster's mapping is to the last partition, not to the last 2; Treadle still maps as it is said",
        ),
    ),
    "condition": (
        '@asset(automation=AutomationCondition(name="eager"))\ndef a(): ...',
        ("automation condition", "a", "conditions aren't exported"),
    ),
    "sensor": ("@sensor()\ndef a(): ...", ("sensor", "a", "sensors aren't exported")),
    "schedule-with-a-function": (
        '@schedule(cron="@daily")\ndef a(): ...',
        ("schedule", "a", "it asks a function of the project"),
    ),
    "schedule-of-keys": (
        '@asset(partitions=StaticPartitions(keys=["a"]))\ndef a(): ...\n'
        'b = Schedule(name="b", cron="@daily", selection="a")',
        ("schedule", "b", "its assets have partitions, and no tick says which one to run"),
    ),
    "several-partitions": (
        '@asset(partitions=StaticPartitions(keys=["a"]))\ndef a(): ...\n'
        '@asset(partitions=StaticPartitions(keys=["b"]))\ndef b(): ...\n'
        'both = Job(name="both", selection="a or b")',
        ("job", "both", "its assets have several kinds of partitions, and a run of Dagster has one"),
    ),
    "freshness": (
        '@asset(freshness=FreshnessPolicy(deadline_cron="0 9 * * *"))\ndef a(): ...',
        (
            "freshness policy",
            "a",
            "a policy with a deadline, a window below a minute or only a warning isn't exported",
        ),
    ),
}


@pytest.mark.parametrize(("source", "told"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_dagster_has_nothing_like_is_told(
    make_project: MakeProject, source: str, told: tuple[str, str, str]
) -> None:
    """
    Each thing that isn't handed on is told on the terminal and as JSON, with its line, and is kept with the graph.
    """
    treadle = make_project(
        {"x.py": f"{HEAD}\n{source}\n", "ok.py": "from treadle import asset\n@asset\ndef ok(): ...\n"}
    )
    shown, answer = treadle("export", "dagster", "out"), treadle("export", "dagster", "out", "--json")
    assert (0, 0) == (shown.code, answer.code)
    assert [told] == [(each["what"], each["name"], each["why"]) for each in answer.json["left_out"]]
    assert str(treadle.folder / "src/p/defs/x.py") == answer.json["left_out"][0]["file"]
    assert " ".join(f"- 1 {told[0]}: {told[1]}; {told[2]}".split()) in " ".join(shown.out.split())
    assert max(map(len, shown.out.splitlines())) <= 80
    assert [told] == [tuple(each.values()) for each in graph(treadle)["left_out"]]


def written(folder: Path) -> dict[Path, bytes]:
    """All files below a folder, but for the byte code that Python keeps."""
    return {each: each.read_bytes() for each in folder.rglob("*") if each.is_file() and each.suffix != ".pyc"}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "files", "told"),
    [
        pytest.param(["dagstr", "out"], {}, "Did you mean 'dagster'?", id="target"),
        pytest.param(["dagster"], {}, "Missing argument 'FOLDER'", id="no-folder"),
        pytest.param(["dagster", "out", "clot"], {}, "did you mean 'cloth'?", id="asset"),
        pytest.param(["dagster", "out", "group:none"], {}, "'group:none' selects no asset", id="empty"),
        pytest.param(["dagster", "src/p/defs/out"], {}, "TRD922", id="inside-defs"),
        pytest.param(["dagster", "out"], {"out/notes.md": "mine"}, "TRD921", id="something-else"),
        pytest.param(["dagster", "out"], {"out/definitions.py": "defs = None"}, "TRD921", id="other-definitions"),
        pytest.param(["dagster", "out"], {"out/graph.json": "{}"}, "TRD921", id="other-graph"),
        pytest.param(["dagster", "out"], {"out": "a file"}, "'out' is a file", id="file"),
        pytest.param(["dagster", "out/below"], {"out": "a file"}, "'out/below' can't be written", id="below-a-file"),
    ],
)
def test_a_folder_or_a_selection_that_can_not_be_is_refused(
    make_project: MakeProject, words: list[str], files: Mapping[str, str], told: str
) -> None:
    """
    What is wrong with the command line is told with 2, and what was there is as it was.
    """
    treadle = make_project({"a/defs.yaml": CLOTH, "a/s.py": ""})
    write(treadle.folder, files)
    before = written(treadle.folder)
    answer = treadle("export", *words)
    assert (2, "", True) == (answer.code, answer.out, told in answer.err), answer.err
    assert before == written(treadle.folder)


def test_an_export_is_written_over_again(make_project: MakeProject) -> None:
    """
    An earlier export becomes the newest one, and whatever lies beside it stays.
    """
    treadle = make_project({"a/defs.yaml": CLOTH, "a/s.py": ""})
    graph(treadle)
    write(treadle.folder, {"out/workspace.yaml": "mine", "src/p/defs/a/defs.yaml": CLOTH.replace("cloth", "linen")})
    assert [["linen"]] == [[each["key"] for each in node["assets"]] for node in graph(treadle)["nodes"]]
    assert "mine" == (treadle.folder / "out/workspace.yaml").read_text(encoding="utf-8")


def test_an_export_of_nothing_is_refused(make_project: MakeProject) -> None:
    """
    When Dagster can have none of what is selected, that is a mistake of the project, told with its reasons.
    """
    treadle = make_project({"x.py": f"{HEAD}\n{LEFT_OUT['dynamic-partitions'][0]}\n"})
    answer = treadle("export", "dagster", "out")
    assert (1, True, False) == (answer.code, "TRD920" in answer.err, (treadle.folder / "out").exists())
