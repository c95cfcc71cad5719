"""Listings remember what unchanged files declare, and say the same as those that remember nothing."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import CommandLine, MakeProject
from treadle.ir import Definitions
from treadle.policies.baseline import Entry, baseline_text
from treadle.project import Project, find_settings, load
from treadle.project.looking import look_at
from treadle.project.policing import BASELINE, FILE, WAIVERS, has_rules
from treadle.project.remembering import surroundings
from treadle.project.remembering.wire import not_built

SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets: [{key: %s}]\n"
ROOTED = SCRIPT.replace("{key: %s}", "{key: %s, metadata: {root: '{{ project_root }}'}}")
NEEDS = SCRIPT % "needs" + "requirements: {env: [TREADLE_NEEDED]}\n"
SQL = "type: treadle.TemplatedSql\nattributes: {connection: main, sql_template: select 1, assets: [{key: sql}]}\n"
CONNECTED = '[project]\nname = "p"\nversion = "0.1.0"\n[tool.treadle]\nmodule = "p"\n[tool.treadle.connections]\n%s = "duckdb://"\n'
FILES = {
    "a/defs.yaml": ROOTED % "a",
    "a/s.py": "",
    "b/defs.yaml": ROOTED % "b",
    "b/s.py": "",
    "needs/defs.yaml": NEEDS,
    "needs/s.py": "",
    "sql/defs.yaml": SQL,
    "/pyproject.toml": CONNECTED % "main",
}
ALL = {"a", "b", "needs", "sql"}
FOLDER = "type: treadle.DefsFolder\n"
SECONDS = count(1_000_000_000)
VARIABLES = "from treadle import template_var\n\n\n@template_var\ndef region():\n    return %r\n"


@pytest.fixture(autouse=True)
def needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment variable that one of the components asks for."""
    monkeypatch.setenv("TREADLE_NEEDED", "1")


@pytest.fixture
def treadle(make_project: MakeProject) -> CommandLine:
    """A project that was listed once, of files from long ago."""
    project = make_project(FILES)
    age(project.folder)
    assert remembered(project) == set()
    assert remembered(project) == ALL
    return project


def age(folder: Path) -> None:
    """Let everything be from long ago: what changed a moment ago isn't remembered.

    From another second each time: Python tells by that whether its byte code is the module's.
    """
    then = next(SECONDS)
    for path, _, files in os.walk(folder):
        for each in (path, *(os.path.join(path, file) for file in files)):
            os.utime(each, (then, then))


def defs(project: CommandLine) -> Path:
    return project.folder / "src/p/defs"


def remembered(project: CommandLine) -> set[str]:
    """The components that are listed without being built; the listing has to be that of a project that is built."""
    listed = load(project.folder, remembered=True)
    assert said(listed) == said(load(project.folder))
    return {each.component for each in listed.graph.steps.values() if each.run is not_built}


def said(project: Project) -> object:
    """All that a project says, but what its steps run."""
    components = [replace(each, definitions=_still(each.definitions)) for each in project.components]
    graph = project.graph
    steps = _still(Definitions(steps=graph.steps.values())).steps
    starters = dict(graph.jobs), dict(graph.schedules), dict(graph.sensors)
    judged = graph.verdicts, project.admission.excused if project.admission else None
    return components, dict(graph.assets), dict(graph.checks), steps, starters, project.diagnostics, judged


def _still(definitions: Definitions) -> Definitions:
    return replace(
        definitions, steps=[replace(each, run=not_built, prepare=None, sql=None) for each in definitions.steps]
    )


def edit(project: CommandLine) -> None:
    (defs(project) / "a/defs.yaml").write_text(ROOTED % "other")


def edit_unseen(project: CommandLine) -> None:
    """The size and the time of its content are what they were."""
    file = defs(project) / "a/defs.yaml"
    times = file.stat()
    file.write_text(ROOTED % "c")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def replace_by_older(project: CommandLine) -> None:
    draft = defs(project) / "draft"
    draft.write_text(ROOTED % "c")
    os.utime(draft, (1_000_000_000, 1_000_000_000))
    draft.replace(defs(project) / "a/defs.yaml")


def let_vanish(project: CommandLine) -> None:
    (defs(project) / "a/s.py").unlink()


def let_be_a_folder(project: CommandLine) -> None:
    (defs(project) / "a/s.py").unlink()
    (defs(project) / "a/s.py").mkdir()


def rename(project: CommandLine) -> None:
    (defs(project) / "a").rename(defs(project) / "c")


def swap(project: CommandLine) -> None:
    (defs(project) / "a").rename(defs(project) / "c")
    (defs(project) / "b").rename(defs(project) / "a")
    (defs(project) / "c").rename(defs(project) / "b")


def hand_down(project: CommandLine) -> None:
    """A folder above names a variable that isn't used below."""
    (defs(project) / "defs.yaml").write_text(FOLDER + "template_vars_module: .variables\n")
    (defs(project) / "variables.py").write_text(VARIABLES % "eu")


def process(project: CommandLine) -> None:
    """A folder above adds something to what is below, which is remembered as it was before that."""
    (defs(project) / "defs.yaml").write_text(FOLDER + "post_processing: {assets: [{attributes: {group: new}}]}\n")


def hide(project: CommandLine) -> None:
    """A module that declares something is hidden by the file beside it."""
    (defs(project) / "a/more.py").write_text("from treadle import Asset\n\nextra = Asset(key='extra')\n")
    assert "TRD505" in [each.code for each in load(project.folder, remembered=True).diagnostics]


def shut(project: CommandLine) -> None:
    """Whoever isn't allowed everything can't read it any more."""
    (defs(project) / "a/defs.yaml").chmod(0)


@pytest.mark.parametrize(
    ("change", "built"),
    [
        pytest.param(edit, {"a"}, id="edited"),
        pytest.param(edit_unseen, {"a"}, id="edited-with-its-time-set-back"),
        pytest.param(replace_by_older, {"a"}, id="replaced-by-an-older-file"),
        pytest.param(let_vanish, {"a"}, id="script-vanishes"),
        pytest.param(let_be_a_folder, {"a"}, id="script-is-a-folder"),
        pytest.param(rename, {"a"}, id="folder-renamed"),
        pytest.param(swap, {"a", "b"}, id="folders-swapped"),
        pytest.param(hand_down, set(), id="unused-variables-above"),
        pytest.param(process, set(), id="post-processing-above"),
        pytest.param(hide, set(), id="hidden-module"),
        pytest.param(shut, {"a"}, id="unreadable"),
        pytest.param(lambda project: None, set(), id="nothing"),
    ],
)
def test_a_change_is_seen_and_what_it_does_not_touch_is_still_remembered(
    treadle: CommandLine, change: Callable[[CommandLine], None], built: set[str]
) -> None:
    change(treadle)
    assert remembered(treadle) == ALL - built


def test_a_variable_that_has_to_be_set_and_is_not_any_more_is_told(
    treadle: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TREADLE_NEEDED")
    assert remembered(treadle) == ALL - {"needs"}
    assert [each.code for each in load(treadle.folder, remembered=True).diagnostics] == ["TRD313"]


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        pytest.param(CONNECTED % "other", ["TRD630"], id="connection"),
        pytest.param(CONNECTED % "main" + "[tool.treadle.pools]\nsmall = 1\n", [], id="pool"),
        pytest.param(CONNECTED.replace("[tool", "components_modules = []\n[tool", 1) % "main", [], id="other-table"),
    ],
)
def test_settings_that_change_are_heeded(treadle: CommandLine, written: str, codes: list[str]) -> None:
    (treadle.folder / "pyproject.toml").write_text(written)
    found = load(treadle.folder, remembered=True)
    assert [each.code for each in found.diagnostics] == codes
    assert said(found) == said(load(treadle.folder))


def test_another_module_of_the_same_project_is_another_project(treadle: CommandLine) -> None:
    shutil.copytree(treadle.folder / "src/p", treadle.folder / "src/q")
    edit(treadle)
    (treadle.folder / "pyproject.toml").write_text((CONNECTED % "main").replace('module = "p"', 'module = "q"'))
    assert remembered(treadle) == set()
    assert {str(key) for key in load(treadle.folder, remembered=True).graph.assets} == ALL


@pytest.mark.parametrize("what", ["python", "treadle", "package"])
def test_nothing_is_believed_that_another_python_treadle_or_package_has_built(
    treadle: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    if what == "python":
        monkeypatch.setattr(sys, "version", "3.99")
    elif what == "treadle":
        monkeypatch.setattr(surroundings, "__version__", "99")
    else:
        (tmp_path / "path" / "acme-2.0.dist-info").mkdir(parents=True)
        monkeypatch.syspath_prepend(tmp_path / "path")
    assert remembered(treadle) == set()
    assert remembered(treadle) == ALL


def test_code_of_treadle_that_changes_is_seen(
    treadle: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = tmp_path / "treadle"
    shutil.copytree(surroundings._HERE, here, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(surroundings, "_HERE", here)
    assert (remembered(treadle), remembered(treadle)) == (set(), ALL)
    with (here / "library/script.py").open("a") as code:
        code.write("# changed\n")
    assert (remembered(treadle), remembered(treadle)) == (set(), ALL)


def test_a_project_that_is_copied_with_its_memory_is_built(treadle: CommandLine, tmp_path: Path) -> None:
    copy = CommandLine(tmp_path / "copy")
    shutil.copytree(treadle.folder, copy.folder)
    age(copy.folder)
    assert remembered(copy) == set()
    assert remembered(treadle) == ALL


def test_what_changed_a_moment_ago_may_change_again_without_being_seen_and_is_not_remembered(
    make_project: MakeProject,
) -> None:
    project = make_project(FILES)
    assert (remembered(project), remembered(project)) == (set(), set())


def test_a_component_that_reads_the_environment_is_built_and_its_secrets_are_not_written(
    make_project: MakeProject,
) -> None:
    files = {"a/defs.yaml": SCRIPT % '"{{ env.SHOP_TOKEN }}"', "a/s.py": "", "/.env": "SHOP_TOKEN=hush1\n"}
    project = make_project(files)
    age(project.folder)
    for token in ("hush1", "hush2"):
        (project.folder / ".env").write_text(f"SHOP_TOKEN={token}\n")
        listed = [each["key"] for each in project("list", "assets", "--json").json]
        assert (listed, project("list", "assets", "--json").json[0]["key"]) == ([token], token)
        assert b"hush" not in (project.folder / ".treadle/built").read_bytes()


def test_a_variable_of_the_folder_above_is_never_an_old_one(make_project: MakeProject) -> None:
    """A folder's variables are Python: what they say may change at any time."""
    files = {"f/defs.yaml": FOLDER + "template_vars_module: .variables\n", "f/variables.py": VARIABLES % "eu"}
    project = make_project({**files, "f/a/defs.yaml": SCRIPT % "'{{ region }}/a'", "f/a/s.py": ""})
    for region in ("eu", "us"):
        (project.folder / "src/p/defs/f/variables.py").write_text(VARIABLES % region)
        age(project.folder)
        for _ in range(2):
            assert [each["key"] for each in project("list", "assets", "--json").json] == [f"{region}/a"]


def test_a_module_of_variables_that_a_component_names_is_imported_every_time(make_project: MakeProject) -> None:
    """Also when none of its variables is used: it may be missing."""
    named = SCRIPT % "a" + "template_vars_module: .variables\n"
    project = make_project({"a/defs.yaml": named, "a/s.py": "", "a/variables.py": VARIABLES % "eu"})
    age(project.folder)
    for _ in range(2):
        assert project("list", "assets").code == 0
    (defs(project) / "a/variables.py").unlink()
    assert "TRD312" in project("list", "assets").err


def test_a_module_that_cannot_be_imported_is_told_every_time_though_it_is_empty(make_project: MakeProject) -> None:
    project = make_project({"a/defs.yaml": SCRIPT % "a", "a/s.py": "", "b.c.py": ""})
    age(project.folder)
    for _ in range(2):
        assert [each.code for each in load(project.folder, remembered=True).diagnostics] == ["TRD701"]


def test_a_name_that_a_folder_above_gives_a_meaning_to_is_seen(make_project: MakeProject) -> None:
    """Until then it was left for the step to say."""
    sql = SQL.replace("select 1", "\"select '{{ region }}'\"")
    project = make_project({"f/a/defs.yaml": sql, "/pyproject.toml": CONNECTED % "main"})
    age(project.folder)
    assert (remembered(project), remembered(project)) == (set(), {"f/a"})
    (defs(project) / "f/defs.yaml").write_text(FOLDER + "template_vars_module: .variables\n")
    (defs(project) / "f/variables.py").write_text(VARIABLES % "eu")
    assert remembered(project) == set()


def test_the_time_is_asked_for_whenever_a_template_asks_for_it(make_project: MakeProject) -> None:
    now = ROOTED.replace("project_root", "datetime.datetime.now()")
    length = SCRIPT.replace(
        "%s}", "%s, freshness: '{{ dg.FreshnessPolicy.time_window(fail_window=datetime.timedelta(days=1)) }}'}"
    )
    project = make_project({"now/defs.yaml": now % "n", "now/s.py": "", "day/defs.yaml": length % "d", "day/s.py": ""})
    age(project.folder)
    seen = [load(project.folder, remembered=True).graph for _ in range(2)]
    (first, second) = (next(each for key, each in graph.assets.items() if str(key) == "n") for graph in seen)
    assert first.metadata != second.metadata
    assert [each.component for each in seen[1].steps.values() if each.run is not_built] == ["day"]


def test_a_component_with_a_mistake_or_a_warning_is_built_again_and_tells_it_every_time(
    make_project: MakeProject,
) -> None:
    warned = SCRIPT % "w" + "post_processing: {assets: [{target: 'group:nothing', attributes: {group: x}}]}\n"
    project = make_project({"w/defs.yaml": warned, "w/s.py": "", "x/defs.yaml": SCRIPT % "x"})
    age(project.folder)
    for _ in range(2):
        assert remembered(project) == set()
        assert [each.code for each in load(project.folder, remembered=True).diagnostics] == ["TRD204", "TRD412"]


def test_what_is_wrong_between_components_is_told_of_remembered_ones(make_project: MakeProject) -> None:
    after = SCRIPT.replace("%s}", "%s, deps: [%s]}")
    files = {"a/defs.yaml": after % ("a", "b"), "b/defs.yaml": after % ("b", "a"), "c/defs.yaml": SCRIPT % "a"}
    project = make_project({**files, **{f"{each}/s.py": "" for each in "abc"}})
    age(project.folder)
    for known in (set(), {"a", "b", "c"}):
        # The second step of a thing that two declare isn't in the graph's lineage, but it is one of its steps.
        assert remembered(project) == known
    told = project("check", "--build", "--json")
    assert {each["code"] for each in told.json["diagnostics"]} == {"TRD401", "TRD403"}
    assert told.code == 1


def test_a_component_that_is_listed_runs(make_project: MakeProject) -> None:
    project = make_project({"a/defs.yaml": SCRIPT % "a", "a/s.py": "open('ran', 'w').close()\n"})
    age(project.folder)
    for command in ("list assets", "list assets", "run a", "check --build", "graph", "status", "list checks"):
        assert project(*command.split()).code == 0
    assert (defs(project) / "a/ran").exists()


def test_a_remembered_step_says_why_it_cannot_run(treadle: CommandLine) -> None:
    step = load(treadle.folder, remembered=True).graph.steps["a:s"]

    class Running:
        pass

    running = Running()
    running.step = step  # type: ignore[attr-defined]
    with pytest.raises(RuntimeError, match="'a:s' was remembered from an earlier listing"):
        step.run(running)  # type: ignore[arg-type]
    assert load(treadle.folder).graph.steps["a:s"].run is not not_built


COUNTED = """from pathlib import Path
from typing import ClassVar

from treadle import Component, Definitions, Asset
from p.helping import prefix


class Counted(Component):
    \"\"\"Writes down how often it is built.\"\"\"

    follows_from_attributes: ClassVar[bool] = True
    name: str

    def build_defs(self, context):
        with Path({marker!r}).open("a") as marker:
            marker.write(self.name)
        return Definitions(assets=[Asset(key=prefix + self.name, origin=context.origin())])


class Other(Counted):
    \"\"\"Says nothing of itself.\"\"\"


class Asking(Counted):
    \"\"\"Asks another component.\"\"\"

    follows_from_attributes: ClassVar[bool] = True

    def build_defs(self, context):
        context.build_defs("a")
        return super().build_defs(context)
"""


def test_types_of_a_project_are_believed_if_they_say_so_themselves(make_project: MakeProject, tmp_path: Path) -> None:
    """Until any module of theirs changes: that of the class, or one that it imports."""
    marker = tmp_path / "marker"
    named = "type: p.components.counted.%s\nattributes: {name: %s}\n"
    files = {"a/defs.yaml": named % ("Counted", "a"), "b/defs.yaml": named % ("Other", "b")}
    types = {
        "/src/p/components/__init__.py": "",
        "/src/p/components/counted.py": COUNTED.format(marker=str(marker)),
        "/src/p/helping.py": "prefix = 'x/'\n",
    }
    project = make_project({**files, **types, "c/defs.yaml": named % ("Asking", "c")})

    def built(*, keys: list[str]) -> str:
        marker.write_text("")
        assert [each["key"] for each in project("list", "assets", "--json").json] == keys
        return "".join(sorted(marker.read_text().replace("ac", "c")))  # what is asked for is built for that

    x, y = ["x/a", "x/b", "x/c"], ["y/a", "y/b", "y/c"]
    age(project.folder)
    built(keys=x)
    age(project.folder)  # Python has left byte code beside the modules
    assert built(keys=x) == "abc"
    assert built(keys=x) == "bc"
    (project.folder / "src/p/helping.py").write_text("prefix = 'y/'\n")
    age(project.folder)
    assert built(keys=y) == "abc"
    assert built(keys=y) == "bc"
    (project.folder / "src/p/components/counted.py").write_text(
        types["/src/p/components/counted.py"].replace("prefix +", "'z/' +")
    )
    assert built(keys=["z/a", "z/b", "z/c"]) == "abc"


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data[:-100], id="cut"),
        pytest.param(lambda data: data[:500] + b"\0" + data[501:], id="one-byte"),
        pytest.param(lambda data: b"x" * 200, id="foreign"),
        pytest.param(lambda data: data.replace(data[:64], b"0" * 64), id="of-another"),
        pytest.param(lambda data: sealed(data, {"folders": 3}), id="other-shape"),
        pytest.param(lambda data: sealed(data, [1]), id="no-mapping"),
    ],
)
def test_a_memory_that_cannot_be_used_is_ignored_and_written_again(
    treadle: CommandLine, damage: Callable[[bytes], bytes]
) -> None:
    file = treadle.folder / ".treadle/built"
    file.write_bytes(damage(file.read_bytes()))
    assert remembered(treadle) == set()
    assert remembered(treadle) == ALL


def sealed(data: bytes, value: object) -> bytes:
    """A memory that says something else and is right in form."""
    written = pickle.dumps(value)
    return data[:65] + hashlib.sha256(written).digest() + written


class Evil:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.marker),)


def test_a_memory_runs_no_code(treadle: CommandLine, tmp_path: Path) -> None:
    file, marker = treadle.folder / ".treadle/built", tmp_path / "marker"
    whole = file.read_bytes()
    file.write_bytes(sealed(whole, Evil(marker)))
    assert remembered(treadle) == set()
    known = pickle.loads(whole[97:])
    known["files"] = {path: (*found[:-1], pickle.dumps(Evil(marker))) for path, found in known["files"].items()}
    file.write_bytes(sealed(file.read_bytes(), known))
    assert remembered(treadle) == set()
    assert not marker.exists()


def test_a_memory_that_cannot_be_written_is_done_without(make_project: MakeProject) -> None:
    """Here, a file is where the folder has to be."""
    project = make_project({**FILES, "/.treadle": "in the way\n"})
    age(project.folder)
    assert (remembered(project), remembered(project)) == (set(), set())
    assert project("list", "assets", "--json").code == 0


def test_listings_at_the_same_time_do_not_disturb_each_other(treadle: CommandLine) -> None:
    (treadle.folder / ".treadle/built").unlink()
    command = [sys.executable, "-m", "treadle", "-C", str(treadle.folder), "list", "assets", "--json"]
    listings = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    assert len({each.communicate()[0] for each in listings}) == 1
    assert [each.returncode for each in listings] == [0] * 4
    assert [path.name for path in (treadle.folder / ".treadle").glob("built*")] == ["built"]
    assert {each["key"] for each in treadle("list", "assets", "--json").json} == ALL


def test_where_a_link_leads_is_looked_up(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project({"a/s.py": ""})
    for place, key in (("one", "one"), ("two", "two")):
        (tmp_path / place / "in").mkdir(parents=True)
        (tmp_path / place / "in/s.py").touch()
        (tmp_path / place / "in/defs.yaml").write_text(SCRIPT % key)
    age(tmp_path)
    for name, target in (("whole", "one/in"), ("above", "one")):
        (defs(project) / name).symlink_to(tmp_path / target)
    assert (remembered(project), remembered(project)) == (set(), {"whole", "above/in"})
    for name, target in (("whole", "two/in"), ("above", "two")):
        (defs(project) / name).unlink()
        (defs(project) / name).symlink_to(tmp_path / target)
    assert remembered(project) == set()
    assert "two" in map(str, load(project.folder, remembered=True).graph.assets)


def test_a_component_file_that_is_a_link_may_lead_nowhere(make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project({"a/s.py": "", "b/defs.yaml": SCRIPT % "b", "b/s.py": ""})
    (tmp_path / "there.yaml").write_text(SCRIPT % "a")
    (defs(project) / "a/defs.yaml").symlink_to(tmp_path / "there.yaml")
    age(project.folder)
    assert (remembered(project), remembered(project)) == (set(), {"a", "b"})
    (tmp_path / "there.yaml").unlink()
    assert remembered(project) == {"b"}


def test_a_module_that_says_nothing_is_not_imported_until_it_does(make_project: MakeProject, tmp_path: Path) -> None:
    """Nor are the packages that it is in, as long as they say nothing."""
    project = make_project(
        {"a/defs.yaml": SCRIPT % "a", "a/s.py": "", "__init__.py": '"""What the project declares."""\n'}
    )
    age(project.folder)
    seen = lambda: {each["key"] for each in project("list", "assets", "--json").json}  # noqa: E731
    assert (seen(), seen()) == ({"a"}, {"a"})
    for file in (defs(project) / "__init__.py", defs(project).parent / "__init__.py"):
        marker = tmp_path / file.parent.name
        before = file.read_text() if file.exists() else ""
        file.write_text(f"open({str(marker)!r}, 'w').close()\n")
        for _ in range(2):
            assert seen() == {"a"}
            marker.unlink()  # which importing it has made
            age(project.folder)
        file.write_text(before)
        age(project.folder)
        assert seen() == {"a"}
    (defs(project) / "__init__.py").write_text("from treadle import Asset\n\nnew = Asset(key='new')\n")
    age(project.folder)
    assert (seen(), seen()) == ({"a", "new"}, {"a", "new"})


def test_a_listing_of_what_is_remembered_loads_nothing_that_builds(treadle: CommandLine) -> None:
    program = (
        "import sys\nfrom treadle.project import load\n"
        f"load({str(treadle.folder)!r}, remembered=True)\n"
        "print(*sorted({'pydantic', 'jinja2', 'yaml'} & {name.split('.')[0] for name in sys.modules}))\n"
    )
    run = lambda: subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: E731
    run()  # which may have another path to look for packages on
    assert run().stdout.split() == []
    assert treadle("list", "assets", "--json").code == 0


def rule(
    project: CommandLine, text: str = "{require: asset.description, severity: warn, message: says nothing}"
) -> None:
    (project.folder / FILE).write_text(f"policies: {{described: {text}}}\n")
    age(project.folder)


def bind_elsewhere(project: CommandLine) -> None:
    with (project.folder / FILE).open("a") as file:
        file.write("bindings: [{policies: [described], match: 'key:b'}]\n")


@pytest.mark.parametrize(
    ("change", "again"),
    [
        pytest.param(lambda project: None, {"a", "b", "sql", "needs"}, id="nothing"),
        pytest.param(edit, {"b", "sql", "needs"}, id="edited"),
        pytest.param(edit_unseen, {"b", "sql", "needs"}, id="edited-with-its-time-set-back"),
        pytest.param(let_vanish, {"b", "sql", "needs"}, id="script-vanishes"),
        pytest.param(process, set(), id="post-processing-above"),
        pytest.param(lambda project: rule(project, "{require: asset.owners, severity: warn}"), set(), id="rule"),
        pytest.param(bind_elsewhere, set(), id="binding"),
    ],
)
def test_policies_are_not_asked_again_about_components_that_have_not_changed(
    treadle: CommandLine, change: Callable[[CommandLine], None], again: set[str]
) -> None:
    """Who writes other answers into the memory is told them of what is as it was, and of nothing else."""
    rule(treadle)
    load(treadle.folder, remembered=True)
    load(treadle.folder, remembered=True)
    memory = treadle.folder / ".treadle/answers.json"
    memory.write_text(memory.read_text().replace("says nothing", "was remembered"))
    change(treadle)
    verdicts = load(treadle.folder, remembered=True).graph.verdicts
    assert again == {each.name for each in verdicts if each.message == "was remembered"}


PLACES = ("a", "f/b", "f/c")
WRITTEN = {
    "script": ROOTED % "PLACE",
    "described": "# said\n" + SCRIPT % "PLACE, description: It is PLACE, owners: [team:a], tags: {layer: raw}",
    "other": SCRIPT % "other",
    "after": SCRIPT.replace(
        "%s}", "of/PLACE, deps: [other], automation: eager, partitions: {type: daily, start: 2026-01-01}}"
    ),
    "from-above": SCRIPT % "'{{ region }}/PLACE'",
    "from-environment": SCRIPT % "\"{{ env('TREADLE_NEEDED', 'unset') }}/PLACE\"",
    "needing": NEEDS,
    "grouped": SCRIPT % "PLACE" + "post_processing: {assets: [{attributes: {group: '{{ asset.key.name }}'}}]}\n",
    "several": SQL.replace("sql}", "'sql/PLACE'}") + "---\n" + SCRIPT % "two/PLACE",
    "scheduled": "type: treadle.ScheduledJob\nattributes: {job_name: 'PLACE', cron_schedule: '@daily'}\n",
    "watching": "type: treadle.AssetSensor\nattributes: {name: 'PLACE', watch: a, selection: '*'}\n",
    "function": "type: treadle.Function\nattributes: {execution: .code.run, assets: [{key: 'PLACE'}]}\n",
    "wrong": "type: treadle.PythonScript\nattributes: {asets: []}\n",
    "unreadable": "type: [\n",
}
ABOVE = {
    "plain": FOLDER,
    "variables": FOLDER + "template_vars_module: .variables\n",
    "processing": FOLDER + "post_processing: {assets: [{target: 'key:*', attributes: {tags: {above: 'yes'}}}]}\n",
}
PACKS = "bindings:\n  - {policies: ['*.*']%s}\n"
OWN = """policies:
  described: {require: "asset.description", severity: SEVERITY, message: "{{ asset.key }} says nothing", fix: {description: It}}
  named: {require: "asset.name | length > parameters.least", parameters: {least: 1}, severity: warn}
  above: {require: "asset.upstream | selectattr('owners') | list", severity: audit}
  labelled: {cel: "'layer' in asset.tags", match: "not key:other", severity: warn}
  quick: {target: step, require: "not step.retries and step.assets | length < 3", severity: warn}
  written: {target: component, require: "component.attributes.assets | length > 1", severity: audit}
  owned: {require: asset.owners, default: {owners: [team:b]}, match: "key:b"}
"""
RULES = {
    "none": "",
    "packs": PACKS % "",
    "packs-counted": PACKS % ", severity: audit, parameters: {words: 2, hours: 2}",
    "packs-for-some": PACKS % ", match: '+key:other', severity: warn",
    "own": OWN.replace("SEVERITY", "warn"),
    "own-denies": OWN.replace("SEVERITY", "deny"),
    "own-and-packs": OWN.replace("SEVERITY", "deny") + PACKS % "" + "  - {policies: [named], parameters: {least: 9}}\n",
    "unreadable": "policies: {broken: {require: asset.owner}}\n" + PACKS % "",
    "failing": "policies: {fails: {require: asset.metadata.root.much, severity: warn}}\n" + PACKS % "",
}
WAIVED = "- {policy: described, names: [a, other], owner: team:x, reason: It is old, expires: %s}\n"
EXCUSES = {
    "none": ("", ""),
    "waived": (WAIVED % "2999-01-01", ""),
    "waived-once": (WAIVED % "2020-01-01", ""),
    "known": ("", baseline_text([Entry("described", "asset", "a"), Entry("named", "asset", "gone")])),
}
edits = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PLACES), st.sampled_from(sorted(WRITTEN))),
    st.tuples(st.just("remove"), st.sampled_from(PLACES), st.sampled_from(["defs.yaml", "s.py", "code.py", ""])),
    st.tuples(
        st.just("add"), st.sampled_from(PLACES), st.sampled_from(["s.py", "code.py", "more.py", "defs.yml", "sub/s.py"])
    ),
    st.tuples(st.just("move"), st.sampled_from(PLACES), st.sampled_from(PLACES)),
    st.tuples(st.just("above"), st.sampled_from(sorted(ABOVE)), st.just("")),
    st.tuples(st.just("above"), st.just(""), st.just("")),
    st.tuples(st.just("environment"), st.sampled_from(["one", "two", ""]), st.just("")),
)
rules = st.one_of(
    st.tuples(st.just("rules"), st.sampled_from(sorted(RULES)), st.sampled_from(sorted(EXCUSES))),
    st.tuples(st.just("rules"), st.sampled_from(["packs", "own", "own-and-packs"]), st.just("none")),
)


def write_rules(project: CommandLine, rules: str, excuses: str) -> None:
    for name, text in zip((FILE, WAIVERS, BASELINE), (RULES[rules], *EXCUSES[excuses]), strict=True):
        (project.folder / name).write_text(text)
        if not text:
            (project.folder / name).unlink()


def make_edit(project: CommandLine, kind: str, one: str, two: str) -> None:
    """Change something in a small project."""
    place, above = defs(project) / one, defs(project) / "f/defs.yaml"
    if kind == "write":
        place.mkdir(parents=True, exist_ok=True)
        (place / "defs.yaml").write_text(WRITTEN[two].replace("PLACE", one))
    elif kind == "remove":
        if two:
            (place / two).unlink(missing_ok=True)
        else:
            shutil.rmtree(place, ignore_errors=True)
    elif kind == "add":
        (place / two).parent.mkdir(parents=True, exist_ok=True)
        (place / two).write_text("def run(context):\n    pass\n")
    elif kind == "move" and place.exists() and not (defs(project) / two).exists():
        (defs(project) / two).parent.mkdir(exist_ok=True)
        place.rename(defs(project) / two)
    elif kind == "environment":
        (project.folder / ".env").write_text(f"TREADLE_NEEDED={one}\n" if one else "")
    elif kind == "rules":
        write_rules(project, one, two)
    elif kind == "above" and one:
        above.parent.mkdir(exist_ok=True)
        above.write_text(ABOVE[one])
        (above.parent / "variables.py").write_text(VARIABLES % "eu")
    elif kind == "above":
        above.unlink(missing_ok=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(edits, st.booleans()), min_size=3, max_size=12))
def test_whatever_is_edited_a_listing_with_memory_says_what_one_without_says(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[tuple[str, str, str], bool]]
) -> None:
    project = anew(make_project)
    assert_memory_changes_nothing(project, monkeypatch, [(("environment", "one", ""), True), *steps])


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.sampled_from(["packs", "own", "own-and-packs"]),
    steps=st.lists(st.tuples(st.one_of(edits, rules), st.booleans()), min_size=3, max_size=7),
)
def test_whatever_is_edited_policies_say_with_memory_what_they_say_without(
    make_project: MakeProject,
    monkeypatch: pytest.MonkeyPatch,
    first: str,
    steps: list[tuple[tuple[str, str, str], bool]],
) -> None:
    """So do listings, and so do checks, which pass over what is only counted."""
    project = anew(make_project)
    make_edit(project, "rules", first, "none")
    for step in [(("environment", "one", ""), True), *steps]:
        assert_memory_changes_nothing(project, monkeypatch, [step])
        told = []
        for build in (None, None, True) if has_rules(find_settings(project.folder)) else ():
            monkeypatch.delenv("TREADLE_NEEDED", raising=False)
            look = look_at(project.folder, build=build)
            told.append((look.diagnostics, look.components, look.assets, look.excused))
        assert told[:2] == 2 * told[2:]


def anew(make_project: MakeProject) -> CommandLine:
    """The small project, without anything that an earlier example has left."""
    project = make_project({"/pyproject.toml": CONNECTED % "main"})
    for each in (defs(project), project.folder / ".treadle"):
        shutil.rmtree(each, ignore_errors=True)
    for file in (FILE, WAIVERS, BASELINE):
        (project.folder / file).unlink(missing_ok=True)
    for number, place in enumerate(PLACES):
        make_edit(project, "write", place, sorted(WRITTEN)[number])
        make_edit(project, "add", place, "s.py")
    return project


def assert_memory_changes_nothing(
    project: CommandLine, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[tuple[str, str, str], bool]]
) -> None:
    for edit, is_old in steps:
        make_edit(project, *edit)
        if is_old:
            age(project.folder)
        listed = []
        for remembered in (True, True, False):
            monkeypatch.delenv("TREADLE_NEEDED", raising=False)  # which loading has taken over from .env
            listed.append(said(load(project.folder, remembered=remembered)))
        assert listed[0] == listed[2]
        assert listed[1] == listed[2]
