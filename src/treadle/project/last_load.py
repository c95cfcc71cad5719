"""What a project declared when it was loaded last, for tools that don't load it.

Many keys are known only once a component is built: those of a dbt project, those that templates
give. Loading leaves them in the project's `.treadle` folder; that file may be deleted at any time.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.errors import Span
from treadle.project.remembering.files import signature_of
from treadle.project.settings import Settings

if TYPE_CHECKING:
    from treadle.ir import Asset
    from treadle.project.project import Project

__all__ = ["LastAsset", "component_of", "last_assets", "remember_assets"]

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAsset:
    """An asset that a component declared; `span` is where a person would look for it."""

    key: str
    component: str
    span: Span
    description: str = ""
    group: str = ""


def remember_assets(project: Project) -> None:
    """Keep what a project declares; of its broken components, what they declared before."""
    graph, settings = project.graph, project.settings
    broken = {each.address for each in project.components if each.state == "broken"}
    found = [_row(graph.assets[key]) for key in graph.assets if graph.is_declared(key)]
    if broken:
        found += [_plain(each) for each in last_assets(settings) if each.component in broken]
    data = json.dumps({"format": _FORMAT, "assets": found}, separators=(",", ":"), ensure_ascii=False).encode()
    file = _file(settings)
    with suppress(OSError):  # a folder that can't be written to is no reason to fail
        if not file.is_file() or file.read_bytes() != data:
            settings.make_state()
            draft = file.with_name(f"{file.name}.{os.getpid()}")
            draft.write_bytes(data)
            draft.replace(file)


def last_assets(settings: Settings) -> tuple[LastAsset, ...]:
    """The assets that the project declared when it was loaded last."""
    file = _file(settings)
    return _read(file, signature_of(str(file)))


def component_of(settings: Settings, key: str) -> str:
    """The component that declared an asset when the project was loaded last; empty when none did, or nobody knows.

    The file is searched, not read: reading that of a large project takes longer than all that is asked of it.
    """
    with suppress(OSError, ValueError, UnicodeDecodeError):
        text = _file(settings).read_text(encoding="utf-8")
        # In a text of JSON, quotation marks are never by themselves: only a row begins like this.
        start = f"[{json.dumps(key, ensure_ascii=False)},"
        if text.startswith(f'{{"format":{_FORMAT},') and (at := text.find(start)) >= 0:
            found, _ = json.JSONDecoder().raw_decode(text, at + len(start))
            return found if isinstance(found, str) else ""
    return ""


def _file(settings: Settings) -> Path:
    return settings.state / "assets.json"


def _row(asset: Asset) -> list[object]:
    origin = asset.origin
    span = (origin.span if origin else None) or Span(file=Path())
    return _plain(
        LastAsset(
            key=str(asset.key),
            component=origin.component if origin else "",
            span=span,
            description=asset.description or "",
            group=asset.group,
        )
    )


def _plain(asset: LastAsset) -> list[object]:
    span = asset.span
    return [asset.key, asset.component, str(span.file), span.line, span.column, asset.description, asset.group]


@lru_cache(maxsize=8)
def _read(file: Path, signature: str) -> tuple[LastAsset, ...]:
    try:
        known = json.loads(file.read_bytes()) if signature else {}
        rows = known["assets"] if known.get("format") == _FORMAT else ()
        return tuple(map(_asset, rows))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ()


def _asset(row: list[object]) -> LastAsset:
    key, component, file, line, column, description, group = row
    if not isinstance(line, int) or not isinstance(column, int):
        raise TypeError("a place has a line and a column")
    return LastAsset(
        key=str(key),
        component=str(component),
        span=Span(file=Path(str(file)), line=line, column=column),
        description=str(description),
        group=str(group),
    )
