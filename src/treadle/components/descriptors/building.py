"""What a package ships: the descriptors of all types that its entry points offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from treadle.components.descriptors.process import Surroundings, ask
from treadle.components.descriptors.record import Descriptor
from treadle.components.descriptors.shipped import FILE, folder_of, shipped_text
from treadle.components.registry import ALIASES, RegisteredType, offers
from treadle.errors import Diagnostic, ProjectError, Span, UsageError, did_you_mean, listing

__all__ = ["build"]


def build(
    package: str, *, document: Mapping[str, Any] | None = None, around: Surroundings | None = None
) -> dict[Path, str]:
    """The files in which a package ships the descriptors of its types, and what they have to hold.

    Args:
        package: the name of an installed distribution.
        document: the JSON Schema of what is around attributes in a document: Treadle ships it too.

    Raises:
        UsageError: when no such package offers a type, or a type isn't in a folder.
        ProjectError: when types can't be imported or described.
    """
    offered = [each for each in offers() if _plain(each.package) == _plain(package)]
    if not offered:
        packages = {each.package for each in offers()}
        fix = did_you_mean(package, packages) or f"name one of {listing(packages)}, or install the package first"
        raise UsageError(f"no installed package {package!r} offers component types", fix=fix)
    requests = [{"do": "type", "name": each.name, "package": "", "only_defining": True} for each in offered]
    answers = ask(requests, around or Surroundings())
    if mistakes := [mistake for answer in answers for mistake in answer.mistakes]:
        raise ProjectError(*mistakes)
    folders: dict[Path, list[Descriptor]] = {}
    for each, answer in zip(offered, answers, strict=True):
        folders.setdefault(_folder(each), []).append(Descriptor.from_json(answer.found["descriptor"]))
    if unknown := [mistake for types in folders.values() for each in types for mistake in _old_names(each)]:
        raise ProjectError(*unknown)
    return {folder / FILE: shipped_text(folder, types, document) for folder, types in folders.items()}


def _old_names(descriptor: Descriptor) -> Iterator[Diagnostic]:
    """TRD226: a name that a type had once, and that nobody offers any more."""
    for rule in descriptor.deprecations:
        if rule["kind"] == "renamed-type" and rule["name"] not in descriptor.aliases:
            yield Diagnostic(
                code="TRD226",
                message=f"the older name {rule['name']!r} of {descriptor.name!r} is not offered",
                why="files that say it are not read; the class only says that there are some",
                fix=f'add to pyproject.toml under [project.entry-points."{ALIASES}"]: '
                f'"{rule["name"]}" = "{descriptor.name}", and install the package again',
                span=Span(file=descriptor.file, line=descriptor.line),
            )


def _folder(offered: RegisteredType) -> Path:
    folder = folder_of(offered)
    if folder is None:
        module = offered.target.partition(":")[0]
        raise UsageError(
            f"the component type {offered.name!r} is in a module without a folder, which can't hold a file",
            fix=f"make a package of {module!r}: a folder with __init__.py",
        )
    return folder.resolve()


def _plain(package: str) -> str:
    return package.replace("-", "_").replace(".", "_").lower()
