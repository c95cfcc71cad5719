"""Descriptors: what is known of component types without importing them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import AliasChoices, Field, InstanceOf

from treadle.components import (
    Attributes,
    Component,
    ComponentContext,
    Descriptor,
    Descriptors,
    describe,
    registered_types,
    template_var,
)
from treadle.components.descriptors import attributes_schema, build, scaffold
from treadle.errors import ProjectError, Span
from treadle.ir import AutomationCondition, Definitions
from treadle.templating import Template

TYPE = '''"""A module."""

from treadle import Component, Definitions


class Loom(Component):
    """Weaves."""

    threads: int = 2

    def build_defs(self, context):
        return Definitions()
'''
MARKED = (
    "from pathlib import Path\n\nwith Path(__file__).with_suffix('.seen').open('a') as seen:\n    seen.write('x')\n\n"
)
SLOW = "import time\n\ntime.sleep(5)\n" + MARKED


class Source:
    """A project's source folder with a package `mill` in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("__init__.py", "")
        self.write("components/__init__.py", "")

    def write(self, path: str, text: str) -> Path:
        file = self.folder / "src" / "mill" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def descriptors(self, **more: float) -> Descriptors:
        return Descriptors(
            source=self.folder / "src",
            cache=self.folder / ".treadle" / "descriptors",
            patterns=("mill.components.*",),
            defs_package="mill.defs",
            **more,
        )

    def imported(self, path: str) -> int:
        """How often a marked module was imported."""
        seen = (self.folder / "src" / "mill" / path).with_suffix(".seen")
        return len(seen.read_text(encoding="utf-8")) if seen.exists() else 0


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


LOOM = "mill.components.loom.Loom"


def mistake(descriptors: Descriptors, name: str) -> tuple[str, str, str]:
    with pytest.raises(ProjectError) as caught:
        descriptors.find(name, package="mill.defs.looms", span=Span(file=Path("defs.yaml"), line=3))
    (told,) = caught.value.diagnostics
    assert told.span == Span(file=Path("defs.yaml"), line=3)
    return told.code, told.message, f"{told.why}\n{told.fix}"


# What a descriptor says


class Wool(Attributes):
    """What is woven.

    >>> Wool(color="red").color
    'red'
    """

    color: str = Field(validation_alias=AliasChoices("color", "colour"))
    """What one sees."""


class RowScope:
    row: dict[str, int]


class Weaving(Component):
    """Weaves wool.

    Slowly.
    """

    wool: Wool
    more: list[Wool] = Field(default_factory=list)
    when: InstanceOf[AutomationCondition] | None = None
    say: Template[Wool, RowScope] | None = None
    """What to say."""
    words: Template[list[str], RowScope] = Field(default_factory=lambda: Template(["a"], result=list[str]))
    old: int = Field(default=0, deprecated="write `wool`")

    version = "3"
    deprecated = "write mill.Knitting"

    def build_defs(self, context: ComponentContext) -> Definitions:
        return Definitions()

    @staticmethod
    @template_var
    def colors() -> list[str]:
        return ["red"]


def test_a_descriptor_says_what_the_class_says() -> None:
    """
    Name, documentation, version, variables and deprecation come from the class.
    """
    found = describe("mill.Weaving", Weaving, package="mill", version="1")
    assert ("Weaves wool.", "3", "write mill.Knitting") == (found.summary, found.version, found.deprecated)
    assert {"colors": {"type": "array", "items": {"type": "string"}}} == found.template_vars
    assert (False, False) == (found.scaffolds, found.holds_folder)
    assert Path(__file__) == found.file
    assert "class Weaving" in Path(__file__).read_text(encoding="utf-8").splitlines()[found.line - 1]
    assert str(Path(__file__).resolve()) in found.sources
    assert found == Descriptor.from_json(json.loads(json.dumps(found.to_json())))


def test_a_schema_says_every_name_of_a_field_and_each_model_once() -> None:
    """
    Other names lead to the usual one, which is the one that is required; a model is in `$defs` however it is used.
    """
    schema = attributes_schema(Weaving)
    wool = schema["$defs"]["Wool"]
    assert ["Wool"] == list(schema["$defs"])
    assert ["color"] == wool["required"]
    assert wool["properties"]["color"] | {"x-alias-of": "color"} == wool["properties"]["colour"]
    assert "What is woven." == wool["description"]
    assert {"$ref": "#/$defs/Wool"} == schema["properties"]["wool"]


def test_a_schema_says_scopes_records_defaults_and_deprecations() -> None:
    """
    What pydantic's own schema leaves out is there, and "or a template" isn't.
    """
    fields = attributes_schema(Weaving)["properties"]
    scope = {"row": {"type": "object", "additionalProperties": {"type": "integer"}}}
    assert {"$ref": "#/$defs/Wool", "x-scope": scope} == fields["say"]["anyOf"][0]
    assert ("What to say.", 2) == (fields["say"]["description"], len(fields["say"]["anyOf"]))
    assert (["a"], scope) == (fields["words"]["default"], fields["words"]["x-scope"])
    assert ["AutomationCondition"] == fields["when"]["anyOf"][0]["x-record"]
    assert (True, "write `wool`") == (fields["old"]["deprecated"], fields["old"]["x-deprecated"])


def test_two_models_of_one_name_stay_apart() -> None:
    """
    Models are told from each other by what they are, not by what they are called.
    """

    def model(kind: type) -> type[Attributes]:
        return type("Same", (Attributes,), {"__annotations__": {"value": kind}, "__module__": __name__})

    class Both(Component):
        one: model(int)  # type: ignore[valid-type]
        two: Template[model(str), RowScope]  # type: ignore[misc]

        def build_defs(self, context: ComponentContext) -> Definitions:
            return Definitions()

    schema = attributes_schema(Both)
    held = [schema["$defs"][schema["properties"][each]["$ref"].rpartition("/")[2]] for each in ("one", "two")]
    assert ["integer", "string"] == [each["properties"]["value"]["type"] for each in held]


# What ships


def test_what_ships_is_up_to_date() -> None:
    """
    `treadle descriptors build treadle` would change nothing.
    """
    from treadle.cli.descriptors import _document

    stale = [file for file, text in build("treadle", document=_document()).items() if file.read_text("utf-8") != text]
    assert [] == stale, "type: treadle descriptors build treadle"


def test_shipped_types_need_no_process_and_no_import() -> None:
    """
    Finding every installed type imports neither pydantic nor the modules of the types.
    """
    program = (
        "import subprocess, sys\nfrom treadle.components import Descriptors\n"
        "def refuse(*_, **__): raise AssertionError('a process')\n"
        "subprocess.Popen = refuse\n"
        "print(len(Descriptors(None, None).all()), 'pydantic' in sys.modules, 'treadle.library' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (f"{len(registered_types())} False False\n", "") == (done.stdout, done.stderr)


@pytest.mark.parametrize("name", registered_types())
def test_a_shipped_descriptor_is_what_its_class_says(name: str) -> None:
    """
    The same is known of a type from its descriptor and from its class; aliases lead to it, and so does its path.
    """
    found = Descriptors(None, None).find(name)
    assert (name, registered_types()[name].target) == (found.name, found.target)
    for alias in found.aliases:
        assert found == Descriptors(None, None).find(alias)
    by_path = Descriptors(None, None).find(found.target.replace(":", "."))
    assert (found.schema, found.target.replace(":", ".")) == (by_path.schema, by_path.name)


# A project's own types


def test_a_type_is_imported_once_until_its_source_changes(source: Source) -> None:
    """
    What was made once is kept; a change of the module makes it again.
    """
    source.write("components/loom.py", MARKED + TYPE)
    assert [2, 2] == [source.descriptors().find(LOOM).schema["properties"]["threads"]["default"] for _ in range(2)]
    assert 1 == source.imported("components/loom.py")
    source.write("components/loom.py", MARKED + TYPE.replace("= 2", "= 3"))
    assert 3 == source.descriptors().find(LOOM).schema["properties"]["threads"]["default"]
    assert 2 == source.imported("components/loom.py")


@pytest.mark.parametrize(
    "how",
    [
        "from mill.wool import COLORS",
        "from mill import wool\n\nCOLORS = wool.COLORS",
        "import mill.wool\n\nCOLORS = mill.wool.COLORS",
        "import importlib\n\nCOLORS = importlib.import_module('mill.wool').COLORS",
        "from ..wool import COLORS",
        "from mill.between import COLORS",
    ],
    ids=["name", "module", "path", "function", "relative", "indirect"],
)
def test_a_change_of_an_imported_module_counts(source: Source, how: str) -> None:
    """
    A type that takes something from another module of the project is made again when that one changes.
    """
    source.write("between.py", "from mill.wool import COLORS\n")
    source.write("wool.py", "COLORS = 2\n")
    source.write("components/loom.py", f"{how}\n\n{TYPE.replace('= 2', '= COLORS')}")
    source.write("components/other.py", MARKED + TYPE)
    assert 2 == source.descriptors().find(LOOM).schema["properties"]["threads"]["default"]
    source.write("wool.py", "COLORS = 7\n")
    assert 7 == source.descriptors().find(LOOM).schema["properties"]["threads"]["default"]
    assert 1 == source.imported("components/other.py")


def test_a_type_that_goes_is_gone(source: Source) -> None:
    """
    A class, or a module, that was there when it was described is missed when it is deleted.
    """
    file = source.write("components/loom.py", TYPE)
    source.descriptors().find(LOOM)
    source.write("components/loom.py", TYPE.replace("Loom", "Looms"))
    code, _, why = mistake(source.descriptors(), LOOM)
    assert ("TRD201", True) == (code, "did you mean 'Looms'?" in why)
    file.unlink()
    code, _, why = mistake(source.descriptors(), LOOM)
    assert ("TRD201", True) == (code, "there is no module 'mill.components.loom'" in why)


def test_a_module_that_moves_in_front_of_another_is_found(source: Source) -> None:
    """
    A package of the same name hides the module that a descriptor was made from.
    """
    source.write("components/loom.py", TYPE)
    source.descriptors().find(LOOM)
    source.write("components/loom/__init__.py", TYPE.replace("= 2", "= 9"))
    assert 9 == source.descriptors().find(LOOM).schema["properties"]["threads"]["default"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": 1}', "\x00", "[" * 100_000, '{"format": 999, "kept": {}}'],
    ids=["empty", "cut", "list", "null", "foreign", "nul", "deep", "newer"],
)
def test_what_was_kept_and_cannot_be_used_is_made_again(source: Source, text: str) -> None:
    """
    A damaged file, or somebody else's, is as good as none.
    """
    source.write("components/loom.py", TYPE)
    source.descriptors().find(LOOM)
    source.descriptors().all()
    for file in (source.folder / ".treadle" / "descriptors").iterdir():
        file.write_text(text, encoding="utf-8")
    assert "Weaves." == source.descriptors().find(LOOM).summary
    assert LOOM in [each.name for each in source.descriptors().all()]


def test_fields_of_a_kept_descriptor_that_make_no_sense_are_not_used(source: Source) -> None:
    """
    A kept file whose values are of the wrong kind is made again.
    """
    source.write("components/loom.py", TYPE)
    source.descriptors().find(LOOM)
    (file,) = (source.folder / ".treadle" / "descriptors").glob(f"{LOOM}.json")
    kept = json.loads(file.read_text(encoding="utf-8"))
    for name, value in (("schema", 1), ("sources", []), ("examples", 3), ("file", None), ("aliases", "x")):
        file.write_text(json.dumps(kept | {"kept": kept["kept"] | {name: value}}), encoding="utf-8")
        assert "Weaves." == source.descriptors().find(LOOM).summary


def test_the_folder_of_what_is_kept_stays_out_of_git(source: Source) -> None:
    """
    Whoever makes the project's `.treadle` folder first keeps it out of git.
    """
    source.write("components/loom.py", TYPE)
    source.descriptors().find(LOOM)
    assert "*\n" == (source.folder / ".treadle" / ".gitignore").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_is_no_mistake(source: Source) -> None:
    """
    Where nothing can be kept, descriptors are made each time.
    """
    source.write("components/loom.py", TYPE)
    (source.folder / ".treadle").write_text("a file\n", encoding="utf-8")
    assert "Weaves." == source.descriptors().find(LOOM).summary
    (source.folder / ".treadle").unlink()
    (source.folder / ".treadle").mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    assert "Weaves." == source.descriptors().find(LOOM).summary


def test_a_copy_of_a_project_knows_its_own_types(source: Source, tmp_path: Path) -> None:
    """
    What was kept for the original, and was copied with it, speaks of other files.
    """
    source.write("components/loom.py", TYPE)
    source.descriptors().find(LOOM)
    copy = tmp_path / "copy"
    for file in [*source.folder.joinpath("src").rglob("*.py"), *source.folder.joinpath(".treadle").rglob("*.json")]:
        target = copy / file.relative_to(source.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    own = Source(copy)
    own.write("components/loom.py", TYPE.replace("= 2", "= 4"))
    found = own.descriptors().find(LOOM)
    assert (4, copy) == (found.schema["properties"]["threads"]["default"], found.file.parents[3])


def test_two_processes_at_once_do_no_harm(source: Source) -> None:
    """
    Whoever makes a descriptor first or last, everybody reads a whole one.
    """
    source.write("components/loom.py", TYPE)
    program = (
        "import sys\nfrom pathlib import Path\nfrom treadle.components import Descriptors\n"
        "root = Path(sys.argv[1])\n"
        "d = Descriptors(root / 'src', root / '.treadle' / 'descriptors', ('mill.components.*',))\n"
        "print(sorted(each.name for each in d.all())[0], d.mistakes)\n"
    )
    command = [sys.executable, "-c", program, str(source.folder)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert {f"{LOOM} ()\n"} == {each.communicate()[0] for each in running}
    assert [] == list((source.folder / ".treadle" / "descriptors").glob(".*"))


# Names


def test_a_name_may_be_relative_or_lead_through_a_package(source: Source) -> None:
    """
    A leading dot starts at the folder of the YAML file; a package may hand a class on.
    """
    source.write("defs/looms/own.py", TYPE)
    source.write("components/loom.py", TYPE)
    source.write("components/__init__.py", "from mill.components.loom import Loom\n")
    descriptors = source.descriptors()
    assert "mill.defs.looms.own.Loom" == descriptors.find(".own.Loom", package="mill.defs.looms").name
    found = descriptors.find("mill.components.Loom")
    assert ("mill.components.Loom", "loom.py") == (found.name, found.file.name)


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        pytest.param("treadle.PythonScrpt", "TRD201", "did you mean 'treadle.PythonScript'?", id="misspelled"),
        pytest.param("PythonScript", "TRD201", "did you mean 'treadle.PythonScript'?", id="short"),
        pytest.param("treadle.Nope", "TRD201", "see `treadle list components`", id="nothing-near"),
        pytest.param("acme.sub.Loom", "TRD201", "there is no module 'acme'", id="no-package"),
        pytest.param("mill.nothing.at.Loom", "TRD201", "there is no module 'mill.nothing'", id="no-module"),
        pytest.param(
            "mill.components.loom.deeper.Loom", "TRD201", "no module 'mill.components.loom.deeper'", id="below"
        ),
        pytest.param("mill.components.loom.Lom", "TRD201", "did you mean 'Loom'?", id="no-class"),
        pytest.param("mill.components.loom.weave", "TRD206", "derives from treadle.Component", id="function"),
        pytest.param("mill.components.loom.Base", "TRD206", "it is abstract", id="abstract"),
        pytest.param("datetime.date", "TRD206", "derives from treadle.Component", id="standard-library"),
        pytest.param("sys.path", "TRD206", "derives from treadle.Component", id="built-in"),
        pytest.param(".Loom", "TRD201", "", id="folder"),
        pytest.param("..Loom", "TRD201", "", id="dots"),
        pytest.param("...", "TRD201", "", id="only-dots"),
        pytest.param("", "TRD201", "", id="empty"),
        pytest.param("a b.c d", "TRD201", "", id="spaces"),
        pytest.param("mill.components.\x00.Loom", "TRD201", "", id="nul"),
        pytest.param("mill/../etc.Loom", "TRD201", "", id="path"),
        pytest.param("__main__.Loom", "TRD201", "", id="main"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(source: Source, name: str, code: str, told: str) -> None:
    """
    What isn't there, and what isn't a component type, is said in the words that loading has for it.
    """
    base = "\n\nclass Base(Component):\n    pass\n\n\ndef weave():\n    pass\n"
    source.write("components/loom.py", TYPE + base)
    found, _, why = mistake(source.descriptors(), name)
    assert (code, True) == (found, told in why)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("1 / 0\n", "ZeroDivisionError", id="raises"),
        pytest.param("import nothing_here\n", "No module named 'nothing_here'", id="import"),
        pytest.param("def broken(:\n", "SyntaxError", id="syntax"),
        pytest.param("import sys\n\nsys.exit(4)\n", "SystemExit", id="sys.exit"),
        pytest.param("import os\n\nos._exit(3)\n", "exit code 3", id="os._exit"),
        pytest.param("import os\n\nos.kill(os.getpid(), 11)\n", "SIGSEGV", id="crash"),
        pytest.param("import sys\n\nsys.stdout.close()\nsys.stderr.close()\n1 / 0\n", "TRD202", id="closes"),
        pytest.param("import os\n\nos.closerange(0, 64)\n1 / 0\n", "TRD202", id="closes-all"),
        pytest.param("def deep():\n    deep()\n\n\ndeep()\n", "RecursionError", id="recursion"),
        pytest.param("raise KeyboardInterrupt\n", "TRD202", id="interrupt"),
        pytest.param("import builtins\n\nbuiltins.__import__ = None\n1 / 0\n", "TRD202", id="vandal"),
    ],
)
def test_a_module_that_cannot_be_imported_breaks_only_its_types(source: Source, text: str, told: str) -> None:
    """
    Whatever a module does to the process that imports it, it is told, and the other types are found.
    """
    source.write("components/bad.py", f"print('the last words')\n{text}{TYPE}")
    source.write("components/loom.py", TYPE)
    descriptors = source.descriptors()
    code, message, why = mistake(descriptors, "mill.components.bad.Loom")
    assert "TRD202" == code
    assert told in f"{code} {message} {why}"
    assert LOOM in [each.name for each in descriptors.all()]
    assert descriptors.mistakes
    assert {"TRD202"} == {each.code for each in descriptors.mistakes}


def test_what_a_broken_module_printed_is_told_and_that_of_others_is_not(source: Source) -> None:
    """
    The output of a module explains why it failed; it never gets between the answers.
    """
    source.write("components/loom.py", "print('{\"done\": 0, \"answer\": {}}')\nprint('chatter')\n" + TYPE)
    source.write("components/bad.py", "import os\n\nos.system('echo last words')\n1 / 0\n")
    descriptors = source.descriptors()
    assert "Weaves." == descriptors.find(LOOM).summary
    _, _, why = mistake(descriptors, "mill.components.bad.Loom")
    assert (True, False) == ("  last words" in why, "chatter" in why)


def test_a_module_that_never_ends_is_given_up(source: Source) -> None:
    """
    After the time that a module may take, it is told where it was; the other types are found.
    """
    source.write("components/bad.py", "while True:\n    pass\n" + TYPE)
    source.write("components/loom.py", TYPE)
    descriptors = source.descriptors(timeout=3)
    code, _, why = mistake(descriptors, "mill.components.bad.Loom")
    assert ("TRD211", True) == (code, "bad.py" in why)
    assert "Weaves." == descriptors.find(LOOM).summary


def test_processes_and_threads_that_a_module_starts_hold_nobody_up(source: Source) -> None:
    """
    Descriptors are there when they are made, whatever goes on.
    """
    text = (
        "import subprocess\nimport sys\nimport threading\nimport time\n\n"
        "threading.Thread(target=lambda: time.sleep(1000)).start()\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'])\n"
    )
    source.write("components/loom.py", text + TYPE)
    assert "Weaves." == source.descriptors(timeout=60).find(LOOM).summary


def test_a_component_of_dagster_is_told_as_such(source: Source) -> None:
    """
    A class that derives from Dagster's is recognized, and what to do is said.
    """
    (source.folder / "src" / "dagster").mkdir()
    (source.folder / "src" / "dagster" / "__init__.py").write_text("class Component:\n    pass\n", encoding="utf-8")
    source.write("components/loom.py", "import dagster\n\n\nclass Loom(dagster.Component):\n    pass\n")
    code, _, why = mistake(source.descriptors(), LOOM)
    assert ("TRD206", True) == (code, "Dagster component" in why)


@pytest.mark.parametrize(
    "wrong",
    [
        "    @classmethod\n    def examples(cls):\n        return 1 / 0\n",
        "    wool: 'Nothing'\n",
        "    scaffold_params = 3\n",
    ],
    ids=["examples", "annotation", "params"],
)
def test_a_class_that_cannot_be_described_is_told(source: Source, wrong: str) -> None:
    """
    A type that can be imported, but doesn't say what it takes, can't be used.
    """
    source.write("components/loom.py", TYPE + "\n" + wrong)
    code, message, _ = mistake(source.descriptors(), LOOM)
    assert ("TRD202", True) == (code, "can't be described" in message)


def test_the_environment_is_what_is_given(source: Source) -> None:
    """
    Modules that read variables see those of the project.
    """
    source.write(
        "components/loom.py", "import os\n\nCOUNT = int(os.environ['COUNT'])\n" + TYPE.replace("= 2", "= COUNT")
    )
    found = Descriptors(source.folder / "src", None, environment={**os.environ, "COUNT": "6"}).find(LOOM)
    assert 6 == found.schema["properties"]["threads"]["default"]


# Making new components


SCAFFOLDS = """
    @classmethod
    def scaffold(cls, request):
        print("noise")
        (request.folder / "made.txt").write_text(request.params["text"])
        return {"threads": 5}
"""


def test_a_type_makes_new_components_in_a_process_of_its_own(source: Source) -> None:
    """
    The `scaffold` of a type writes what it likes, and what it returns are the attributes.
    """
    source.write("components/loom.py", TYPE + SCAFFOLDS)
    descriptors = source.descriptors()
    found = descriptors.find(LOOM)
    made = scaffold(
        found, folder=source.folder, project_root=source.folder, params={"text": "hi"}, around=descriptors.around
    )
    assert ({"threads": 5}, "hi") == (made, (source.folder / "made.txt").read_text(encoding="utf-8"))
    assert "mill.components.loom" not in sys.modules


@pytest.mark.parametrize("text", ["1 / 0", "return 3", "import os; os._exit(1)", "raise SystemExit"])
def test_a_scaffold_that_fails_is_told(source: Source, text: str) -> None:
    """
    Whatever the `scaffold` of a type does, it ends in a diagnostic.
    """
    source.write("components/loom.py", f"{TYPE}\n    @classmethod\n    def scaffold(cls, request):\n        {text}\n")
    descriptors = source.descriptors()
    with pytest.raises(ProjectError) as caught:
        scaffold(
            descriptors.find(LOOM),
            folder=source.folder,
            project_root=source.folder,
            params={},
            around=descriptors.around,
        )
    assert caught.value.diagnostics[0].code in ("TRD202", "TRD208")
