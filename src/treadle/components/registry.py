"""Which component types there are, and where: entry points of installed packages.

A package offers a type with a line in its `pyproject.toml`:

    [project.entry-points."treadle.components"]
    "acme.ShellScript" = "acme_components.shell:ShellScript"

Treadle's own types are offered the same way. The group `treadle.aliases` gives a type another name:
the one that other systems' YAML files know it by.
"""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from treadle.errors import Diagnostic, Edit, ProjectError, Span, cut, did_you_mean, listing, said, user_frames
from treadle.templating.spelling import likeness

if TYPE_CHECKING:
    from treadle.components.component import Component

__all__ = [
    "ALIASES",
    "COMPONENTS",
    "RegisteredType",
    "by_any_name",
    "clashes",
    "corrected",
    "find_type",
    "installed",
    "offers",
    "registered_types",
    "split_path",
    "unknown_type",
]

COMPONENTS = "treadle.components"
ALIASES = "treadle.aliases"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredType:
    """A component type that an installed package offers."""

    name: str
    target: str
    package: str
    aliases: tuple[str, ...] = ()
    version: str = ""


@cache
def _installed() -> Any:  # before Python 3.12 it has another type, with the same methods
    return entry_points()  # one look at all installed packages; a look for a group costs the same


def installed(group: str) -> list[EntryPoint]:
    """What installed packages offer under the name of a group, by name; nothing is imported.

    >>> installed("treadle.aliases")[0].value
    'treadle.PythonFile'
    """
    return sorted(_installed().select(group=group), key=lambda each: (each.name, each.value))


@cache
def offers() -> tuple[RegisteredType, ...]:
    """Every component type that an installed package offers; several may have one name. Nothing is imported."""
    offered = _installed()
    aliases: dict[str, list[str]] = {}
    for entry in offered.select(group=ALIASES):
        aliases.setdefault(entry.value, []).append(entry.name)
    about = cache(_about)
    types = []
    for entry in offered.select(group=COMPONENTS):
        package, version = about(entry.dist) if entry.dist else (entry.value.split(".", 1)[0], "")
        types.append(
            RegisteredType(
                name=entry.name,
                target=entry.value,
                package=package,
                version=version,
                aliases=tuple(sorted(aliases.get(entry.name, ()))),
            )
        )
    return tuple(sorted(types, key=lambda each: (each.name, each.package, each.target)))


@cache
def registered_types() -> dict[str, RegisteredType]:
    """Every component type that is installed, by name; nothing is imported.

    >>> registered_types()["treadle.PythonScript"].aliases
    ('dagster.PythonScriptComponent',)
    """
    return {each.name: each for each in offers()}


def _about(package: Distribution) -> tuple[str, str]:
    """The name and the version of a package, which are read from its metadata whenever they are asked for."""
    return package.name, package.version


@cache
def by_any_name() -> dict[str, RegisteredType]:
    """The same by their names and by all others that YAML may use."""
    types = registered_types()
    return types | {alias: each for each in types.values() for alias in each.aliases}


@cache
def clashes() -> dict[str, Diagnostic]:
    """TRD222 for each name that several packages give to different types: nobody can tell which one is meant.

    >>> clashes()
    {}
    """
    meant: dict[str, dict[str, RegisteredType]] = {}
    for each in offers():
        for name in (each.name, *each.aliases):
            meant.setdefault(name, {}).setdefault(each.target, each)
    return {name: _clash(name, found.values()) for name, found in meant.items() if len(found) > 1}


def _clash(name: str, rivals: Iterable[RegisteredType]) -> Diagnostic:
    found = sorted(rivals, key=lambda each: (each.package, each.version))
    said = [
        f"{each.package} {each.version} ({each.target})"
        + (f" as another name of {each.name!r}" if each.name != name else "")
        for each in found
    ]
    paths = " or ".join(each.target.replace(":", ".") for each in found)
    return Diagnostic(
        code="TRD222",
        message=f"several packages offer the component type {name!r}",
        why=f"these do, and none of them has more right to the name: {listing(said)}",
        fix=f"remove one of the packages, or name the class by its path: {paths}",
    )


def find_type(name: str, *, package: str = "", span: Span | None = None) -> tuple[str, type[Component]]:
    """The component type of this name, and the name it is listed under.

    Args:
        name: a registered name, an alias, any dotted path of a class, or such a path relative to `package`.
        package: the package that a leading dot refers to: that of the folder the YAML file is in.
        span: where the name is written, for the message.

    Raises:
        ProjectError: TRD201 when nothing has this name, TRD202 when importing it fails, TRD206 when it isn't a component
            type, TRD222 when several packages give it to different types.
    """
    if (clash := clashes().get(name)) is not None:
        raise ProjectError(replace(clash, span=span))
    registered = by_any_name().get(name)
    if registered:
        module, _, attribute = registered.target.partition(":")
        return registered.name, _import_type(name, module, attribute, span)
    path, module, attribute = split_path(name, package=package, span=span)
    return path, _import_type(name, module, attribute, span)


def split_path(name: str, *, package: str = "", span: Span | None = None) -> tuple[str, str, str]:
    """The whole path of a class that is named by it, its module and its name there.

    Raises:
        ProjectError: TRD201 when no class can have this path.

    >>> split_path(".looms.Loom", package="mill.components")
    ('mill.components.looms.Loom', 'mill.components.looms', 'Loom')
    """
    path = f"{package}{name}" if name.startswith(".") else name
    module, _, attribute = path.rpartition(".")
    if not module or not all(part.isidentifier() for part in (attribute, module.rsplit(".", 1)[-1])):
        raise ProjectError(unknown_type(name, span))
    return path, module, attribute


def _import_type(name: str, module: str, attribute: str, span: Span | None) -> type[Component]:
    try:
        found = getattr(import_module(module), attribute, None)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            raise ProjectError(unknown_type(name, span, missing=error.name)) from None
        raise ProjectError(_broken(name, module, error, span)) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise ProjectError(_broken(name, module, error, span)) from None
    if found is None:
        near = [each for each, value in vars(import_module(module)).items() if _is_component(value)]
        hint = did_you_mean(attribute, near)
        raise ProjectError(unknown_type(name, span, why=f"the module {module!r} has no {attribute!r}", hint=hint))
    if not _is_component(found) or found.__abstractmethods__:
        raise ProjectError(_not_a_component(name, found, span))
    return found


def _is_component(value: object) -> TypeGuard[type[Component]]:
    from treadle.components.component import Component

    return isinstance(value, type) and issubclass(value, Component)


_SEE_TYPES = "see `treadle list components` for the types there are"


def unknown_type(
    name: str,
    span: Span | None,
    *,
    why: str = "no installed package offers it",
    hint: str = "",
    missing: str = "",
) -> Diagnostic:
    """TRD201: there is no component type of this name.

    Args:
        why: why not.
        hint: what to suggest when no installed type has a name like it.
        missing: the module that isn't there, when the name is a path.
    """
    if missing:
        why = f"no installed package offers it, and there is no module {missing!r}"
    fix = _nearly(name, by_any_name()) or hint
    if not fix and (short := [known for known in registered_types() if known.endswith(f".{name}")]):
        fix = f"did you mean {short[0]!r}?"
    return corrected(
        Diagnostic(
            code="TRD201",
            message=f"there is no component type {cut(name)}",
            why=why,
            fix=fix or _SEE_TYPES,
            span=span,
        ),
        name,
    )


def _nearly(name: str, known: Collection[str]) -> str:
    """A suggestion for the name of a type: of those beside it, one whose own name is near as well.

    >>> _nearly("mill.Nope", ["mill.Loom"]), _nearly("mill.Lom", ["mill.Loom"]), _nearly("mil.Loom", ["mill.Loom"])
    ('', "did you mean 'mill.Loom'?", "did you mean 'mill.Loom'?")
    """
    module, dot, own = name.rpartition(".")
    beside = [each.rpartition(".")[2] for each in known if each.rpartition(".")[0] == module]
    if not dot or not beside:
        return did_you_mean(name, known)
    return did_you_mean(own, beside).replace("'", f"'{module}.", 1)


def corrected(diagnostic: Diagnostic, name: str) -> Diagnostic:
    """TRD201 with the edit that spells the name of the type right, where it is surely known which one is meant."""
    meant = _meant(name, by_any_name())
    if diagnostic.code != "TRD201" or diagnostic.span is None or not meant:
        return diagnostic
    return replace(diagnostic, edits=(Edit(span=diagnostic.span, old=name, new=meant),))


def _meant(name: str, known: Iterable[str]) -> str:
    """The one known name that this is surely a misspelling of, or an empty string.

    >>> _meant("acme.Lom", ["acme.Loom", "acme.Mill"]), _meant("acme.Nothing", ["acme.Function"])
    ('acme.Loom', '')
    """
    near = [each for each in known if _is_near(name.split("."), each.split("."))]
    return near[0] if len(near) == 1 else ""


def _is_near(words: Sequence[str], known: Sequence[str]) -> bool:
    # Word by word: a long name of a package would make any two of its types alike.
    return len(words) == len(known) and all(likeness(one, two) >= 0.8 for one, two in zip(words, known, strict=True))


_MEND = "mend that module; it is imported whenever a component of this type is loaded"
_PLAIN_CLASS = "remove @dataclass: the fields of a component type are its attributes without it"


def _is_in_dataclasses(error: BaseException) -> bool:
    return any(
        Path(frame.filename) == Path(dataclasses.__file__) for frame in traceback.extract_tb(error.__traceback__)
    )


def _broken(name: str, module: str, error: BaseException, span: Span | None) -> Diagnostic:
    where = user_frames(error)
    return Diagnostic(
        code="TRD202",
        message=f"the component type {name!r} can't be imported: {said(error)}",
        why=f"importing {module!r} failed" + (f"\n{where}" if where else ""),
        fix=_PLAIN_CLASS if _is_in_dataclasses(error) else _MEND,
        span=span,
    )


def _not_a_component(name: str, found: object, span: Span | None) -> Diagnostic:
    bases = {base.__module__.split(".", 1)[0] for base in getattr(found, "__mro__", ())}
    if "dagster" in bases:
        why = "it is a Dagster component, which Treadle can't run by itself"
        fix = "derive it from treadle.Component, or use one of `treadle list components`"
    elif missing := getattr(found, "__abstractmethods__", None):
        why = f"it is abstract: it doesn't define {listing(missing)}"
        fix = "define that there, or name a class that derives from it"
    else:
        why = "a component type is a class that derives from treadle.Component"
        fix = "name such a class"
    return Diagnostic(code="TRD206", message=f"{name!r} is not a component type", why=why, fix=fix, span=span)
