"""Policies of a project: read from its files and from packages, judged whenever it is loaded, and told at the right line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.conftest import CommandLine, MakeProject
from treadle.cli.main import cli
from treadle.errors import Diagnostic, ProjectError
from treadle.ir import AssetKey
from treadle.project import Project, load
from treadle.runner import plan
from treadle.runner.request import StepRequest

OWNED = """
policies:
  has_owner:
    description: Somebody answers for every asset
    require: asset.owners
    message: "{{ asset.key }} has no owner"
"""
DEFS = """
type: treadle.PythonScript
attributes:
  execution: {path: s.py}
  assets:
    - key: cloth
      description: woven
    - key: silk
      owners: [team:silk]
"""


def made(make_project: MakeProject, policies: str = OWNED, defs: str = DEFS, **more: str) -> CommandLine:
    """A project with these policies and one component, of one file and one step."""
    files = {"/policies.yaml": policies, "mill/defs.yaml": defs.lstrip(), "mill/s.py": "print('woven')\n", **more}
    return make_project({path: text for path, text in files.items() if text})


def told(project: Project) -> list[tuple[str, str, int, str]]:
    """What is wrong with a project: code, file, line, message."""
    return [(each.code, *_place(each), each.message) for each in project.diagnostics]


def _place(diagnostic: Diagnostic) -> tuple[str, int]:
    span = diagnostic.span
    return (span.file.name, span.line) if span else ("", 0)


# Reading

POLICY = "policies: {p: {require: asset.owners, %s}}"
MISTAKES = {
    "unknown-part": ("policy: {}", "TRD203", "unknown attribute 'policy'", "did you mean 'policies'?"),
    "no-mapping": ("- has_owner", "TRD903", "policies.yaml is written as a mapping", "write `policies:`"),
    "policies-as-list": ("policies: [a]", "TRD204", "policies: expected a mapping", ""),
    "odd-name": ("policies: {'a b': {require: x}}", "TRD903", "a policy can't be called 'a b'", "write letters"),
    "name-of-a-package": ("policies: {a.b: {require: x}}", "TRD903", "a policy can't be called 'a.b'", "write letters"),
    "number-for-name": ("policies: {1: {require: x}}", "TRD903", "a policy can't be called 1", "write letters"),
    "no-rule": ("policies: {p: {severity: warn}}", "TRD903", "the policy 'p' requires nothing", "write `require:`"),
    "two-rules": (POLICY % "cel: 'true'", "TRD903", "the policy 'p' has two rules", "keep one of them"),
    "unknown-attribute": (
        POLICY % "severty: warn",
        "TRD203",
        "unknown attribute 'severty'",
        "did you mean 'severity'?",
    ),
    "unknown-severity": (POLICY % "severity: error", "TRD204", "severity: expected 'deny', 'warn' or 'audit'", ""),
    "unknown-target": (POLICY % "target: model", "TRD204", "target: expected 'asset', 'check', 'step'", ""),
    "unreadable-match": (POLICY % "match: 'grup:x'", "TRD204", "match: 'grup:x' is not a selection", ""),
    "braces": ("policies: {p: {require: '{{ asset.owners }}'}}", "TRD903", "'require' can't be a template", "write it"),
    "template": (POLICY % "docs: '{{ asset.key }}'", "TRD903", "'docs' can't be a template", "write the value itself"),
    "unknown-default": (POLICY % "default: {ownrs: []}", "TRD203", "unknown attribute 'ownrs' in default", "did you"),
    "no-such-fix": (POLICY % "fix: {owners: nobody}", "TRD204", "fix.owners: expected a list", ""),
    "default-template": (
        POLICY % "default: {owners: ['{{ asset.groop }}']}",
        "TRD302",
        "'asset' has no 'groop'",
        "did you mean 'group'?",
    ),
    "unknown-beside-template": (
        POLICY % "default: {descr: '{{ asset.key }}'}",
        "TRD203",
        "unknown attribute 'descr'",
        "did you",
    ),
    "unknown-variable": (
        "policies: {p: {require: assets.owners}}",
        "TRD904",
        "there is no variable 'assets'",
        "did you",
    ),
    "unknown-field": ("policies: {p: {require: asset.owner}}", "TRD904", "'asset' has no 'owner'", "did you"),
    "unfinished": ("policies: {p: {require: 'asset.owners and'}}", "TRD904", "the expression", ""),
    "bindings-as-mapping": ("bindings: {policies: [a]}", "TRD204", "bindings: expected a list", ""),
    "binding-of-nothing": ("bindings: [{severity: deny}]", "TRD205", "missing attribute 'policies'", ""),
    "no-such-policy": (POLICY % "" + "\nbindings: [{policies: [q]}]", "TRD908", "there is no policy 'q'", ""),
    "twice": (
        "policies: {p: {require: asset.owners}}\npolicies: {}",
        "TRD109",
        "the key 'policies' is given twice",
        "",
    ),
    "no-yaml": ("policies: {", "TRD106", "", ""),
}


@pytest.mark.parametrize(("text", "code", "message", "fix"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_policies_is_told(make_project: MakeProject, text: str, code: str, message: str, fix: str) -> None:
    """
    Whatever is wrong in policies.yaml is told with its place and what was meant, and nothing else is.
    """
    [found] = load(
        made(make_project, text, DEFS.replace("key: cloth", "key: cloth\n      owners: [team:x]")).folder
    ).diagnostics
    assert (code, "policies.yaml") == (found.code, _place(found)[0])
    assert found.message.startswith(message)
    assert found.fix.startswith(fix)


def test_all_mistakes_of_a_file_are_told_at_once(make_project: MakeProject) -> None:
    """
    Each policy and each binding is looked at, whatever is wrong with the others, and those that are right are judged.
    """
    text = OWNED + "  a: {}\n  b: {requires: x}\nbindings:\n  - {severity: no}\n"
    found = told(load(made(make_project, text).folder))
    assert [
        ("TRD901", "defs.yaml", 5),
        ("TRD903", "policies.yaml", 7),
        ("TRD203", "policies.yaml", 8),
        ("TRD205", "policies.yaml", 10),
        ("TRD204", "policies.yaml", 10),
    ] == [each[:3] for each in sorted(found, key=lambda each: (each[1], each[2], -int(each[0] == "TRD205")))]


def test_a_file_with_another_ending_is_told(make_project: MakeProject) -> None:
    """
    policies.yml isn't read, and nobody has to find that out alone.
    """
    found = told(load(made(make_project, "", **{"/policies.yml": OWNED}).folder))
    assert [("TRD903", "policies.yml", 1, "nobody reads 'policies.yml'")] == found


def test_what_reading_tells_is_told_without_building(make_project: MakeProject) -> None:
    """
    With --no-build nothing is judged and no Python is run, and mistakes in the rules are told all the same.
    """
    text = OWNED + "  a: {}\n  b: {require: asset.owner}\n"
    project = made(make_project, text, **{"/src/p/policies.py": "raise SystemExit(7)\n", "/waivers.yml": "[]\n"})
    answer = CliRunner().invoke(cli, ["-C", str(project.folder), "check", "--no-build", "--json"])
    found = [(each["code"], Path(each["file"]).name) for each in json.loads(answer.stdout)["diagnostics"]]
    assert [("TRD903", "policies.yaml"), ("TRD904", "policies.yaml"), ("TRD903", "waivers.yml")] == sorted(
        found, key=lambda each: each[1]
    )


# Places

ENTRY = """
type: treadle.PythonScript
attributes:
  execution: {path: s.py}
  assets:
    - key: cloth
      group_name: looms
      tags: {pii: "yes"}
"""
RULES = {
    "field": ("asset.group != 'looms'", 6),
    "field-under-its-other-name": ("asset.group == 'x'", 6),
    "field-that-is-not-written": ("asset.owners", 5),
    "two-fields": ("asset.owners or asset.group == 'x'", 6),
    "two-written-fields": ("asset.tags.get('pii') == 'no' or asset.group == 'x'", 5),
    "name": ("asset.name == 'x'", 5),
    "name-and-field": ("asset.group in asset.name", 6),
}


@pytest.mark.parametrize(("require", "line"), RULES.values(), ids=RULES)
def test_a_violation_is_told_where_it_is_mended(make_project: MakeProject, require: str, line: int) -> None:
    """
    That is the line of the field that the rule reads, when it is written; and else the line of the asset.
    """
    project = load(made(make_project, f"policies:\n  p:\n    require: {require}\n", ENTRY).folder)
    assert [("TRD901", "defs.yaml", line)] == [each[:3] for each in told(project)]


def test_a_violation_in_a_text_that_is_not_written_yet_is_told_where_that_has_it(make_project: MakeProject) -> None:
    """
    Of a draft, the lines are its own, and not those of the file.
    """
    root = made(make_project, OWNED.replace("asset.owners", "asset.group != 'raw'")).folder
    file = root / "src/p/defs/mill/defs.yaml"
    draft = "# one\n# two\n" + DEFS.lstrip().replace("      description: woven", "      group: raw")
    assert [("TRD901", "defs.yaml", 8, "cloth has no owner (policy has_owner)")] == told(
        load(root, texts={file: draft})
    )


def test_a_violation_in_python_is_told_at_the_function(make_project: MakeProject) -> None:
    """
    An asset that a function declares is at fault where the function is.
    """
    module = "from treadle import asset\n\n\n@asset(kinds=['python'])\ndef wool(): ...\n"
    project = load(made(make_project, OWNED, "", **{"mill/wool.py": module, "mill/s.py": ""}).folder)
    assert [("TRD901", "wool.py", 4)] == [each[:3] for each in told(project)]


SOURCES = """from treadle import Asset, Component, Definitions
from treadle.errors import Span
from treadle.ir import Origin


class Sources(Component):
    \"\"\"Declares what the YAML of another system names.\"\"\"

    def build_defs(self, context):
        file = context.path / "sources.yml"
        details = {"orders": "source.mill.shop.orders", "dyes": "source.mill.lab.dyes", "gone": "source.mill.lab.gone"}
        return Definitions(
            assets=[
                Asset(key=key, origin=Origin(component=context.address, span=Span(file=file), detail=detail))
                for key, detail in details.items()
            ]
        )
"""
NAMED = """sources:
  - name: lab
    tables: [{name: orders}, {name: dyes}]
  - name: shop
    tables:
      - name: orders
"""


def test_a_violation_in_a_file_of_another_system_is_told_at_the_name(make_project: MakeProject) -> None:
    """
    That is how sources of dbt are found: by their own name, in what is named like their source.
    """
    project = made(
        make_project,
        OWNED,
        "type: p.sources.Sources\n",
        **{"/src/p/sources.py": SOURCES, "mill/sources.yml": NAMED, "mill/s.py": ""},
    )
    found = [(each[3][:6], *each[1:3]) for each in told(load(project.folder)) if each[0] == "TRD901"]
    assert [("dyes h", "sources.yml", 3), ("gone h", "sources.yml", 1), ("orders", "sources.yml", 6)] == sorted(found)


TARGETS = {
    "asset": ("target: asset, match: cloth, require: asset.owners", "cloth", "defs.yaml:5"),
    "check": ("target: check, require: check.description", "cloth:long", "defs.yaml:9"),
    "step": ("target: step, require: step.compute", "mill:s", "defs.yaml:1"),
    "component": ("target: component, require: component.attributes.execution.path == 'x.py'", "mill", "defs.yaml:1"),
    "project": ("target: project, require: project.assets | length > 9", "p", ":0"),
}


@pytest.mark.parametrize(("rule", "name", "place"), TARGETS.values(), ids=TARGETS)
def test_everything_that_is_declared_can_be_judged(make_project: MakeProject, rule: str, name: str, place: str) -> None:
    """
    Assets, checks, steps and components, also as their authors wrote them, and the project as a whole.
    """
    checked = DEFS.rstrip() + "\n  checks: [{name: long, asset: cloth}]\n"
    project = load(made(make_project, f"policies: {{p: {{{rule}}}}}", checked).folder)
    assert [name] == [each.name for each in project.graph.verdicts]
    assert [("TRD901", place)] == [(code, f"{file}:{line}") for code, file, line, _ in told(project)]


# What is denied doesn't run


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A project in which one of two assets is denied; each has a step of its own."""
    root = tmp_path_factory.mktemp("mill") / "project"
    script = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n    - key: %s\n%s"
    files = {
        "pyproject.toml": '[tool.treadle]\nmodule = "p"\n',
        "src/p/__init__.py": "",
        "policies.yaml": OWNED,
        "src/p/defs/cloth/defs.yaml": script % ("cloth", ""),
        "src/p/defs/cloth/s.py": "print('woven')\n",
        "src/p/defs/silk/defs.yaml": script % ("silk", "      owners: [team:silk]\n      deps: [cloth]\n"),
        "src/p/defs/silk/s.py": "print('spun')\n",
    }
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return CommandLine(root)


def test_check_fails_without_being_asked_to_build(mill: CommandLine) -> None:
    """
    Where policies hold, `treadle check` judges what is built; the other doors end with the same.
    """
    answer = mill("check", "--json")
    [found] = answer.json["diagnostics"]
    assert (1, "TRD901", "cloth has no owner (policy has_owner)") == (answer.code, found["code"], found["message"])
    assert (5, "Somebody answers for every asset") == (found["line"], found["why"])
    assert 1 == mill("list", "assets").code
    assert 0 == mill("check", "src/p/defs/silk").code


@pytest.mark.parametrize("selection", ["cloth", "+silk", "*"])
def test_a_run_refuses_what_is_denied(mill: CommandLine, selection: str) -> None:
    """
    Nothing starts when something that is selected is denied, and it is said what.
    """
    answer = mill("run", selection)
    assert (1, "") == (answer.code, answer.out)
    assert "cloth has no owner (policy has_owner)" in answer.err


def test_the_rest_runs(mill: CommandLine) -> None:
    """
    What isn't denied runs, though something that it is made from is.
    """
    assert 0 == mill("run", "silk").code


def test_no_plan_has_what_is_denied(mill: CommandLine) -> None:
    """
    The planner refuses for everybody: backfills, conditions and runs that go on plan with it.
    """
    graph = load(mill.folder).graph
    with pytest.raises(ProjectError) as refused:
        plan(graph, "cloth or silk")
    assert ["TRD901"] == [each.code for each in refused.value.diagnostics]
    assert ["silk:s"] == [each.address for each in plan(graph, "silk").steps]


def test_a_step_refuses_by_itself(mill: CommandLine, tmp_path: Path) -> None:
    """
    The process of a step judges what it knows, whoever has asked for it, and its failure says what it has found.
    """
    for component, code in (("cloth", 3), ("silk", 0)):
        request = tmp_path / f"{component}.json"
        asked = StepRequest(project=mill.folder, component=component, step="s", assets=(AssetKey.parse(component),))
        asked.write(request)
        command = [sys.executable, "-m", "treadle", "step", "run", str(request)]
        done = subprocess.run(command, cwd=mill.folder, capture_output=True, text=True)
        assert code == done.returncode, done.stderr
        assert ("cloth has no owner (policy has_owner)" in done.stdout) is (code == 3)


def test_a_policy_that_looks_around_is_left_to_who_sees_all(make_project: MakeProject) -> None:
    """
    The process of a step has only loaded its own component, in which nothing is downstream of anything.
    """
    policies = "policies: {used: {require: asset.downstream}}"
    project = made(make_project, policies)
    assert 2 == len(load(project.folder).graph.verdicts)
    assert () == load(project.folder, only="mill").graph.verdicts


def test_a_warning_stops_nothing_and_an_audit_is_only_counted(make_project: MakeProject) -> None:
    """
    Both are verdicts, and only a warning is told.
    """
    text = OWNED.replace("require:", "severity: warn\n    require:")
    project = load(made(make_project, text + "  quiet: {severity: audit, require: asset.owners}\n").folder)
    assert [("TRD902", "warning")] == [(each.code, each.severity.value) for each in project.diagnostics]
    assert ["has_owner", "quiet"] == [each.policy for each in project.graph.verdicts]
    assert 1 == len(plan(project.graph, "*").steps)


def test_rules_that_cannot_be_read_let_nothing_run(make_project: MakeProject) -> None:
    """
    Nobody knows what they would have said. What can only warn keeps nothing from running.
    """
    broken = "policies:\n  p: {requires: asset.owners%s}\n"
    project = made(make_project, broken % "")
    with pytest.raises(ProjectError, match="the rules of p can't be judged"):
        plan(load(project.folder).graph, "silk")
    assert 1 == project("run", "silk").code
    (project.folder / "policies.yaml").write_text(broken % ", severity: warn")
    assert 1 == len(plan(load(project.folder).graph, "*").steps)


def test_a_waiver_lets_it_run(make_project: MakeProject) -> None:
    """
    What is waived is a verdict with an excuse, of which nothing is told.
    """
    waiver = "- {policy: has_owner, names: [cloth], owner: team:x, reason: It is old, expires: 2999-01-01}\n"
    project = load(made(make_project, **{"/waivers.yaml": waiver}).folder)
    [verdict] = project.graph.verdicts
    assert ((), "It is old") == (project.diagnostics, verdict.excuse and verdict.excuse.reason)
    assert 1 == len(plan(project.graph, "*").steps)


# Defaults

DEFAULTS = """
policies:
  owned:
    require: asset.owners
    default:
      owners: ["team:data"]
      description: "To do: {{ asset.key }}"
      tags: {pii: unknown, team: data}
"""


def test_a_default_is_set_where_nothing_is_said(make_project: MakeProject) -> None:
    """
    What an asset says itself stays; tags are looked at one by one. Whoever lists assets sees it, remembered or not.
    """
    defs = DEFS + '      tags: {pii: "no"}\n'
    project = made(make_project, DEFAULTS, defs)
    for remembered in (False, True, True):
        loaded = load(project.folder, remembered=remembered)
        cloth, silk = (loaded.graph.assets[key] for key in sorted(loaded.graph.assets))
        assert () == loaded.diagnostics
        assert ("woven", ("team:data",), {"pii": "unknown", "team": "data"}) == (
            cloth.description,
            cloth.owners,
            dict(cloth.tags),
        )
        assert ("To do: silk", ("team:silk",), {"pii": "no", "team": "data"}) == (
            silk.description,
            silk.owners,
            dict(silk.tags),
        )
        assert loaded.admission is not None
        assert {"owners": "owned", "tags.pii": "owned", "tags.team": "owned"} == loaded.admission.given[cloth.key]


def test_a_default_is_explained(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    `treadle explain` names the policy that has given a value, and the line where that is written.
    """
    project = made(make_project, DEFAULTS)
    monkeypatch.chdir(project.folder)  # places are told as seen from here
    answer = CliRunner().invoke(cli, ["-C", str(project.folder), "explain", "silk.description"])
    assert "given by a policy\n     at  policies.yaml:3" in answer.stdout


def test_a_default_holds_where_its_policy_does(make_project: MakeProject) -> None:
    """
    Its selection and its binding say for which assets.
    """
    for text in ("    match: silk\n", "bindings:\n  - {policies: [owned], match: silk}\n"):
        at_the_end = text.startswith("bindings")
        policies = DEFAULTS + text if at_the_end else DEFAULTS.replace("    require", f"{text}    require")
        project = made(make_project, policies)
        tags = {str(key): dict(asset.tags) for key, asset in load(project.folder).graph.assets.items()}
        assert {"cloth": {}, "silk": {"pii": "unknown", "team": "data"}} == tags


# Mending

FIX = OWNED + '    fix: {owners: ["team:todo"], tags: {reviewed: "no"}}\n'
MENDED = {
    "block": (
        "    - key: cloth  # the cloth\n      description: x\n",
        "    - key: cloth  # the cloth\n      owners: [team:todo]\n      tags: {reviewed: no}\n      description: x\n",
    ),
    "braces": (
        "    - {key: cloth, description: x}\n",
        "    - {key: cloth, owners: [team:todo], tags: {reviewed: no}, description: x}\n",
    ),
    "braces-with-quotes": (
        '    - {key: "cloth"}\n',
        '    - {owners: [team:todo], tags: {reviewed: no}, key: "cloth"}\n',
    ),
    "empty": (
        "    - key: cloth\n      owners: []  # who?\n      tags:\n        a: b\n",
        "    - key: cloth\n      owners: [team:todo]  # who?\n      tags:\n        a: b\n        reviewed: no\n",
    ),
    "last": ("    - key: cloth", "    - key: cloth\n      owners: [team:todo]\n      tags: {reviewed: no}"),
}


@pytest.mark.parametrize(("before", "after"), MENDED.values(), ids=MENDED)
def test_a_fix_is_written_where_the_asset_is(make_project: MakeProject, before: str, after: str) -> None:
    """
    `check --fix` adds what is missing, and comments and layout stay as they are.
    """
    head = "# mine\ntype: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n"
    project = made(make_project, FIX, head + before)
    answer = project("check", "--fix")
    assert (0, "no mistakes in 1 component, 1 asset\n") == (answer.code, answer.out)
    assert head + after == (project.folder / "src/p/defs/mill/defs.yaml").read_text(encoding="utf-8")


FOUND = """from treadle import Asset, Component, Definitions


class Found(Component):
    \"\"\"Makes assets that its file doesn't name.\"\"\"

    def build_defs(self, context):
        return Definitions(assets=[Asset(key=key, origin=context.origin()) for key in ("wool", "yarn")])
"""
BY_RULE = {
    "none": (
        "type: p.found.Found\n---\ntype: p.found.Found2\n",
        "type: p.found.Found\npost_processing:\n  assets:\n"
        '    - target: \'key:"wool" or key:"yarn"\'\n      attributes: {owners: [team:todo]}\n---\ntype: p.found.Found2\n',
    ),
    "another": (
        "type: p.found.Found\npost_processing:\n  assets:\n  # why\n  - target: wool\n    attributes: {group: a}\n",
        "type: p.found.Found\npost_processing:\n  assets:\n  # why\n"
        '  - target: \'key:"wool" or key:"yarn"\'\n    attributes: {owners: [team:todo]}\n'
        "  - target: wool\n    attributes: {group: a}\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), BY_RULE.values(), ids=BY_RULE)
def test_a_fix_of_what_no_file_declares_is_a_rule_of_its_component(
    make_project: MakeProject, before: str, after: str
) -> None:
    """
    One rule below `post_processing` mends all assets of a component, whatever it has found them in.
    """
    fix = OWNED + '    fix: {owners: ["team:todo"]}\n'
    other = FOUND + "\n\nclass Found2(Component):\n    def build_defs(self, context):\n        return Definitions()\n"
    project = made(make_project, fix, before, **{"/src/p/found.py": other})
    answer = project("check", "--fix")
    assert (0, True) == (answer.code, "no mistakes" in answer.out), answer
    assert after == (project.folder / "src/p/defs/mill/defs.yaml").read_text(encoding="utf-8")


# Packages


def package(folder: Path, files: Mapping[str, str], entry: str = "acme") -> dict[str, str]:
    """The environment in which a package with an entry point for policies is installed."""
    texts = {
        "acme-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme\nVersion: 1\n",
        "acme-1.dist-info/entry_points.txt": f"[treadle.policies]\nacme = {entry}\n",
        "acme/__init__.py": "",
        **files,
    }
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def checked(project: CommandLine, env: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes and messages of what `treadle check` tells."""
    found: list[dict[str, Any]] = project("check", "--json", env=env).json["diagnostics"]
    return [(each["code"], each["message"]) for each in found]


def test_the_policies_of_a_package_hold_without_being_named(make_project: MakeProject, tmp_path: Path) -> None:
    """
    Whoever has the package installed has its rules, in YAML and in Python, under the package's name.
    """
    code = """
        from treadle import policy


        @policy(severity="warn", match="silk")
        def is_described(asset, graph):
            "Everybody can find out what it is."
            return "nobody knows silk" if asset.description is None else True
    """
    env = package(tmp_path / "installed", {"acme/policies.yaml": OWNED, "acme/policies.py": code})
    project = made(make_project, "")
    assert {
        ("TRD901", "cloth has no owner (policy acme.has_owner)"),
        ("TRD902", "nobody knows silk (policy acme.is_described)"),
    } == set(checked(project, env))
    assert (1, 0) == (project("run", env=env).code, project("check").code)
    listed = project("list", "policies", "--json", env=env).json
    assert [
        ("acme.has_owner", "deny", "acme", 2, 1),
        ("acme.is_described", "warn", "acme", 1, 1),
    ] == [tuple(each[name] for name in ("name", "severity", "from", "holds_for", "violations")) for each in listed]


def test_a_project_adds_and_does_not_loosen(make_project: MakeProject, tmp_path: Path) -> None:
    """
    A binding of the project may ask for more, and one that asks for less is a mistake that changes nothing.
    """
    env = package(tmp_path / "installed", {"acme/policies.yaml": OWNED})
    project = made(make_project, "bindings: [{policies: [acme.has_owner], severity: warn}]")
    assert {"TRD901", "TRD907"} == {code for code, _ in checked(project, env)}


UNUSABLE = {
    "no-files": ("acme", {}, "its folder has neither policies.yaml nor policies.py"),
    "no-such-package": ("acmee", {}, "there is no such package"),
    "no-package": ("acme:rules", {}, "it isn't the name of a package"),
    "import-fails": ("acme", {"acme/policies.py": "import no_such_module\n"}, "importing 'acme.policies' raised"),
    "import-ends-the-process": ("acme", {"acme/policies.py": "raise SystemExit(0)\n"}, "importing 'acme.policies'"),
}


@pytest.mark.parametrize(("entry", "files", "why"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_package_whose_policies_cannot_be_used_is_told(
    make_project: MakeProject, tmp_path: Path, entry: str, files: Mapping[str, str], why: str
) -> None:
    """
    One mistake is told of it, and the project's own policies are judged all the same.
    """
    env = package(tmp_path / "installed", files, entry)
    project = made(make_project)
    found = project("check", "--json", env=env).json["diagnostics"]
    assert {"TRD901", "TRD910"} == {each["code"] for each in found}
    [broken] = [each for each in found if each["code"] == "TRD910"]
    assert broken["why"].startswith(why)


def test_two_policies_of_one_name_are_told(make_project: MakeProject) -> None:
    """
    The second is told, with the place of the first.
    """
    code = "from treadle import policy\n\n\n@policy()\ndef has_owner(asset):\n    return True\n"
    found = told(load(made(make_project, **{"/src/p/policies.py": code}).folder))
    assert [("TRD901", "defs.yaml", 5), ("TRD909", "policies.py", 4)] == [each[:3] for each in found]


def test_a_module_of_policies_that_cannot_be_imported_is_told(make_project: MakeProject) -> None:
    """
    What is wrong with it is told at the project's file, and the policies in YAML are judged.
    """
    found = told(load(made(make_project, **{"/src/p/policies.py": "1 / 0\n"}).folder))
    assert [("TRD901", "defs.yaml"), ("TRD903", "policies.py")] == sorted(each[:2] for each in found)


# What it costs, and for editors


def test_a_project_without_policies_reads_nothing_of_them(make_project: MakeProject) -> None:
    """
    Neither what reads policies nor what judges them is imported.
    """
    project = made(make_project, "")
    program = (
        "import sys\nfrom treadle.project import check, load\ncheck('.'), load('.')\n"
        "print([each for each in sys.modules if each.startswith(('treadle.policies.', 'treadle.project.policing.'))])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project.folder, capture_output=True, text=True, check=True
    )
    assert "['treadle.project.policing.presence']\n" == done.stdout


def test_editors_get_schemas(make_project: MakeProject) -> None:
    """
    The schema of policies.yaml accepts what the docs show and refuses what loading refuses.
    """
    jsonschema = pytest.importorskip("jsonschema")
    import yaml

    project = made(make_project)
    schema = project("schema", "policies.yaml").json
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(OWNED))
    for wrong in ("policies: {p: {}}", "policies: {p: {require: x, sevrity: warn}}", "policy: {}"):
        assert not jsonschema.Draft202012Validator(schema).is_valid(yaml.safe_load(wrong))
    assert "array" == project("schema", "waivers.yaml").json["type"]


# What is remembered


def aged(project: CommandLine) -> None:
    """Make every file of a project old enough to be remembered."""
    for path in project.folder.rglob("*"):
        if ".treadle" not in path.parts:
            os.utime(path, (1_000_000_000, 1_000_000_000))


CHANGES: dict[str, tuple[str, str, list[str]]] = {
    "component": (
        "src/p/defs/mill/defs.yaml",
        DEFS.lstrip().replace("key: cloth", "key: cloth\n      owners: [team:x]"),
        [],
    ),
    "policies": ("policies.yaml", OWNED.replace("asset.owners", "asset.key"), []),
    "another-policy": ("policies.yaml", OWNED + "  p: {require: asset.group == 'x'}\n", ["TRD901", "TRD901", "TRD901"]),
    "waiver": (
        "waivers.yaml",
        "- {policy: has_owner, names: [cloth], owner: team:x, reason: It is old, expires: 2999-01-01}\n",
        [],
    ),
    "new-component": (
        "src/p/defs/loom/defs.yaml",
        DEFS.lstrip().replace("cloth", "wool").replace("silk", "yarn").replace("s.py", "../mill/s.py"),
        ["TRD901"] * 2,
    ),
    "platform": ("compute.yaml", "small: {cpu: 1}\n", ["TRD203", "TRD901"]),
    "in-python": (
        "src/p/policies.py",
        "from treadle import policy\n\n\n@policy()\ndef no(asset):\n    return asset.owners != ()\n",
        ["TRD901", "TRD901"],
    ),
}


@pytest.mark.parametrize(("path", "text", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_was_judged_is_told_again_until_something_changes(
    make_project: MakeProject, path: str, text: str, expected: list[str]
) -> None:
    """
    A check of what hasn't changed loads nothing and says the same; whatever changes, it is judged again.
    """
    project = made(make_project)
    aged(project)

    def found(what: str) -> list[str]:
        answer = CliRunner().invoke(cli, ["-C", str(project.folder), "check", "--json"])
        return sorted(each[what] for each in json.loads(answer.stdout)["diagnostics"])

    assert ["TRD901"] == found("code")
    (kept,) = project.folder.glob(".treadle/judged.json")
    kept.write_text(kept.read_text("utf-8").replace("has no owner", "is nobody's"), encoding="utf-8")
    assert ["cloth is nobody's (policy has_owner)"] == found("message")
    changed = project.folder / path
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.write_text(text, encoding="utf-8")
    assert expected == found("code")


def test_a_check_before_a_report_changes_nothing_in_it(make_project: MakeProject) -> None:
    """
    A check passes over what is only counted; reports have it, with its place, whatever was looked at before.
    """
    project = made(make_project, OWNED.replace("require:", "severity: audit\n    require:"))
    aged(project)

    def checked() -> str:
        return CliRunner().invoke(cli, ["-C", str(project.folder), "check"]).output

    def reported() -> list[tuple[str, str, int]]:
        verdicts = load(project.folder, remembered=True).graph.verdicts
        return [(each.name, each.message, each.span.line) for each in verdicts if each.span]

    expected = [("cloth", "cloth has no owner", 5)]
    assert "no mistakes in 1 component, 2 assets\n" == checked()
    assert expected == reported()
    changed = project.folder / "src/p/defs/mill/defs.yaml"
    changed.write_text(changed.read_text("utf-8").replace("      owners: [team:silk]\n", ""), encoding="utf-8")
    aged(project)
    assert "no mistakes in 1 component, 2 assets\n" == checked()
    assert [*expected, ("silk", "silk has no owner", 7)] == reported()


def test_a_module_that_nobody_reads_is_told_once_it_declares_something(make_project: MakeProject) -> None:
    """
    What is judged says the same again only as long as modules beside components do, too.
    """
    project = made(make_project, **{"mill/more.py": "print('more')\n"})
    aged(project)

    def found() -> list[str]:
        answer = CliRunner().invoke(cli, ["-C", str(project.folder), "check", "--json"])
        return sorted(each["code"] for each in json.loads(answer.stdout)["diagnostics"])

    assert (["TRD901"], ["TRD901"]) == (found(), found())
    (project.folder / "src/p/defs/mill/more.py").write_text("wool = Asset('wool')\n", encoding="utf-8")
    assert ["TRD505", "TRD901"] == found()
    aged(project)
    assert (["TRD505", "TRD901"], ["TRD505", "TRD901"]) == (found(), found())
