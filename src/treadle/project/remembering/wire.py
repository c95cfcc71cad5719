"""Records of the IR as bytes, and back; reading makes these records and plain values, and nothing else.

It is Python's pickle with a list of what may be named in it: bytes that name anything else aren't
read. Functions aren't written, so what a step runs is left behind.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PosixPath, PurePosixPath, PureWindowsPath, WindowsPath
from types import FunctionType, MappingProxyType
from typing import Any, Never

from treadle import ir
from treadle.errors import Span
from treadle.ir.verdicts import Excuse, Verdict
from treadle.project.loaded import LoadedComponent

__all__ = ["RECORDS", "CannotBeWrittenError", "from_bytes", "not_built", "to_bytes"]


class CannotBeWrittenError(Exception):
    """A value is of a kind that isn't remembered."""


def not_built(step: ir.StepContext) -> Never:
    """What a remembered step has in the place of what it runs.

    Raises:
        RuntimeError: always. Whoever runs steps has to load the project without `remembered`.
    """
    raise RuntimeError(
        f"the step {step.step.address!r} was remembered from an earlier listing, so nothing is here that it could run: "
        "what runs steps has to load the project as it is"
    )


def to_bytes(value: object, file: Path, others: tuple[type, ...] = ()) -> bytes:
    """A value as bytes; its records come from a component file, whose path isn't written.

    Args:
        others: records that may be in it beside those of the IR.

    Raises:
        CannotBeWrittenError: when something in it is neither a record nor a plain value.
    """
    target = io.BytesIO()
    try:
        _Writer(target, file, others).dump(value)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise CannotBeWrittenError(str(error)) from error
    return target.getvalue()


def from_bytes(data: bytes, file: Path | None = None, others: tuple[type, ...] = ()) -> Any:
    """The value that was written.

    Args:
        others: records that may be in it beside those of the IR.

    Raises:
        UnpicklingError: when the bytes name anything but records and plain values.
        Exception: any, when they were never written by `to_bytes`.

    >>> from_bytes(to_bytes({"key": ir.AssetKey.of("raw", "orders")}, Path("defs.yaml")), Path("defs.yaml"))
    {'key': AssetKey(parts=('raw', 'orders'))}
    """
    return _Reader(io.BytesIO(data), file, others).load()


def frozen(values: dict[Any, Any]) -> Mapping[Any, Any]:
    """A mapping that nobody changes."""
    return MappingProxyType(values)


def here() -> Never:
    """Stands for the path of the component file."""
    raise NotImplementedError


RECORDS: tuple[type, ...] = (
    LoadedComponent,
    Span,
    ir.AllMapping,
    ir.Asset,
    ir.AssetKey,
    ir.AssetWatch,
    ir.AutomationCondition,
    ir.BackfillPolicy,
    ir.Check,
    ir.CheckKey,
    ir.Column,
    ir.ColumnSource,
    ir.Definitions,
    ir.DimensionMapping,
    ir.DynamicPartitions,
    ir.FileWatch,
    ir.FreshnessPolicy,
    ir.IdentityMapping,
    ir.Job,
    ir.LastMapping,
    ir.MultiPartitions,
    ir.Origin,
    ir.RetryPolicy,
    ir.Schedule,
    ir.Sensor,
    ir.SharedDimensionsMapping,
    ir.StaticMapping,
    ir.StaticPartitions,
    ir.Step,
    ir.TimeWindowMapping,
    ir.TimeWindowPartitions,
    Excuse,
    Verdict,
)
"""What definitions are made of, and what is said of them."""

_VALUES: tuple[type, ...] = (
    Decimal,
    PosixPath,
    PurePosixPath,
    PureWindowsPath,
    WindowsPath,
    date,
    datetime,
    ir.CheckSeverity,
    time,
    timedelta,
    timezone,
)
_FUNCTIONS: tuple[Callable[..., Any], ...] = (frozen, here, not_built)


def _names(record: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


_PARTS: dict[type, tuple[str, ...]] = {each: _names(each) for each in RECORDS}
_FUNCTIONS_OF_STEPS = {"run": not_built, "prepare": None, "sql": None}
_NAMED = frozenset((*RECORDS, *_VALUES, *_FUNCTIONS))
_PATHS = (PosixPath, WindowsPath)


class _Writer(pickle.Pickler):
    def __init__(self, target: io.BytesIO, file: Path, others: tuple[type, ...]) -> None:
        super().__init__(target, protocol=5)
        self._file = file
        self._parts = _PARTS | {each: _names(each) for each in others} if others else _PARTS
        self._named = _NAMED.union(others)

    def reducer_override(self, value: Any) -> Any:
        """How to make a value again: pickle asks for everything but texts, numbers and plain collections."""
        kind = type(value)
        if (parts := self._parts.get(kind)) is not None:
            if kind is ir.Step:
                return kind, tuple([_FUNCTIONS_OF_STEPS.get(name, getattr(value, name)) for name in parts])
            return kind, tuple([getattr(value, name) for name in parts])
        if kind is MappingProxyType:
            return frozen, (dict(value),)
        if kind in _PATHS and value == self._file:
            return here, ()
        if kind in _VALUES or (isinstance(value, type | FunctionType) and value in self._named):
            return NotImplemented
        raise CannotBeWrittenError(f"a {kind.__name__} isn't remembered")


def _maker(record: type) -> Callable[..., Any]:
    """Makes records as they were, three times quicker than their constructor: what it would settle is settled."""
    puts = [vars(record)[field.name].__set__ for field in fields(record)]

    def make(*values: object) -> Any:
        made: Any = object.__new__(record)
        for put, value in zip(puts, values, strict=True):
            put(made, value)
        return made

    return make


_READ: Mapping[str, Any] = {
    **{each.__name__: each for each in _VALUES},
    "frozen": frozen,
    "not_built": not_built,
    **{each.__name__: _maker(each) for each in RECORDS},
}


class _Reader(pickle.Unpickler):
    def __init__(self, source: io.BytesIO, file: Path | None, others: tuple[type, ...]) -> None:
        super().__init__(source)
        self._here = lambda: file
        self._read = {**_READ, **{each.__name__: _maker(each) for each in others}} if others else _READ

    def find_class(self, module: str, name: str) -> Any:
        """What a name stands for; pickle itself would import whatever is asked for."""
        if name == "here":
            return self._here
        if name not in self._read:
            raise pickle.UnpicklingError(f"{module}.{name} isn't something that was remembered")
        return self._read[name]
