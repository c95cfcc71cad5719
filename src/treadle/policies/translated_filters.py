"""The filters of expressions in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import nodes
from jinja2.runtime import Undefined

from treadle.policies.translation import Translation, Untranslatable, tested
from treadle.templating.sandbox import SANDBOX
from treadle.templating.types import Type, elements

__all__ = ["filtered"]

_COUNTED = {"array", "string", "object"}
_OF_ENVIRONMENT = frozenset(("max", "min", "sort", "sum", "unique"))
_OF_VALUE = frozenset(("abs", "capitalize", "count", "dictsort", "float", "int", "length", "reverse", "round", "title"))


def filtered(translation: Translation, node: nodes.Filter, given: nodes.Expr) -> str:
    """The source of `given | name(arguments)`."""
    value, of = translation.part(given), translation.of(given)
    if write := _WRITE.get(node.name):
        return write(translation, node, value, of)
    arguments = ", ".join((value, *map(translation.part, node.args), *_named(translation, node)))
    if node.name in _OF_ENVIRONMENT and not any(each.key == "attribute" for each in node.kwargs):
        found = _certain(SANDBOX.filters[node.name])
        return f"{translation.constant(found)}({translation.constant(SANDBOX)}, {arguments})"
    if node.name in _OF_VALUE:
        return f"{translation.constant(SANDBOX.filters[node.name])}({arguments})"
    raise Untranslatable


def _certain(function: Callable[..., object]) -> Callable[..., object]:
    """The same filter, which raises where it would give something that isn't there."""

    def run(*arguments: object, **named: object) -> object:
        found = function(*arguments, **named)
        if isinstance(found, Undefined):
            raise LookupError
        return found

    return run


def _named(translation: Translation, node: nodes.Filter) -> list[str]:
    return [f"{each.key}={translation.part(each.value)}" for each in node.kwargs]


def _plain(node: nodes.Filter, most: int = 0) -> None:
    if node.kwargs or len(node.args) > most:
        raise Untranslatable


def _length(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
    _plain(node)
    return f"len({_sure(translation, value, of, _COUNTED)})"


def _sure(translation: Translation, value: str, of: Type, kinds: set[str]) -> str:
    if not translation.kinds(of) or not translation.kinds(of) <= kinds:
        raise Untranslatable
    return value


def _method(name: str) -> Callable[[Translation, nodes.Filter, str, Type], str]:
    def write(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
        _plain(node)
        return f"{_sure(translation, value, of, {'string'})}.{name}()"

    return write


def _at(index: int) -> Callable[[Translation, nodes.Filter, str, Type], str]:
    def write(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
        _plain(node)
        return f"{_sure(translation, value, of, {'array', 'string'})}[{index}]"

    return write


def _listed(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
    _plain(node)
    return f"list({_sure(translation, value, of, _COUNTED)})"


def _default(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
    """What is there stays; what isn't raises, and is for the sandbox."""
    if node.kwargs or len(node.args) > 2:
        raise Untranslatable
    also_falsy = node.args[1] if len(node.args) == 2 else nodes.Const(False)
    if not isinstance(also_falsy, nodes.Const) or not isinstance(also_falsy.value, bool):
        raise Untranslatable
    other = translation.part(node.args[0]) if node.args else translation.constant("")
    return f"({value} or {other})" if also_falsy.value else value


def _map(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
    one, items = translation.loop(), elements(of)
    _sure(translation, value, of, {"array"})
    if not node.args and [each.key for each in node.kwargs] == ["attribute"]:
        found, _ = _path(translation, one, items, node.kwargs[0].value)
        return f"[{found} for {one} in {value}]"
    if node.kwargs or len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
        raise Untranslatable
    write = _WRITE.get(node.args[0].value)
    if write is None or node.args[0].value not in ("count", "first", "last", "length", "list", "lower", "upper"):
        raise Untranslatable
    bare = nodes.Filter(None, node.args[0].value, [], [], None, None)
    return f"[{write(translation, bare, one, items)} for {one} in {value}]"


def _path(translation: Translation, source: str, of: Type, path: nodes.Expr) -> tuple[str, Type]:
    if not isinstance(path, nodes.Const) or not isinstance(path.value, str):
        raise Untranslatable
    for name in path.value.split("."):
        if not name.isidentifier():
            raise Untranslatable
        source, of = translation.member(source, of, name)
    return source, of


def _selected(*, by_attribute: bool, kept: bool) -> Callable[[Translation, nodes.Filter, str, Type], str]:
    def write(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
        if node.kwargs:
            raise Untranslatable
        one, arguments = translation.loop(), list(node.args)
        found = one
        _sure(translation, value, of, {"array"})
        if by_attribute:
            found, _ = _path(translation, one, elements(of), arguments.pop(0))
        if arguments:
            name = arguments.pop(0)
            if not isinstance(name, nodes.Const):
                raise Untranslatable
            # What a test is asked with is worked out once for all items: it may raise where there are none.
            found = tested(translation, found, name.value, [_constant(translation, each) for each in arguments])
        return f"[{one} for {one} in {value} if {'' if kept else 'not '}{found}]"

    return write


def _constant(translation: Translation, node: nodes.Expr) -> str:
    if isinstance(node, nodes.Const) or (isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name)):
        return translation.part(node)
    raise Untranslatable


_WRITE: Mapping[str, Callable[[Translation, nodes.Filter, str, Type], str]] = {
    **dict.fromkeys(("count", "length"), _length),
    "lower": _method("lower"),
    "upper": _method("upper"),
    "trim": _method("strip"),
    "first": _at(0),
    "last": _at(-1),
    "list": _listed,
    **dict.fromkeys(("d", "default"), _default),
    "map": _map,
    "select": _selected(by_attribute=False, kept=True),
    "reject": _selected(by_attribute=False, kept=False),
    "selectattr": _selected(by_attribute=True, kept=True),
    "rejectattr": _selected(by_attribute=True, kept=False),
}
