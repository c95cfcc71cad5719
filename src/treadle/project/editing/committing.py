"""A commit of some files onto a branch of git, which touches nothing else.

It is made in an index of its own, so what is staged stays as it is; the checkout is left alone. Only when the branch is
the one that is checked out, the files of the commit are told to its index, as `git commit FILE` does. Hooks aren't run,
and commits aren't signed: both may ask a person something, and nobody is there.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from treadle.errors import UsageError
from treadle.project.git_environment import git_environment

__all__ = ["Branches", "Commit", "branches_of", "commit_files"]

_SECONDS = 30
_MOST_BRANCHES = 1_000
_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")
_FILE, _PROGRAM = "100644", "100755"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches:
    """The branches of a repository; `current` is empty when none is checked out. `changed` are paths with changes."""

    current: str
    names: tuple[str, ...]
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit that was made; `notes` say what a person should know of it."""

    id: str
    branch: str
    is_new: bool
    is_current: bool
    notes: tuple[str, ...] = ()


def branches_of(root: Path) -> Branches | None:
    """The branches that a commit could go to; None when the folder is in no repository, or there is no git."""
    with suppress(UsageError):
        git = _Git(root)
        names = git.asked("for-each-ref", f"--count={_MOST_BRANCHES}", "--format=%(refname:short)", "refs/heads")
        status = git.asked("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", str(root))
        top = os.path.relpath(git.top, root.resolve())
        changed = (os.path.normpath(os.path.join(top, each[3:])) for each in status.split("\0") if each)
        return Branches(current=git.current(), names=tuple(names.split("\n")) if names else (), changed=tuple(changed))
    return None


def commit_files(root: Path, files: Sequence[Path], *, branch: str, message: str) -> Commit:
    """Commit files as they are on disk onto a branch, which is made from the current commit when there is none.

    Raises:
        UsageError: when that can't be done, with what to do about it.
    """
    git = _Git(root)
    if not message.strip():
        raise UsageError("a commit needs a message", fix="say in a line what was changed, and why")
    _require_branch(git, branch)
    current = git.current()
    tip = git.commit_of(f"refs/heads/{branch}")
    parent = tip or git.commit_of("HEAD")
    if branch == current:
        _refuse_unfinished(git)
    paths = [os.path.relpath(each.resolve(), git.top) for each in files]
    entries = [(path, *git.stored(path)) for path in paths]
    tree = _tree(git, parent, entries)
    if parent and tree == git.asked("rev-parse", f"{parent}^{{tree}}"):
        raise UsageError(f"there is nothing to commit: {branch!r} has these files as they are")
    made = git.asked("commit-tree", tree, *(("-p", parent) if parent else ()), "-F", "-", given=message.strip() + "\n")
    # With what the branch was: if somebody else has moved it meanwhile, this fails.
    git.asked(
        "update-ref", "-m", f"commit: {message.strip().splitlines()[0]}", f"refs/heads/{branch}", made, tip or "0" * 40
    )
    if branch == current:
        git.asked("update-index", "-z", "--index-info", given=_index_lines(entries))
    return Commit(
        id=made,
        branch=branch,
        is_new=not tip,
        is_current=branch == current,
        notes=tuple(_notes(git, branch == current)),
    )


def _require_branch(git: _Git, branch: str) -> None:
    if branch.startswith("-") or git.run("check-ref-format", f"refs/heads/{branch}").returncode or branch == "HEAD":
        raise UsageError(f"{branch!r} can't be the name of a branch", fix="write letters, digits, - and /")
    used = git.asked("worktree", "list", "--porcelain").split("\n\n")
    others = (each.splitlines() for each in used[1:] if f"branch refs/heads/{branch}" in each.splitlines())
    there = next(others, None) if branch != git.current() else None
    if there is not None:
        raise UsageError(
            f"the branch {branch!r} is checked out in another folder: {there[0].removeprefix('worktree ')}",
            fix="commit there, or choose another branch",
        )


def _refuse_unfinished(git: _Git) -> None:
    for name, what in (("MERGE_HEAD", "a merge"), ("CHERRY_PICK_HEAD", "a cherry-pick"), ("REVERT_HEAD", "a revert")):
        if git.commit_of(name):
            raise UsageError(f"{what} is under way in this checkout", fix="finish it, or choose another branch")


def _tree(git: _Git, parent: str, entries: Sequence[tuple[str, str, str]]) -> str:
    """The tree of a commit with some files as they are now."""
    with tempfile.TemporaryDirectory(prefix="treadle-commit-") as folder:
        own = {"GIT_INDEX_FILE": os.path.join(folder, "index")}
        if parent:
            git.asked("read-tree", parent, env=own)
        git.asked("update-index", "-z", "--index-info", env=own, given=_index_lines(entries))
        return git.asked("write-tree", env=own)


def _index_lines(entries: Sequence[tuple[str, str, str]]) -> str:
    return "".join(f"{mode} {blob}\t{path}\0" for path, mode, blob in entries)


def _notes(git: _Git, is_current: bool) -> list[str]:
    folder = Path(git.top, git.asked("rev-parse", "--git-path", "hooks"))
    hooks = [each for each in _HOOKS if os.access(folder / each, os.X_OK)]
    notes = [f"the repository's hook{'s' if len(hooks) > 1 else ''} {', '.join(hooks)} did not run"] if hooks else []
    if git.run("config", "--type=bool", "commit.gpgsign").stdout.strip() == "true":
        notes.append("the commit is not signed")
    if not is_current:
        notes.append("the files in this checkout stay as they are: they are on its branch without a commit")
    return notes


class _Git:
    """The git program, in the repository of a folder."""

    def __init__(self, folder: Path) -> None:
        self.top = str(folder)
        done = self.run("rev-parse", "--show-toplevel")
        if done.returncode:
            raise UsageError(f"{str(folder)!r} is in no git repository", fix="`git init` makes one")
        self.top = done.stdout.rstrip("\n")

    def current(self) -> str:
        """The branch that is checked out; empty when none is."""
        return self.run("symbolic-ref", "--quiet", "--short", "HEAD").stdout.strip()

    def commit_of(self, name: str) -> str:
        """The commit that a name stands for; empty when there is none."""
        return self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").stdout.strip()

    def stored(self, path: str) -> tuple[str, str]:
        """Put a file into the repository as git would: its mode and its name there."""
        known = self.run("ls-files", "--stage", "-z", "--", path).stdout.partition(" ")[0]
        mode = known if known in (_FILE, _PROGRAM) else _FILE
        return mode, self.asked("hash-object", "-w", "--path", path, "--", os.path.join(self.top, path))

    def asked(self, *words: str, env: Mapping[str, str] | None = None, given: str = "") -> str:
        """What git says; raises `UsageError` when it fails."""
        done = self.run(*words, env=env, given=given)
        if done.returncode:
            raise _refusal(words[0], done.stderr)
        return done.stdout.rstrip("\n")

    def run(
        self, *words: str, env: Mapping[str, str] | None = None, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """How git ends."""
        surroundings = git_environment()
        surroundings |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", **(env or {})}
        try:
            return subprocess.run(
                ["git", "--literal-pathspecs", "-C", self.top, *words],
                env=surroundings,
                input=given,
                capture_output=True,
                text=True,
                errors="surrogateescape",
                timeout=_SECONDS,
            )
        except FileNotFoundError:
            raise UsageError("there is no command `git` on this machine", fix="install git") from None
        except subprocess.TimeoutExpired:
            raise UsageError(f"git {words[0]} took longer than {_SECONDS} s") from None


def _refusal(command: str, said: str) -> UsageError:
    lines = said.strip().splitlines() or ["it says nothing"]
    if "tell me who you are" in said.lower() or "empty ident" in said.lower():
        return UsageError(
            "git doesn't know who makes the commit",
            fix='set it: `git config --global user.name "NAME"` and `git config --global user.email ADDRESS`',
        )
    if command == "update-ref":
        return UsageError("somebody else has committed to this branch meanwhile", fix="try again")
    return UsageError(f"git {command} failed: {lines[-1].removeprefix('fatal: ')}")
