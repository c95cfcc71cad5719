"""What is asked of git; nothing here touches a working tree, an index, a stash or a reference of the user's."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from treadle.errors import UsageError, did_you_mean
from treadle.project.git_environment import git_environment

__all__ = ["Repository", "repository_of"]

_AS_IT_IS = ("core.sparseCheckout=false", "filter.lfs.smudge=", "filter.lfs.process=", "filter.lfs.required=false")
"""Every file, and those of Git LFS as they are in the repository: fetching them may take forever."""


def repository_of(folder: Path) -> Repository:
    """The repository that a folder is in.

    Raises:
        UsageError: when it is in none, or there is no git.
    """
    done = _git(folder, "rev-parse", "--show-toplevel")
    if done.returncode:
        raise UsageError(
            f"{str(folder)!r} is in no git repository: {_last_line(done.stderr)}",
            fix="revisions are compared in a clone of a repository; `git init` makes one",
        )
    return Repository(Path(done.stdout.rstrip("\n")))


class Repository:
    """A git repository; `top` is the folder of its working tree."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def commit_of(self, revision: str) -> str:
        """The commit that a revision names.

        Raises:
            UsageError: when there is none.
        """
        done = _git(self.top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if done.returncode:
            names = ["HEAD", *self._asked("for-each-ref", "--format=%(refname:short)").split()]
            fix = did_you_mean(revision, names) or "name a branch, a tag or a commit; CI may have to fetch it first"
            raise UsageError(f"there is no revision {revision!r}", fix=fix)
        return done.stdout.strip()

    def merge_base(self, commit: str, other: str) -> str:
        """The commit at which two went apart.

        Raises:
            UsageError: when they have nothing in common, as far as it is known here.
        """
        done = _git(self.top, "merge-base", commit, other)
        if done.returncode:
            raise UsageError(
                f"{commit[:10]} and {other[:10]} have no common ancestor here",
                fix="a shallow clone doesn't know it: fetch more with `git fetch --unshallow`",
            )
        return done.stdout.strip()

    def uncommitted(self) -> int:
        """How many files of the working tree differ from the commit that is checked out, or are new."""
        return len(self._asked("status", "--porcelain", "--untracked-files=normal").splitlines())

    def write(self, commit: str, folder: Path, scratch: Path) -> tuple[str, ...]:
        """Write all files of a commit into a folder; gives notes of what isn't there as the user knows it.

        Raises:
            UsageError: when git can't do it.
        """
        own = {"GIT_INDEX_FILE": str(scratch / "index")}
        settings = [part for each in _AS_IT_IS for part in ("-c", each)]
        for words in (["read-tree", commit], ["checkout-index", "--all", "--quiet", f"--prefix={folder}{os.sep}"]):
            done = _git(self.top, *settings, *words, env=own)
            if done.returncode:
                raise UsageError(f"git can't write the files of {commit[:10]}: {_last_line(done.stderr)}")
        folder.mkdir(exist_ok=True)  # an empty commit has written nothing
        return tuple(self._notes(commit))

    def _notes(self, commit: str) -> list[str]:
        entries = self._asked("ls-tree", "-r", "-z", "--full-tree", commit).split("\0")
        modules = [entry.partition("\t")[2] for entry in entries if entry.startswith("160000 ")]
        notes = [
            f"the submodule {each!r} is left out: only the files of this repository are compared" for each in modules
        ]
        if (
            _git(self.top, "grep", "-q", "filter=lfs", commit, "--", "*.gitattributes", ".gitattributes").returncode
            == 0
        ):
            notes.append("files in Git LFS are compared as they are in the repository: as pointers")
        return notes

    def _asked(self, *words: str) -> str:
        return _git(self.top, *words).stdout


def _git(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    surroundings = git_environment()
    # Status and others write into the index to be quicker the next time: it may be in use.
    surroundings |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C", **(env or {})}
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *words],
            env=surroundings,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise UsageError("there is no command `git` on this machine", fix="install git") from None


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it says nothing"])[-1].removeprefix("fatal: ")
