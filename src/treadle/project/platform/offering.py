"""Everything that a platform offers to a project: its own files, and those of installed packages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from treadle.components.registry import installed
from treadle.errors import Diagnostic
from treadle.ir import ComputeProfile, Credential, Platform
from treadle.ir.origin import span_of, where
from treadle.ir.platform_use import Kind, unknown_name
from treadle.project.diagnostics import misnamed
from treadle.project.platform.packages import GROUP, folder_of, made_in_python
from treadle.project.platform.records import Offer

if TYPE_CHECKING:
    from treadle.project.platform.reading import Need, Read
    from treadle.project.settings import Settings

__all__ = ["FILES", "files_of", "read_offer"]

FILES: Mapping[Kind, str] = {"compute profile": "compute.yaml", "credential": "credentials.yaml"}

R = TypeVar("R", ComputeProfile, Credential)


def read_offer(settings: Settings, *, imports: bool) -> Offer:
    """What the platform of a project offers. Never raises.

    Without `imports`, no Python of a package is run, and what only that would tell is open.
    """
    found = _Collected()
    for entry in installed(GROUP):
        if ":" not in entry.value:
            _read_package(entry.value, found)
        elif imports:
            platform, mistakes = made_in_python(entry.value)
            found.diagnostics += mistakes
            found.take(platform, f"the package {entry.value.partition(':')[0]!r}")
            found.open |= set(FILES) if mistakes else set()
        else:
            found.open |= set(FILES)
    _read_folder(settings.root, "the project", found)
    found.diagnostics += misnamed(settings.root, FILES.values(), code="TRD523")
    found.diagnostics += _unmet(found)
    return Offer(
        platform=Platform(compute=found.compute, credentials=found.credentials),
        diagnostics=tuple(found.diagnostics),
        broken=frozenset(found.broken),
        open=frozenset(found.open),
    )


def files_of(settings: Settings) -> list[Path]:
    """The files that a platform may have in a project and in packages, whether they are there or not."""
    packages = [folder_of(entry.value)[0] for entry in installed(GROUP) if ":" not in entry.value]
    return [folder / name for folder in (*filter(None, packages), settings.root) for name in FILES.values()]


@dataclass(slots=True)
class _Collected:
    compute: dict[str, ComputeProfile] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: set[tuple[Kind, str]] = field(default_factory=set)
    open: set[Kind] = field(default_factory=set)
    givers: dict[tuple[Kind, str], str] = field(default_factory=dict)

    def take(self, platform: Platform, giver: str) -> None:
        """Add what somebody offers; what is there already stays as it is."""
        self.compute |= self._new("compute profile", platform.compute, self.compute, giver)
        self.credentials |= self._new("credential", platform.credentials, self.credentials, giver)

    def _new(self, kind: Kind, given: Mapping[str, R], known: Mapping[str, R], giver: str) -> dict[str, R]:
        new = {}
        for name, each in given.items():
            if name not in known and (kind, name) not in self.givers:
                new[name] = each
                self.givers[kind, name] = giver
                continue
            first = known[name].origin if name in known else None
            self.diagnostics.append(
                Diagnostic(
                    code="TRD520",
                    message=f"the {kind} {name!r} is offered twice",
                    why=f"{self.givers[kind, name]} offers it first" + (f", at {where(first)}" if first else ""),
                    fix="give this one another name, or remove it: what a package offers can't be changed",
                    span=span_of(each.origin),
                )
            )
        return new

    def take_file(self, kind: Kind, read: Read, giver: str) -> None:
        """Add what a file holds."""
        self.diagnostics += read.diagnostics
        self.take(Platform(compute=read.compute, credentials=read.credentials), giver)
        self.needs += [each for each in read.needs if self.givers[kind, each.credential] == giver]
        for name in read.broken:
            self.givers.setdefault((kind, name), giver)
            self.broken.add((kind, name))
        if read.is_open:
            self.open.add(kind)


def _read_package(package: str, found: _Collected) -> None:
    folder, mistake = folder_of(package)
    if folder is None or not _read_folder(folder, f"the package {package!r}", found):
        found.open |= set(FILES)
        found.diagnostics.append(mistake or _empty(package))


def _read_folder(folder: Path, giver: str, found: _Collected) -> bool:
    """Read the files of a folder; false when there is none."""
    there = {kind: file for kind, name in FILES.items() if (file := folder / name).is_file()}
    if there:
        from treadle.project.platform.reading import read_compute, read_credentials  # whose models cost something

        for kind, file in there.items():
            read = read_compute if kind == "compute profile" else read_credentials
            found.take_file(kind, read(file), giver)
    return bool(there)


def _empty(package: str) -> Diagnostic:
    return Diagnostic(
        code="TRD525",
        message=f"the package {package!r} offers no platform",
        why=f"its entry point {GROUP!r} names it, and its folder has neither {' nor '.join(FILES.values())}",
        fix="add one of them to the package (and to what is installed of it), or name module:attribute",
    )


def _unmet(found: _Collected) -> Iterator[Diagnostic]:
    """Credentials that are made with others which don't exist, or which are made with them."""
    others: dict[str, list[Need]] = {}
    for need in found.needs:
        others.setdefault(need.credential, []).append(need)
        is_known = need.other in found.credentials or ("credential", need.other) in found.broken
        if not is_known and "credential" not in found.open:
            yield unknown_name("credential", need.other, found.credentials, need.span)
    told: set[str] = set()
    for name in others:
        if name not in told and (circle := _circle(name, others)):
            told |= {each.credential for each in circle}
            names = [each.credential for each in circle]
            yield Diagnostic(
                code="TRD524",
                message=f"the credential {name!r} is made with itself",
                why=f"to get {' one needs '.join(map(repr, [*names, name]))}",
                fix="let one of them come from a file, a command or the environment",
                span=circle[0].span,
            )


def _circle(start: str, others: Mapping[str, Iterable[Need]]) -> list[Need]:
    """The way from a credential through what it is made with, back to itself; nothing when there is none."""
    ways: list[list[Need]] = [[each] for each in others[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        last = way[-1].other
        if last == start:
            return way
        if last not in seen:
            seen.add(last)
            ways += [[*way, each] for each in others.get(last, ())]
    return []
