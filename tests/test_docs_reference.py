"""The reference: generated pages are what would be generated, and written ones agree with what the program does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import click
import pytest

from tests.conftest import MakeProject
from tests.pages import DOCS, blocks
from treadle.cli.main import cli

REFERENCE = DOCS / "reference"


def generator() -> Any:
    spec = spec_from_file_location("reference", DOCS.parent / "tools" / "reference.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATED = generator().PAGES


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    """
    What `make docs` would write is what is there.
    """
    assert GENERATED[name]() == (REFERENCE / name).read_text(encoding="utf-8"), "type: make docs"


def rows(text: str) -> list[list[str]]:
    """The cells of the rows of all tables, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


SELECT = """
import json, sys
from pathlib import Path
from treadle import load
project = load(Path.cwd())
assert not project.diagnostics, project.diagnostics
print(json.dumps({each: sorted(map(str, project.graph.select(each))) for each in json.load(sys.stdin)}))
"""


def test_a_selection_means_what_the_table_says(tmp_path: Path) -> None:
    """
    Each row of the table of selections selects the assets that it names.
    """
    page = (REFERENCE / "selections.md").read_text(encoding="utf-8")
    for path, text in {"pyproject.toml": '[tool.treadle]\nmodule = "mill"\n', "src/mill/__init__.py": ""}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    for block in blocks(page):
        if block.file:
            block.write(tmp_path)
    said = {cells[0].strip("`"): re.findall(r"`([^`]+)`", cells[2]) for cells in rows(page)[1:]}
    done = subprocess.run(
        [sys.executable, "-c", SELECT], cwd=tmp_path, input=json.dumps(list(said)), capture_output=True, text=True
    )
    assert "" == done.stderr
    assert said == json.loads(done.stdout)
    assert len(said) > 20


SHOP = """
from treadle import (
    Asset,
    AssetKey,
    CheckResult,
    Column,
    ColumnSource,
    DynamicPartitions,
    Job,
    Materialization,
    TimeWindowPartitions,
    asset,
    check,
    schedule,
    sensor,
)

print("not part of the answer")
rates = Asset(key=AssetKey.parse("rates"), columns=(Column(name="rate"),))
fees = Asset(key="fees", columns=[Column(name="fee", sources=(ColumnSource(asset=rates.key, column="rate"),))])
clicks = Asset(key="clicks", partitions=TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01", end="2026-01-03"))
everything = Job(name="everything", selection="*")


@asset(deps=["rates"])
def orders():
    return Materialization(metadata={"rows_affected": 1})


@check(asset=orders)
def has_rows():
    return True


@asset(partitions=DynamicPartitions(name="customers"))
def invoices(): ...


@asset(partitions=TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01", end="2026-01-03"))
def visits(): ...


@schedule(cron="0 6 * * *", selection="*")
def mornings(): ...


@sensor(selection="*")
def new_files(): ...
"""
LOOMS = """
type: treadle.PythonFile
requirements: {env: [LOOMS]}
attributes: {path: "{{ env('LOOMS', 'looms.py') }}"}
"""
HOOKS = """
[tool.treadle]
module = "p"
[tool.treadle.hooks.team]
on = ["success"]
command = ["true"]
[tool.treadle.observe.openlineage]
file = "lineage.jsonl"
"""
POLICIES = """
policies:
  owned: {severity: audit, require: asset.owners}
  grouped: {severity: warn, require: asset.group != "default"}
"""
OTHER_POLICIES = "policies: {described: {severity: audit, require: asset.description}}\n"
WAIVERS = "- {policy: owned, names: [orders], owner: team:shop, reason: it is new, expires: 2100-01-01}\n"
CASES = "owned: [{given: {}, expect: audit}]\n"
OLD = """
from treadle import Component, Definitions, RemovedField, RenamedField

class Old(Component):
    new: int
    deprecations = (RenamedField("old", to="new"), RemovedField("gone"))
    def build_defs(self, context):
        return Definitions()
"""
TESTS = "name: looms are made by a file\nexpect: {assets: {}}\n"
SHAPES = {
    heading: {cells[0].strip("`"): cells[1] for cells in rows(section)[1:]}
    for heading, section in re.findall(
        r"^## (.*?)$(.*?)(?=^## |\Z)", (REFERENCE / "json.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
}
NAMES = {
    "TYPE": "treadle.PythonScript",
    "ID": "latest",
    "ASSET": "clicks",
    "NAME": "customers",
    "REV": "HEAD",
    "FILE": "other.yaml",
    "FOLDER": "exported",
}
BEFORE = {
    "treadle runs": ("run", "orders"),
    "treadle hooks": ("run", "orders"),
    "treadle backfills": ("backfill", "visits", "--partitions", "all", "--detach"),
    "treadle tokens list": ("tokens", "create", "deploy"),
    "treadle audit": ("tokens", "create", "deploy"),
}
TICK = """
import sys
from datetime import UTC, datetime
from treadle.store import TickRecord, TickStatus, open_store

tick = TickRecord(kind="schedule", name="mornings", due_at=datetime.now(UTC), status=TickStatus.SKIPPED, reason="no")
with open_store("sqlite:///.treadle/treadle.db") as store:
    store.automations.commit(sys.argv[1], tick, seen=None, cursor="")
"""
SHAPES["treadle runs show ID"] = SHAPES["treadle run"]
SHAPES["treadle tokens create NAME"] |= SHAPES["treadle tokens list"]


def keys(value: Any, documented: dict[str, str], prefix: str = "") -> set[str]:
    """The keys of a JSON value as the page writes them; what is documented as a mapping is taken as one."""
    if isinstance(value, list) and prefix not in documented and not any(isinstance(each, str) for each in value):
        return {key for each in value for key in keys(each, documented, f"{prefix}[]" if prefix else "")}
    if isinstance(value, dict) and "mapping" not in documented.get(prefix, ""):
        found = (keys(each, documented, f"{prefix}.{key}" if prefix else key) for key, each in value.items())
        return set().union(*found)
    return {prefix}


def commit(folder: Path) -> None:
    """Make a repository of a folder, with all that is in it."""
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    for words in (["init", "--quiet"], ["add", "--all"], [*who, "commit", "--quiet", "--message", "All"]):
        subprocess.run(["git", *words], cwd=folder, check=True)


@pytest.mark.parametrize("heading", SHAPES)
def test_json_has_the_keys_that_the_page_lists(heading: str, make_project: MakeProject) -> None:
    """
    Each object that `--json` prints has the documented keys, and no others.
    """
    treadle = make_project(
        {
            "/pyproject.toml": HOOKS,
            "shop.py": SHOP,
            "looms/defs.yaml": LOOMS,
            "looms/looms.py": "",
            "looms/defs.test.yaml": TESTS,
            "/policies.yaml": POLICIES,
            "/policies.test.yaml": CASES,
            "/waivers.yaml": WAIVERS,
            "/other.yaml": OTHER_POLICIES,
            "/compute.yaml": "small: {memory: 1GB, allowed: 'group:x'}\n",
            "/credentials.yaml": "warehouse: {provider: environment, variable: WAREHOUSE}\n",
        }
    )
    if heading == "treadle upgrade":
        (treadle.folder / "src/p/defs/old").mkdir()
        (treadle.folder / "src/p/defs/old/defs.yaml").write_text(
            "type: p.old.Old\nattributes: {old: 1, gone: 2 # c\n}\n"
        )
        (treadle.folder / "src/p/old.py").write_text(OLD)
    for command, before in BEFORE.items():
        if heading.startswith(command):
            treadle(*before)
    if heading == "treadle automations ticks":
        treadle("automations", "off", "mornings")  # which makes the store
        subprocess.run([sys.executable, "-c", TICK, str(treadle.folder)], cwd=treadle.folder, check=True)
    if heading == "treadle diff REV":
        commit(treadle.folder)
        shop = treadle.folder / "src/p/defs/shop.py"
        shop.write_text(SHOP.replace('deps=["rates"]', 'deps=["rates"], code_version="2"'), encoding="utf-8")
    (treadle.folder.parent / "pyproject.toml").write_text('[tool.treadle.workspace]\nprojects = ["project"]\n')
    words = [NAMES.get(word, word) for word in heading.split()[1:]]
    # A baseline is only written when nothing is wrong but with what policies say.
    env = {"LOOMS": "looms.py"} if words[0] == "policy" else {}
    answer = treadle(*words, *(["orders"] if words[0] in ("run", "export") else []), "--json", env=env)
    assert set(SHAPES[heading]) == keys(answer.json, SHAPES[heading])


def test_every_command_with_json_is_on_the_page() -> None:
    """
    Commands that have `--json`, and the headings of the page, are the same.
    """
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (.*?)$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    having = {command for command, text in sections if "`--json`" in text}
    assert having == {re.sub(r" (--.*|[A-Z]+)$", "", heading) for heading in SHAPES}


FAILING = """
from treadle import asset, check


@asset
def looms():
    return 1 / 0


@asset
def yarn(): ...


@check(asset=yarn)
def is_there():
    return False
"""


def test_a_message_has_the_keys_that_the_page_lists(make_project: MakeProject) -> None:
    """
    What hooks are told has the documented keys and no others, and all of them, whatever it is about.
    """
    page = (REFERENCE / "hooks.md").read_text(encoding="utf-8")
    [section] = re.findall(r"^## The message$(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    documented = {cells[0].strip("`"): cells[1] for cells in rows(section)[1:]}
    hook = 'on = ["failure"]\ncommand = ["sh", "-c", "cat > $TREADLE_HOOK_KIND"]\n'
    settings = f'[tool.treadle]\nmodule = "p"\n[tool.treadle.hooks.team]\n{hook}'
    treadle = make_project({"/pyproject.toml": settings, "mill.py": FAILING})
    assert 3 == treadle("run").code
    told = json.loads((treadle.folder / "failure").read_text(encoding="utf-8"))
    assert set(documented) == keys(told, documented)
    treadle("hooks", "test", "team")
    tried = json.loads((treadle.folder / "test").read_text(encoding="utf-8"))
    assert set(told) == set(tried)


def test_settings_of_observers_are_on_the_page() -> None:
    """
    Every setting of `[tool.treadle.observe]`, and everything that Prometheus is told, is documented.
    """
    from treadle.project.observing import _CATALOGUE, _COLLECTOR

    page = (REFERENCE / "observe.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## (.*?)$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    for name, fields in (("OpenTelemetry", _COLLECTOR), ("OpenLineage", _CATALOGUE)):
        settings = [cells[0].strip("`") for cells in rows(parts[name])]
        assert set(fields) <= set(settings)
    source = (DOCS.parent / "src" / "treadle" / "observers" / "prometheus.py").read_text(encoding="utf-8")
    made = {f"treadle_{name}" for name in re.findall(r'(?:_gauge|_single)\(\s*"(\w+)"', source)}
    made |= {f"treadle_{name}" for name in re.findall(r'^        \("(\w+)", "', source, re.MULTILINE)}
    made |= {"treadle_info", "treadle_attempt_seconds"}
    assert made == {cells[0].strip("`") for cells in rows(parts["Prometheus"])[1:]}


def test_settings_and_variables_of_hooks_are_on_the_page() -> None:
    """
    Every setting of a hook, and every variable that a command gets, is documented.
    """
    from treadle.project.hooks import _FIELDS

    page = (REFERENCE / "hooks.md").read_text(encoding="utf-8")
    [section] = re.findall(r"^## Settings$(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    settings = [cells[0].strip("`") for cells in rows(section) if not cells[0].startswith("`smtp")]
    assert list(_FIELDS) == settings[1 : 1 + len(_FIELDS)]


def commands(command: click.Command, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Every command by its words, hidden ones as well, and whether it has others below it."""
    below: Mapping[str, object] = getattr(command, "table", getattr(command, "commands", {}))
    yield above, bool(below)
    if isinstance(command, click.Group):
        for name in below:
            found = command.get_command(click.Context(command), name)
            assert found is not None
            yield from commands(found, (*above, name))


def test_commands_that_messages_and_pages_name_exist() -> None:
    """
    What a message or a page tells people to type is there.
    """
    there = dict(commands(cli))
    wrong = []
    for file in [*(DOCS.parent / "src").rglob("*.py"), *DOCS.rglob("*.md")]:
        for found in re.finditer(r"`treadle((?: [a-z][a-z-]*)+)", file.read_text(encoding="utf-8")):
            words = tuple(found[1].split())
            first = words[:1]
            if first not in there or (len(words) > 1 and there[first] and words[:2] not in there):
                wrong.append((file.name, found[0]))
    assert [] == wrong
