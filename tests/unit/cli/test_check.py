"""`treadle check`: what it tells, in each format, of what, and how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

from tests.conftest import CommandLine, MakeProject
from treadle.cli.github import annotation
from treadle.cli.sarif import sarif
from treadle.errors import Diagnostic, Edit, Severity, Span
from treadle.project.codes import codes

SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets:\n"
FILES = {
    "good/defs.yaml": SCRIPT + "    - key: good\n",
    "good/s.py": "",
    "twice/defs.yaml": SCRIPT + "    - key: twice\n      group: one\n      group: two\n      description: {{ text }}\n",
    "twice/s.py": "",
    "open/defs.yaml": "type: treadle.PythonScript\nattributes: [\n",
}


def broken(make_project: MakeProject) -> CommandLine:
    return make_project({**FILES, "/.git/HEAD": ""})


TEXT = """\
error[TRD106]: this '[' is never closed
  --> src/p/defs/open/defs.yaml:2:13
 2 | attributes: [
   |             ^
  why: there is no ']' before line 3 goes on with something else
  fix: put ']' at the end

error[TRD109]: the key 'group' is given twice
  --> src/p/defs/twice/defs.yaml:7:7
 7 |       group: two
   |       ^^^^^
  why: it is already on line 6, and only one of the two could count
  fix: remove or rename one of them

error[TRD107]: this template is not quoted
  --> src/p/defs/twice/defs.yaml:8:20
 8 |       description: {{ text }}
   |                    ^^^^^^^^^^
  why: without quotation marks, YAML reads '{' as the start of a mapping
  fix: write it in quotation marks: "{{ … }}"

"""


def test_text_shows_each_mistake_with_its_line(make_project: MakeProject) -> None:
    """
    Mistakes come in the order of their places; the summary counts them, and says what can be mended.
    """
    answer = broken(make_project)("check")
    assert (1, TEXT) == (answer.code, answer.err)
    assert "3 errors in 3 components; --fix mends 2 of them\n" == answer.out


def test_json_has_edits_with_both_their_ends(make_project: MakeProject) -> None:
    """
    An edit says what is replaced, where it starts and ends, and what by.
    """
    treadle = broken(make_project)
    answer = treadle("check", "--json")
    told = {each["code"]: each for each in answer.json["diagnostics"]}
    file = str(treadle.folder / "src/p/defs/twice/defs.yaml")
    edit = {
        "file": file,
        "line": 6,
        "column": 1,
        "end_line": 7,
        "end_column": 1,
        "old": "      group: one\n",
        "new": "",
    }
    assert [edit] == told["TRD109"]["edits"]
    assert (8, 20, 8, 30) == tuple(told["TRD107"][each] for each in ("line", "column", "end_line", "end_column"))
    assert ([], None) == (told["TRD106"]["edits"], told["TRD106"]["end_line"])
    assert answer.out == treadle("check", "--format", "json").out


GITHUB = """\
::error file=src/p/defs/open/defs.yaml,line=2,col=13,title=TRD106%3A a quotation mark or a bracket isn't closed::\
this '[' is never closed%0Awhy: there is no ']' before line 3 goes on with something else%0Afix: put ']' at the end
::error file=src/p/defs/twice/defs.yaml,line=7,col=7,title=TRD109%3A a key is given twice::\
the key 'group' is given twice%0Awhy: it is already on line 6, and only one of the two could count%0A\
fix: remove or rename one of them
::error file=src/p/defs/twice/defs.yaml,line=8,col=20,title=TRD107%3A a template is not quoted::\
this template is not quoted%0Awhy: without quotation marks, YAML reads '{' as the start of a mapping%0A\
fix: write it in quotation marks: "{{ … }}"
3 errors in 3 components; --fix mends 2 of them
"""


def test_github_has_an_annotation_a_line(make_project: MakeProject) -> None:
    """
    Paths are told from the repository, wherever in it the command is typed.
    """
    treadle = broken(make_project)
    assert (1, GITHUB, "") == ((answer := treadle("check", "--format", "github")).code, answer.out, answer.err)
    assert GITHUB == CommandLine(treadle.folder / "src/p")("check", "--format", "github").out


@pytest.mark.parametrize(
    ("diagnostic", "line"),
    [
        pytest.param(
            Diagnostic(code="X", message="::error::\r\n100%, or: so", severity=Severity.WARNING),
            "::warning title=X::::error::%0D%0A100%25, or: so",
            id="text",
        ),
        pytest.param(
            Diagnostic(code="X", message="m", span=Span(file=Path("/r/a,b:c%.yaml"), line=2, column=3)),
            "::error file=a%2Cb%3Ac%25.yaml,line=2,col=3,title=X::m",
            id="file",
        ),
        pytest.param(
            Diagnostic(code="X", message="m", span=Span(file=Path("/elsewhere/a.yaml"))),
            "::error file=/elsewhere/a.yaml,line=1,col=1,title=X::m",
            id="elsewhere",
        ),
    ],
)
def test_an_annotation_can_not_be_ended_by_what_it_says(diagnostic: Diagnostic, line: str) -> None:
    """
    What has a meaning in workflow commands is escaped: no text can begin a command of its own.
    """
    assert line == annotation(diagnostic, Path("/r"))


def test_sarif_is_what_the_standard_demands(make_project: MakeProject) -> None:
    """
    The log fits the schema of SARIF 2.1.0; each result names a rule that is told, and a file of the repository.
    """
    treadle = broken(make_project)
    answer = treadle("check", "--format", "sarif")
    log = answer.json
    SarifLog.model_validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert (1, ["TRD106", "TRD107", "TRD109"]) == (answer.code, [each["id"] for each in rules])
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    assert "a template is not quoted" == rules[1]["shortDescription"]["text"]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert "src/p/defs/twice/defs.yaml" == places[2]["artifactLocation"]["uri"]
    assert {"startLine": 8, "startColumn": 20} == places[2]["region"]
    (change,) = run["results"][2]["fixes"][0]["artifactChanges"]
    assert [
        {
            "deletedRegion": {"startLine": 8, "startColumn": 20, "endLine": 8, "endColumn": 30},
            "insertedContent": {"text": '"{{ text }}"'},
        }
    ] == change["replacements"]


def test_sarif_of_every_code_and_of_odd_places_is_valid(tmp_path: Path) -> None:
    """
    Files of elsewhere, names with spaces and accents, mistakes without a place, warnings: all are told.
    """
    odd = tmp_path / "r" / "mit Räumen #1.yaml"
    odd.parent.mkdir()
    odd.write_text("a: b\n", encoding="utf-8")
    span = Span(file=odd)
    found = [Diagnostic(code=code, message="m", span=span) for code in codes()]
    found += [
        Diagnostic(code="TRD403", message="nowhere"),
        Diagnostic(code="TRD999", message="no page", span=Span(file=tmp_path / "b.yaml"), severity=Severity.WARNING),
        Diagnostic(code="TRD203", message="m", span=span, edits=(Edit(span=span, old="a", new="c"),)),
        Diagnostic(code="TRD203", message="m", span=span, edits=(Edit(span=span, old="gone", new="c"),)),
    ]
    log = sarif(found, odd.parent)
    SarifLog.model_validate(log)
    results = log["runs"][0]["results"]
    address = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "mit%20R%C3%A4umen%20%231.yaml" == address
    assert "locations" not in results[-4]
    assert results[-3]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].startswith("file:///")
    assert ["fixes" in each for each in results[-2:]] == [True, False]


def test_paths_limit_what_is_told(make_project: MakeProject) -> None:
    """
    Only mistakes in the named files and folders are told, and only they decide how the check ends.
    """
    treadle = broken(make_project)
    defs = "src/p/defs"
    one = treadle("check", f"{defs}/twice/defs.yaml", "--json")
    assert (1, ["TRD109", "TRD107"]) == (one.code, [each["code"] for each in one.json["diagnostics"]])
    fine = treadle("check", f"{defs}/good")
    assert (0, "", f"no mistakes in {defs}/good, 3 errors elsewhere\n") == (fine.code, fine.err, fine.out)
    inside = CommandLine(treadle.folder / defs)("check", "twice", "open")
    assert (1, "3 errors in open, twice; --fix mends 2 of them\n") == (inside.code, inside.out)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(["nowhere.yaml"], "nowhere.yaml", id="missing-path"),
        pytest.param([".."], "is not in the project", id="path-outside"),
        pytest.param(["--format", "xml"], "--format", id="format"),
        pytest.param(["--json", "--format", "sarif"], "can't be used together", id="two-formats"),
        pytest.param(["--watch", "--json"], "can't be used together", id="watch-json"),
    ],
)
def test_what_makes_no_sense_ends_with_2(make_project: MakeProject, args: list[str], told: str) -> None:
    """
    A wrong command line is told apart from a wrong project, before anything is printed.
    """
    answer = broken(make_project)("check", *args)
    assert (2, "") == (answer.code, answer.out)
    assert told in answer.err


@pytest.mark.parametrize("format_", ["json", "sarif", "github", "text"])
def test_without_a_project_every_format_says_so(tmp_path: Path, format_: str) -> None:
    """
    Mistakes in the settings are told like all others.
    """
    answer = CommandLine(tmp_path)("check", "--format", format_)
    assert 1 == answer.code
    assert "TRD501" in answer.out + answer.err
    if format_ in ("json", "sarif"):
        json.loads(answer.out)


def test_building_finds_what_only_building_shows_and_tells_it_once(make_project: MakeProject) -> None:
    """
    Two assets of one name are seen once everything is built; what both looks see is told once.
    """
    treadle = make_project(
        {
            "a/defs.yaml": SCRIPT + "    - key: a\n",
            "a/s.py": "",
            "b/defs.yaml": SCRIPT + "    - key: a\n",
            "b/s.py": "",
            "c/defs.yaml": "type: treadle.Nothing\n",
        }
    )
    built: list[dict[str, Any]] = treadle("check", "--build", "--json").json["diagnostics"]
    assert ["TRD401", "TRD201"] == sorted((each["code"] for each in built), reverse=True)
    assert re.fullmatch(r"2 errors in 3 components, 1 asset\n", treadle("check", "--build").out)
    assert ["TRD201"] == [each["code"] for each in treadle("check", "--json").json["diagnostics"]]


def test_a_long_line_is_shown_around_what_is_wrong(make_project: MakeProject) -> None:
    """
    The terminal's width is kept, and the marker stands below the mistake.
    """
    long = "type: treadle.PythonScript\nattributes: {" + "".join(f"a{n}: 1, " for n in range(60)) + "b: {{ x }}}\n"
    told = make_project({"a/defs.yaml": long})("check").err.splitlines()
    at = next(number for number, line in enumerate(told) if "b: {{ x }}" in line)
    assert all(len(line) <= 80 for line in told)
    assert told[at].index("{{ x }}") == told[at + 1].index("^")
    assert told[at + 1].count("^") == len("{{ x }}")


def test_an_expression_of_a_wrong_type_is_told_once(make_project: MakeProject) -> None:
    """
    What its type says before, and its value says after, is one mistake.
    """
    treadle = make_project({"a/defs.yaml": SCRIPT + "    - key: a\n      skippable: '{{ [1] }}'\n", "a/s.py": ""})
    static, built = (treadle("check", *args, "--json").json["diagnostics"] for args in ((), ("--build",)))
    assert (["TRD309"], static) == ([each["code"] for each in static], built)


def test_a_static_check_loads_nothing_that_only_building_needs(make_project: MakeProject) -> None:
    project = make_project({"good/defs.yaml": FILES["good/defs.yaml"], "good/s.py": ""})
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "treadle", "check"],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "treadle.project.checking" in imported
    assert not {"pydantic", "treadle.project.loading", "treadle.library"} & imported
