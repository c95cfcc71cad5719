"""`treadle test`, as a user calls it."""

from __future__ import annotations

import pytest

from tests.conftest import Answer, MakeProject

LOOMS = """
type: treadle.PythonScript
template_vars_module: .rooms
attributes:
  execution: {path: s.py}
  assets:
    - key: looms
      group: "{{ room }}"
      deps: [yarn, dyes]
      owners: [team:mill]
      tags: {tier: 1, night: yes}
      metadata: {limits: {speed: 3, heat: 90}}
      partitions: {type: daily, start_date: "2024-01-01"}
  checks:
    - {name: woven, asset: looms, blocking: true}
"""
ROOMS = "from treadle import template_var\n@template_var\ndef room():\n    raise RuntimeError('called')\n"
BESIDE = {"looms/defs.yaml": LOOMS, "looms/s.py": "", "looms/rooms.py": ROOMS}
GIVEN = "name: t\ngiven: {variables: {room: weaving}}\n"


def answer_of(make_project: MakeProject, text: str, *args: str, files: dict[str, str] = BESIDE, **env: str) -> Answer:
    return make_project({**files, "looms/defs.test.yaml": text})("test", "--json", *args, env=env)


def told(answer: Answer) -> list[tuple[str, int | None, str]]:
    found = [*answer.json["diagnostics"], *(each for test in answer.json["tests"] for each in test["diagnostics"])]
    return [(each["code"], each["line"], each["message"]) for each in found]


def test_what_is_named_has_to_match_and_nothing_else(make_project: MakeProject) -> None:
    """
    Lists are in any order, mappings may hold more; template variables are given, and their functions not called.
    """
    text = (
        GIVEN
        + """
expect:
  assets:
    looms:
      group: weaving
      deps: [dyes, yarn]
      tags: {tier: 1}
      metadata: {limits: {heat: 90}}
      owners: [team:mill]
      checks: [woven]
      partitions: {type: time_window, cron: 0 0 * * *}
      freshness: null
      backfill: null
      skippable: false
  checks: {"looms:woven": {blocking: true, severity: error}}
  steps: {s: {assets: [looms], checks: ["looms:woven"]}}
  exactly: true
"""
    )
    answer = answer_of(make_project, text)
    assert (0, []) == (answer.code, told(answer))
    assert (1, 0) == (answer.json["passed"], answer.json["failed"])


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ("assets: {looms: {group: dyeing}}", "looms: group: expected 'dyeing', found 'weaving'"),
        ("assets: {looms: {deps: [yarn, silk]}}", "looms: deps: silk isn't there; dyes is there, and isn't expected"),
        ("assets: {looms: {tags: {tier: 2}}}", "looms: tags.tier: expected 2, found '1'"),
        (
            "assets: {looms: {metadata: {limits: {heat: 9}}}}",
            "looms: metadata.limits.heat: expected 9, found 90",
        ),
        (
            "assets: {looms: {metadata: {limit: 9}}}",
            "looms: metadata.limit: expected 9, found nothing: there is limits",
        ),
        ("assets: {looms: {description: null, code_version: v1}}", "looms: code_version: expected 'v1', found None"),
        ("assets: {loom: }", "the component declares no asset 'loom'"),
        ("checks: {}\n  exactly: true", "the component also declares looms:woven"),
        ("jobs: {nightly: }", "the component declares no job 'nightly'"),
    ],
)
def test_what_is_otherwise_is_told_at_the_line_that_expects_it(
    make_project: MakeProject, expected: str, message: str
) -> None:
    """
    A failed expectation has the place of the expectation.
    """
    answer = answer_of(make_project, f"{GIVEN}expect:\n  {expected}\n")
    assert (1, [("TRD801", 4, message)]) == (answer.code, told(answer))


@pytest.mark.parametrize(
    ("mistake", "codes"),
    [
        ("{code: TRD204, at: attributes.assets.0.group}", []),
        ("{code: TRD204, at: attributes.assets.0.group, message: only letters}", []),
        ("{code: TRD203}", ["TRD802", "TRD204"]),
        ("{code: TRD204, at: attributes.assets.0.key}", ["TRD802", "TRD204"]),
        ("{code: TRD204, message: banana}", ["TRD802", "TRD204"]),
        ("{code: TRD204, at: attributes.asets.0.key}", ["TRD805"]),
    ],
)
def test_a_mistake_can_be_expected(make_project: MakeProject, mistake: str, codes: list[str]) -> None:
    """
    Code, place and words have to be right; what is told and not expected fails the test as well.
    """
    text = f"name: t\ngiven: {{variables: {{room: no room}}}}\nexpect:\n  mistakes: [{mistake}]\n"
    answer = answer_of(make_project, text)
    assert codes == [code for code, _, _ in told(answer)]


def test_given_attributes_replace_those_of_the_document(make_project: MakeProject) -> None:
    """
    Mappings are merged; a mistake in what is given is told in the file of the test.
    """
    text = "name: t\ngiven:\n  variables: {room: a}\n  attributes:\n    execution: {pth: x}\nexpect: {}\n"
    answer = answer_of(make_project, text)
    assert ["TRD203"] == [code for code, _, _ in told(answer)]
    place = answer.json["tests"][0]["diagnostics"][0]
    # Only the value's document differs: the place of what the test gives is in the test.
    assert 5 == place["line"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("name: t\n", ["TRD205"], id="no-expect"),
        pytest.param("name: ''\nexpect: {}\n", ["TRD204"], id="no-name"),
        pytest.param("name: t\nexpect: {asets: {}}\n", ["TRD203"], id="unknown"),
        pytest.param("name: t\nexpect: {assets: {looms: {gruop: a}}}\n", ["TRD203"], id="unknown-deep"),
        pytest.param("name: t\nexpect: {mistakes: [{code: 204}]}\n", ["TRD204"], id="code"),
        pytest.param("name: t\nname: t\nexpect: {}\n", ["TRD107"], id="duplicate-key"),
        pytest.param("- t\n", ["TRD809"], id="list"),
        pytest.param("# nothing\n", ["TRD103"], id="empty"),
        pytest.param("name: t\nexpect: [\n", ["TRD104"], id="syntax"),
        pytest.param("name: t\nexpect: {}\n---\nname: t\nexpect: {}\n", ["TRD808"], id="same-name"),
        pytest.param("name: t\ngiven: {env: {PORT: 1}}\nexpect: {}\n", ["TRD204"], id="env-number"),
    ],
)
def test_a_mistake_in_a_test_is_told_like_any_other(make_project: MakeProject, text: str, codes: list[str]) -> None:
    """
    A file of tests is read with the same care as a component's; none of its tests is made.
    """
    answer = answer_of(make_project, text)
    assert (1, []) == (answer.code, answer.json["tests"])
    assert codes[0][:4] == told(answer)[0][0][:4]
    assert "Traceback" not in answer.err


def test_tests_do_not_see_the_shell_nor_the_env_file_nor_each_other(make_project: MakeProject) -> None:
    """
    Each test has its own process and environment.
    """
    component = "import os\nfrom treadle import Asset, Component, Definitions\n" + (
        "COUNT = []\n"
        "class C(Component):\n"
        "    '''C.'''\n"
        "    def build_defs(self, context):\n"
        "        COUNT.append(1)\n"
        "        os.environ['LEAK'] = 'x'\n"
        "        key = '_'.join([str(len(COUNT)), *(os.environ.get(n, '') for n in ('SHELL_ONE', 'FILE_ONE', 'OWN'))])\n"
        "        return Definitions(assets=[Asset(key='k' + key)])\n"
    )
    files = {
        "/.env": "FILE_ONE=x\n",
        "/src/p/components/__init__.py": "",
        "/src/p/components/c.py": component,
        "looms/defs.yaml": "type: p.components.c.C\n",
    }
    text = "name: a\nexpect: {assets: {k1___: }}\n---\nname: b\ngiven: {env: {OWN: y}}\nexpect: {assets: {k1___y: }}\n"
    answer = answer_of(make_project, text, "-j", "1", files=files, SHELL_ONE="x")
    assert (0, []) == (answer.code, told(answer))


@pytest.mark.parametrize(
    ("does", "message"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "a test has no network"),
        ("raise SystemExit(3)", "SystemExit"),
        ("import os; os._exit(7)", "ended with exit code 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended with the signal SIGKILL"),
        ("print('so far'); raise RuntimeError('no yarn')", "RuntimeError: no yarn"),
    ],
)
def test_whatever_a_component_does_only_its_own_test_fails(make_project: MakeProject, does: str, message: str) -> None:
    """
    Network, exits, signals and exceptions end one test; the other one passes.
    """
    component = (
        "from treadle import Component, Definitions\n"
        "class C(Component):\n    '''C.'''\n    bad: bool = True\n"
        f"    def build_defs(self, context):\n        if self.bad:\n            {does}\n        return Definitions()\n"
    )
    files = {
        "/src/p/components/__init__.py": "",
        "/src/p/components/c.py": component,
        "looms/defs.yaml": "type: p.components.c.C\n",
    }
    text = "name: bad\nexpect: {}\n---\nname: good\ngiven: {attributes: {bad: false}}\nexpect: {}\n"
    answer = answer_of(make_project, text, files=files)
    assert [("bad", False), ("good", True)] == [(each["name"], each["passed"]) for each in answer.json["tests"]]
    ((_, _, said),) = told(answer)
    assert message in said
    if "so far" in does:
        assert "so far" in answer.json["tests"][0]["output"]


def test_a_folder_is_tested_with_all_that_is_in_it(make_project: MakeProject) -> None:
    """
    A component that holds its folder declares what is below; several documents are tested together or one by one.
    """
    script = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets: [{key: KEY}]\n"
    files = {
        "looms/defs.yaml": "type: treadle.DefsFolder\npost_processing:\n  assets: [{attributes: {group: mill}}]\n",
        "looms/a/defs.yaml": script.replace("KEY", "a") + "---\n" + script.replace("KEY", "b"),
        "looms/a/s.py": "",
        "looms/a/defs.test.yaml": (
            "name: both\nexpect: {assets: {a: {group: mill}, b: }, exactly: true}\n---\n"
            "name: one\ngiven: {document: 1}\nexpect: {assets: {b: }, exactly: true}\n---\n"
            "name: which\ngiven: {attributes: {assets: []}}\nexpect: {}\n"
        ),
        "other/defs.yaml": "type: treadle.Nothing\n",
    }
    answer = answer_of(make_project, "name: t\nexpect: {assets: {a: {group: mill}, b: }, exactly: true}\n", files=files)
    assert ["t", "both", "one"] == [each["name"] for each in answer.json["tests"] if each["passed"]]
    assert ["TRD804"] == [code for code, _, _ in told(answer)]


def test_paths_choose_and_no_tests_are_told(make_project: MakeProject) -> None:
    """
    A folder or a file chooses tests; a path that isn't there is a mistake of the command line.
    """
    treadle = make_project({**BESIDE, "looms/defs.test.yaml": GIVEN + "expect: {}\n", "empty/__init__.py": ""})
    assert [1, 1, 0] == [
        treadle("test", "--json", f"src/p/defs/{path}").json["passed"] for path in ("looms", "looms/defs.yaml", "empty")
    ]
    assert 2 == treadle("test", "src/p/defs/nothing").code
    assert 2 == treadle("test", "pyproject.toml").code
    none = treadle("test", "src/p/defs/empty")
    assert (0, True) == (none.code, "There are no tests in src/p/defs/empty" in none.out)


def test_a_file_of_tests_with_nearly_the_right_name_is_told(make_project: MakeProject) -> None:
    """
    Tests that nobody makes would seem to pass; and `treadle check` has nothing against files of tests.
    """
    treadle = make_project(
        {**BESIDE, "looms/defs.test.yaml": GIVEN + "expect: {}\n", "looms/test_defs.yaml": "name: x\n"}
    )
    answer = treadle("test", "--json")
    assert (0, ["TRD504"]) == (answer.code, [code for code, _, _ in told(answer)])
    assert "defs.test.yaml" not in treadle("check", "--json").out


def test_people_see_each_test_and_a_summary(make_project: MakeProject) -> None:
    """
    A line for each test, what is wrong with the line that expects it, and the numbers.
    """
    treadle = make_project({**BESIDE, "looms/defs.test.yaml": GIVEN + "expect:\n  assets: {loms: }\n"})
    answer = treadle("test")
    assert (1, True) == (answer.code, "✗ t" in answer.out)
    assert "1 test: 1 failed, 0 passed in" in answer.out
    assert " 4 |   assets: {loms: }" in answer.err
    assert "did you mean 'looms'?" in answer.err


def test_coverage_tells_what_no_test_gives(make_project: MakeProject) -> None:
    """
    Attributes by their path, alternatives by name; what the tested file gives counts.
    """
    answer = answer_of(make_project, GIVEN + "expect: {}\n", "--coverage")
    (script,) = answer.json["coverage"]
    assert "treadle.PythonScript" == script["type"]
    assert {"execution.path", "assets[].deps", "checks[].blocking"} <= set(script["given"])
    assert {"execution.args", "assets[].freshness", "checks[].severity = warn"} <= set(script["missing"])
    assert set() == set(script["given"]) & set(script["missing"])
