"""Projects are asked in their own environments, and whatever one of them does is no matter for the others."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.unit.workspace.conftest import add_environment, add_program, write
from treadle.workspace import Told, ask, find_workspace, tell

PROJECT = '[tool.treadle]\nmodule = "p"\n'
SHOP = """
from treadle import asset

import only_here

print("not a part of the answer")


@asset(key=only_here.NAME)
def it(): ...
"""
LOUD = """
import os

from treadle import asset

os.write(1, b"{not json")
print("[1, 2]")


@asset
def it(): ...
"""
SETTINGS = '[tool.treadle.workspace]\nprojects = ["*"]\n'


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """What each of several projects told; two need other versions of one package, the others go wrong."""
    root = write(
        tmp_path_factory.mktemp("workspace"),
        {
            "pyproject.toml": SETTINGS,
            **{f"{name}/pyproject.toml": PROJECT for name in ("ads", "bare", "broken", "crashing", "loud", "shop")},
            "ads/src/p/defs/it.py": SHOP,
            "crashing/src/p/defs/it.py": "import os\nprint('on its way', flush=True)\nos._exit(7)\n",
            "loud/src/p/defs/it.py": LOUD,
            "shop/src/p/defs/it.py": SHOP,
            "wrong/pyproject.toml": "[tool.treadle]\nmodul = 'p'\n",
        },
    )
    add_environment(root / "shop", {"only_here": "NAME = 'orders'"})
    add_environment(root / "ads", {"only_here": "NAME = 'spend'"})
    add_environment(root / "bare", has_treadle=False)
    (root / "broken/.venv").mkdir()
    return {each.project.name: each for each in tell(find_workspace(root))}


def codes(told: Told) -> list[str]:
    return [each.code for each in told.diagnostics]


def test_each_project_has_the_packages_of_its_environment(told: dict[str, Told]) -> None:
    """
    Two projects import two modules of one name, which the asking process can't import at all.
    """
    assert {"shop": ["orders"], "ads": ["spend"]} == {
        name: [str(asset.key) for asset in told[name].definitions.assets] for name in ("shop", "ads")
    }
    assert [] == codes(told["shop"])
    assert "only_here" not in sys.modules


def test_what_a_project_prints_is_no_part_of_its_answer(told: dict[str, Told]) -> None:
    """
    Neither `print` nor what is written to the standard output below Python hides what a project tells.
    """
    assert ([], 1) == (codes(told["loud"]), told["loud"].components)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        pytest.param("bare", "TRD543", "there is no Treadle in its environment", id="no-treadle"),
        pytest.param("broken", "TRD543", "no such file or directory", id="no-interpreter"),
        pytest.param("crashing", "TRD544", "ended with exit code 7", id="ends"),
        pytest.param("wrong", "TRD502", "no setting 'modul'", id="settings"),
    ],
)
def test_a_project_that_gives_no_answer_says_why(name: str, code: str, words: str, told: dict[str, Told]) -> None:
    """
    There is one mistake, which names the reason, and shows what was said last; the others have answered.
    """
    [mistake] = told[name].diagnostics
    assert code == mistake.code
    assert words in f"{mistake.message} {mistake.why}"
    assert () == told[name].definitions.assets
    if name == "crashing":
        assert "on its way" in mistake.why


PROGRAMS = [
    pytest.param("echo hello", "TRD544", "printed 'hello'", id="garbage"),
    pytest.param("exit 0", "TRD544", "ended with exit code 0 without one", id="nothing"),
    pytest.param("kill -9 $$", "TRD544", "ended by SIGKILL", id="killed"),
    pytest.param("echo \"Error: No such command 'facts'.\" >&2; exit 2", "TRD545", "No such command 'facts'", id="old"),
    pytest.param('echo \'{"format": 9, "treadle": "7.0"}\'', "TRD545", "it is 7.0, and the format is 9", id="new"),
    pytest.param("echo '[]'", "TRD545", "the format is None", id="list"),
    pytest.param('echo \'{"format": 1, "diagnostics": []}\'', "TRD545", "something is missing", id="missing"),
    pytest.param(
        'echo \'{"format": 1, "diagnostics": [], "graph": {"format": 1, "assets": [3]}}\'',
        "TRD545",
        "of another kind",
        id="kind",
    ),
    pytest.param("head -c 3000000 /dev/zero >&2; exit 1", "TRD544", "ended with exit code 1", id="much"),
]


@pytest.mark.parametrize(("program", "code", "words"), PROGRAMS)
def test_an_answer_that_is_none_is_told(program: str, code: str, words: str, tmp_path: Path) -> None:
    """
    Whatever an interpreter prints, and however it ends, there is one mistake with the reason, at the project's entry.
    """
    settings = '[tool.treadle.workspace]\nprojects = [{ path = "shop", python = "python" }]\n'
    root = write(tmp_path, {"pyproject.toml": settings, "shop/pyproject.toml": PROJECT})
    add_program(root / "shop/python", program)
    [told] = tell(find_workspace(root))
    [mistake] = told.diagnostics
    assert (code, 2) == (mistake.code, mistake.span and mistake.span.line)
    assert words in f"{mistake.message} {mistake.why}"


def is_running(process: str) -> bool:
    """Whether there is such a process, and it isn't one that only waits to be forgotten."""
    state = Path("/proc", process, "stat")
    return state.exists() and state.read_text("utf-8").rsplit(")", 1)[1].split()[0] != "Z"


def test_a_project_that_hangs_is_ended_with_what_it_has_started(tmp_path: Path) -> None:
    """
    When its time is up, neither its process nor one that it has started is left.
    """
    settings = '[tool.treadle.workspace]\ntimeout = 2\nprojects = [{ path = "shop", python = "python" }]\n'
    root = write(tmp_path, {"pyproject.toml": settings, "shop/pyproject.toml": PROJECT})
    os.mkfifo(root / "never")
    add_program(root / "shop/python", "echo waiting >&2; cat ../never & echo $! > pid; wait")
    [told] = tell(find_workspace(root))
    [mistake] = told.diagnostics
    assert ("TRD544", True) == (mistake.code, "waiting" in mistake.why)
    assert "ended after 2 seconds" in mistake.why
    assert not is_running((root / "shop/pid").read_text("utf-8").strip())


def test_any_command_can_be_asked_of_some_projects(tmp_path: Path) -> None:
    """
    The answers are in the order of the projects, with exit code and what was told; nobody is asked when nobody is meant.
    """
    names = ("ads", "shop")
    root = write(tmp_path, {"pyproject.toml": SETTINGS, **{f"{name}/pyproject.toml": PROJECT for name in names}})
    write(root, {"shop/src/p/defs/it.py": "from treadle import asset\n\n\n@asset\ndef it(): ...\n"})
    write(root, {"ads/src/p/defs/it/defs.yaml": "type: treadle.Unknown\n"})
    workspace = find_workspace(root)
    ads, shop = ask(workspace, ["list", "assets", "--json"])
    assert (["it"], 0, ()) == ([each["key"] for each in shop.found], shop.code, shop.mistakes)
    assert ([], 1, True) == (ads.found, ads.code, "TRD201" in ads.said)
    assert (shop,) == ask(workspace, ["list", "assets", "--json"], projects=[shop.project])
    assert () == ask(workspace, ["list", "assets", "--json"], projects=[])
