"""What everything has in common that the API gives or takes."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Given", "Page", "Taken"]


class Given(BaseModel):
    """What the API gives: whatever has a default is there all the same."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Taken(BaseModel):
    """What the API takes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Item = TypeVar("Item", bound=BaseModel)


class Page(Given, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next: str | None = Field(default=None, description="What `cursor` says to get the next page; null on the last.")
