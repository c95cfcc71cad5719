"""The environment that expressions run in: Jinja's sandbox, with a list of what is allowed on plain values."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from treadle.templating.env import Env, is_set
from treadle.templating.filters import make_filters
from treadle.templating.hardening import HOOKS, harden
from treadle.templating.operators import OPERATORS, as_text
from treadle.templating.undefined import Missing, insist
from treadle.templating.work import spend, weigh

__all__ = ["SANDBOX", "TEXT_METHODS", "Sandbox", "pay_for_text"]

TEXT_METHODS = frozenset(
    [
        "capitalize",
        "casefold",
        "center",
        "count",
        "endswith",
        "find",
        "index",
        "isalnum",
        "isalpha",
        "isdigit",
        "islower",
        "isnumeric",
        "isspace",
        "isupper",
        "ljust",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rfind",
        "rindex",
        "rjust",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "upper",
        "zfill",
    ]
)
"""What expressions may call of a text."""
_MAPPING = frozenset(("get", "items", "keys", "values"))
_SEQUENCE = frozenset(("count", "index"))
_SET = frozenset(("difference", "intersection", "isdisjoint", "issubset", "issuperset", "union"))
_NOTHING: frozenset[str] = frozenset()

# In this order: a bool is an int, and a type is callable.
_ALLOWED: tuple[tuple[Any, frozenset[str]], ...] = (
    (str, TEXT_METHODS),
    (Mapping, _MAPPING),
    ((list, tuple, range), _SEQUENCE),
    ((set, frozenset), _SET),
    ((int, float, complex, bytes, bytearray, memoryview, types.NoneType), _NOTHING),
    (
        (types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.GeneratorType, types.CoroutineType),
        _NOTHING,
    ),
    ((types.CodeType, types.FrameType, types.TracebackType, types.GenericAlias), _NOTHING),
)
_NOT_OF_TYPES = frozenset(("mro",))
_MOST_IN_RANGE = 100_000


class Sandbox(ImmutableSandboxedEnvironment):
    """Plain values have the methods listed here; other objects what isn't private; work is metered."""

    intercepted_binops = frozenset(OPERATORS)

    def __init__(self) -> None:
        super().__init__(undefined=Missing, autoescape=False, optimized=False, keep_trailing_newline=True)
        self.binop_table = {**self.binop_table, **OPERATORS}
        self.filters = {**make_filters(), **HOOKS, "_without_else": self._without_else}
        self.globals = {"range": _range, "dict": dict}
        self.finalize = as_text

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: of a mapping, its entry rather than its method."""
        _insist_on(obj)
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return self._attribute(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]`."""
        _insist_on(obj)
        _insist_on(argument)
        if isinstance(obj, type):
            raise SecurityError(f"the type {obj.__name__!r} can't be subscripted")
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self._attribute(obj, argument) if isinstance(argument, str) else self._missing(obj, argument)

    def call(self, context: Context, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something, with arguments that are there, within the budget."""
        spend(5)
        insist(args)
        insist(kwargs)
        if isinstance(function, Env):
            # Jinja would look for marks on it, and its attributes are variables.
            return function(*args, **kwargs)
        owner = getattr(function, "__self__", None)
        if isinstance(owner, str):
            pay_for_text(owner, function.__name__, args)
        result = super().call(context, function, *args, **kwargs)
        if isinstance(result, str | bytes):
            spend(len(result))
        elif function is dict or owner is not None:
            weigh(result)
        return result

    def _attribute(self, obj: Any, name: str) -> Any:
        if isinstance(obj, Env):
            return getattr(obj, name) if is_set(obj, name) else self._missing(obj, name)
        if not _is_allowed(obj, name) or not self.is_safe_attribute(obj, name, None):
            if hasattr(type(obj), name) or name.startswith("_"):
                raise SecurityError(f"{name!r} of {type(obj).__name__!r} can't be used in templates")
            return self._missing(obj, name)
        try:
            value = getattr(obj, name)
        except AttributeError:
            return self._missing(obj, name)
        if isinstance(value, types.ModuleType):
            raise SecurityError(f"{name!r} is a module")
        return value

    def _missing(self, obj: Any, name: Any) -> Undefined:
        return Missing(obj=obj, name=name)

    def _without_else(self, _: object) -> Undefined:
        return Missing(hint="the condition is false, and there is no 'else'")

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(harden(source), name, filename, defer_init)


def _insist_on(obj: object) -> None:
    """Raise when something is asked of what isn't there."""
    if isinstance(obj, Undefined):
        obj._fail_with_undefined_error()


def _is_allowed(obj: Any, name: str) -> bool:
    if name in _NOT_OF_TYPES:
        return False
    if isinstance(obj, types.ModuleType):
        return name in getattr(obj, "__all__", ())
    for kind, allowed in _ALLOWED:
        if isinstance(obj, kind):
            return name in allowed
    return True


def pay_for_text(text: str, method: str, args: tuple[Any, ...]) -> None:
    """Pay for a call of a method of a text before it is made."""
    if method in ("center", "ljust", "rjust", "zfill") and args:
        spend(int(args[0]))
    elif method == "replace" and len(args) > 1:
        old, new = str(args[0]), str(args[1])
        spend((text.count(old) if old else len(text) + 1) * len(new))
    else:
        spend(len(text) // 8)


def _range(*bounds: int) -> range:
    values = range(*bounds)
    # len() of a huge range overflows; bool() and indexing don't.
    if values and abs(values[-1] - values[0]) // abs(values.step) >= _MOST_IN_RANGE:
        spend(_MOST_IN_RANGE * 1_000)
    spend(len(values))
    return values


SANDBOX = Sandbox()
"""One environment for everything: it holds nothing of any template."""
