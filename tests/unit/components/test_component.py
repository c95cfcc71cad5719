"""A component type as the design shows it."""

from __future__ import annotations

from tests.conftest import MakeProject

SHELL_SCRIPT = '''
from treadle import Asset, AssetAttributes, Component, Definitions, ProjectPath, Step, StepContext


class ShellScript(Component):
    """Runs a shell script that writes assets."""

    script: ProjectPath
    assets: list[AssetAttributes]

    def build_defs(self, context) -> Definitions:
        step = Step(name=context.name, assets=[a.key for a in self.assets], run=self.run)
        return Definitions(assets=[a.to_asset() for a in self.assets], steps=[step])

    def run(self, step: StepContext) -> None:
        step.shell("bash", self.script)
'''


def test_a_component_type_of_a_few_lines_runs(make_project: MakeProject) -> None:
    """
    Lists and keys may be given as they come; where an asset was declared is known without being said.
    """
    yaml = "type: p.components.shell.ShellScript\nattributes:\n  script: s.sh\n  assets: [{key: a/b, deps: [c]}]\n"
    treadle = make_project(
        {"/src/p/components/shell.py": SHELL_SCRIPT, "sh/defs.yaml": yaml, "sh/s.sh": "echo from the shell\n"}
    )
    listed = treadle("list", "assets", "--json").json
    assert [("a/b", ["c"], "sh", 1)] == [
        (each["key"], each["deps"], each["component"], each["line"]) for each in listed
    ]
    ran = treadle("run", "--json")
    assert (0, ["a/b"]) == (ran.code, [each["asset"] for each in ran.json["materializations"]])
    assert "from the shell" in treadle("runs", "logs", "latest").out


def test_records_take_keys_as_text(make_project: MakeProject) -> None:
    """
    In a Python module, keys are text and collections are lists.
    """
    module = (
        "from treadle import Asset, Check, Definitions, Step\n\n"
        "def write(step):\n    step.materialize('x/y')\n    step.check('ok', True)\n\n"
        "ok = Check(name='ok', asset='x/y', additional_deps=['z'])\n"
        "defs = Definitions(\n"
        "    assets=[Asset(key='x/y', deps=['z'], owners=['team:a'], kinds=['s3'])],\n"
        "    checks=[ok],\n"
        "    steps=[Step(name='write', run=write, assets=['x/y'], checks=[ok.key])],\n"
        ")\n"
    )
    treadle = make_project({"m.py": module})
    ran = treadle("run", "--json")
    found = ([each["asset"] for each in ran.json["materializations"]], [each["check"] for each in ran.json["checks"]])
    assert (0, (["x/y"], ["ok"])) == (ran.code, found)
