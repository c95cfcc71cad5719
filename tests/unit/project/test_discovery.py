"""What stands in a folder in the place of a component file, and links that lead astray."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import MakeProject

GOOD = {
    "good/defs.yaml": "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n  assets: [{key: good}]\n",
    "good/s.py": "",
}


def to_itself(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("build", [pytest.param([], id="check"), pytest.param(["--build"], id="build")])
@pytest.mark.parametrize(
    ("make", "told"),
    [
        pytest.param(Path.mkdir, "defs.yaml is a folder", id="folder"),
        pytest.param(os.mkfifo, "defs.yaml is not a file that can be read", id="pipe"),
        pytest.param(lambda path: path.symlink_to("nowhere"), "defs.yaml is a link that leads nowhere", id="dangling"),
        pytest.param(to_itself, "defs.yaml is a link that leads nowhere", id="itself"),
    ],
)
def test_what_is_not_a_file_is_told(
    make_project: MakeProject, make: Callable[[Path], None], told: str, build: list[str]
) -> None:
    """
    Something else under the name of a component file is a mistake, and nobody waits for it.
    """
    treadle = make_project({**GOOD, "other/readme.md": ""})
    make(treadle.folder / "src/p/defs/other/defs.yaml")
    answer = treadle("check", *build, "--json")
    assert [("TRD507", told)] == [(each["code"], each["message"]) for each in answer.json["diagnostics"]]
    assert 1 == answer.code
    assert ["good"] == [each["key"] for each in treadle("list", "assets", "--json").json]


def test_links_between_folders_end(make_project: MakeProject) -> None:
    """
    Links that lead to each other's folders are followed until they come back, and links to themselves not at all.
    """
    treadle = make_project({**GOOD, "a/readme.md": "", "b/readme.md": ""})
    defs = treadle.folder / "src/p/defs"
    (defs / "a/to_b").symlink_to(defs / "b")
    (defs / "b/to_a").symlink_to(defs / "a")
    to_itself(defs / "a/loop")
    to_itself(defs / "module.py")
    answer = treadle("check", "--build")
    assert (0, "") == (answer.code, answer.err)


def test_a_linked_component_is_found(make_project: MakeProject) -> None:
    """
    A folder of components may be elsewhere.
    """
    treadle = make_project({"/elsewhere/x/defs.yaml": GOOD["good/defs.yaml"], "/elsewhere/x/s.py": ""})
    (treadle.folder / "src/p/defs/linked").symlink_to(treadle.folder / "elsewhere")
    assert [("good", "linked/x")] == [
        (each["key"], each["component"]) for each in treadle("list", "assets", "--json").json
    ]
