"""Waivers as they are written: `waivers.yaml` beside `pyproject.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema

from treadle.documents import KEY, Document, read_yaml
from treadle.errors import Diagnostic
from treadle.ir.names import check_owner
from treadle.policies.records import Waiver
from treadle.templating.places import NodePath, has_template
from treadle.templating.validation import explain

__all__ = ["WAIVERS", "ReadWaivers", "WaiverAttributes", "read_waivers"]

WAIVERS = "waivers.yaml"
"""The file, in the folder of a project."""

_NEEDED = {
    "owner": ("it doesn't say who answers for it", "add the e-mail address or `team:NAME` of who answers for it"),
    "reason": ("it doesn't say why", "add `reason:`, for those who find it later"),
    "expires": ("it doesn't say until when", "add the last day on which it holds: expires: 2027-06-30"),
}
"""What nobody may leave out: why that is a mistake, and what to write."""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a day; write year-month-day, like 2027-06-30") from None


def _is_day(text: str) -> str:
    _day(text)
    return text


_Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_Day = Annotated[str, AfterValidator(_is_day), WithJsonSchema({"type": "string", "format": "date"})]


class WaiverAttributes(BaseModel):
    """Something that may break a policy until a day, and who answers for that."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    policy: _Text = Field(examples=["ownership.has_owner"])
    """The policy that may be broken."""
    names: Annotated[list[_Text], Field(min_length=1)] = Field(examples=[["raw/orders", "staging/*"]])
    """Names and patterns of what may break it: asset keys, or whatever the policy is about."""
    owner: Annotated[str, AfterValidator(check_owner), WithJsonSchema({"type": "string", "format": "owner"})] = Field(
        examples=["team:data", "ann@example.com"]
    )
    """Who answers for it: an e-mail address or `team:NAME`."""
    reason: _Text
    """Why it may."""
    expires: _Day = Field(examples=["2027-06-30"])
    """The last day on which it may, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWaivers:
    """The waivers of a file, and what is wrong with others."""

    waivers: tuple[Waiver, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def read_waivers(file: Path) -> ReadWaivers:
    """The waivers of a project; what is wrong with one of them takes nothing from the others. Never raises."""
    documents, mistakes = read_yaml(file)
    waivers: list[Waiver] = []
    told = list(mistakes)
    for document in documents:
        if not isinstance(document.value, list):
            told.append(_no_list(document))
            continue
        for index, value in enumerate(document.value):
            found = list(_mistakes(document, (index,), value))
            told += found
            if not found:
                waivers.append(_waiver(document, index, value))
    return ReadWaivers(waivers=tuple(waivers), diagnostics=tuple(told))


def _mistakes(document: Document, path: NodePath, value: Any) -> Iterator[Diagnostic]:
    if not isinstance(value, dict):
        yield _no_mapping(document, path)
        return
    for name, text in value.items():
        if isinstance(text, str) and has_template(text):
            yield _template(document, (*path, name))
    missing = [name for name in _NEEDED if value.get(name) in (None, "")]
    yield from (_incomplete(document, path, name) for name in missing)
    # What is missing is told already, in better words.
    whole = {**value, **{name: _STANDS_FOR[name] for name in missing}}
    try:
        WaiverAttributes.model_validate(whole)
    except ValidationError as error:
        yield from explain(error, WaiverAttributes, path=path, locate=document.span)


_STANDS_FOR = {"owner": "team:x", "reason": "x", "expires": "2000-01-01"}


def _waiver(document: Document, index: int, value: Any) -> Waiver:
    made = WaiverAttributes.model_validate(value)
    return Waiver(
        policy=made.policy,
        names=tuple(made.names),
        owner=made.owner,
        reason=made.reason,
        expires=_day(made.expires),
        span=document.span((index,)),
        places=tuple(document.span((index, "names", place)) for place in range(len(made.names))),
    )


def _incomplete(document: Document, path: NodePath, name: str) -> Diagnostic:
    why, fix = _NEEDED[name]
    place = (*path, name, KEY)
    return Diagnostic(
        code="TRD911",
        message=f"a waiver without {name!r} excuses nothing",
        why=why,
        fix=fix,
        span=document.locate(place) or document.span(path),
    )


def _no_list(document: Document) -> Diagnostic:
    return Diagnostic(
        code="TRD911",
        message=f"{WAIVERS} is written as a list",
        why="each of its entries is a waiver",
        fix="write `- policy: NAME`, and what else belongs to the waiver below",
        span=document.span(()),
    )


def _no_mapping(document: Document, path: NodePath) -> Diagnostic:
    return Diagnostic(
        code="TRD911",
        message="a waiver is written as a mapping",
        why="it has a policy, names, an owner, a reason and a day on which it expires",
        fix="write `policy: NAME`, and the others below",
        span=document.span(path),
    )


def _template(document: Document, path: NodePath) -> Diagnostic:
    return Diagnostic(
        code="TRD911",
        message=f"{path[-1]!r} can't be a template",
        why="what is waived is the same wherever somebody looks",
        fix="write the value itself",
        span=document.span(path),
    )
