"""What holds for every module: how it starts, what it shows, how its records are made.

The layers of imports are held by import-linter (`make lint`).
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

import treadle
import treadle.ir

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MODULES = sorted(
    each.name
    for each in pkgutil.walk_packages(treadle.__path__, "treadle.")
    if not re.search(r"\.\d{4}_|__main__$", each.name)
)
# Not a record of what is known: a sensor's function leaves its cursor there.
LEFT_TO_FUNCTIONS = {"TickContext"}
RECORDS = sorted(
    name
    for name in set(treadle.ir.__all__) - LEFT_TO_FUNCTIONS
    if dataclasses.is_dataclass(getattr(treadle.ir, name)) and inspect.isclass(getattr(treadle.ir, name))
    if name != "TickContext"  # a function leaves its cursor in it
)
# Keys are written all the time and have one obvious order: their parts are given by position.
POSITIONAL = {"AssetKey", "CheckKey"}

LOADED = "; import json; print('\\n' + json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
HELP = """
import sys
from treadle.cli.main import main
try:
    main(["--help"])
except SystemExit as end:
    assert not end.code, end.code
"""


def packages_after(program: str) -> set[str]:
    """The top-level packages that a program has loaded when it ends."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("program", "never"),
    [
        pytest.param(
            "import sys, treadle" + LOADED,
            {"pydantic", "sqlalchemy", "jinja2", "yaml", "click", "rich", "msgspec", "dbt", "duckdb"},
            id="import treadle",
        ),
        pytest.param(
            "import sys, treadle.ir" + LOADED,
            {"pydantic", "sqlalchemy", "jinja2", "yaml", "click", "rich", "msgspec", "dbt", "duckdb"},
            id="import treadle.ir",
        ),
        pytest.param(
            f"exec({HELP!r})\nimport sys" + LOADED,
            {"pydantic", "sqlalchemy", "jinja2", "yaml", "rich", "msgspec", "dbt", "duckdb"},
            id="treadle --help",
        ),
    ],
)
def test_starting_loads_nothing_heavy(program: str, never: set[str]) -> None:
    """
    Importing Treadle, or asking for help, loads no package that only work needs.
    """
    assert set() == packages_after(program) & never


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_for_and_what_it_offers(name: str) -> None:
    """
    Every module has a docstring and an `__all__`; what is in it exists, once, and is documented.
    """
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip()
    public = module.__all__
    assert sorted(set(public)) == sorted(public)
    assert [] == [each for each in public if not hasattr(module, each)]
    things = [getattr(module, each) for each in public]
    undocumented = [
        each.__name__
        for each in things
        if (inspect.isclass(each) or inspect.isfunction(each)) and not (inspect.getdoc(each) or "").strip()
    ]
    assert [] == undocumented


@pytest.mark.parametrize("name", treadle.__all__)
def test_every_public_name_can_be_imported_from_the_root(name: str) -> None:
    """
    `from treadle import X` works for all that the root promises.
    """
    assert getattr(treadle, name) is not None
    assert name in dir(treadle)


def test_a_name_that_the_root_does_not_have_is_an_attribute_error() -> None:
    """
    The root's lazy table answers for unknown names as any module does.
    """
    with pytest.raises(AttributeError, match="has no attribute 'Sensro'"):
        _ = treadle.Sensro


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_frozen_slotted_and_made_by_keywords(name: str) -> None:
    """
    What the platform knows can't be changed in place, and reads well where it is made.
    """
    record = getattr(treadle.ir, name)
    assert record.__dataclass_params__.frozen
    assert "__slots__" in vars(record)
    if name not in POSITIONAL:
        assert [] == [each.name for each in dataclasses.fields(record) if each.init and not each.kw_only]


@pytest.mark.parametrize("group", ["treadle.components", "treadle.aliases"])
def test_what_is_installed_is_what_pyproject_declares(group: str) -> None:
    """
    The entry points of the environment are those of `pyproject.toml`: if not, `make` has to install again.
    """
    declared = PYPROJECT["project"]["entry-points"][group]
    found = {each.name: each.value for each in entry_points(group=group) if each.dist and each.dist.name == "treadle"}
    assert declared == found


def test_every_component_type_exists_and_every_alias_names_one() -> None:
    """
    The types in `pyproject.toml` are component types with a summary; aliases lead to them.
    """
    from treadle import Component

    types = PYPROJECT["project"]["entry-points"]["treadle.components"]
    for place in types.values():
        module, _, attribute = place.partition(":")
        found = getattr(importlib.import_module(module), attribute)
        assert issubclass(found, Component)
        assert vars(found).get("__doc__"), f"{place} has no docstring"
    aliases = PYPROJECT["project"]["entry-points"]["treadle.aliases"]
    assert set() == set(aliases.values()) - set(types)


def test_the_version_is_said_in_one_voice() -> None:
    """
    The package, its metadata and `pyproject.toml` name the same version.
    """
    assert PYPROJECT["project"]["version"] == treadle.__version__ == version("treadle")


def test_constraints_pin_versions_and_name_no_place() -> None:
    """
    `constraints.txt` is names and versions only, and pins everything that Treadle asks for directly.
    """
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [] == [line for line in pins if not re.fullmatch(r"[a-z0-9.-]+==[a-z0-9.+]+( ;.*)?", line)]
    pinned = {line.partition("==")[0] for line in pins}
    project = PYPROJECT["project"]
    asked = [*project["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    for extra in project["optional-dependencies"].values():
        asked += extra
    names = {re.split(r"[\[<>=~! ]", each)[0].lower().replace("_", "-") for each in asked}
    assert set() == names - pinned


def codes_in_use() -> set[str]:
    """Every code of a diagnostic that the source mentions in code, not only in prose."""
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py")]
    return {code for source in sources for code in re.findall(r'"(TRD\d{3})"', source)}


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    """
    A code that a diagnostic shows can be looked up in the reference.
    """
    pages = {page.stem for page in (ROOT / "docs" / "reference" / "diagnostics").glob("TRD*.md")}
    assert codes_in_use() == pages
