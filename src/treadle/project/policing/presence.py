"""Whether any policy may hold in a project: answered without reading a file, as most projects have none."""

from __future__ import annotations

from pathlib import Path

from treadle.components.registry import installed
from treadle.project.settings import Settings

__all__ = ["BASELINE", "FILE", "GROUP", "MODULE", "WAIVERS", "has_rules", "own_files"]

GROUP = "treadle.policies"
"""The entry points of packages that bring policies."""

FILE, WAIVERS, BASELINE, MODULE = "policies.yaml", "waivers.yaml", "policy-baseline.json", "policies.py"


def own_files(settings: Settings) -> tuple[Path, ...]:
    """The files in which a project may say something of policies, whether they are there or not."""
    misnamed = [Path(name).with_suffix(".yml").name for name in (FILE, WAIVERS)]
    beside = [settings.root / name for name in (FILE, *misnamed, WAIVERS, BASELINE)]
    return (*beside, module_file(settings))


def module_file(settings: Settings) -> Path:
    """The module in which a project's own policies are written in Python."""
    return settings.source.joinpath(*settings.module.split("."), MODULE)


def has_rules(settings: Settings) -> bool:
    """Whether a package that is installed, or the project itself, says anything of policies."""
    return bool(installed(GROUP)) or any(each.is_file() for each in own_files(settings))
