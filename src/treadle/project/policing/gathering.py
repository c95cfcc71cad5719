"""Every policy that may hold in a project: its own, those of installed packages, and the packs that somebody binds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from treadle.errors import Diagnostic
from treadle.ir.selection import pattern_of
from treadle.policies import Binding, Policy
from treadle.policies.baseline import BASELINE, read_baseline
from treadle.policies.bindings import STANDARD
from treadle.policies.waivers import WAIVERS, ReadWaivers, read_waivers
from treadle.project.diagnostics import misnamed
from treadle.project.policing.functions import read_module
from treadle.project.policing.packages import found_packages
from treadle.project.policing.presence import FILE, MODULE, module_file
from treadle.project.policing.reading import Read, read_policies
from treadle.project.policing.records import Gap, Rules, Trial
from treadle.project.settings import Settings

__all__ = ["gather", "packs"]

_PACKS = Path(__file__).parents[2] / "policies" / "packs"


@dataclass(slots=True)
class _Gathered:
    policies: dict[str, Policy] = field(default_factory=dict)
    bindings: list[Binding] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def take(self, read: Read) -> None:
        """Add what a file says; of two policies of one name, the first stays."""
        self.bindings += read.bindings
        self.gaps += read.gaps
        self.diagnostics += read.diagnostics
        for each in read.policies:
            if (first := self.policies.setdefault(each.name, each)) is not each:
                self.diagnostics.append(_twice(each, first))
                self.gaps.append(Gap(name=each.name, span=each.span))


def gather(settings: Settings, trial: Trial | None = None, *, imports: bool = True) -> Rules:
    """Every policy that may hold in a project, and everything that is wrong with them. Never raises.

    Without `imports`, no Python is run, and policies that are functions are missing.

    Args:
        trial: files that are read in the place of others, to see what they would say.
    """
    found = _Gathered()
    folders, mistakes = found_packages()
    folders = {**folders, **(trial.packages if trial else {})}
    for package, mistake in mistakes.items():
        found.diagnostics.append(mistake)
        found.gaps.append(Gap(name=package))
    for package, folder in folders.items():
        for each in _parts(folder / FILE, f"{package}.{MODULE[:-3]}", folder / MODULE if imports else None, package):
            found.take(each)
    for each in _own(settings, trial or Trial(), imports=imports):
        found.take(each)
    found.diagnostics += misnamed(settings.root, (FILE, WAIVERS), code="TRD903")
    for folder in folders.values():
        found.diagnostics += misnamed(folder, (FILE,), code="TRD903")
    for file in _bound_packs(found.bindings):
        found.take(read_policies(file, giver=STANDARD, pack=file.stem))
    waived = read_waivers(file) if (file := settings.root / WAIVERS).is_file() else ReadWaivers()
    found.diagnostics += waived.diagnostics
    return Rules(
        policies=tuple(found.policies.values()),
        bindings=tuple(found.bindings),
        waivers=waived.waivers,
        baseline=read_baseline(settings.root / BASELINE),
        gaps=tuple(found.gaps),
        diagnostics=tuple(found.diagnostics),
    )


def packs() -> dict[str, Path]:
    """The packs of policies that ship, by name."""
    return {file.stem: file for file in sorted(_PACKS.glob("*.yaml")) if "." not in file.stem}


def _own(settings: Settings, trial: Trial, *, imports: bool) -> Iterator[Read]:
    """What the project itself says."""
    module, source = f"{settings.module}.{MODULE[:-3]}", module_file(settings) if imports else None
    if trial.file is None or not trial.beside:
        yield from _parts(trial.file or settings.root / FILE, module, source, "")
        return
    tried = read_policies(trial.file)
    yield tried
    names = {each.name for each in tried.policies}
    for each in _parts(settings.root / FILE, module, source, ""):
        each.policies = [one for one in each.policies if one.name not in names]
        yield each


def _parts(file: Path, module: str, source: Path | None, giver: str) -> Iterator[Read]:
    """What a giver's two files say."""
    if file.is_file():
        yield read_policies(file, giver=giver)
    if source is not None and source.is_file():
        yield read_module(module, source, giver=giver)


def _bound_packs(bindings: Iterable[Binding]) -> list[Path]:
    """The packs that a binding names; a pattern without a dot means policies that have no pack."""
    wanted = {pattern.partition(".")[0] for each in bindings for pattern in each.policies if "." in pattern}
    return [file for name, file in packs().items() if any(pattern_of(each)(name) for each in wanted)]


def _twice(policy: Policy, first: Policy) -> Diagnostic:
    return Diagnostic(
        code="TRD909",
        message=f"the policy {policy.name!r} is there twice",
        why=f"the first is at {first.span}",
        fix="give one of them another name, or remove it",
        span=policy.span,
    )
