"""What the check knows of a platform, kept from one check to the next: the models that read it take time to load."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from treadle.components.registry import installed
from treadle.ir import ComputeProfile, Credential, FromEnvironment, Platform
from treadle.ir.diagnostics import diagnostic_facts, diagnostic_from
from treadle.project.platform import GROUP, Offer, files_of, read_offer
from treadle.project.remembering.files import is_settled, signature_of
from treadle.project.settings import Settings

__all__ = ["offer_for"]


def offer_for(settings: Settings) -> Offer:
    """What a platform offers, as far as the check needs it: names, rules, what they are for, and what is wrong."""
    files = {str(file): signature_of(str(file)) for file in files_of(settings)}
    if not any(files.values()):
        return read_offer(settings, imports=False)  # there is nothing to read
    file, key = settings.state / "platform.json", _key(files)
    with suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
        kept = json.loads(file.read_bytes())
        if kept["key"] == key:
            return _offer(kept)
    now, offer = time.time_ns(), read_offer(settings, imports=False)
    if all(is_settled(each, now) for each in files.values()):
        _keep(settings, file, {"key": key, **_plain(offer)})
    return offer


def _key(files: dict[str, str]) -> str:
    here = Path(__file__).parents[1]
    own = [signature_of(str(each)) for each in sorted((here / "platform").glob("*.py"))]
    entries = [each.value for each in installed(GROUP)]
    return hashlib.sha256(json.dumps([version("treadle"), sys.version, own, entries, files]).encode()).hexdigest()


def _keep(settings: Settings, file: Path, value: dict[str, Any]) -> None:
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):  # a folder that can't be written to is no reason to fail
        settings.make_state()
        temporary.write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")
        temporary.replace(file)


def _plain(offer: Offer) -> dict[str, Any]:
    offered = (offer.platform.compute.values(), offer.platform.credentials.values())
    return {
        "offered": [[[each.name, each.allowed, each.description] for each in kind] for kind in offered],
        "diagnostics": list(map(diagnostic_facts, offer.diagnostics)),
        "broken": sorted(map(list, offer.broken)),
        "open": sorted(offer.open),
    }


def _offer(kept: dict[str, Any]) -> Offer:
    compute, credentials = kept["offered"]
    nowhere = FromEnvironment(variable="")  # where a value comes from is nothing that the check asks
    return Offer(
        platform=Platform(
            compute={
                name: ComputeProfile(name=name, allowed=allowed, description=about) for name, allowed, about in compute
            },
            credentials={
                name: Credential(name=name, provider=nowhere, allowed=allowed, description=about)
                for name, allowed, about in credentials
            },
        ),
        diagnostics=tuple(map(diagnostic_from, kept["diagnostics"])),
        broken=frozenset((kind, name) for kind, name in kept["broken"]),
        open=frozenset(kept["open"]),
    )
