"""What a compute profile says to its launcher alone, as a record."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from treadle.errors import cut, did_you_mean, listing
from treadle.ir import ComputeProfile, StepFailed
from treadle.ir.launchers import FarOptions

__all__ = ["mistake_in", "read_options"]


T = TypeVar("T", bound=FarOptions)


def read_options(record: type[T], profile: ComputeProfile) -> T:
    """The options of a profile as a record whose fields are the options that there are.

    >>> profile = ComputeProfile(name="big", launcher="ray", options={"patience": "30"})
    >>> read_options(FarOptions, profile).patience
    30.0

    Raises:
        StepFailed: when an option is unknown or no such value; trying again would be in vain.
    """
    from pydantic import TypeAdapter, ValidationError

    known = [each.name for each in fields(record)]
    for name in profile.options:
        if name not in known:
            hint = did_you_mean(name, known) or f"it knows {listing(known)}"
            raise mistake_in(profile, f"has an option {name!r}, which the launcher {profile.launcher} has not: {hint}")
    try:
        return TypeAdapter(record).validate_python(dict(profile.options))
    except ValidationError as error:
        first: Any = error.errors(include_url=False)[0]
        name = ".".join(map(str, first["loc"]))
        told = f"has {cut(first['input'])} as its option {name!r}: {first['msg'].lower()}"
        raise mistake_in(profile, told) from None


def mistake_in(profile: ComputeProfile, what: str) -> StepFailed:
    """The failure of a step because of its compute profile; `what` follows the profile's name and place.

    >>> mistake_in(ComputeProfile(name="big"), "needs an image")
    StepFailed("the compute profile 'big' needs an image")
    """
    span = profile.origin.span if profile.origin is not None else None
    place = f" ({span})" if span is not None else ""
    return StepFailed(f"the compute profile {profile.name!r}{place} {what}", may_retry=False)
