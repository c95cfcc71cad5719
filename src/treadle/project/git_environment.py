"""What git is called with: not what a hook of git's finds in its environment."""

from __future__ import annotations

import os

__all__ = ["git_environment"]

_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""They are about the user's own index and tree."""


def git_environment() -> dict[str, str]:
    """The environment of this process, for a git that is to find the repository of a folder by itself."""
    return {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
