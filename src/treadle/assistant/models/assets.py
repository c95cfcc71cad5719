"""Assets: a list of them, and where the values of one come from."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from treadle.assistant.models.given import Answer, Arguments, Given, Limit, Start

__all__ = [
    "Asset",
    "Assets",
    "ExplainAsset",
    "ExplainedField",
    "ExplainedStep",
    "Explanation",
    "ListAssets",
    "Mention",
    "Template",
    "Variable",
]


class ListAssets(Arguments):
    """Which assets."""

    selection: str = Field(
        default="*",
        max_length=10_000,
        description='A key, `+orders` (with all above), `orders+` (below), `group:marts and not tag:pii`, `key:"raw/*"`.',
    )
    search: str = Field(default="", max_length=200, description="Words in keys and descriptions.")
    start: Start = 0
    limit: Limit = 50


class Asset(Given):
    """An asset in a list."""

    key: str
    description: str = ""
    group: str = ""
    kinds: list[str] = []
    owners: list[str] = []
    tags: dict[str, str] = {}
    component: str = ""
    file: str | None = None
    line: int | None = None
    checks: int = 0
    blocked: str = Field(default="", description="Why it can't run, in a few words.")


class Assets(Answer):
    """Assets in the order of their keys."""

    items: list[Asset] = []
    total: int | None = None
    next: int | None = None
    note: str = ""


class ExplainAsset(Arguments):
    """Which asset."""

    asset: str = Field(
        max_length=2000, description="A key, for all that somebody says of it; `key.field` for one field in full."
    )


class Variable(Given):
    """What a template names; values of environment variables aren't told."""

    name: str
    value: Any = None
    source: str = ""
    text: str = ""
    file: str | None = None
    line: int | None = None


class Template(Given):
    """A template that a value was made by."""

    text: str
    variables: list[Variable] = []


class ExplainedStep(Given):
    """Who had a say in a value, and what it was then."""

    kind: str
    effect: str = ""
    value: Any = None
    text: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None
    templates: list[Template] = []


class ExplainedField(Given):
    """A field, its value, and all that had a say in it: the last step holds."""

    field: str
    value: Any = None
    steps: list[ExplainedStep] = []


class Mention(Given):
    """Where an asset that nobody declares is named."""

    by: str
    file: str | None = None
    line: int | None = None


class Explanation(Answer):
    """Where the values of an asset come from. `unsaid` are the fields that nobody says anything of."""

    asset: str = ""
    component: str = ""
    type: str = ""
    file: str | None = None
    line: int | None = None
    fields: list[ExplainedField] = []
    unsaid: list[str] = []
    mentioned_by: list[Mention] = []
