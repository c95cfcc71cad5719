"""`treadle credentials test`, and credentials in whole projects, from the YAML file to what is kept of a run."""

from __future__ import annotations

import base64

import pytest

from tests.conftest import MakeProject

SECRET = "p@ss/w'ord-0f-the-m1ll"

CREDENTIALS = """
warehouse:
  provider: environment
  variable: WAREHOUSE_PASSWORD
registry:
  provider: command
  command: [sh, -c, "echo $REGISTRY_TOKEN"]
broken:
  provider: command
  command: [sh, -c, "echo not-$WAREHOUSE_PASSWORD >&2; exit 1"]
"""

SCRIPT = """
import base64, os
secret = os.environ["TREADLE_CREDENTIAL_WAREHOUSE"]
print("it is", secret, base64.b64encode(secret.encode()).decode())
print(dict(os.environ))
"""

HOOK = """
[tool.treadle]
module = "p"

[tool.treadle.hooks.all]
on = ["failure", "retry"]
command = ["sh", "-c", "cat >>told.txt; env >>told.txt"]

[tool.treadle.run]
retries = 1
"""

FILES = {
    "/pyproject.toml": HOOK,
    "/credentials.yaml": CREDENTIALS,
    "script/defs.yaml": """
type: treadle.PythonScript
attributes:
  execution: {path: script.py, credentials: [warehouse]}
  assets: [{key: scripted}]
""",
    "script/script.py": SCRIPT,
    "functions.py": """
import os
from treadle import asset

@asset(credentials=["warehouse"])
def asked(context):
    context.log(context.credentials["warehouse"])
    raise ValueError(context.credentials["warehouse"])

@asset
def unasked(context):
    print(os.environ.get("WAREHOUSE_PASSWORD"))
    context.credentials["warehouse"]
""",
}


def test_what_came_of_a_credential_is_told(make_project: MakeProject):
    """
    The command says where a value comes from, how long it is, and not what it is.
    """
    treadle = make_project({"/credentials.yaml": CREDENTIALS})
    answer = treadle("credentials", "test", "warehouse", env={"WAREHOUSE_PASSWORD": SECRET})
    told = (
        "The credential 'warehouse' comes from the environment variable WAREHOUSE_PASSWORD: 22 characters, and nothing"
    )
    assert (0, f"{told} says that they expire.\n", "") == (answer.code, answer.out, answer.err)


def test_a_credential_that_cant_be_had_is_told(make_project: MakeProject):
    """
    A failure ends with 3, points at the line in `credentials.yaml`, and shows nothing secret.
    """
    treadle = make_project({"/credentials.yaml": CREDENTIALS})
    answer = treadle("credentials", "test", "broken", env={"WAREHOUSE_PASSWORD": SECRET})
    assert (3, "") == (answer.code, answer.out)
    said = " ".join(answer.err.split())
    assert (
        "the credential 'broken' can't be had: the command sh ended with exit code 1: not-[credential warehouse]"
        in said
    )
    assert "credentials.yaml:8" in answer.err


def test_an_unknown_credential_is_told(make_project: MakeProject):
    """
    A name that nobody offers is a mistake of the command line, with a suggestion.
    """
    answer = make_project({"/credentials.yaml": CREDENTIALS})("credentials", "test", "warehuose")
    assert (2, "error: there is no credential 'warehuose'\n  fix: did you mean 'warehouse'?\n") == (
        answer.code,
        answer.err,
    )
    answer = make_project({}, name="none")("credentials", "test", "warehouse")
    assert (2, "error: there is no credential 'warehouse'\n  fix: declare it in credentials.yaml\n") == (
        answer.code,
        answer.err,
    )


@pytest.fixture
def ran(make_project: MakeProject):
    """A project whose steps show what they can, after a run, and what each command then prints."""
    treadle = make_project(FILES)
    run = treadle("run", env={"WAREHOUSE_PASSWORD": SECRET})
    commands = [
        ("runs", "show", "latest"),
        ("runs", "show", "latest", "--json"),
        ("runs", "logs", "latest"),
        ("runs", "events", "latest", "--json"),
        ("hooks", "deliveries", "--json"),
        ("list", "credentials"),
        ("list", "assets", "--json"),
    ]
    printed = {" ".join(words): treadle(*words) for words in commands}
    return treadle.folder, {"run": run, **printed}


def test_no_command_and_no_file_shows_a_credential(ran):
    """
    After a run whose steps print a credential, neither what Treadle keeps nor what it prints has it.
    """
    folder, printed = ran
    kept = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert {".treadle/treadle.db", "told.txt"} <= kept.keys()
    kept["told.txt"] = kept["told.txt"].replace(f"WAREHOUSE_PASSWORD={SECRET}".encode(), b"")  # what hooks are given
    shown = {name: (answer.out + answer.err).encode() for name, answer in printed.items()}
    encoded = base64.b64encode(SECRET.encode()).rstrip(b"=")
    for name, data in {**kept, **shown}.items():
        assert SECRET.encode() not in data, name
        assert encoded not in data, name
    assert "it is [credential warehouse] [credential warehouse]" in printed["runs logs latest"].out
    assert "ValueError: [credential warehouse]" in printed["runs show latest"].out


def test_a_step_that_names_none_has_none(ran):
    """
    A step doesn't inherit the variables of credentials, and is refused those that it doesn't name.
    """
    _, printed = ran
    assert "the step doesn't name the credential 'warehouse': it names none" in printed["runs show latest"].out
    assert "None" in printed["runs logs latest"].out.splitlines()
