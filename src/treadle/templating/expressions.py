"""Expressions are read, never worked out: what they name is there, what they call can be called, and what they give.

An expression that names nothing at all is the exception: it gives the same always, so it is worked
out, in the sandbox and within its budget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Undefined

from treadle.errors import Diagnostic, ProjectError
from treadle.templating.calls import bad_call, not_a_function
from treadle.templating.compiled import evaluate_constant
from treadle.templating.env import Env, unset
from treadle.templating.filter_types import Argument, filter_signature, filtered, refuse
from treadle.templating.members import AbsentError, attribute, item
from treadle.templating.mistakes import explain_failure, unknown_member, unknown_variable
from treadle.templating.operator_types import RefusedError, compared, operated, signed
from treadle.templating.operators import as_text
from treadle.templating.reach import Place, path_of
from treadle.templating.sandbox import SANDBOX
from treadle.templating.signatures import function_type
from treadle.templating.types import (
    BOOLEAN,
    INTEGER,
    NULL,
    OBJECT,
    TEXT,
    UNKNOWN,
    Type,
    array_of,
    branches,
    kind,
    of_value,
    union,
)
from treadle.templating.work import is_spent

__all__ = ["Reader"]

_SYMBOLS: Mapping[type[nodes.Expr], str] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.Mod: "%",
    nodes.Pow: "**",
}
_BOUNDS = [{"name": "start", "type": INTEGER, "kind": "positional", "required": True}]
_BOUNDS += [{"name": name, "type": INTEGER, "kind": "positional", "required": False} for name in ("stop", "step")]
_GLOBALS: Mapping[str, Type] = {
    "range": function_type(_BOUNDS, returns=array_of(INTEGER)),
    "dict": function_type(returns=OBJECT),
}
_ENVIRONMENT = function_type(
    [{"name": "name", "type": TEXT, "required": True}, {"name": "default", "type": UNKNOWN, "required": False}]
)
_FOLDED: tuple[type[nodes.Expr], ...] = (
    *(nodes.BinExpr, nodes.UnaryExpr, nodes.Compare, nodes.Concat, nodes.Call, nodes.CondExpr),
    *(nodes.Filter, nodes.Test, nodes.Getattr, nodes.Getitem, nodes.List, nodes.Tuple, nodes.Dict),
)
_ABOUT_BEING_DEFINED = frozenset(("defined", "undefined"))
_MAYBE_MISSING = frozenset(("d", "default"))


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads the expressions of one text; what is wrong with them is in `mistakes`."""

    text: str
    scope: Mapping[str, Type]
    is_open: bool = False
    env: Mapping[str, str] | None = None
    mistakes: list[Diagnostic] = field(default_factory=list)
    _constant: dict[nodes.Node, bool] = field(default_factory=dict)

    def read(self, node: nodes.Node, place: Place) -> Type:
        """The type of what an expression gives."""
        reads = _READ.get(type(node))
        if not isinstance(node, _FOLDED) or not self._is_constant(node, place):
            return reads(self, node, place) if reads else UNKNOWN
        try:
            return _folded(node)
        except Exception as error:
            before = len(self.mistakes)
            found = reads(self, node, place) if reads else UNKNOWN
            if place.certain and len(self.mistakes) == before:
                self.failed(error)
            return found

    def read_missing(self, node: nodes.Node, place: Place) -> Type:
        """The same of what may not be there: it stands before `default`, or `is defined`."""
        match node:
            case nodes.Name() | nodes.Getattr() | nodes.Getitem():
                path = path_of(node)
                quiet = replace(place, certain=False, guarded=place.guarded | ({path} if path else set()))
                return _READ[type(node)](self, node, quiet)
            case nodes.CondExpr():
                self.read(node.test, place)
                inner = place.maybe(node.test)
                both = [node.expr1] if node.expr2 is None else [node.expr1, node.expr2]
                return union([self.read_missing(one, inner) for one in both])
            case nodes.And() | nodes.Or():
                left = self.read(node.left, place)
                return union([left, self.read_missing(node.right, place.maybe(node.left))])
            case nodes.List() | nodes.Tuple():
                return array_of(union([_varying(self.read_missing(one, place)) for one in node.items]))
            case _:
                return self.read(node, place)

    def as_text(self, of: Type, place: Place) -> None:
        """Tell of what can't be put into a text."""
        if place.certain and all("x-function" in branch for branch in branches(of)):
            try:
                as_text(_GLOBALS.get)
            except TypeError as error:
                self.failed(error)

    def failed(self, error: Exception) -> None:
        """Tell what rendering would tell of an exception."""
        self.tell(*explain_failure(error, self.text, {}, None))

    def tell(self, *mistakes: Diagnostic) -> None:
        """Tell of mistakes, each of them once."""
        self.mistakes.extend(one for one in mistakes if one not in self.mistakes)

    def _is_constant(self, node: nodes.Node, place: Place) -> bool:
        if (known := self._constant.get(node)) is not None:
            return known
        if isinstance(node, nodes.Filter) and node.node is None:
            return False  # of a filter block: it is given what the block gives
        if isinstance(node, nodes.Name):
            return node.name in _GLOBALS and node.name not in self.scope and node.name not in place.local
        found = self._constant[node] = all(self._is_constant(one, place) for one in node.iter_child_nodes())
        return found

    def name(self, node: nodes.Name, place: Place) -> Type:
        """A variable."""
        for known in (place.local, self.scope, _GLOBALS):
            if node.name in known:
                return known[node.name]
        if not self.is_open and (node.name,) not in place.guarded:
            self.tell(unknown_variable(node.name, self.text, self.scope))
        return UNKNOWN

    def attribute(self, node: nodes.Getattr, place: Place) -> Type:
        """`value.name`."""

        def look(branch: Type) -> Type:
            return self._variable(node.attr, place) if kind(branch) == "env" else attribute(branch, node.attr)

        return self._member(self.read(node.node, place), node.attr, node, place, look)

    def item(self, node: nodes.Getitem, place: Place) -> Type:
        """`value[key]`, or a slice."""
        owner = self.read(node.node, place)
        if isinstance(node.arg, nodes.Slice):
            for bound in (node.arg.start, node.arg.stop, node.arg.step):
                if bound is not None:
                    self.read(bound, place)
            return union(
                [one if kind(one) in ("string", "array") else UNKNOWN for one in map(_varying, branches(owner))]
            )
        key = self.read(node.arg, place)
        known = (key["const"],) if "const" in key else ()

        def look(branch: Type) -> Type:
            return self._environment_item(*known) if kind(branch) == "env" else item(branch, *known)

        return self._member(owner, key.get("const"), node, place, look)

    def _member(
        self, owner: Type, name: Any, node: nodes.Getattr | nodes.Getitem, place: Place, look: Callable[[Type], Type]
    ) -> Type:
        found: list[Type] = []
        wrong: list[AbsentError | SecurityError] = []
        for branch in branches(owner):
            try:
                found.append(look(branch))
            except (AbsentError, SecurityError) as error:
                wrong.append(error)
        if found:
            return union(found)
        refused = [one for one in wrong if isinstance(one, SecurityError)]
        if refused:
            self.failed(refused[0])
        elif path_of(node) not in place.guarded:
            absent = max((one for one in wrong if isinstance(one, AbsentError)), key=lambda one: len(one.names))
            self.tell(unknown_member(name, self.text, absent.names, owner=absent.owner))
        return UNKNOWN

    def _variable(self, name: str, place: Place) -> Type:
        """A variable of the environment."""
        if self.env is not None and place.certain and name not in self.env:
            self.tell(unset(name, self.env))
        return TEXT

    def _environment_item(self, name: object = "NAME") -> Type:
        try:
            Env({})[name]
        except ProjectError as error:
            self.tell(*error.diagnostics)
        return TEXT

    def call(self, node: nodes.Call, place: Place) -> Type:
        """`function(…)`."""
        function = self.read(node.node, place)
        arguments, named = self._arguments(node, place)
        can_be_counted = node.dyn_args is None and node.dyn_kwargs is None
        name = ".".join(path_of(node.node) or (getattr(node.node, "attr", "the value"),))
        results: list[Type] = []
        mistakes: list[Diagnostic] = []
        for branch in branches(function):
            if kind(branch) == "env":
                results.append(self._environment(arguments, named, place))
            elif "x-function" in branch:
                bad = bad_call(name, branch, len(arguments), tuple(named), self.text) if can_be_counted else None
                results.append(branch["x-function"].get("returns", UNKNOWN))
                mistakes.extend([bad] if bad else [])
            elif kind(branch) == "unknown" or (kind(branch) == "record" and "properties" not in branch):
                return UNKNOWN
        if not results:
            self.tell(not_a_function(name, function, self.text))
        elif len(mistakes) == len(results):
            self.tell(mistakes[0])
        return union(results)

    def _environment(self, arguments: Sequence[Argument], named: Mapping[str, Argument], place: Place) -> Type:
        """`env('X', 'default')`."""
        if bad := bad_call("env", _ENVIRONMENT, len(arguments), tuple(named), self.text):
            self.tell(bad)
            return UNKNOWN
        given = {**dict(zip(("name", "default"), arguments, strict=False)), **named}
        name, default = given.get("name", (UNKNOWN, ...))[1], given.get("default")
        if default is not None:
            return union([TEXT, _varying(default[0])])
        return self._variable(name, place) if isinstance(name, str) else TEXT

    def _arguments(
        self, node: nodes.Call | nodes.Filter | nodes.Test, place: Place
    ) -> tuple[list[Argument], dict[str, Argument]]:
        arguments = [_argument(self.read(one, place)) for one in node.args or ()]
        named = {str(one.key): _argument(self.read(one.value, place)) for one in node.kwargs or ()}
        for more in (node.dyn_args, node.dyn_kwargs):
            if more is not None:
                self.read(more, place)
        return arguments, named

    def filter(self, node: nodes.Filter, place: Place) -> Type:
        """`value | name(…)`; a filter block's value is text."""
        reads = self.read_missing if _takes_missing(node) else self.read
        value = TEXT if node.node is None else reads(node.node, place)
        arguments, named = self._arguments(node, place)
        if node.name not in SANDBOX.filters:
            self.failed(TemplateSyntaxError(f"No filter named {node.name!r}.", 1))
            return UNKNOWN
        if node.dyn_args is None and node.dyn_kwargs is None:
            signature = filter_signature(node.name)
            if bad := bad_call(node.name, signature, len(arguments), tuple(named), self.text):
                self.tell(bad)
                return UNKNOWN
            if place.certain:
                self._attempt(lambda: refuse(node.name, value, arguments, named))
        return filtered(node.name, _varying(value), arguments, named)

    def test(self, node: nodes.Test, place: Place) -> Type:
        """`value is name`."""
        if node.name in _ABOUT_BEING_DEFINED:
            self.read_missing(node.node, place)
        else:
            # A test can be asked of what isn't set; the answer is no.
            quiet = isinstance(node.node, nodes.Getattr)
            self.read(node.node, replace(place, certain=False) if quiet else place)
        self._arguments(node, place)
        if node.name not in SANDBOX.tests:
            self.failed(TemplateSyntaxError(f"No test named {node.name!r}.", 1))
        return BOOLEAN

    def _attempt(self, work: Callable[[], Type | None], place: Place | None = None) -> Type:
        try:
            return work() or UNKNOWN
        except RefusedError as error:
            if place is None or place.certain:
                self.failed(error.cause)
            return UNKNOWN

    def operator(self, node: nodes.BinExpr, place: Place) -> Type:
        """`left + right`."""
        left, right = self.read(node.left, place), self.read(node.right, place)
        return self._attempt(lambda: operated(_SYMBOLS[type(node)], left, right), place)

    def sign(self, node: nodes.UnaryExpr, place: Place) -> Type:
        """`-value`."""
        operand = self.read(node.node, place)
        return self._attempt(lambda: signed(operand), place)

    def comparison(self, node: nodes.Compare, place: Place) -> Type:
        """`left < right`, or a chain of them, which ends where one is false."""
        left, at = self.read(node.expr, place), place
        for operand in node.ops:
            right = self.read(operand.expr, at)
            self._attempt(lambda symbol=operand.op, pair=(left, right): compared(symbol, *pair), at)  # type: ignore[misc] # bound now
            left, at = right, replace(place, certain=False)
        return BOOLEAN

    def concatenation(self, node: nodes.Concat, place: Place) -> Type:
        """`left ~ right`."""
        for one in node.nodes:
            self.as_text(self.read(one, place), place)
        return TEXT

    def either(self, node: nodes.And | nodes.Or, place: Place) -> Type:
        """`left and right`, `left or right`: one of both."""
        left, right = self.read(node.left, place), self.read(node.right, place.maybe(node.left))
        kept = [one for one in branches(left) if isinstance(node, nodes.And) or kind(one) != "null"]
        return union([*kept, right])

    def negation(self, node: nodes.Not, place: Place) -> Type:
        """`not value`."""
        self.read(node.node, place)
        return BOOLEAN

    def choice(self, node: nodes.CondExpr, place: Place) -> Type:
        """`a if condition else b`."""
        self.read(node.test, place)
        inner = place.maybe(node.test)
        both = [node.expr1] if node.expr2 is None else [node.expr1, node.expr2]
        return union([self.read(one, inner) for one in both])

    def sequence(self, node: nodes.List | nodes.Tuple, place: Place) -> Type:
        """`[a, b]`."""
        return array_of(union([_varying(self.read(one, place)) for one in node.items]))

    def mapping(self, node: nodes.Dict, place: Place) -> Type:
        """`{'a': b}`."""
        properties: dict[str, Type] = {}
        is_known = True
        for pair in node.items:
            key, value = self.read(pair.key, place), self.read(pair.value, place)
            if isinstance(name := key.get("const"), str):
                properties[name] = value
            else:
                is_known = False
        if not is_known:
            return OBJECT
        return {**OBJECT, "properties": properties, "required": list(properties), "additionalProperties": False}


def _takes_missing(node: nodes.Filter) -> bool:
    """Whether what a filter is given may be missing, or have items that are."""
    if node.name in _MAYBE_MISSING:
        return True
    first = node.args[0] if node.args and node.name in ("map", "select", "reject") else None
    return isinstance(first, nodes.Const) and first.value in _MAYBE_MISSING | _ABOUT_BEING_DEFINED


def _folded(node: nodes.Node) -> Type:
    """The type of a value that is always the same; unknown, when enough was worked out in this document."""
    if is_spent():
        return UNKNOWN
    value = evaluate_constant(node)
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    return of_value(value)


def _argument(of: Type) -> Argument:
    if "const" in of:
        return (of, of["const"])
    return (of, None if of == NULL else ...)


def _varying(of: Type) -> Type:
    """A type without what is known of its value, which the result doesn't share."""
    if "const" not in of and "anyOf" not in of:
        return of
    return union([{name: one for name, one in branch.items() if name != "const"} for branch in branches(of)])


_READ: Mapping[type[nodes.Node], Callable[[Reader, Any, Place], Type]] = {
    nodes.Name: Reader.name,
    nodes.Const: lambda _, node, __: of_value(node.value),
    nodes.TemplateData: lambda _, node, __: TEXT,
    nodes.Getattr: Reader.attribute,
    nodes.Getitem: Reader.item,
    nodes.Call: Reader.call,
    nodes.Filter: Reader.filter,
    nodes.Test: Reader.test,
    **dict.fromkeys(_SYMBOLS, Reader.operator),
    nodes.Neg: Reader.sign,
    nodes.Pos: Reader.sign,
    nodes.Compare: Reader.comparison,
    nodes.Concat: Reader.concatenation,
    nodes.And: Reader.either,
    nodes.Or: Reader.either,
    nodes.Not: Reader.negation,
    nodes.CondExpr: Reader.choice,
    nodes.List: Reader.sequence,
    nodes.Tuple: Reader.sequence,
    nodes.Dict: Reader.mapping,
}
