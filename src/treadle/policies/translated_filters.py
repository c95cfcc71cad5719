"""The filters of expressions in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import nodes
from jinja2.runtime import Undefined

from treadle.policies.translated_attributes import attribute_of, is_there
from treadle.policies.translation import Translation, Untranslatable, tested
from treadle.templating.sandbox import SANDBOX
from treadle.templating.types import Type, elements

__all__ = ["filtered"]

_COUNTED = ("array", "string", "object")
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
    return f"len({translation.sure(value, of, *_COUNTED)})"


def _method(name: str) -> Callable[[Translation, nodes.Filter, str, Type], str]:
    def write(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
        _plain(node)
        return f"{translation.sure(value, of, 'string')}.{name}()"

    return write


def _at(index: int) -> Callable[[Translation, nodes.Filter, str, Type], str]:
    def write(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
        _plain(node)
        return f"{translation.sure(value, of, 'array', 'string')}[{index}]"

    return write


def _listed(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
    _plain(node)
    return f"list({translation.sure(value, of, *_COUNTED)})"


def _default(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
    """What is there stays; what isn't raises, and is for the sandbox."""
    if node.kwargs or len(node.args) > 2:
        raise Untranslatable
    also_falsy = node.args[1] if len(node.args) == 2 else nodes.Const(False)
    if not isinstance(also_falsy, nodes.Const) or not isinstance(also_falsy.value, bool):
        raise Untranslatable
    other = translation.part(node.args[0]) if node.args else translation.constant("")
    return f"({value} or {other})" if also_falsy.value else value


def _joined(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
    _plain(node, most=1)
    translation.is_metered = True
    between = [translation.part(one) for one in node.args]
    return f"{translation.constant(SANDBOX.filters['join'])}({', '.join([value, *between])})"


def _map(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
    one, items = translation.loop(), elements(of)
    value = translation.sure(value, of, "array")
    named: dict[str, nodes.Expr] = {str(each.key): each.value for each in node.kwargs}
    if not node.args and named.keys() in ({"attribute"}, {"attribute", "default"}):
        found = attribute_of(translation, one, items, named["attribute"], named.get("default"))
        return f"[{found.source} for {found.bindings}{one} in {value}]"
    if named or len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
        raise Untranslatable
    write = _WRITE.get(node.args[0].value)
    if write is None or node.args[0].value not in (
        "count",
        "first",
        "last",
        "length",
        "list",
        "lower",
        "trim",
        "upper",
    ):
        raise Untranslatable
    bare = nodes.Filter(None, node.args[0].value, [], [], None, None)
    return f"[{write(translation, bare, one, items)} for {one} in {value}]"


def _selected(*, by_attribute: bool, kept: bool) -> Callable[[Translation, nodes.Filter, str, Type], str]:
    def write(translation: Translation, node: nodes.Filter, value: str, of: Type) -> str:
        if node.kwargs:
            raise Untranslatable
        one, arguments = translation.loop(), list(node.args)
        value = translation.sure(value, of, "array")
        source, bindings = one, ""
        if by_attribute and [each.value for each in arguments[1:] if isinstance(each, nodes.Const)] == ["defined"]:
            has = is_there(translation, one, elements(of), arguments[0])
            return f"[{one} for {has.bindings}{one} in {value} if {'' if kept else 'not '}{has.source}]"
        if by_attribute:
            found = attribute_of(translation, one, elements(of), arguments.pop(0))
            source, bindings = found.source, found.bindings
        if arguments:
            name = arguments.pop(0)
            if not isinstance(name, nodes.Const):
                raise Untranslatable
            # What a test is asked with is worked out once, and also where there are no items.
            given = [(translation.loop(), translation.part(each)) for each in arguments]
            bindings += "".join(f"{each} in ({source_of},) for " for each, source_of in given)
            source = tested(translation, source, name.value, [each for each, _ in given])
        return f"[{one} for {bindings}{one} in {value} if {'' if kept else 'not '}{source}]"

    return write


_WRITE: Mapping[str, Callable[[Translation, nodes.Filter, str, Type], str]] = {
    **dict.fromkeys(("count", "length"), _length),
    "lower": _method("lower"),
    "upper": _method("upper"),
    "trim": _method("strip"),
    "first": _at(0),
    "last": _at(-1),
    "join": _joined,
    "list": _listed,
    **dict.fromkeys(("d", "default"), _default),
    "map": _map,
    "select": _selected(by_attribute=False, kept=True),
    "reject": _selected(by_attribute=False, kept=False),
    "selectattr": _selected(by_attribute=True, kept=True),
    "rejectattr": _selected(by_attribute=True, kept=False),
}
