"""`treadle policy …`: policies in a project that is older than they are."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

from tests.conftest import CommandLine, MakeProject

POLICIES = """\
policies:
  described:
    description: Everybody can find out what an asset is
    severity: audit
    require: asset.description
  named:
    severity: warn
    require: asset.name == asset.name.lower()
    message: "{{ asset.key }} is shouted"
  secret:
    waivable: false
    match: raw/*
    require: asset.tags.get("secret") != "no"
    message: "{{ asset.key }} is no secret"
bindings:
  - policies: [ownership.has_owner]
  - policies: [described, named, secret]
"""
LOOMS = """\
type: treadle.PythonScript
attributes:
  execution: {path: s.py}
  assets:
    - {key: raw/looms, group: raw, description: Our looms}
    - {key: raw/bolts, group: raw, owners: ["team:weaving"]}
    - {key: YARN, deps: [raw/bolts], owners: ["team:weaving", "ann@example.com"]}
    - {key: cloth}
"""
FILES = {"/policies.yaml": POLICIES, "looms/defs.yaml": LOOMS, "looms/s.py": ""}
WAIVED = """\
- policy: ownership.has_owner
  names: [raw/*]
  owner: team:weaving
  reason: They are handed over in spring
  expires: 2100-01-01
"""


def write(project: CommandLine, path: str, text: str) -> None:
    (project.folder / path).write_text(textwrap.dedent(text), encoding="utf-8")


def change(project: CommandLine, path: str, old: str, new: str) -> None:
    file = project.folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def lines(project: CommandLine) -> list[tuple[str, str]]:
    """What the baseline holds."""
    found = json.loads((project.folder / "policy-baseline.json").read_text(encoding="utf-8"))
    return [(each["policy"], each["name"]) for each in found["violations"]]


def test_a_baseline_only_shrinks(make_project: MakeProject) -> None:
    """
    The first one holds what is violated, and check is content; what is mended is taken out; what is new is never added.
    """
    project = make_project(FILES)
    assert 1 == project("check").code
    first = project("policy", "baseline")
    assert (0, "") == (first.code, first.err)
    assert "policy-baseline.json passes over 3 violations of 2 policies from now on: commit it.\n" == first.out
    before = [("named", "YARN"), ("ownership.has_owner", "cloth"), ("ownership.has_owner", "raw/looms")]
    assert before == lines(project)
    checked = project("check")
    assert (0, "") == (checked.code, checked.err)
    assert checked.out.endswith("3 violations are in the baseline\n")

    change(
        project, "src/p/defs/looms/defs.yaml", "- {key: cloth}", '- {key: cloth, owners: ["team:x"]}\n    - {key: silk}'
    )
    checked = project("check")
    assert (1, True) == (checked.code, "silk has no owner" in checked.err)
    assert "1 violation of the baseline is mended: `treadle policy baseline` takes it out\n" in checked.out
    second = project("policy", "baseline", "--json")
    assert 1 == second.code
    assert [{"policy": "ownership.has_owner", "target": "asset", "name": "cloth"}] == second.json["removed"]
    assert ["silk"] == [each["name"] for each in second.json["new"]]
    assert [] == second.json["added"]
    assert [each for each in before if each[1] != "cloth"] == lines(project)


def test_what_is_waived_is_no_longer_in_the_baseline(make_project: MakeProject) -> None:
    """
    Once somebody answers for a violation until a day, nothing excuses it after that day.
    """
    project = make_project(FILES)
    project("policy", "baseline")
    write(project, "waivers.yaml", WAIVED)
    found = project("policy", "baseline")
    assert (0, "waived  raw/looms  ownership.has_owner") == (found.code, found.out.splitlines()[0])
    change(project, "waivers.yaml", "2100", "2020")
    checked = project("check")
    assert (1, True) == (checked.code, "raw/looms has no owner" in checked.err)


def test_a_baseline_is_not_written_while_not_everything_can_be_judged(make_project: MakeProject) -> None:
    """
    With a broken component nobody knows what is mended; with a changed line nobody knows what was there.
    """
    project = make_project({**FILES, "broken/defs.yaml": "type: treadle.PythonScript\n"})
    first = project("policy", "baseline")
    assert 1 == first.code
    assert first.err.endswith("The baseline stays as it is: while this is wrong, not everything can be judged.\n")
    assert not (project.folder / "policy-baseline.json").exists()
    (project.folder / "src/p/defs/broken/defs.yaml").unlink()
    project("policy", "baseline")
    change(project, "policy-baseline.json", "cloth", "silk")
    written = (project.folder / "policy-baseline.json").read_bytes()
    second = project("policy", "baseline")
    assert (1, True) == (second.code, "error[TRD915]: the baseline was changed by hand" in second.err)
    assert written == (project.folder / "policy-baseline.json").read_bytes()


def test_what_allows_no_exceptions_is_in_no_baseline(make_project: MakeProject) -> None:
    project = make_project(FILES)
    change(project, "src/p/defs/looms/defs.yaml", "description: Our looms", "tags: {secret: 'no'}")
    found = project("policy", "baseline")
    assert (1, True) == (found.code, "raw/looms is no secret" in found.err)
    assert "secret" not in dict(lines(project))


def test_every_use_of_a_waiver_is_listed(make_project: MakeProject) -> None:
    """
    Each waiver tells what it excuses, who answers for it and until when; check counts them, and doesn't tell them.
    """
    project = make_project({**FILES, "/waivers.yaml": WAIVED})
    (listed,) = project("policy", "waivers", "--json").json
    expected = {"policy": "ownership.has_owner", "owner": "team:weaving", "expires": "2100-01-01", "expired": False}
    assert expected == {name: listed[name] for name in expected}
    assert [{"name": "raw/looms", "message": "raw/looms has no owner"}] == listed["violations"]
    shown = project("policy", "waivers")
    assert max(map(len, shown.out.splitlines())) <= 80
    checked = project("check")
    assert (True, False) == ("cloth has no owner" in checked.err, "raw/looms has no owner" in checked.err)
    assert checked.out.endswith("1 violation is waived\n")


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A project with violations of every kind, of which one is waived and one is in the baseline."""
    from treadle.policies.baseline import Entry, baseline_text

    root = tmp_path_factory.mktemp("reported")
    files = {"pyproject.toml": '[tool.treadle]\nmodule = "p"\n', "src/p/__init__.py": "", "waivers.yaml": WAIVED}
    files |= {path[1:] if path.startswith("/") else f"src/p/defs/{path}": text for path, text in FILES.items()}
    files["policy-baseline.json"] = baseline_text([Entry("named", "asset", "YARN")])
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return CommandLine(root)


def counts(found: Any) -> dict[str, tuple[int, ...]]:
    kinds = ("deny", "warn", "audit", "waived", "baseline")
    return {each["name"]: tuple(each[kind] for kind in kinds) for each in found["teams"]}


def test_a_report_is_by_who_answers(reported: CommandLine) -> None:
    """
    Owners, groups or the project: what several own is told to each, what nobody owns to nobody.
    """
    assert {
        "nobody": (1, 0, 1, 1, 0),
        "team:weaving": (0, 0, 2, 0, 1),
        "ann@example.com": (0, 0, 1, 0, 1),
    } == counts(reported("policy", "report", "--json").json)
    assert {"default": (1, 0, 2, 0, 1), "raw": (0, 0, 1, 1, 0)} == counts(
        reported("policy", "report", "--by", "group", "--json").json
    )
    table = reported("policy", "report", "--by", "project")
    assert 0 == table.code
    assert ["p", "1", "–", "3", "1", "1", "described", "(3)"] == table.out.splitlines()[-1].split()
    assert max(map(len, table.out.splitlines())) <= 80


def test_a_report_as_sarif_has_policies_for_rules(reported: CommandLine) -> None:
    """
    What is waived or in the baseline is there and suppressed, so that a service shows it as accepted.
    """
    log = reported("policy", "report", "--format", "sarif").json
    SarifLog.model_validate(log)
    (run,) = log["runs"]
    assert ["described", "named", "ownership.has_owner"] == [each["id"] for each in run["tool"]["driver"]["rules"]]
    suppressed = [each for each in run["results"] if "suppressions" in each]
    assert {"in the baseline: it was there before", "waived by team:weaving: They are handed over in spring"} == {
        each["suppressions"][0]["justification"] for each in suppressed
    }
    assert {"error", "warning", "note"} == {each["level"] for each in run["results"]}


def test_a_report_as_junit_has_a_suite_for_each_team(reported: CommandLine) -> None:
    """
    What is denied has failed, what is excused is skipped, and a policy that a team keeps has passed.
    """
    root = ElementTree.fromstring(reported("policy", "report", "--format", "junit").out)
    suites = {each.get("name"): each for each in root}
    nobody = suites["nobody"]
    assert ("1", "1") == (nobody.get("failures"), nobody.get("skipped"))
    failed = [each for each in nobody if each.find("failure") is not None]
    assert [("ownership.has_owner", "cloth")] == [(each.get("classname"), each.get("name")) for each in failed]
    kept = [each.get("classname") for each in suites["team:weaving"] if each.get("name") == "kept"]
    assert ["ownership.has_owner", "secret"] == sorted(map(str, kept))


def test_a_preview_tells_what_other_policies_would_break(make_project: MakeProject, tmp_path: Path) -> None:
    """
    A file is tried in the place of the project's own, or beside it; nothing is changed by that.
    """
    project = make_project({**FILES, "/waivers.yaml": WAIVED})
    harder = POLICIES.replace("severity: audit", "severity: deny").replace(
        "[ownership.has_owner]", "[naming.snake_case]"
    )
    write(project, "harder.yaml", harder)
    found = project("policy", "preview", "harder.yaml", "--json")
    assert 1 == found.code
    new = [(each["policy"], each["severity"], each["name"]) for each in found.json["new"]]
    assert [
        ("described", "deny", "raw/bolts"),
        ("described", "deny", "YARN"),
        ("described", "deny", "cloth"),
        ("naming.snake_case", "deny", "YARN"),
    ] == sorted(new, key=lambda each: each[0])
    gone = {(each["policy"], each["name"]) for each in found.json["gone"]}
    assert ("ownership.has_owner", "cloth") in gone
    beside = project("policy", "preview", "--beside", "harder.yaml", "--json").json
    assert ("ownership.has_owner", "cloth") not in {(each["policy"], each["name"]) for each in beside["gone"]}
    same = project("policy", "preview", "policies.yaml")
    assert (0, "Nothing would change.\n") == (same.code, same.out)


def test_a_package_is_tried_before_it_is_installed(make_project: MakeProject, tmp_path: Path) -> None:
    """
    Its YAML and its Python are read where they are, and hold under the package's name; mistakes in them are told.
    """
    project = make_project({"looms/defs.yaml": LOOMS, "looms/s.py": ""})
    package = tmp_path / "checkout" / "acme_rules"
    package.mkdir(parents=True)
    texts = {
        "__init__.py": "",
        "policies.yaml": "policies:\n  owned:\n    require: asset.owners\n  wrong:\n    require: asset.ownrs\n",
        "policies.py": (
            "from treadle import policy\n\n\n@policy(severity='warn')\ndef short(asset):\n"
            "    '''Keys are short.'''\n    return len(str(asset.key)) < 9\n"
        ),
    }
    for name, text in texts.items():
        (package / name).write_text(text, encoding="utf-8")
    found = project("policy", "preview", "--package", str(package), "--json")
    assert 1 == found.code
    assert {
        ("acme_rules.owned", "deny", "raw/looms"),
        ("acme_rules.owned", "deny", "cloth"),
        ("acme_rules.short", "warn", "raw/looms"),
        ("acme_rules.short", "warn", "raw/bolts"),
    } == {(each["policy"], each["severity"], each["name"]) for each in found.json["new"]}
    assert ["TRD904"] == [each["code"] for each in found.json["diagnostics"]]
    assert 0 == project("check").code


def test_a_preview_of_nothing_is_a_wrong_command(make_project: MakeProject) -> None:
    project = make_project({"/folder/x.txt": ""})
    assert (2, True) == ((found := project("policy", "preview")).code, "there is nothing to preview" in found.err)
    found = project("policy", "preview", "--package", "folder")
    assert (2, True) == (found.code, "'folder' is no package" in found.err)


CASES = """\
described:
  - {given: {description: All of it}, expect: pass}
  - {name: nothing is said, given: {}, expect: audit}
named:
  - {given: {key: YARN}, expect: warn, message: YARN is shouted}
"""


def test_policies_are_tested_by_tables(make_project: MakeProject) -> None:
    """
    Each case says what a policy has to say of an asset; policies that no case violates, or keeps, are listed.
    """
    project = make_project({**FILES, "/policies.test.yaml": CASES})
    found = project("policy", "test")
    assert (0, "") == (found.code, found.err)
    assert ["– named: no case keeps it", "– secret: has no case", "3 cases of 2 policies: 3 passed"] == (
        found.out.splitlines()
    )
    write(project, "policies.test.yaml", CASES.replace("expect: pass", "expect: deny").replace("is shouted", "shouts"))
    failed = project("policy", "test")
    assert 1 == failed.code
    assert failed.out.endswith("3 cases of 2 policies: 2 failed, 1 passed\n")
    assert "error[TRD917]: described: expected deny, and it is pass" in failed.err
    assert "error[TRD917]: named: it says 'YARN is shouted'" in failed.err
    root = ElementTree.fromstring(project("policy", "test", "--format", "junit").out)
    assert {"described": ("2", "1"), "named": ("1", "1")} == {
        each.get("name"): (each.get("tests"), each.get("failures")) for each in root
    }


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        pytest.param("descibed: []\n", [("TRD918", 1, "did you mean 'described'?")], id="misspelled-policy"),
        pytest.param("- described\n", [("TRD919", 1, "write the name of a policy")], id="no-mapping"),
        pytest.param("described: {given: {}}\n", [("TRD919", 1, "write `- given: …`")], id="no-list"),
        pytest.param("described:\n  - {given: {}}\n", [("TRD205", 2, "")], id="nothing-expected"),
        pytest.param("described:\n  - {expect: no}\n", [("TRD204", 2, "")], id="no-severity"),
        pytest.param(
            "described:\n  - {given: {kez: a}, expect: pass}\n",
            [("TRD203", 2, "did you mean 'key'?")],
            id="unknown-key",
        ),
        pytest.param("described: [\n", [("TRD106", 1, "")], id="no-yaml"),
    ],
)
def test_what_is_wrong_with_a_table(make_project: MakeProject, cases: str, told: list[tuple[str, int, str]]) -> None:
    """
    Each mistake in a file of cases has its place.
    """
    from treadle.testing.policies import find_tables, place_of

    project = make_project({**FILES, "/policies.test.yaml": cases})
    found = find_tables([place_of(project.folder)])
    assert [(code, line) for code, line, _ in told] == [
        (each.code, each.span.line if each.span else 0) for each in found.diagnostics
    ]
    assert all(each.fix.startswith(fix) for each, (_, _, fix) in zip(found.diagnostics, told, strict=True))


def test_a_case_with_a_mistake_in_what_it_gives_fails(make_project: MakeProject) -> None:
    """
    A parameter that the policy doesn't have, or assets that can't be linked, are told at the case.
    """
    from treadle.testing.policies import find_tables, judge_table, place_of

    cases = """\
described:
  - {given: {}, parameters: {least: 1}, expect: audit}
  - {given: {key: a, deps: [b], others: [{key: b, deps: [a]}]}, expect: audit}
"""
    project = make_project({**FILES, "/policies.test.yaml": cases})
    (table,) = find_tables([place_of(project.folder)]).tables
    failures = [each.failures[0] for each in judge_table(table)]
    assert [("TRD908", 2), ("TRD403", 3)] == [(each.code, each.span.line) for each in failures if each.span]


def test_all_projects_of_a_workspace_are_asked(tmp_path: Path) -> None:
    """
    A preview tells what each project would break, with the file beside its own; a report adds up what a team has.
    """
    owned = "policies: {owned: {require: asset.owners}}\n"
    files = {"pyproject.toml": '[tool.treadle.workspace]\nprojects = ["teams/*"]\n', "next.yaml": owned}
    for name, given in (("dye", "description: Dyed"), ("weave", "owners: ['team:weaving']")):
        files |= {
            f"teams/{name}/pyproject.toml": f'[tool.treadle]\nmodule = "{name}"\n',
            f"teams/{name}/src/{name}/__init__.py": "",
            f"teams/{name}/src/{name}/defs/a/defs.yaml": LOOMS.split("    - ")[0]
            + f"    - {{key: {name}/a, {given}}}\n",
            f"teams/{name}/src/{name}/defs/a/s.py": "",
            f"teams/{name}/policies.yaml": "policies: {described: {severity: warn, require: asset.description}}\n",
        }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    workspace = CommandLine(tmp_path)
    found = workspace("policy", "preview", "next.yaml", "--workspace", "--json")
    assert 1 == found.code
    assert {"dye": (["dye/a"], []), "weave": ([], [])} == {
        each["project"]: ([one["name"] for one in each["new"]], each["gone"]) for each in found.json
    }
    shown = workspace("policy", "preview", "next.yaml", "--workspace")
    assert shown.out.endswith("1 violation would be new, 0 would be gone in 2 projects.\n")
    reported = workspace("policy", "report", "--by", "owner", "--workspace")
    assert ["team:weaving", "–", "1", "–", "–", "–", "described", "(1)"] == reported.out.splitlines()[-1].split()
