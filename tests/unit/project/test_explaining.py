"""`treadle explain`: where each value of an asset came from, and what is never told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import PROJECT
from treadle.cli.main import cli
from treadle.errors import ProjectError, UsageError
from treadle.project.explaining import Explanation, FieldStory, explain

SECRET = "hunter2-of-the-warehouse"
STAGE = "staging-7"

FILES = {
    ".env": f"WAREHOUSE_PASSWORD={SECRET}\nSTAGE={STAGE}\n",
    "pyproject.toml": '[tool.treadle]\nmodule = "p"\n[tool.treadle.run]\ntimeout = "2h"\n',
    "policies.yaml": """\
policies:
  grouped:
    require: asset.group != 'default'
    match: "*"
    default:
      group: "{{ asset.key.parts[0] }}_of_all"
      tags: {tier: bronze, team: nobody}
""",
    "src/p/defs/defs.yaml": """\
type: treadle.DefsFolder
template_vars_module: .variables
post_processing:
  assets:
    - target: shop/*
      attributes:
        tags: {team: "{{ region }}", layer: marts}
        owners: ["team:shop"]
    - target: shop/orders
      operation: replace
      attributes:
        tags: {reviewed: "yes"}
        description: "{{ asset.description }}, reviewed"
""",
    "src/p/defs/variables.py": "from treadle import template_var\n\n\n@template_var\ndef region():\n    return 'eu'\n",
    "src/p/defs/shop/defs.yaml": """\
type: treadle.PythonScript
attributes:
  execution:
    path: s.py
    description: Loads the shop.
    retries: 3
  assets:
    - key: shop/orders
      deps: [raw/orders]
      description: Orders
      group_name: "{{ region }}_shop"
      tags: {layer: raw, pii: "no"}
      metadata:
        url: "db://etl:{{ env.WAREHOUSE_PASSWORD }}@host"
        upper: "{{ env('STAGE', 'dev') | upper }}"
        other: "{{ env('NOT_THERE', 'dev') }}"
    - key: shop/v1.users
      code_version: "{{ env.STAGE }}"
""",
    "src/p/defs/shop/s.py": "",
    "src/p/defs/plain.py": """\
from treadle import asset


@asset(group="made", tags={"a": "b"})
def plain():
    \"\"\"Made in Python.\"\"\"
""",
    "src/p/components/__init__.py": "",
    "src/p/components/table.py": """\
from treadle import Asset, Component, Definitions


class Table(Component):
    \"\"\"A table.\"\"\"

    table: str
    group: str = "tables"
    owner: str

    def build_defs(self, context):
        asset = Asset(key=self.table, group=self.group, owners=["team:" + self.owner], origin=context.origin())
        return Definitions(assets=[asset])
""",
    "src/p/defs/tables/defs.yaml": """\
type: p.components.table.Table
attributes:
  table: stock
  group: cellar
  owner: ann
""",
}


def write(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in {**PROJECT, **files}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WAREHOUSE_PASSWORD", "STAGE"):
        monkeypatch.setenv(name, "")  # so that what loading sets is forgotten afterwards
        monkeypatch.delenv(name)
    return write(tmp_path / "project", FILES)


def story(found: Explanation, name: str) -> FieldStory:
    return next(each for each in found.fields if each.name == name)


def told(found: FieldStory) -> list[tuple[str, object, str, int | None]]:
    """Kind, value, effect and line of each step."""
    return [(each.kind, each.value, each.effect, each.span.line if each.span else None) for each in found.steps]


def test_every_step_that_had_a_say_is_told_in_order(project: Path) -> None:
    """
    What was written, what a post-processing put in its place, and what a rule that replaces took away, each with its line.
    """
    found = explain(project, "shop/orders")
    assert [
        ("yaml", "Orders", "sets", 10),
        ("post_processing", "Orders, reviewed", "replaces", 13),
    ] == told(story(found, "description"))
    assert [
        ("yaml", "raw", "sets", 12),
        ("post_processing", "marts", "replaces", 7),
        ("post_processing", None, "removes", 10),
    ] == told(story(found, "tags.layer"))
    assert [("post_processing", "yes", "sets", 12)] == told(story(found, "tags.reviewed"))
    assert [("post_processing", ["team:shop"], "sets", 8)] == told(story(found, "owners"))
    assert [("yaml", ["raw/orders"], "sets", 9)] == told(story(found, "deps"))
    assert [("default", None, "sets", None)] == told(story(found, "freshness"))
    assert None is story(found, "tags.layer").value


def test_a_template_is_told_with_what_it_read(project: Path) -> None:
    """
    Of a template variable, the function that gives it is named; the name that the file uses for the field is understood.
    """
    (only,) = explain(project, "shop/orders.group_name").fields
    (step,) = only.steps
    assert ("group", "eu_shop", "template", "attributes.assets[0].group_name") == (
        only.name,
        only.value,
        step.kind,
        step.text,
    )
    (use,) = step.templates
    (variable,) = use.variables
    assert ("{{ region }}_shop", "region", "eu", "module") == (
        use.text,
        variable.name,
        variable.value,
        variable.comes_from,
    )
    assert variable.span is not None
    assert (project / "src/p/defs/variables.py", 4) == (variable.span.file, variable.span.line)


def test_what_an_item_gave_is_told(project: Path) -> None:
    """
    A post-processing reads the asset as it was before it.
    """
    step = story(explain(project, "shop/orders"), "description").steps[-1]
    (variable,) = step.templates[0].variables
    assert ("asset.description", "Orders", "item") == (variable.name, variable.value, variable.comes_from)


@pytest.mark.parametrize("as_json", [pytest.param(["--json"], id="json"), pytest.param([], id="text")])
@pytest.mark.parametrize(
    "what",
    [
        pytest.param("shop/orders", id="all"),
        pytest.param("shop/orders.metadata", id="metadata"),
        pytest.param("shop/v1.users.code_version", id="one"),
    ],
)
def test_what_the_environment_holds_is_never_told(project: Path, what: str, as_json: list[str]) -> None:
    """
    That a variable is set is told, and where; its value isn't, nor what was made from it.
    """
    done = CliRunner().invoke(cli, ["-C", str(project), "explain", what, *as_json])
    assert (0, False, False, False) == (
        done.exit_code,
        SECRET in done.output,
        STAGE in done.output,
        STAGE.upper() in done.output,
    )


def test_where_a_variable_of_the_environment_is_set_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    In `.env`, with its line; in the environment, which wins; or nowhere.
    """
    monkeypatch.setenv("STAGE", "from the shell")
    found = explain(project, "shop/orders")
    url, upper, other = (story(found, f"metadata.{name}") for name in ("url", "upper", "other"))
    assert "db://etl:[env.WAREHOUSE_PASSWORD]@host" == url.value
    assert "[made from env.STAGE]" == upper.value
    (password,) = url.steps[0].templates[0].variables
    assert (".env", "set", 1) == (password.comes_from, password.value, password.span and password.span.line)
    assert ("environment", "set") == (
        upper.steps[0].templates[0].variables[0].comes_from,
        upper.steps[0].templates[0].variables[0].value,
    )
    assert ("dev", "not set") == (other.value, other.steps[0].templates[0].variables[0].value)


def test_what_is_said_of_the_step_is_told(project: Path) -> None:
    """
    Of the step that makes an asset too, down to what the project's settings say of all steps.
    """
    found = explain(project, "shop/v1.users")
    assert [("yaml", "Loads the shop.", "sets", 5)] == told(story(found, "description"))
    assert [("yaml", {"times": 3}, "sets", 6)] == told(story(found, "retries"))
    assert [("default", 7200.0, "sets", 4)] == told(story(found, "timeout"))
    assert [("default", None, "sets", None)] == told(story(found, "pool"))


def test_what_a_policy_gives_is_told_last(project: Path) -> None:
    """
    A default of a policy names it and its line, with the templates in it; where something was said, it has no say.
    """
    found = explain(project, "shop/v1.users")
    assert [("policy", "shop_of_all", "sets", 2)] == told(story(found, "group"))
    (step,) = story(found, "group").steps
    assert ("grouped", "asset.key.parts") == (step.text, step.templates[0].variables[0].name)
    assert [("policy", "bronze", "sets", 2)] == told(story(found, "tags.tier"))
    assert "eu" == story(found, "tags.team").value
    assert "template" == story(explain(project, "shop/orders"), "group").steps[-1].kind


def test_an_asset_that_python_declares_names_its_place(project: Path) -> None:
    """
    What no YAML says is said where the function is.
    """
    found = explain(project, "plain")
    assert [("code", "made", "sets", 4)] == told(story(found, "group"))
    assert [("code", "b", "sets", 4)] == told(story(found, "tags.a"))


def test_what_a_component_type_makes_is_told_by_its_code(project: Path) -> None:
    """
    A field that has the value of the attribute of its name is taken from there; others are made by the type.
    """
    found = explain(project, "stock")
    assert [("inferred", "cellar", "sets", 4)] == told(story(found, "group"))
    (owners,) = story(found, "owners").steps
    assert ("code", "p.components.table.Table") == (owners.kind, owners.text)
    assert owners.span is not None
    assert (project / "src/p/components/table.py", 11) == (owners.span.file, owners.span.line)


def test_an_asset_that_is_only_named_says_by_whom(project: Path) -> None:
    """
    What nobody declares has no values; who names it is told.
    """
    found = explain(project, "raw/orders")
    assert ["asset 'shop/orders' depends on it"] == [each.by for each in found.mentions]
    done = CliRunner().invoke(cli, ["-C", str(project), "explain", "raw/orders", "--json"])
    assert (0, False) == (done.exit_code, json.loads(done.stdout)["declared"])


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        pytest.param("shop/ordres", "did you mean 'shop/orders'?", id="asset"),
        pytest.param("shop/ordres.group", "did you mean 'shop/orders'?", id="asset of a field"),
        pytest.param("shop/orders.gruop", "did you mean 'group'?", id="field"),
        pytest.param("shop/orders.tags.revewed", "did you mean 'tags.reviewed'?", id="name in a field"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_what_was_meant(project: Path, typed: str, hint: str) -> None:
    """
    Assets and fields that don't exist are mistakes of the command line.
    """
    with pytest.raises(UsageError) as error:
        explain(project, typed)
    assert hint == error.value.fix


def test_a_rule_that_looks_at_other_assets_is_applied_as_in_the_project(project: Path) -> None:
    """
    What is asked for is built alone only where nothing else can have a say.
    """
    file = project / "src/p/defs/defs.yaml"
    file.write_text(file.read_text().replace("target: shop/*", "target: stock+"))
    (project / "src/p/defs/tables/more.txt").write_text("")
    shop = project / "src/p/defs/shop/defs.yaml"
    shop.write_text(shop.read_text().replace("deps: [raw/orders]", "deps: [stock]"))
    for _ in ("nothing is remembered", "keys are remembered"):
        assert ["team:shop"] == story(explain(project, "shop/orders"), "owners").value
        # Loading anew, as a command of its own would.
        CliRunner().invoke(cli, ["-C", str(project), "list", "assets"])


def test_an_asset_that_has_moved_is_found(project: Path) -> None:
    """
    Where an asset was declared when the project was loaded last is only a hint.
    """
    assert "shop" == explain(project, "shop/orders").component
    (project / "src/p/defs/shop").rename(project / "src/p/defs/market")
    assert "market" == explain(project, "shop/orders").component


def test_an_asset_of_a_broken_component_is_told_as_the_mistake_that_it_is(project: Path) -> None:
    """
    What can't be built can't be explained: what is wrong is told instead.
    """
    explain(project, "shop/orders")
    (project / "src/p/defs/shop/s.py").unlink()
    with pytest.raises(ProjectError, match=r"s\.py"):
        explain(project, "shop/orders")
