"""What is in the packages that people install."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]


def _build(folder: Path, target: str, into: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(into)]
    # Without a path, whatever isn't in the environment of the build isn't found.
    done = subprocess.run(command, cwd=folder, env={"PATH": ""}, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout + done.stderr
    (built,) = into.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    if not shutil.which("git"):
        pytest.skip("what belongs to a source distribution is known by git")
    with tarfile.open(_build(_ROOT, "sdist", tmp_path_factory.mktemp("sdist"))) as packed:
        folder = tmp_path_factory.mktemp("unpacked")
        packed.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return unpacked


def test_a_source_distribution_installs_without_building_the_web_app(sdist: Path, tmp_path: Path) -> None:
    """
    A source distribution carries the web app as it was built; a wheel of it has the same files, and no Node is asked.
    """
    assert not (sdist / "ui" / "node_modules").exists()
    with zipfile.ZipFile(_build(sdist, "wheel", tmp_path)) as wheel:
        packed = {each for each in wheel.namelist() if each.startswith("treadle/server/web/")}
    web = _ROOT / "src" / "treadle" / "server" / "web"
    assert {
        f"treadle/server/web/{each.relative_to(web).as_posix()}" for each in web.rglob("*") if each.is_file()
    } == packed
    assert not (sdist / "ui" / "node_modules").exists()


def test_a_changed_web_app_is_built_again(sdist: Path, tmp_path: Path) -> None:
    """
    The built web app isn't taken for that of other sources: it is built anew, or the build fails and says why.
    """
    changed = tmp_path / "changed"
    shutil.copytree(sdist, changed)
    (changed / "ui" / "index.html").write_text("<p>another one</p>", encoding="utf-8")
    (changed / "ui" / "package-lock.json").write_text("{}", encoding="utf-8")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    done = subprocess.run(command, cwd=changed, capture_output=True, text=True)
    assert 0 != done.returncode
    assert "the web app wasn't built" in done.stdout + done.stderr
