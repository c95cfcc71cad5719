"""The rules of a project as they were read last time: its files, and those of the packs that it binds, take a while.

They are kept in the project's `.treadle` folder, which may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from treadle.policies import Binding, Policy, Rule, Waiver
from treadle.policies.baseline import BASELINE, read_baseline
from treadle.project.policing.records import Rules
from treadle.project.policing.remembered import rules_of
from treadle.project.remembering.files import is_settled
from treadle.project.remembering.wire import CannotBeWrittenError, from_bytes, to_bytes
from treadle.project.settings import Settings

__all__ = ["known_rules"]

_RECORDS: tuple[type, ...] = (Binding, Policy, Rule, Rules, Waiver)


def known_rules(settings: Settings, key: str) -> Rules:
    """The rules that may hold in a project, and everything that is wrong with them. Never raises.

    Args:
        key: what changes with anything that every project depends on.
    """
    now, files = time.time_ns(), rules_of(settings)
    file, state = settings.state / "rules", _state(files, key)
    found = _read(file, state) if files is not None else None
    if found is not None:
        return replace(found, baseline=read_baseline(settings.root / BASELINE))
    from treadle.project.policing.gathering import gather  # which reads YAML

    rules = gather(settings)
    may_be_kept = files is not None and all(is_settled(each, now) for each in files.values())
    if may_be_kept and not rules.diagnostics and not rules.gaps and files == rules_of(settings):
        _keep(settings, file, state, rules)
    return rules


def _state(files: Mapping[str, str] | None, key: str) -> bytes:
    return hashlib.sha256(json.dumps([key, sorted((files or {}).items())]).encode()).digest()


def _read(file: Path, state: bytes) -> Rules | None:
    with suppress(OSError):
        kept = file.read_bytes()
        data = kept[2 * len(state) :]
        if kept[: 2 * len(state)] == state + hashlib.sha256(data).digest():
            try:
                found = from_bytes(data, others=_RECORDS)
            except Exception:  # whoever wrote it may have written anything
                return None
            return found if isinstance(found, Rules) else None
    return None


def _keep(settings: Settings, file: Path, state: bytes, rules: Rules) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError, CannotBeWrittenError):  # neither is a reason to fail
        data = to_bytes(replace(rules, baseline=None), file, _RECORDS)
        settings.make_state()
        draft.write_bytes(state + hashlib.sha256(data).digest() + data)
        draft.replace(file)
