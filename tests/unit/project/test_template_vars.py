"""Template variables, read from a module's text."""

import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from treadle.project.template_vars import TemplateVars, read_template_vars, template_vars_of
from treadle.templating.inference import infer

TEXT, INTEGER, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}


def read(source: Path, text: str, **others: str) -> TemplateVars:
    """What is read of a module `mill.looms.variables`, beside other modules of its folder."""
    folder = source / "mill" / "looms"
    folder.mkdir(parents=True, exist_ok=True)
    for name, other in {"variables": text, **others}.items():
        (folder / f"{name}.py").write_text(dedent(other))
    return read_template_vars(".variables", package="mill.looms", source=source)


def variables(source: Path, text: str, **others: str) -> Mapping[str, object]:
    found = read(source, text, **others)
    assert () == found.mistakes
    return found.variables


@pytest.mark.parametrize(
    "text",
    [
        "from treadle import template_var\n@template_var\ndef hall() -> str: ...",
        "from treadle import template_var as var\n@var\ndef hall() -> str: ...",
        "import treadle\n@treadle.template_var\ndef hall() -> str: ...",
        "import treadle as t\n@t.template_var\ndef hall() -> str: ...",
        "import dagster as dg\n@dg.template_var\ndef hall(context: dg.ComponentLoadContext) -> str: ...",
        "import dagster as dg\n@dg.template_var()\ndef hall() -> str: ...",
        "from dagster import template_var\n@template_var()\ndef hall(context) -> str: ...",
        "from dagster.components import template_var\n@template_var\ndef hall() -> str: ...",
        "from treadle import *\n@template_var\ndef hall() -> str: ...",
        "try:\n    from treadle import template_var\nexcept ImportError:\n    pass\n@template_var\ndef hall() -> str: ...",
        "from treadle import template_var\ndef made() -> str: ...\nhall = template_var(made)",
        "from treadle import template_var\nvar = template_var\n@var\ndef hall() -> str: ...",
    ],
)
def test_every_way_to_mark_one(tmp_path, text):
    """
    A template variable is known however its decorator is imported and written.
    """
    found = variables(tmp_path, text)
    assert TEXT == found["hall"]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("def v() -> str: ...", TEXT),
        ("def v() -> 'list[str]': ...", {"type": "array", "items": TEXT}),
        ("def v() -> int | None: ...", {"anyOf": [INTEGER, NULL]}),
        ("def v() -> Optional[int]: ...", {"anyOf": [INTEGER, NULL]}),
        ("def v() -> typing.Dict[str, int]: ...", {"type": "object", "additionalProperties": INTEGER}),
        ("def v() -> tuple[str, ...]: ...", {"type": "array", "items": TEXT}),
        ("def v() -> Literal['a']: ...", {**TEXT, "const": "a"}),
        ("def v() -> dg.AssetSpec: ...", {}),
        ("def v() -> 'not python(': ...", {}),
        ("def v() -> 1 + 1: ...", {}),
        ("def v(): return 'eu'", {**TEXT, "const": "eu"}),
        ("def v(): return 7", {**INTEGER, "const": 7}),
        ("def v(): return ['a', 'b']", {"type": "array", "items": TEXT}),
        ("def v(): return f'{1}'", TEXT),
        ("def v(): return somewhere()", {}),
        ("def v():\n    if x: return 1\n    return 'a'", {}),
        ("def v():\n    if x: return 1", {}),
        ("def v(): yield 1", {}),
        ("async def v() -> str: ...", {}),
        ("@cache\ndef v() -> str: ...", {}),
    ],
)
def test_types(tmp_path, function, expected):
    """
    The type is that of the annotation, or of the literal that is returned; otherwise unknown.
    """
    found = variables(tmp_path, f"from treadle import template_var\n@template_var\n{function}")
    assert {"v": expected} == found


@pytest.mark.parametrize(
    "function",
    [
        "def shout():\n    def inner(text: str, times: int = 1) -> str:\n        return text\n    return inner",
        "def shout() -> Callable:\n    def inner(text, times=1) -> str:\n        return text\n    return inner",
        "def shout():\n    return lambda text, times=1: text",
    ],
)
def test_functions_to_call(tmp_path, function):
    """
    A variable that is a function is called with what that function takes.
    """
    scope = variables(tmp_path, f"from treadle import template_var\n@template_var\n{function}")
    assert () == infer("{{ shout('a', times=2) }}", scope).mistakes
    assert ["did you mean 'times'?"] == [one.fix for one in infer("{{ shout('a', tims=2) }}", scope).mistakes]
    assert ["TRD308"] == [one.code for one in infer("{{ shout() }}", scope).mistakes]


def test_a_variable_of_another_module(tmp_path):
    """
    A variable that is imported from another module of the project is followed there.
    """
    other = "from treadle import template_var\n@template_var\ndef region() -> str: ...\ndef helper(): ..."
    found = read(tmp_path, "from .other import region as zone, helper", other=other)
    assert {"zone": TEXT} == found.variables
    assert ["variables.py", "other.py"] == [Path(file).name for file in found.files]
    assert {"region": TEXT} == variables(tmp_path, "from mill.looms.other import *", other=other)


def test_modules_that_import_each_other(tmp_path):
    """
    Two modules that import each other are each read once.
    """
    first = "from treadle import template_var\nfrom .other import b\n@template_var\ndef a() -> str: ..."
    other = "from treadle import template_var\nfrom .variables import a\n@template_var\ndef b() -> int: ..."
    assert {"a": TEXT, "b": INTEGER} == variables(tmp_path, first, other=other)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("if x:\n    @template_var\n    def v() -> str: ...", "v"),
        ("for name in 'ab':\n    v = template_var(make(name))", "v"),
        ("v = make()", "v"),
        ("from somewhere import v", "v"),
        ("v, w = make()", "v"),
        ("with x as v: ...", "v"),
    ],
)
def test_what_may_be_a_variable(tmp_path, text, name):
    """
    What may turn out to be a template variable can be named, with any type.
    """
    found = read(tmp_path, f"from treadle import template_var\n@template_var\ndef sure() -> str: ...\n{text}")
    assert ({}, False) == (found.variables[name], found.is_open)


@pytest.mark.parametrize(
    "text",
    ["from somewhere import *", "globals()['v'] = template_var(make)", "setattr(module, 'v', make)", "exec('v = 1')"],
)
def test_modules_that_cannot_be_read_to_the_end(tmp_path, text):
    """
    A module that makes names as it runs may have any.
    """
    assert read(tmp_path, f"from treadle import template_var\n{text}").is_open


@pytest.mark.parametrize(
    "text",
    [
        "from typing import Any\nimport os\nLIMIT = 3\nclass V: ...\ndef v(): ...",
        "from other_library import template_var_like",
        "def template_var(f): return f\n@template_var\ndef v(): ...",
        "from treadle import template_var\n@template_var\ndef v(): ...\nv = 3",
        "from treadle import template_var\n@template_var\ndef v(): ...\ndef v(): ...",
    ],
)
def test_a_module_without_variables(tmp_path, text):
    """
    A module in which nothing is marked has no template variables, as loading says.
    """
    assert ["TRD310"] == [one.code for one in read(tmp_path, text).mistakes]


def test_the_last_definition_holds(tmp_path):
    """
    Of two functions with a name, the second is the variable.
    """
    text = "from treadle import template_var\n@template_var\ndef v() -> str: ...\n@template_var\ndef v() -> int: ..."
    assert {"v": INTEGER} == variables(tmp_path, text)


def test_too_many_parameters(tmp_path):
    """
    A template variable that asks for more than the context is told where it is written.
    """
    found = read(tmp_path, "from treadle import template_var\n\n@template_var\ndef v(a, *, b): ...")
    (mistake,) = found.mistakes
    assert ("TRD311", 3) == (mistake.code, mistake.span.line)
    assert "it takes 2 parameters; a template variable takes none, or the context" in mistake.message


@pytest.mark.parametrize(
    ("text", "line"), [("def v(:", 1), ("x = 1\n  y = 2", 2), ("x = '\0'", 1), ("(" * 500, 1)], ids=str
)
def test_text_that_is_not_python(tmp_path, text, line):
    """
    A module that Python can't parse is told where it is wrong.
    """
    (mistake,) = read(tmp_path, text).mistakes
    assert "TRD312" == mistake.code
    assert mistake.span.file.name == "variables.py"


@pytest.mark.parametrize(
    ("module", "fix"),
    [
        (".variabels", "did you mean 'variables'?"),
        ("mill.loms.variables", "did you mean 'looms'?"),
        ("nowhere_at_all.variables", ""),
        ("json.nowhere", ""),
        ("json.decoder.nowhere", ""),
        ("a-b", ""),
        (".", ""),
    ],
)
def test_modules_that_are_not_there(tmp_path, module, fix):
    """
    A module that is nowhere is told, with the nearest one that is.
    """
    read(tmp_path, "from treadle import template_var\n@template_var\ndef v() -> str: ...")
    found = read_template_vars(module, package="mill.looms", source=tmp_path)
    assert ["TRD312"] == [one.code for one in found.mistakes]
    assert fix in found.mistakes[0].fix


def test_nothing_is_imported(tmp_path):
    """
    Reading a module runs nothing of it, and nothing of what it imports.
    """
    text = "import time\ntime.sleep(60)\nfrom treadle import template_var\n@template_var\ndef v() -> str: ..."
    assert {"v": TEXT} == variables(tmp_path, text)
    assert not any(name.startswith("mill") for name in sys.modules)


def test_modules_of_others(tmp_path):
    """
    A module that is installed is read where it is installed; one that isn't Python may have anything.
    """
    assert ["TRD310"] == [one.code for one in read_template_vars("json.decoder", package="", source=tmp_path).mistakes]
    assert read_template_vars("sys", package="", source=tmp_path).is_open


def test_packages(tmp_path):
    """
    A package's variables are those of its `__init__.py`; a folder without one has none.
    """
    (tmp_path / "mill" / "shared").mkdir(parents=True)
    file = tmp_path / "mill" / "shared" / "__init__.py"
    assert ["TRD310"] == [one.code for one in read_template_vars("mill.shared", package="", source=tmp_path).mistakes]
    file.write_text("from treadle import template_var\n@template_var\ndef v() -> str: ...")
    assert {"v": TEXT} == read_template_vars("mill.shared", package="", source=tmp_path).variables
    assert {"v": TEXT} == template_vars_of(file, tmp_path).variables
