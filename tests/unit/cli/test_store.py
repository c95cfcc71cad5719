"""The variable that names the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import CommandLine, MakeProject

WEAVE = {
    "cloth/defs.yaml": "type: treadle.PythonScript\nattributes:\n  execution: {path: weave.py}\n  assets: [{key: cloth}]\n",
    "cloth/weave.py": "print('woven')\n",
}


@pytest.fixture
def treadle(make_project: MakeProject) -> CommandLine:
    """A project with one asset, whose settings name a store that can't be used."""
    return make_project({"/pyproject.toml": '[tool.treadle]\nmodule = "p"\nstore = "mysql://host/x"\n', **WEAVE})


def test_the_environment_names_the_store_for_all_commands(treadle: CommandLine, store_url: str) -> None:
    """
    TREADLE_STORE wins over the settings, for who writes and for who reads.
    """
    env = {"TREADLE_STORE": store_url}
    ran = treadle("run", "--json", env=env)
    listed = treadle("runs", "list", "--json", env=env)
    assert (0, "") == (ran.code, ran.err)
    assert [ran.json["id"]] == [each["id"] for each in listed.json]
    assert ran.json["id"] in treadle("runs", "show", "latest", env=env).out
    assert "kept in mysql" in treadle("runs", "list").err


def test_the_env_file_may_name_the_store(treadle: CommandLine, tmp_path: Path) -> None:
    """
    A project's `.env` names its store, unless the shell does.
    """
    (treadle.folder / ".env").write_text(f"TREADLE_STORE=sqlite:///{tmp_path / 'one.db'}\n", encoding="utf-8")
    other = {"TREADLE_STORE": f"sqlite:///{tmp_path / 'other.db'}"}
    assert [0, 0, 0] == [treadle("run").code, treadle("run").code, treadle("run", env=other).code]
    assert [2, 1] == [len(treadle("runs", "list", "--json", env=env).json) for env in (None, other)]
