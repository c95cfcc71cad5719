"""Where something is declared, and where the values of an asset come from."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from treadle.server.models.given import Given
from treadle.server.models.project import Place

__all__ = [
    "ExplainedField",
    "ExplainedStep",
    "ExplainedTemplate",
    "ExplainedVariable",
    "Explanation",
    "Mention",
    "Source",
]


class ExplainedVariable(Given):
    """What a template reads. The value of an environment variable is never told: only whether it is set."""

    name: str
    value: Any = None
    shown: bool
    source: str = Field(description="`environment`, `.env`, `module`, `item`, `scope` or `folder`.")
    text: str = ""
    place: Place


class ExplainedTemplate(Given):
    """A text with templates as it is written, and what it reads."""

    text: str
    variables: list[ExplainedVariable] = []


class ExplainedStep(Given):
    """Something that was said of a field, and the value that it had from then on."""

    kind: str = Field(examples=["yaml", "default", "post_processing"])
    words: str = Field(description="The kind, as a person would say it.")
    effect: Literal["sets", "replaces", "repeats", "removes"]
    value: Any = None
    text: str = ""
    place: Place
    templates: list[ExplainedTemplate] = []


class ExplainedField(Given):
    """A field of an asset, and everything that was said of it, in order: the last holds."""

    name: str
    value: Any = None
    said: bool = Field(description="Whether anybody said anything of it.")
    steps: list[ExplainedStep] = []


class Mention(Given):
    """Something that names an asset which nobody declares."""

    by: str
    place: Place


class Explanation(Given):
    """Where the values of an asset come from; `mentioned_by` is for one that nobody declares."""

    asset: str
    fields: list[ExplainedField] = []
    mentioned_by: list[Mention] = []


class Source(Given):
    """Lines of a file that declares something. `start` and `end` are the lines of what was asked for."""

    file: str = Field(description="Below the folder of the project.", examples=["src/mill/defs/jdbt/defs.yaml"])
    language: Literal["yaml", "python", "sql"]
    first: int = Field(description="The number of the first line of the text.")
    text: str
    lines: int = Field(description="How many lines the file has.")
    start: int | None = None
    end: int | None = None
