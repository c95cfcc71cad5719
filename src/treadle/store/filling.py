"""Makes records of rows that have the same fields."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Row

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["filled"]

Record = TypeVar("Record", bound="DataclassInstance")


def filled(record: type[Record], row: Row[Any], **other: Any) -> Record:
    """A record with what a row has under its fields' names; `other` are fields that the row has in another form."""
    return record(**{each.name: getattr(row, each.name) for each in fields(record) if each.name not in other}, **other)
