"""What filters look at in each item: `map(attribute='x')`, `selectattr('x')`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from treadle.policies.translation import Translation, Untranslatable
from treadle.templating.types import Type

__all__ = ["Looked", "attribute_of", "is_there"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The source of what is looked at, and what is worked out before the loop: `a in (…,) for `."""

    source: str
    bindings: str = ""


def attribute_of(
    translation: Translation, item: str, of: Type, path: nodes.Expr, default: nodes.Expr | None = None
) -> Looked:
    """The attribute of an item that a path names."""
    if default is None and isinstance(path, nodes.Const):
        return Looked(source=_along(translation, item, of, path.value))
    name, bindings = _name(translation, path)
    owner = translation.sure(item, of, "object")
    if default is None:
        return Looked(source=f"{translation.constant(_entry)}({owner}, {name})", bindings=bindings)
    if not isinstance(default, nodes.Const) or default.value is None:
        raise Untranslatable
    other = translation.constant(default.value)
    return Looked(source=f"{translation.constant(_entry_or)}({owner}, {name}, {other})", bindings=bindings)


def is_there(translation: Translation, item: str, of: Type, path: nodes.Expr) -> Looked:
    """Whether an item has an entry."""
    name, bindings = _name(translation, path)
    owner = translation.sure(item, of, "object")
    return Looked(source=f"{translation.constant(_has)}({owner}, {name})", bindings=bindings)


def _along(translation: Translation, source: str, of: Type, path: Any) -> str:
    if not isinstance(path, str):
        raise Untranslatable
    for name in path.split("."):
        if not _is_plain(name):
            raise Untranslatable
        source, of = translation.member(source, of, name)
    return source


def _name(translation: Translation, path: nodes.Expr) -> tuple[str, str]:
    """A name that isn't a path: one that is only known later is looked at then."""
    if isinstance(path, nodes.Const):
        return translation.constant(_checked(path.value)), ""
    found = translation.loop()
    return found, f"{found} in ({translation.constant(_checked)}({translation.part(path)}),) for "


def _checked(name: Any) -> str:
    if isinstance(name, str) and "." not in name and _is_plain(name):
        return name
    raise Untranslatable


def _is_plain(name: str) -> bool:
    """Whether a name means an entry of a mapping, and can mean nothing else: no index, and nothing of Python's."""
    return not name.isdigit() and not name.startswith("_") and not hasattr({}, name)


def _entry(owner: dict[str, Any], name: str) -> Any:
    return owner[name]


def _entry_or(owner: dict[str, Any], name: str, default: Any) -> Any:
    return owner.get(name, default)


def _has(owner: dict[str, Any], name: str) -> bool:
    return name in owner
