"""The command line where things are not as they should be: odd files, odd terminals, and what may not be shown."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CommandLine, MakeProject

SCRIPT = "type: treadle.PythonScript\nattributes:\n  execution: {path: s.py}\n"
GOOD = {"good/defs.yaml": f"{SCRIPT}  assets: [{{key: good}}]\n", "good/s.py": "print('ran')\n"}


def on_a_terminal(treadle: CommandLine, *args: str, **env: str) -> str:
    """What a command writes to a terminal."""
    reader, writer = pty.openpty()
    command = [sys.executable, "-m", "treadle", *args]
    surroundings = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | env
    with subprocess.Popen(command, cwd=treadle.folder, env=surroundings, stdout=writer, stderr=writer) as process:
        os.close(writer)
        text = b""
        while chunk := _read(reader):
            text += chunk
        process.wait()
    os.close(reader)
    return text.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # how Linux says that the last writer has left
        return b""


@pytest.mark.parametrize(
    ("env", "is_colored"),
    [pytest.param({}, True, id="as-usual"), pytest.param({"NO_COLOR": "1"}, False, id="NO_COLOR")],
)
@pytest.mark.parametrize(
    "args", [pytest.param(("check",), id="diagnostics"), pytest.param(("list", "assets"), id="a-table")]
)
def test_colors_can_be_switched_off(
    make_project: MakeProject, args: tuple[str, ...], env: dict[str, str], is_colored: bool
) -> None:
    """
    A terminal gets colors, unless NO_COLOR is set.
    """
    treadle = make_project({**GOOD, "bad/defs.yaml": "type: treadle.Nothing\n"})
    assert is_colored == ("\x1b[" in on_a_terminal(treadle, *args, **env))


def test_a_file_cannot_write_to_the_terminal(make_project: MakeProject) -> None:
    """
    Control characters of a line that is shown, and of what a module's exception says, don't reach the terminal.
    """
    treadle = make_project({"a/defs.yaml": "type: \x1b[2J\x07\n", "b.py": "raise ValueError('\\x1b]0;title\\x07')\n"})
    shown = on_a_terminal(treadle, "check", "--build", NO_COLOR="1")
    assert ["TRD114", "TRD701"] == [code for code in ("TRD114", "TRD701") if code in shown]
    assert [] == [sign for sign in ("\x1b", "\x07") if sign in shown]


def test_listings_are_json_whatever_the_metadata_is(make_project: MakeProject) -> None:
    """
    JSON knows no NaN and no dates: metadata is written with what it knows.
    """
    text = "from datetime import date\nfrom treadle import asset\n"
    text += "@asset(metadata={'share': float('nan'), 'since': date(2026, 1, 31)})\ndef a(): ...\n"
    listed = make_project({"a.py": text})("list", "assets", "--json")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    assert [{"share": None, "since": "2026-01-31"}] == [
        each["metadata"] for each in json.loads(listed.out, parse_constant=refuse)
    ]


PRINTS = """
import os
import subprocess

print("loud")
os.write(1, b"louder\\n")
subprocess.run(["echo", "loudest"], check=True)
"""


@pytest.mark.parametrize(
    ("args", "heard"),
    [
        pytest.param(("list", "assets"), {"loud", "louder", "loudest"}, id="assets"),
        pytest.param(("list", "components"), set(), id="components"),
        pytest.param(("inspect", "p.components.loud.Loud"), set(), id="a-type"),
        pytest.param(("check",), set(), id="check"),
        pytest.param(("check", "--build"), {"loud", "louder", "loudest"}, id="check-build"),
    ],
)
def test_what_modules_print_does_not_get_into_json(
    make_project: MakeProject, args: tuple[str, ...], heard: set[str]
) -> None:
    """
    A module that prints while it is imported, or starts a program that does, is heard on the standard error, where
    anything is imported at all.
    """
    loud = (
        "from treadle import Component\nprint('loud')\nclass Loud(Component):\n    def build_defs(self, context): ...\n"
    )
    treadle = make_project({"/src/p/components/loud.py": loud, "a.py": PRINTS})
    answer = treadle(*args, "--json")
    assert (0, heard) == (answer.code, set(answer.err.splitlines()))
    json.loads(answer.out)


def test_a_missing_asset_may_be_of_a_broken_component(make_project: MakeProject) -> None:
    """
    Who asks for an asset that isn't there is told of the components that couldn't be loaded.
    """
    answer = make_project({**GOOD, "bad/defs.yaml": "type: treadle.Nothing\n"})("run", "made/by/bad")
    assert (2, True, True) == (answer.code, "TRD201" in answer.err, "no asset is named" in answer.err)


def test_what_a_step_printed_is_found_by_the_component(make_project: MakeProject) -> None:
    """
    A step is named by its address, its name, or its component.
    """
    treadle = make_project(GOOD)
    treadle("run")
    assert ["ran\n"] * 3 == [treadle("runs", "logs", "latest", each).out for each in ("good:s", "s", "good")]


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param("partitions: {type: daily, start: '{{ env.SECRET }}'}", id="a-rule-of-several-attributes"),
        pytest.param("partitions: {type: daily, start: 2026-01-01, timezone: '{{ env.SECRET }}'}", id="a-time-zone"),
        pytest.param("key_prefix: '{{ env.SECRET }}'", id="an-unknown-attribute"),
        pytest.param("group: '{{ env.SECRET }}'", id="a-pattern"),
    ],
)
def test_values_of_the_environment_are_not_shown(make_project: MakeProject, attributes: str) -> None:
    """
    A mistake in a value that came from an environment variable is told without the value.
    """
    treadle = make_project({"a/defs.yaml": f"{SCRIPT}  assets:\n    - key: a\n      {attributes}\n", "a/s.py": ""})
    answer = treadle("check", "--build", "--json", env={"SECRET": "hunter 2"})
    assert (1, False) == (answer.code, "hunter 2" in answer.out + answer.err)


def test_a_component_type_needs_no_dataclass_decorator(make_project: MakeProject) -> None:
    """
    Who decorates a component type as Dagster's are decorated is told to leave it out.
    """
    text = "from dataclasses import dataclass\nfrom treadle import Component, Definitions\n"
    text += "@dataclass\nclass Loom(Component):\n    a: int = 1\n    def build_defs(self, context): ...\n"
    answer = make_project({"a/defs.yaml": "type: .loom.Loom\n", "a/loom.py": text})("check", "--json")
    assert ["remove @dataclass: the fields of a component type are its attributes without it"] == [
        each["fix"] for each in answer.json["diagnostics"]
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_hides_nothing_else(make_project: MakeProject) -> None:
    """
    A folder without permissions is told, and the rest is listed.
    """
    treadle = make_project({**GOOD, "closed/defs.yaml": "type: treadle.Nothing\n"})
    closed: Path = treadle.folder / "src/p/defs/closed"
    closed.chmod(0)
    try:
        listed = treadle("list", "assets", "--json")
    finally:
        closed.chmod(0o755)
    assert (1, ["good"], True) == (listed.code, [each["key"] for each in listed.json], "TRD101" in listed.err)


def test_a_disk_that_is_full_is_told_in_a_line(make_project: MakeProject) -> None:
    """
    What the system refuses is no mistake of Treadle's, and ends without a traceback.
    """
    treadle = make_project(GOOD)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "treadle", "list", "assets"],
            cwd=treadle.folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (1, "error: No space left on device\n") == (done.returncode, done.stderr)


@pytest.mark.parametrize(
    ("blocked", "command"),
    [
        pytest.param(".treadle", "schema", id="the folder of Treadle is a file"),
        pytest.param(".vscode", "editor", id="the folder of the editor is a file"),
        pytest.param(".treadle/schema.json/inside", "schema", id="the file is a folder"),
    ],
)
def test_what_is_in_the_way_is_named(make_project: MakeProject, blocked: str, command: str) -> None:
    """
    A file where a folder has to be, or the other way round, is told in a line, and nothing is left behind.
    """
    treadle = make_project({**GOOD, f"/{blocked}": ""})
    answer = treadle(command)
    told = [line for line in answer.err.splitlines() if line.startswith("error: ")]
    assert (1, 1) == (answer.code, len(told))
    assert blocked.removesuffix("/inside") in told[0]
    assert "Traceback" not in answer.err
    assert [] == [*treadle.folder.rglob(".schema.json.*")]


def test_a_name_with_a_space_can_be_typed_as_it_is_told(tmp_path: Path) -> None:
    """
    The command that `treadle init` tells to type next works in a shell.
    """
    answer = CommandLine(tmp_path)("init", "my mill")
    assert "  cd 'my mill'\n" in answer.out
