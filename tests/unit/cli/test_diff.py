"""`treadle diff`: what a change of the repository does to the asset graph, and that nothing of the user's is touched."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from treadle.cli.diff_markdown import markdown
from treadle.cli.main import cli
from treadle.errors import Severity, UsageError
from treadle.project.comparing import Changed, Comparison, FieldChange, Finding, Part, Side, compare_revisions

AS_SOMEBODY = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.com",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
}

ONE = """\
type: treadle.PythonScript
attributes:
  execution: {path: s.py, retries: 1}
  assets:
    - {key: orders, group: raw, code_version: "1", tags: {pii: "no"}, deps: [till]}
    - {key: totals, deps: [orders]}
    - {key: letters, deps: [totals]}
    - {key: gone}
  checks:
    - {name: has_rows, asset: orders}
"""
OTHER = """\
type: treadle.PythonScript
attributes:
  execution: {path: s.py, retries: 2, name: load}
  assets:
    - key: orders
      group: marts
      code_version: "2"
      tags: {pii: "yes"}
      deps: [till]
      description: "of {{ env.DB_PASSWORD }}"
      metadata: {url: "db://etl:{{ env.DB_PASSWORD }}@host"}
    - {key: totals, deps: [orders]}
    - {key: letters, deps: [totals]}
    - {key: come, description: "{{ env.GREETING }}"}
  checks:
    - {name: has_rows, asset: orders, blocking: true}
"""
MORNINGS = """\
type: treadle.ScheduledJob
attributes: {job_name: mornings, cron_schedule: "0 6 * * *", asset_selection: "*"}
"""
BROKEN = "type: treadle.PythonScript\nattributes:\n  execution: {path: not_there.py}\n  assets: [{key: broken}]\n"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **AS_SOMEBODY}, capture_output=True, text=True
    )
    assert 0 == done.returncode, done.stderr
    return done.stdout


def write(folder: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose project is in a folder of it: `empty`, `one` and `broken` are revisions, and the tree is changed."""
    top = tmp_path_factory.mktemp("repository")
    project = top / "data" / "platform"
    write(top, {"README.md": "", ".gitignore": ".treadle\n.env\n__pycache__\n"})
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "empty")
    git(top, "tag", "empty")
    write(
        project,
        {
            "pyproject.toml": '[tool.treadle]\nmodule = "p"\n',
            "src/p/__init__.py": "",
            "src/p/defs/load/defs.yaml": ONE,
            "src/p/defs/load/s.py": "",
        },
    )
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    git(top, "tag", "one")
    git(top, "checkout", "-qb", "breaking")
    write(project, {"src/p/defs/broken/defs.yaml": BROKEN})
    git(top, "add", "-A")
    git(top, "commit", "-qm", "broken")
    git(top, "checkout", "-q", "main")
    write(
        project,
        {
            "src/p/defs/load/defs.yaml": OTHER,
            "src/p/defs/mornings/defs.yaml": MORNINGS,
            ".env": "GREETING=hello\nDB_PASSWORD=hunter2\n",
        },
    )
    (top / "README.md").write_text("staged\n")
    git(top, "add", "README.md")
    (top / "README.md").write_text("and changed again\n")
    return top


def state(top: Path) -> list[str]:
    """What git knows of the user's own: the index, the tree, branches, the stash, working trees."""
    asked = (
        ["diff", "--cached"],
        ["diff"],
        ["status", "--porcelain"],
        ["for-each-ref"],
        ["stash", "list"],
        ["worktree", "list"],
    )
    return [git(top, *words) for words in asked]


def diff(project: Path, *words: str) -> tuple[int, Any]:
    done = CliRunner().invoke(cli, ["-C", str(project), "diff", *words, "--json"])
    return done.exit_code, json.loads(done.stdout)


@pytest.fixture(scope="module")
def changed(repository: Path) -> dict[str, Any]:
    """What the changed tree does to `one`."""
    before = state(repository)
    code, found = diff(repository / "data" / "platform", "one")
    assert (0, before) == (code, state(repository))
    return {"before": before, **found}


def test_assets_are_compared_field_by_field(changed: dict[str, Any]) -> None:
    """
    What is there on one side only is added or removed; what is on both has old and new values, tags one by one.
    """
    assets = changed["assets"]
    assert (["come"], ["gone"], []) == (assets["added"], assets["removed"], assets["renamed"])
    (orders,) = [each for each in assets["changed"] if each["name"] == "orders"]
    fields = {each["field"]: (each["old"], each["new"]) for each in orders["fields"]}
    assert {"description", "metadata.url"} < fields.keys()
    assert {
        "group": ("raw", "marts"),
        "code_version": ("1", "2"),
        "tags.pii": ("no", "yes"),
        "step": ("load:s", "load:load"),
    } == {name: values for name, values in fields.items() if name not in ("description", "metadata.url")}


def test_everything_else_of_the_graph_is_compared_too(changed: dict[str, Any]) -> None:
    """
    Checks, steps, schedules and jobs are.
    """
    (check,) = changed["checks"]["changed"]
    assert ("orders:has_rows", [{"field": "blocking", "old": False, "new": True}]) == (check["name"], check["fields"])
    assert (["load:load"], ["load:s"]) == (changed["steps"]["added"], changed["steps"]["removed"])
    assert ["mornings"] == changed["jobs"]["added"]
    assert 1 == len(changed["schedules"]["added"])


def test_what_has_to_be_made_again_says_why(changed: dict[str, Any]) -> None:
    """
    That is what has other code, and all that is made from it, at any distance.
    """
    assert [
        ("orders", []),
        ("letters", ["orders"]),
        ("totals", ["orders"]),
    ] == [(each["asset"], each["because"]) for each in changed["stale"]]
    assert "its code changed: 1 → 2" == changed["stale"][0]["reason"]


def test_both_sides_see_what_is_not_in_git(changed: dict[str, Any]) -> None:
    """
    `.env` is in no revision, and holds for all of them: nothing is broken by its absence.
    """
    assert {"new": [], "mended": []} == changed["diagnostics"]


def test_the_user_is_told_what_is_compared(changed: dict[str, Any], repository: Path) -> None:
    """
    The revision with its commit, and that there are changes that nobody has committed.
    """
    assert ("one", git(repository, "rev-parse", "one").strip()) == (
        changed["from"]["revision"],
        changed["from"]["commit"],
    )
    assert (None, ["3 files not committed"]) == (changed["to"]["commit"], changed["to"]["notes"])


def test_what_may_be_secret_is_not_shown(changed: dict[str, Any]) -> None:
    """
    Comments on pull requests are read by many: what templates take from the environment isn't in them.
    """
    assert "hunter2" not in json.dumps(changed)
    (orders,) = [each for each in changed["assets"]["changed"] if each["name"] == "orders"]
    shown = {each["field"]: each["new"] for each in orders["fields"]}
    assert ("[made from the environment]", "of [env.DB_PASSWORD]") == (shown["metadata.url"], shown["description"])


def test_a_revision_without_a_project_makes_everything_new(repository: Path) -> None:
    """
    The first commit of a project adds all of it.
    """
    code, found = diff(repository / "data" / "platform", "empty", "one")
    assert (0, ["gone", "letters", "orders", "totals"], ["there is no project in it"]) == (
        code,
        found["assets"]["added"],
        found["from"]["notes"],
    )


def test_new_errors_end_with_one_and_mended_ones_do_not(repository: Path) -> None:
    """
    A revision that breaks something fails in CI; one that mends it doesn't, however broken the other was.
    """
    project = repository / "data" / "platform"
    code, found = diff(project, "one", "breaking")
    (new,) = found["diagnostics"]["new"]
    assert (1, "TRD204", "data/platform/src/p/defs/broken/defs.yaml", 3) == (
        code,
        new["code"],
        new["file"],
        new["line"],
    )
    code, found = diff(project, "breaking", "one")
    assert (0, ["TRD204"]) == (code, [each["code"] for each in found["diagnostics"]["mended"]])
    assert ["1 error in it: what is broken there is not in the comparison"] == found["from"]["notes"]


def test_the_same_is_the_same(repository: Path) -> None:
    """
    Two commits with the same files differ in nothing, and `--exit-code` tells whether anything does.
    """
    project = repository / "data" / "platform"
    code, found = diff(project, "one", "main", "--exit-code")
    assert (0, []) == (code, found["assets"]["changed"])
    assert 1 == diff(project, "one", "--exit-code")[0]


def test_a_merge_base_leaves_out_what_others_did(repository: Path) -> None:
    """
    Against the commit at which both went apart, what the other branch did since is nobody's change.
    """
    project = repository / "data" / "platform"
    code, found = diff(project, "breaking", "main", "--merge-base")
    assert (0, [], []) == (code, found["diagnostics"]["new"], found["diagnostics"]["mended"])


def test_the_terminal_shows_it_in_80_columns(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No line is longer than the terminal is wide.
    """
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(cli, ["-C", str(repository / "data" / "platform"), "diff", "one"])
    assert 0 == done.exit_code
    assert [] == [line for line in done.stdout.splitlines() if len(line) > 80]
    assert {"  + come", "  - gone", "  ~ orders"} <= set(done.stdout.splitlines())


@pytest.mark.parametrize(
    ("words", "message", "fix"),
    [
        pytest.param(("mian",), "there is no revision 'mian'", "did you mean 'main'?", id="misspelled"),
        pytest.param(("--all",), "there is no revision '--all'", "name a branch", id="an option of git's"),
        pytest.param(("one", "breakin"), "there is no revision 'breakin'", "did you mean 'breaking'?", id="second"),
    ],
)
def test_a_revision_that_does_not_exist_is_told(
    repository: Path, words: tuple[str, ...], message: str, fix: str
) -> None:
    """
    Branches and tags are known, so a slip is told with what was meant.
    """
    with pytest.raises(UsageError, match=message) as error:
        compare_revisions(repository / "data" / "platform", *words)
    assert error.value.fix.startswith(fix)


def test_a_folder_that_is_no_repository_is_told(tmp_path: Path) -> None:
    """
    Without git, there is nothing to compare with.
    """
    write(tmp_path, {"pyproject.toml": '[tool.treadle]\nmodule = "p"\n', "src/p/defs/__init__.py": ""})
    with pytest.raises(UsageError, match="is in no git repository"):
        compare_revisions(tmp_path, "main")


def test_hooks_of_git_may_call_it(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The index that git names to its hooks is left alone.
    """
    index = repository / ".git" / "index"
    monkeypatch.setenv("GIT_INDEX_FILE", str(index))
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    before = index.read_bytes()
    compare_revisions(repository / "data" / "platform", "empty", "empty")
    assert before == index.read_bytes()


def test_submodules_and_large_files_are_told(repository: Path) -> None:
    """
    What isn't in the repository itself isn't compared, and who reads the comparison knows it.
    """
    commit = git(repository, "rev-parse", "one").strip()
    git(repository, "checkout", "-q", "--orphan", "parts")
    git(repository, "reset", "-q")
    write(repository, {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    git(repository, "add", ".gitattributes")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},shared")
    git(repository, "commit", "-qm", "parts")
    old, _, _ = compare_revisions(repository / "data" / "platform", "parts", "empty")
    (repository / ".gitattributes").unlink()
    git(repository, "symbolic-ref", "HEAD", "refs/heads/main")
    git(repository, "reset", "-q")
    assert [
        "the submodule 'shared' is left out: only the files of this repository are compared",
        "files in Git LFS are compared as they are in the repository: as pointers",
        "there is no project in it",
    ] == list(old.notes)


def test_a_comment_is_never_longer_than_it_may_be() -> None:
    """
    What a comment can't hold is left out, and that is said.
    """
    rows = tuple(Finding(code="TRD401", severity=Severity.ERROR, message="x" * 390) for _ in range(200))
    side = Side(revision="main", commit="0" * 40)
    text = "\n".join(markdown(side, side, Comparison(parts={"assets": Part()}, new=rows)))
    assert len(text) < 65_536
    assert [
        "</details>",
        "",
        "… and more: a comment can't hold it. `treadle diff` in a terminal shows it.",
    ] == text.splitlines()[-3:]


def test_a_comment_can_mention_nobody_and_hold_no_markup() -> None:
    """
    What users wrote is code in Markdown, whatever it is; a long list is folded.
    """
    fields = (FieldChange(field="description", old="`a` <img src=x>", new="@everyone | b"),)
    found = Comparison(
        parts={
            "assets": Part(
                added=tuple(f"a{number}" for number in range(30)), changed=(Changed(name="x", fields=fields),)
            )
        },
        new=(Finding(code="TRD401", severity=Severity.ERROR, message="asset\n# 'a'", file="defs.yaml", line=1),),
    )
    side = Side(revision="main", commit="0" * 40)
    text = "\n".join(markdown(side, side, found))
    assert "### Asset graph: assets 30 added, 1 changed; **1 new error**" == text.splitlines()[0]
    assert "  - `description`: `` `a` <img src=x> `` → `@everyone | b`" in text.splitlines()
    assert "- error TRD401: `asset # 'a'` at `defs.yaml:1`" in text.splitlines()
    assert "<details><summary><b>Assets: 30 added, 1 changed</b></summary>" in text.splitlines()
