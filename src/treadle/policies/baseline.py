"""The baseline of an old project: violations that were there before, in `policy-baseline.json`.

Only what is new counts. The file is written by `treadle policy baseline`, which never adds to one that is there.
Each violation has a line and a seal of its own, so that a review shows what changes, two branches that both mend
something merge, and a line that somebody writes by hand is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, get_args

from treadle.errors import Diagnostic, Span, cut, said
from treadle.ir.verdicts import PolicyTarget, Verdict

__all__ = ["BASELINE", "Baseline", "Entry", "baseline_text", "entry_of", "read_baseline", "renewed"]

BASELINE = "policy-baseline.json"
"""The file, in the folder of a project."""

_VERSION = 1
_ABOUT = "Written by `treadle policy baseline`, which removes what is mended and never adds. To start anew, delete it."
_ANEW = "take the file as it was, or delete it and type `treadle policy baseline`"


class Entry(NamedTuple):
    """A violation as a baseline knows it: by names, so that it doesn't matter where things are written."""

    policy: str
    target: PolicyTarget
    name: str

    @property
    def seal(self) -> str:
        """What only the command writes: it tells a line that was written or changed by hand.

        >>> Entry("ownership.has_owner", "asset", "orders").seal
        '2c15a85e1f3e8c1c'
        """
        text = "\0".join(("treadle policy baseline", *self))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The violations of a file, and what is wrong with it; one with mistakes excuses nothing.

    `exists` says whether there is a file.
    """

    entries: frozenset[Entry] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    file: Path | None = None
    exists: bool = False


def entry_of(verdict: Verdict) -> Entry:
    """What a baseline keeps of a violation."""
    return Entry(verdict.policy, verdict.target, verdict.name)


def renewed(
    baseline: Baseline, verdicts: Iterable[Verdict], unwaivable: Collection[str] = ()
) -> tuple[frozenset[Entry], tuple[Verdict, ...]]:
    """What a baseline holds from now on, and the violations that it doesn't excuse.

    The first one holds all that nobody has waived; one that is there only loses what is mended. What is only counted,
    and violations of policies that are `unwaivable`, are in none.
    """
    open_ = [each for each in verdicts if not each.is_broken and each.severity != "audit"]
    open_ = [each for each in open_ if each.excuse is None or each.excuse.kind == "baseline"]
    there = {entry_of(each) for each in open_ if each.policy not in unwaivable}
    kept = frozenset(baseline.entries & there if baseline.exists else there)
    return kept, tuple(each for each in open_ if entry_of(each) not in kept)


def baseline_text(entries: Iterable[Entry]) -> str:
    """The file that holds some violations: a line each, in the order of their names.

    >>> print(baseline_text([Entry("b", "asset", "orders"), Entry("a", "step", "jdbt:build")]))
    {
      "about": "Written by `treadle policy baseline`, which removes what is mended and never adds. To start anew, delete it.",
      "version": 1,
      "violations": [
        {"policy": "a", "target": "step", "name": "jdbt:build", "seal": "517a6accc8eda336"},
        {"policy": "b", "target": "asset", "name": "orders", "seal": "c9b6a789608b3d13"}
      ]
    }
    <BLANKLINE>
    """
    lines = [f"    {json.dumps(_written(each), ensure_ascii=False)}" for each in sorted(set(entries))]
    listed = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "about": {json.dumps(_ABOUT)},\n  "version": {_VERSION},\n  "violations": {listed}\n}}\n'


def _written(entry: Entry) -> dict[str, str]:
    return {"policy": entry.policy, "target": entry.target, "name": entry.name, "seal": entry.seal}


def read_baseline(file: Path) -> Baseline:
    """The baseline of a project; an empty one when there is no such file. Never raises."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Baseline(file=file)
    except (OSError, UnicodeDecodeError) as error:
        return _unusable(file, f"it can't be read: {said(error)}")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        return _unusable(file, f"it is no JSON: {said(error)}", Span(file=file, line=line))
    return _checked(file, text, value)


def _checked(file: Path, text: str, value: Any) -> Baseline:
    version = value.get("version") if isinstance(value, dict) else None
    if version != _VERSION:
        return _unusable(file, f"its version is {cut(version)}, and this Treadle writes {_VERSION}")
    violations = value.get("violations")
    if not isinstance(violations, list):
        return _unusable(file, "it has no list of violations")
    entries = [_entry(each) for each in violations]
    wrong = [each for each, entry in zip(violations, entries, strict=True) if entry is None]
    if wrong:
        return _by_hand(file, text, wrong)
    return Baseline(entries=frozenset(each for each in entries if each is not None), file=file, exists=True)


def _entry(value: Any) -> Entry | None:
    """What a line says; None when the command didn't write it."""
    if not isinstance(value, dict) or value.get("target") not in get_args(PolicyTarget):
        return None
    policy, name = value.get("policy"), value.get("name")
    if not isinstance(policy, str) or not isinstance(name, str):
        return None
    found = Entry(policy, value["target"], name)
    return found if value == _written(found) else None


def _unusable(file: Path, why: str, span: Span | None = None) -> Baseline:
    mistake = Diagnostic(
        code="TRD915",
        message="the baseline can't be used, and excuses nothing",
        why=why,
        fix=_ANEW,
        span=span or Span(file=file),
    )
    return Baseline(diagnostics=(mistake,), file=file, exists=True)


def _by_hand(file: Path, text: str, wrong: list[Any]) -> Baseline:
    count = f"{len(wrong)} of its lines were" if len(wrong) > 1 else "a line of it was"
    mistake = Diagnostic(
        code="TRD915",
        message="the baseline was changed by hand, and excuses nothing",
        why=f"{count} not written by `treadle policy baseline`, first: {cut(_about(wrong[0]))}",
        fix=_ANEW,
        span=_place(file, text, wrong[0]),
    )
    return Baseline(diagnostics=(mistake,), file=file, exists=True)


def _about(value: Any) -> object:
    if not isinstance(value, dict):
        return value
    return " ".join(str(value[name]) for name in ("policy", "name") if name in value) or value


def _place(file: Path, text: str, value: Any) -> Span:
    """The line on which all that a violation says is written."""
    said = [json.dumps(each, ensure_ascii=False) for each in value.values()] if isinstance(value, dict) else []
    for number, line in enumerate(text.splitlines(), 1):
        if said and all(each in line for each in said):
            return Span(file=file, line=number, column=len(line) - len(line.lstrip()) + 1)
    return Span(file=file)
