"""What authors of component types test with: one component, a whole project, a step, an expected mistake."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from treadle import Asset, AssetAttributes, Component, Definitions, Step, StepContext, StepFailed
from treadle.errors import UsageError
from treadle.testing import MistakesError, build, expect_mistake, project, run_step

FUNCTION = {"execution": ".report.write", "assets": [{"key": "report"}]}
WRITE = "def write(context):\n    "


class Pages(Component):
    """Writes pages."""

    pages: list[AssetAttributes]
    retries: int = 0

    def build_defs(self, context):
        assets = [each.to_asset(context.origin("attributes", "pages", n)) for n, each in enumerate(self.pages)]
        step = Step(
            name="print", assets=[each.key for each in assets], run=self.run, retries=self.retries, can_subset=True
        )
        return Definitions(assets=assets, steps=[step])

    def run(self, context: StepContext) -> None:
        for key in sorted(context.assets):
            context.log(f"printing {key}", level="warning")
            context.shell("echo", f"shell {key}")
            print(f"python {key}")
            context.materialize(key, metadata={"region": os.environ.get("REGION", "")})


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"pages": [{"key": "a"}], "retries": 2}, id="values"),
        pytest.param("pages: [{key: a}]\nretries: 2", id="text"),
        pytest.param("\n        pages:\n          - key: a\n        retries: 2\n    ", id="indented-text"),
    ],
)
def test_a_component_is_made_of_a_class_and_attributes(attributes) -> None:
    """
    Attributes are values or YAML text; what is declared is there by name.
    """
    built = build(Pages, attributes)
    assert (["a"], ["print"], 2) == (list(built.assets), list(built.steps), built.steps["print"].retries.times)
    assert built.folder.is_dir()


def test_a_class_that_nobody_can_import_can_be_tested() -> None:
    """
    Also a class inside of a test; nothing of it is left.
    """

    class Local(Component):
        """Local."""

        key: str = "local"

        def build_defs(self, context):
            return Definitions(assets=[Asset(key=self.key)])

    before = set(sys.modules)
    assert ["local"] == list(build(Local).assets)
    assert set() == {each for each in sys.modules if "tested" in each} - before


def test_a_wrong_name_is_told_with_what_there_is() -> None:
    """
    Looking up what isn't there says what is.
    """
    with pytest.raises(KeyError, match=r"'orders' isn't there: did you mean 'order'\?"):
        build(Pages, {"pages": [{"key": "order"}]}).assets["orders"]


def test_a_component_sees_only_what_the_test_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Variables of the shell aren't there, those that are given are, and afterwards all is as it was.
    """
    monkeypatch.setenv("SHELLS", "own")
    before = (dict(os.environ), list(sys.path))
    built = build(
        Pages, {"pages": [{"key": "{{ env.REGION }}/{{ layer }}"}]}, env={"REGION": "eu"}, variables={"layer": "raw"}
    )
    assert ["eu/raw"] == list(built.assets)
    with expect_mistake("TRD303", at="attributes.pages.0.key", message="SHELLS"):
        build(Pages, {"pages": [{"key": "{{ env.SHELLS }}"}]})
    assert before == (dict(os.environ), list(sys.path))


def test_a_step_runs_here_and_what_it_reports_is_kept() -> None:
    """
    Materializations, log lines, and what is printed, also by what it starts; less than all can be asked for.
    """
    built = build(Pages, {"pages": [{"key": "a"}, {"key": "b"}]})
    ran = built.run_step(assets=["b"], env={"REGION": "eu"})
    assert ["b"] == list(ran.assets)
    assert {"region": "eu"} == dict(ran.assets["b"].metadata)
    assert ("printing b",) == ran.logs
    assert {"shell b", "python b"} <= set(ran.output.splitlines())


def test_what_a_step_raises_is_raised_in_the_test() -> None:
    """
    A failing step fails the test with its own exception.
    """

    def fail(context: StepContext) -> None:
        raise StepFailed("no paper")

    with pytest.raises(StepFailed, match="no paper"):
        run_step(Step(name="print", run=fail))


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        pytest.param({"code": "TRD204"}, "TRD204 was expected; told was:\n  TRD203 at attributes.pgaes", id="code"),
        pytest.param({"code": "TRD203", "at": "attributes.pages"}, "TRD203 at attributes.pages was expected", id="at"),
        pytest.param({"code": "TRD203", "message": "gaps"}, "saying 'gaps' was expected", id="message"),
    ],
)
def test_another_mistake_than_the_expected_one_fails(expected: dict[str, str], said: str) -> None:
    """
    The code, the place and the words have to be right, and the message says what was told.
    """
    with pytest.raises(AssertionError) as caught, expect_mistake(**expected):
        build(Pages, {"pgaes": []})
    assert said in str(caught.value)


def test_no_mistake_and_too_many_mistakes_fail() -> None:
    """
    An expected mistake that isn't told fails, and so does one that comes with others.
    """
    with pytest.raises(AssertionError, match="nothing is wrong"), expect_mistake("TRD203"):
        build(Pages, {"pages": []})
    with pytest.raises(AssertionError, match="more than TRD203 was told:\n  TRD204"), expect_mistake("TRD203"):
        build(Pages, {"pages": [], "retries": "many", "wrong": 1})
    with expect_mistake("TRD203", only=False) as told:
        build(Pages, {"pages": [], "retries": "many", "wrong": 1})
    assert 2 == len(told)


def test_an_unexpected_mistake_is_told_in_full() -> None:
    """
    A test that fails to build says what, where, why and how to fix it.
    """
    with pytest.raises(MistakesError) as caught:
        build(Pages, {"pages": [{"kye": "a"}]})
    told = str(caught.value)
    assert "TRD203: unknown attribute 'kye' in pages[0] (line 4 of defs.yaml)" in told
    assert "fix: did you mean 'key'?" in told


FILES = {
    "report/defs.yaml": """
        type: treadle.Function
        attributes:
          execution: .report.write
          assets: [{key: report}]
    """,
    "report/report.py": WRITE + "print('first')\n    context.materialize(metadata={'pages': 3})\n",
}


def test_a_project_is_loaded_run_and_changed() -> None:
    """
    A sandbox is loaded again after each change of its files, also of its modules.
    """
    with project(FILES) as sandbox:
        assert ["report"] == [str(key) for key in sandbox.check().graph.assets]
        assert 3 == sandbox.run_step("report:write").assets["report"].metadata["pages"]
        with sandbox.swapped({"report/report.py": WRITE + "context.materialize(metadata={'pages': 4})\n"}):
            assert 4 == sandbox.run_step("report:write").assets["report"].metadata["pages"]
        assert 3 == sandbox.run_step("report:write").assets["report"].metadata["pages"]
        root = sandbox.root
    assert not root.exists()


def test_a_project_runs_in_processes_of_its_own() -> None:
    """
    `run` is the real runner: statuses, materializations and outputs come from the store.
    """
    with project(FILES) as sandbox:
        ran = sandbox.run()
        assert ran.succeeded
        assert 3 == ran.materializations["report"].metadata["pages"]
        assert "first" in ran.outputs["report:write"]


def test_a_project_runs_for_a_partition() -> None:
    """
    A sandbox runs assets with partitions for one of them.
    """
    source = "from treadle import StaticPartitions, asset\n\n@asset(partitions=StaticPartitions(keys=['eu']))\ndef a(): ...\n"
    with project({"assets.py": source}) as sandbox:
        assert "eu" == sandbox.run(partition="eu").materializations["a"].partition


def test_a_project_that_is_wrong_tells_where() -> None:
    """
    `check` raises what `expect_mistake` looks at.
    """
    with project({"report/defs.yaml": "type: treadle.Function\nattributes: {exec: 1}\n"}) as sandbox:
        with expect_mistake("TRD203", at="attributes.exec", only=False):
            sandbox.check()
        assert ["broken"] == [each.state for each in sandbox.load().components]


def test_a_project_can_be_scaffolded() -> None:
    """
    What `treadle scaffold defs` makes is right.
    """
    with project() as sandbox:
        file = sandbox.scaffold("treadle.Function", "orders")
        assert file.is_file()
        assert ["orders"] == [str(key) for key in sandbox.check().graph.assets]


def test_files_stay_in_the_project() -> None:
    """
    A path that leads out of the project is refused, and one with a leading slash starts at its folder.
    """
    with pytest.raises(ValueError, match="leads out of the project"), project({"/../x": ""}):
        pass
    with project({"/.env": "REGION=eu\n", "a/../b/x.txt": "x"}) as sandbox:
        assert (True, True) == ((sandbox.root / ".env").is_file(), (sandbox.defs / "b" / "x.txt").is_file())


def test_a_step_that_isnt_there_is_told() -> None:
    """
    Names of steps are those of `treadle run`.
    """
    with project(FILES) as sandbox:
        with pytest.raises(KeyError, match="did you mean 'report:write'"):
            sandbox.run_step("report:wrote")
        with pytest.raises(UsageError):
            sandbox.run("nothing-here")


def test_the_folder_of_a_component_goes_when_the_component_does(tmp_path: Path) -> None:
    """
    Nothing is left on disk.
    """
    built = build(Pages, {"pages": []})
    root = built.root
    del built
    assert not root.exists()


def test_a_step_runs_for_a_partition() -> None:
    """
    A step of a component sees the window of a partition; of any other step the key is taken as it is.
    """
    daily = {"type": "daily", "start": "2026-01-01", "timezone": "Europe/Vienna"}
    source = WRITE + "context.log(f'{context.partition} ends {context.partition_window.end.isoformat()}')\n"
    pages = build(
        "treadle.Function",
        {"execution": ".report.write", "assets": [{"key": "report", "partitions": daily}]},
        files={"report.py": source},
    )
    ran = pages.run_step(partition="2026-07-01")
    assert ("2026-07-01 ends 2026-07-02T00:00:00+02:00",) == ran.logs
    assert "2026-07-01" == ran.assets["report"].partition
    alone = Step(name="write", assets=["a"], run=lambda context: context.log(f"{context.partition}"))
    assert ("eu",) == run_step(alone, partition="eu").logs
    assert "eu" == run_step(alone, partition="eu").assets["a"].partition
