"""Diagnostics as SARIF 2.1.0, the format of code scanning services, for `treadle check --format sarif`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from treadle.errors import Diagnostic
from treadle.project.codes import codes
from treadle.project.editing.placed import PlacedEdit, placed_edits

__all__ = ["explained", "repository", "sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(diagnostics: Sequence[Diagnostic], folder: Path) -> dict[str, Any]:
    """A SARIF log of one run; files below the folder are named relative to it.

    >>> log = sarif([Diagnostic(code="TRD403", message="a cycle")], Path("/repository"))
    >>> log["version"], log["runs"][0]["results"][0]["ruleId"]
    ('2.1.0', 'TRD403')
    """
    found = sorted({each.code for each in diagnostics})
    numbers = {code: number for number, code in enumerate(found)}
    driver = {
        "name": "Treadle",
        "semanticVersion": version("treadle"),
        "rules": [_rule(code) for code in found],
    }
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(each, numbers[each.code], folder) for each in diagnostics],
            }
        ],
    }


def explained(diagnostic: Diagnostic) -> str:
    """What is wrong, why, and how to fix it, in lines."""
    labelled = (("why", diagnostic.why), ("fix", diagnostic.fix))
    return "\n".join((diagnostic.message, *(f"{label}: {text}" for label, text in labelled if text)))


def repository(folder: Path) -> Path:
    """The folder that paths are told from: the repository that a folder is in, or where the command is typed."""
    here = folder.resolve()
    return next((each for each in (here, *here.parents) if (each / ".git").exists()), Path.cwd())


def _rule(code: str) -> dict[str, Any]:
    page = codes().get(code)
    if page is None:
        return {"id": code}
    title = page["title"]
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": page["help"]},
        "help": {"text": page["help"], "markdown": f"**{code}: {title}**\n\n{page['help']}"},
    }


def _result(diagnostic: Diagnostic, number: int, folder: Path) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": number,
        "level": diagnostic.severity.value,
        "message": {"text": explained(diagnostic)},
    }
    if span := diagnostic.span:
        region = {"startLine": span.line, "startColumn": span.column}
        place = {"artifactLocation": _artifact(span.file, folder), "region": region}
        result["locations"] = [{"physicalLocation": place}]
    if changes := _changes(diagnostic, folder):
        result["fixes"] = [{"description": {"text": diagnostic.fix or diagnostic.message}, "artifactChanges": changes}]
    return result


def _changes(diagnostic: Diagnostic, folder: Path) -> list[dict[str, Any]]:
    by_file: dict[Path, list[PlacedEdit]] = {}
    for file, edit in placed_edits(diagnostic):
        by_file.setdefault(file, []).append(edit)
    return [
        {"artifactLocation": _artifact(file, folder), "replacements": [_replacement(each) for each in edits]}
        for file, edits in by_file.items()
    ]


def _replacement(edit: PlacedEdit) -> dict[str, Any]:
    deleted = {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
    return {"deletedRegion": deleted, "insertedContent": {"text": edit.new}}


def _artifact(file: Path, folder: Path) -> dict[str, str]:
    """A file below the folder by its relative address; any other by its own."""
    if file.is_relative_to(folder):
        return {"uri": quote(file.relative_to(folder).as_posix())}
    return {"uri": file.resolve().as_uri()}
