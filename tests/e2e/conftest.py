"""What the tests of examples share."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

InstallExample = Callable[[str], Path]


@pytest.fixture(scope="module")
def install_example(tmp_path_factory: pytest.TempPathFactory) -> InstallExample:
    """Installs a package of an example (`research_lab/lab_platform`) into a folder of its own, and gives that."""

    def install(package: str) -> Path:
        source = Path(__file__).parents[2] / "examples" / package
        folder = tmp_path_factory.mktemp("packages")
        shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__"))
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
        subprocess.run([*pip, "--target", str(folder / "installed"), str(folder / source.name)], check=True)
        return folder / "installed"

    return install
