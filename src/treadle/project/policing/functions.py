"""Policies that are Python functions: those of a package's, or the project's, module `policies`."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path

from treadle.errors import Diagnostic, Span, said, user_frames
from treadle.policies.functions import policies_in
from treadle.project.policing.packages import unusable
from treadle.project.policing.reading import Read
from treadle.project.policing.records import Gap

__all__ = ["read_module"]


def read_module(name: str, file: Path, *, giver: str = "") -> Read:
    """The policies that a module declares; it is imported, and may do anything then."""
    found = Read(giver=giver, prefix=giver)
    try:
        module = import_module(name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit() in a module ends nothing but this
        found.diagnostics.append(_broken(name, file, giver, error))
        found.gaps.append(Gap(name=giver or name, span=Span(file=file)))
        return found
    found.policies += (replace(each, name=found.full_name(each.name), giver=giver) for each in policies_in(module))
    return found


def _broken(name: str, file: Path, giver: str, error: BaseException) -> Diagnostic:
    frames = user_frames(error)
    why = f"importing {name!r} raised {said(error)}" + (f"\n{frames}" if frames else "")
    if giver:
        return unusable(giver, why, "mend the package")
    return Diagnostic(
        code="TRD903",
        message=f"the policies of {file.name} can't be used",
        why=why,
        fix="mend the module",
        span=Span(file=file),
    )
