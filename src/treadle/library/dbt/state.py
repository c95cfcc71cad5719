"""Whether dbt's manifest is up to date, and making it so.

A stamp beside the project's other derived data says which manifest was made from which inputs. A
fresh manifest is never made again; a stale one is made by dbt itself, in the user's own folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.components import ComponentContext
from treadle.errors import MissingExtraError, ProjectError
from treadle.library.dbt.command import NEEDED_BY, call, connection_args
from treadle.library.dbt.diagnosis import explain
from treadle.library.dbt.inputs import Inputs, digest, scan, variables_named
from treadle.library.dbt.project import DbtFolder, read_yaml

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Manifest

__all__ = ["StateFiles", "current_manifest", "restamp", "write_json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFiles:
    """Where the derived data of one dbt project with one set of settings is kept."""

    folder: Path
    name: str

    @classmethod
    def of(cls, folder: DbtFolder, state: Path) -> StateFiles:
        """Named by the absolute path, so projects whose folders have the same name don't meet."""
        name = hashlib.blake2b(folder.settings_text.encode(), digest_size=12).hexdigest()
        return cls(folder=state / "dbt", name=name)

    @property
    def stamp(self) -> Path:
        """Which manifest was made from which inputs."""
        return self.folder / f"{self.name}.json"

    def selection(self, args: list[str]) -> Path:
        """What dbt selects when asked with these options."""
        key = hashlib.blake2b(json.dumps(args).encode(), digest_size=8).hexdigest()
        return self.folder / f"{self.name}.{key}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    manifest: tuple[int, int]
    inputs: str
    variables: tuple[str, ...]


def current_manifest(folder: DbtFolder, context: ComponentContext, *, prepare: bool = True) -> tuple[Manifest, str]:
    """The up-to-date manifest, made by `dbt parse` first when it has to be, and the digest of its inputs.

    With `prepare` off, dbt is never called: the manifest is taken as it is.

    Raises:
        ProjectError: TRD602 to TRD604 and TRD606 when dbt can't make it, TRD607 when there is none and none may be made.
        MissingExtraError: when dbt or msgspec is needed and not installed.
    """
    read, unreadable = _reader()
    files = StateFiles.of(folder, context.state)
    inputs = scan(folder)
    if not prepare or (stamp := _fresh(folder, files, inputs)) is not None:
        try:
            manifest = read(folder.manifest_file)
        except unreadable as error:
            if not prepare:
                raise _unusable(context, str(error)) from None
        else:
            return manifest, stamp if prepare and stamp else ""
    _prepare(folder, context)
    # The inputs as they were before dbt read them: a file that is saved meanwhile makes the manifest stale.
    before = scan(folder)
    outcome = call(folder, [*folder.prepare_args, *connection_args(folder)])
    if outcome.code != 0:
        raise explain(outcome, folder, context, doing="read the project")
    stamped = restamp(folder, context.state, before)
    try:
        return read(folder.manifest_file), stamped
    except unreadable as error:
        raise _unusable(context, str(error)) from None


def restamp(folder: DbtFolder, state: Path, inputs: Inputs) -> str:
    """Remember that the manifest, as it is now, was made from these inputs; gives their digest."""
    variables = variables_named(inputs)
    whole = digest(inputs, variables, folder.settings_text)
    if (status := _status(folder.manifest_file)) is not None:
        stamp = {"manifest": status, "inputs": whole, "variables": variables, "project": str(folder.root)}
        write_json(StateFiles.of(folder, state).stamp, stamp)
    return whole


def write_json(file: Path, value: Mapping[str, Any]) -> None:
    """Write derived data in one go; where that isn't allowed, it is only missing the next time."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            json.dump(value, target)
        os.replace(name, file)


def _reader() -> tuple[Any, type[Exception]]:
    try:
        from treadle.library.dbt.manifest import UnreadableManifestError, read_manifest
    except ModuleNotFoundError as error:
        if error.name != "msgspec":
            raise
        raise MissingExtraError("dbt", needed_by=NEEDED_BY) from None
    return read_manifest, UnreadableManifestError


def _fresh(folder: DbtFolder, files: StateFiles, inputs: Inputs) -> str | None:
    """The digest of the inputs when the manifest was made from them, or None."""
    status = _status(folder.manifest_file)
    if status is None:
        return None
    stamp = _read_stamp(files.stamp)
    if stamp is not None and stamp.manifest == status:
        now = digest(inputs, stamp.variables, folder.settings_text)
        return now if now == stamp.inputs else None
    # Somebody else ran dbt. Theirs will do if nothing changed since, and nothing that we were told could make it differ.
    if folder.is_explicit or inputs.newest > status[1] or _is_of_others(files, status):
        return None
    return restamp(folder, files.folder.parent, inputs)


def _is_of_others(files: StateFiles, status: tuple[int, int]) -> bool:
    """Whether another component made this very manifest, with a target or variables of its own."""
    others = (file for file in files.folder.glob("*.json") if file != files.stamp)
    return any(stamp is not None and stamp.manifest == status for stamp in map(_read_stamp, others))


def _status(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _read_stamp(file: Path) -> _Stamp | None:
    try:
        found = json.loads(file.read_bytes())
        size, changed = found["manifest"]
        return _Stamp(manifest=(size, changed), inputs=found["inputs"], variables=tuple(found["variables"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _prepare(folder: DbtFolder, context: ComponentContext) -> None:
    """Install packages when some are listed and none are there; vendored ones are used as they are."""
    if not _lists_packages(folder) or _holds_something(folder.packages_path):
        return
    outcome = call(folder, ["deps", *_deps_args(folder)])
    if outcome.code != 0:
        raise context.error(
            "TRD606",
            f"dbt can't install the packages of {folder.name!r}",
            "attributes",
            "project",
            why=outcome.error.replace("Encountered an error:\n", ""),
            fix=f"type `dbt deps` in {folder.root}, or put the packages into {folder.packages_path}",
        )


def _deps_args(folder: DbtFolder) -> list[str]:
    args = connection_args(folder)
    if folder.explicit_target_path:
        at = args.index("--target-path")
        del args[at : at + 2]
    return args


def _lists_packages(folder: DbtFolder) -> bool:
    found = [read_yaml(folder.root / name) for name in ("packages.yml", "dependencies.yml")]
    return any(isinstance(each, dict) and each.get("packages") for each in found)


def _holds_something(path: Path) -> bool:
    return path.is_dir() and any(path.iterdir())


def _unusable(context: ComponentContext, why: str) -> ProjectError:
    return context.error(
        "TRD607",
        "there is no manifest to read",
        "attributes",
        "project",
        why=why,
        fix="type `dbt parse` in the dbt project; leave `prepare_if_dev` out to have that done when it is due",
    )
