"""Commands about component types: none of them imports one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CommandLine, MakeProject

TYPE = '''from treadle import Component, Definitions


class Loom(Component):
    """Weaves."""

    threads: int = 2

    def build_defs(self, context):
        return Definitions()

    @classmethod
    def examples(cls):
        return ({"threads": 3},)
'''
MARKED = """from pathlib import Path

print("noise")
with Path(__file__).with_suffix(".seen").open("a") as seen:
    seen.write("x")
"""
SLOW = "import time\n\ntime.sleep(5)\n"
LOOM = "p.components.loom.Loom"


def project(make_project: MakeProject, text: str, **more: str) -> CommandLine:
    files = {"/src/p/components/__init__.py": "", "/src/p/components/loom.py": text}
    return make_project({**files, "looms/defs.yaml": f"type: {LOOM}\nattributes: {{threads: 4}}\n", **more})


def imported(treadle: CommandLine) -> int:
    seen = treadle.folder / "src" / "p" / "components" / "loom.seen"
    return len(seen.read_text(encoding="utf-8")) if seen.exists() else 0


@pytest.mark.parametrize("text", [MARKED + TYPE, MARKED + SLOW + TYPE], ids=["side-effect", "slow"])
def test_a_type_that_is_known_is_never_imported_again(make_project: MakeProject, text: str) -> None:
    """
    Listing, explaining, checking and making components go by what is known of a type.
    """
    treadle = project(make_project, text)
    answers = [
        treadle("inspect", LOOM),
        treadle("inspect", LOOM, "--schema"),
        treadle("list", "components"),
        treadle("list", "components", "--json"),
        treadle("scaffold", "defs", LOOM, "made"),
        treadle("check"),
        treadle("inspect", "treadle.PythonScript"),
    ]
    assert [0] * len(answers) == [each.code for each in answers]
    assert 1 == imported(treadle)
    assert [] == [each for each in answers if "noise" in each.out + each.err]
    assert "threads: 3" in (treadle.folder / "src/p/defs/made/defs.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [["inspect", "treadle.PythonScript"], ["inspect", LOOM]], ids=" ".join)
def test_explaining_a_type_loads_nothing_heavy(make_project: MakeProject, command: list[str]) -> None:
    """
    What is known of a type is read from a file, without pydantic and without the library.
    """
    treadle = project(make_project, TYPE)
    treadle(*command)
    program = (
        "import sys\nfrom treadle.cli.main import main\n"
        f"try:\n    main({command!r})\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pydantic', 'jinja2', 'sqlalchemy', 'treadle.library', 'p'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=treadle.folder, capture_output=True, text=True)
    assert "[]" == done.stdout.splitlines()[-1]


def test_a_broken_module_of_types_hides_no_other(make_project: MakeProject) -> None:
    """
    What can't be imported is told with its place; the rest is listed, and the exit code is 1.
    """
    treadle = project(make_project, TYPE, **{"/src/p/components/bad.py": "def broken(:\n"})
    listed = treadle("list", "components", "--json")
    assert 1 == listed.code
    assert LOOM in [each["type"] for each in listed.json]
    assert ("TRD202" in listed.err, "bad.py:1" in listed.err) == (True, True)


def test_components_are_listed_as_they_are_written(make_project: MakeProject) -> None:
    """
    Each component has its address, type and state; nothing has to be built for that.
    """
    asset = "from treadle import asset\n\nassert False, 'imported'\n\n\n@asset\ndef one(): ...\n"
    treadle = project(
        make_project,
        TYPE,
        **{
            "two/defs.yaml": f"type: {LOOM}\n---\ntype: {LOOM}\nattributes: {{threads: many}}\n",
            "no/defs.yaml": "type: p.components.loom.Nothing\n",
            "cut/defs.yaml": "type: {\n",
            "folder/defs.yaml": "type: treadle.DefsFolder\n",
            "folder/inner/defs.yaml": f"type: {LOOM}\n",
            "module.py": asset,
            "plain.py": "VALUE = 1\n",
        },
    )
    listed = treadle("list", "components", "--json")
    states = {(place["address"], each["type"]): place["state"] for each in listed.json for place in each["components"]}
    assert {
        ("looms", LOOM): "loaded",
        ("two", LOOM): "loaded",
        ("two[1]", LOOM): "broken",
        ("no", "p.components.loom.Nothing"): "broken",
        ("cut", None): "broken",
        ("folder", "treadle.DefsFolder"): "loaded",
        ("folder/inner", LOOM): "loaded",
        ("module.py", None): "loaded",
    } == states
    assert 1 == listed.code


def test_what_is_deprecated_is_told(make_project: MakeProject) -> None:
    """
    A deprecated type or attribute says so wherever the type is shown.
    """
    text = TYPE.replace(
        "    threads: int = 2\n",
        "    threads: int = Field(default=2, deprecated='write wool')\n\n    deprecated = 'use p.Wool'\n    version = '4'\n",
    )
    treadle = project(make_project, "from pydantic import Field\n" + text)
    page = treadle("inspect", LOOM).out
    assert "Deprecated: use p.Wool" in page
    assert "deprecated: write wool" in page
    known = treadle("inspect", LOOM, "--json").json
    assert ("use p.Wool", "4") == (known["deprecated"], known["version"])
    assert "deprecated: use p.Wool" in treadle("list", "components").out


def test_a_type_that_fails_to_make_a_component_leaves_nothing_behind(make_project: MakeProject) -> None:
    """
    An error in a type's own `scaffold` is a diagnostic, and the new folder is gone.
    """
    treadle = project(make_project, TYPE + "\n    @classmethod\n    def scaffold(cls, request):\n        1 / 0\n")
    answer = treadle("scaffold", "defs", LOOM, "made")
    assert (1, False) == (answer.code, (treadle.folder / "src/p/defs/made").exists())
    assert "TRD208" in answer.err
    assert "Traceback" not in answer.err


# Packages


PACKAGE = {
    "pyproject.toml": "[project]\nname = 'acme'\n",
    "acme/__init__.py": "",
    "acme/looms.py": MARKED + TYPE,
    "acme-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme\nVersion: 1\n",
    "acme-1.dist-info/RECORD": "",
    "acme-1.dist-info/entry_points.txt": "[treadle.components]\nacme.Loom = acme.looms:Loom\n",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder of an installed package that offers a type."""
    folder = tmp_path / "installed"
    for path, text in PACKAGE.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def test_a_package_ships_what_is_known_of_its_types(package: Path, tmp_path: Path) -> None:
    """
    `descriptors build` writes a file that makes imports needless until the package changes.
    """
    treadle, env = CommandLine(package), {"PYTHONPATH": str(package), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    seen = package / "acme" / "looms.seen"
    assert (1, 0, 0) == (
        treadle("descriptors", "build", "--check", env=env).code,
        treadle("descriptors", "build", env=env).code,
        treadle("descriptors", "build", "--check", env=env).code,
    )
    shipped = (package / "acme" / "descriptors.json").read_text(encoding="utf-8")
    assert str(package) not in shipped
    seen.unlink()
    elsewhere = CommandLine(tmp_path)
    known = elsewhere("inspect", "acme.Loom", "--json", env=env).json
    assert ("acme.Loom", "1", str(package / "acme" / "looms.py")) == (
        known["type"],
        known["version"],
        known["source"]["file"],
    )
    assert not seen.exists()
    (package / "acme" / "looms.py").write_text(MARKED + TYPE.replace("= 2", "= 8"), encoding="utf-8")
    for _ in range(2):
        changed = elsewhere("inspect", "acme.Loom", "--json", env=env).json
        assert 8 == changed["schema"]["properties"]["threads"]["default"]
    assert "x" == seen.read_text(encoding="utf-8")
    assert 1 == treadle("descriptors", "build", "--check", env=env).code


@pytest.mark.parametrize("text", ["", "[]", "{", '{"types": {"acme.Loom": 1}}'])
def test_a_shipped_file_that_cannot_be_used_is_passed_over(package: Path, tmp_path: Path, text: str) -> None:
    """
    A package with a damaged file is as one that ships none.
    """
    (package / "acme" / "descriptors.json").write_text(text, encoding="utf-8")
    env = {"PYTHONPATH": str(package), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert 0 == CommandLine(tmp_path)("inspect", "acme.Loom", env=env).code


def test_a_package_with_a_broken_type_ships_nothing(package: Path) -> None:
    """
    A type that can't be imported is told, and no file is written.
    """
    (package / "acme" / "looms.py").write_text("1 / 0\n", encoding="utf-8")
    answer = CommandLine(package)("descriptors", "build", "acme", env={"PYTHONPATH": str(package)})
    assert (1, True) == (answer.code, "TRD202" in answer.err)
    assert not (package / "acme" / "descriptors.json").exists()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(["tredle"], "did you mean 'treadle'?", id="misspelled"),
        pytest.param(["pip"], "offers component types", id="no-types"),
        pytest.param([], "pyproject.toml", id="nowhere"),
    ],
)
def test_a_package_that_offers_nothing_is_told(tmp_path: Path, args: list[str], told: str) -> None:
    """
    Only a package whose entry points offer component types can be described.
    """
    answer = CommandLine(tmp_path)("descriptors", "build", *args)
    assert (2, True) == (answer.code, told in answer.err)
