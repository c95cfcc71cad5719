"""Where a project is, and what its `pyproject.toml` says of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from treadle.errors import Diagnostic, ProjectError, Span, cut, did_you_mean, listing
from treadle.ir import Limits
from treadle.ir.hooks import Hook
from treadle.ir.observing import Observed
from treadle.project.hooks import hooks_of, mistakes_in_hooks
from treadle.project.limits import limits_of, mistakes_in_limits
from treadle.project.observing import mistakes_in_observe, observed
from treadle.project.serving import Sharing, mistakes_in_server, shared
from treadle.project.toml_files import find_in, find_key, kind_of_folder, read_toml, wrong_settings
from treadle.templating import load_dotenv

__all__ = ["Settings", "find_settings", "place_of_hook", "place_of_limit", "python_in", "read_environment"]

_KEYS = {
    "module": str,
    "defs_module": str,
    "store": str,
    "connections": dict,
    "component_modules": list,
    "run": dict,
    "pools": dict,
    "hooks": dict,
    "observe": dict,
    "server": dict,
}
_STATE = ".treadle"
_STORE = "TREADLE_STORE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is known of a project before anything in it is read.

    `module` is the project's Python package, found in `source`; `defs` is the folder of its
    components and `defs_package` that folder as a package. `file` is where the settings are
    written; `store` may come from the environment. `sharing` says how `treadle serve` lets other people in.
    """

    root: Path
    file: Path
    module: str
    source: Path
    defs: Path
    defs_package: str
    store: str = ""
    connections: Mapping[str, str] = field(default_factory=dict)
    component_modules: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    hooks: Mapping[str, Hook] = field(default_factory=dict)
    observe: Mapping[str, Any] = field(default_factory=dict, repr=False)
    sharing: Sharing | None = None

    @property
    def state(self) -> Path:
        """The folder that Treadle keeps its own files in; it can be deleted when nothing runs."""
        return self.root / _STATE

    @property
    def store_url(self) -> str:
        """The store as an SQLAlchemy URL."""
        return self.store or f"sqlite:///{self.state / 'treadle.db'}"

    @property
    def python(self) -> Path:
        """The project's own interpreter: that of its virtual environment, or the one that runs now."""
        own = python_in(self.root / ".venv")
        return own if own.exists() else Path(sys.executable)

    def observed(self) -> Observed:
        """Who is told of runs besides hooks: what the settings say, and the environment of now."""
        environment, _ = read_environment(self)
        return observed(self.observe, environment, root=self.root, service=self.module)

    def make_state(self) -> None:
        """Make the folder `state`, kept out of git.

        Raises:
            OSError: when it can't be made or written to.
        """
        self.state.mkdir(exist_ok=True)
        if not (ignore := self.state / ".gitignore").exists():
            ignore.write_text("*\n", encoding="utf-8")

    def package_of(self, folder: Path) -> str:
        """A folder below `defs` as a Python package.

        >>> settings = Settings(root=Path("/p"), file=Path("/p/pyproject.toml"), module="m", source=Path("/p/src"),
        ...                     defs=Path("/p/src/m/defs"), defs_package="m.defs")
        >>> settings.package_of(Path("/p/src/m/defs/a/b"))
        'm.defs.a.b'
        """
        return ".".join((self.defs_package, *folder.relative_to(self.defs).parts))


def python_in(environment: Path) -> Path:
    """Where the interpreter of a virtual environment is, whether it is there or not."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def find_settings(start: Path) -> Settings:
    """The project that a folder is in: the nearest one up whose `pyproject.toml` has `[tool.treadle]` or `[tool.dg]`.

    Raises:
        ProjectError: TRD501 when there is none, TRD502 when its settings are wrong, TRD503 when it has no defs folder.
    """
    start = start.resolve()
    if not start.is_dir():
        raise ProjectError(
            Diagnostic(code="TRD501", message=f"there is no folder {str(start)!r}", fix="name the folder of a project")
        )
    for folder in (start, *start.parents):
        if (found := _read(folder)) is not None:
            # Of the environment, so that a password needn't be in a file that everybody has.
            return replace(found, store=read_environment(found)[0].get(_STORE) or found.store)
    raise ProjectError(
        Diagnostic(
            code="TRD501",
            message=f"there is no project in {str(start)!r}",
            why="neither it nor a folder above it has a pyproject.toml with [tool.treadle] or [tool.dg], or a dg.toml"
            + _nearby(start),
            fix="change to a project's folder, or make a project: treadle init NAME",
        )
    )


def read_environment(settings: Settings) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The environment with what the project's `.env` file adds, and what is wrong in that file.

    What the shell says wins over the file, everywhere: also in dbt, in scripts and in component types.
    """
    if not (file := settings.root / ".env").is_file():
        return dict(os.environ), ()
    try:
        return {**load_dotenv(file), **os.environ}, ()
    except ProjectError as error:
        return dict(os.environ), error.diagnostics


def _nearby(start: Path) -> str:
    found = [file.parent.name for file in start.glob("*/pyproject.toml") if kind_of_folder(file.parent) == "project"]
    return f"; there are projects below it: {listing(found)}" if found else ""


def _workspace(folder: Path, span: Span) -> Diagnostic:
    return Diagnostic(
        code="TRD501",
        message=f"there is no project in {str(folder)!r}: it is a workspace",
        why="a workspace holds projects, and isn't one itself",
        fix="change to the folder of one of its projects (treadle list projects), or ask for all of them: --workspace",
        span=span,
    )


def _read(folder: Path) -> Settings | None:
    """The settings that a folder holds, or None when it isn't a project."""
    pyproject = folder / "pyproject.toml"
    if pyproject.is_file():
        document = read_toml(pyproject)
        tools = document.get("tool", {})
        if "treadle" in tools:
            if kind_of_folder(folder) == "workspace":
                raise ProjectError(_workspace(folder, find_key(pyproject, "workspace")))
            return _from_treadle(folder, pyproject, tools["treadle"], document, tools.get("dg"))
        if "dg" in tools:
            return _from_dg(folder, pyproject, tools["dg"])
    if (own := folder / "dg.toml").is_file():
        return _from_dg(folder, own, read_toml(own))
    return None


def _from_treadle(
    folder: Path, file: Path, table: Any, document: Mapping[str, Any], dg: Mapping[str, Any] | None
) -> Settings:
    mistakes = list(_mistakes(file, table))
    if mistakes:
        raise ProjectError(*mistakes)
    dg_project = (dg or {}).get("project", {})
    name = str(document.get("project", {}).get("name", folder.name))
    module = table.get("module") or dg_project.get("root_module") or re.sub(r"[^A-Za-z0-9_]", "_", name)
    return _settings(
        folder,
        file,
        module=module,
        defs_package=table.get("defs_module") or dg_project.get("defs_module"),
        store=table.get("store", ""),
        connections=table.get("connections", {}),
        component_modules=table.get("component_modules") or dg_project.get("registry_modules", []),
        limits=limits_of(table.get("run", {}), table.get("pools", {})),
        hooks=hooks_of(table.get("hooks", {})),
        observe=table.get("observe", {}),
        sharing=shared(table.get("server", {})),
    )


def _mistakes(file: Path, table: Any) -> Iterable[Diagnostic]:
    if not isinstance(table, dict):
        yield wrong_settings(
            "[tool.treadle] has to be a table", find_key(file, "tool"), "write [tool.treadle] and its keys below"
        )
        return
    for key, value in table.items():
        if key not in _KEYS:
            fix = did_you_mean(key, _KEYS) or f"write one of {listing(_KEYS)}"
            yield wrong_settings(f"[tool.treadle] has no setting {key!r}", find_key(file, key), fix)
        elif not isinstance(value, _KEYS[key]):
            fix = "write it as " + {str: "text, in quotes", dict: "a table", list: "a list"}[_KEYS[key]]
            yield wrong_settings(f"the setting {key!r} can't be {cut(value)}", find_key(file, key), fix)
    for key, message, fix in mistakes_in_limits(table.get("run"), table.get("pools")):
        yield wrong_settings(message, find_key(file, key), fix)
    for where, found in (
        (("hooks",), mistakes_in_hooks(table.get("hooks"))),
        (("observe",), mistakes_in_observe(table.get("observe"))),
        (("treadle", "server"), mistakes_in_server(table.get("server"))),
    ):
        for way, message, fix in found:
            yield wrong_settings(message, find_in(file, *where, *way), fix)
    connections = table.get("connections", {})
    for name, url in connections.items() if isinstance(connections, dict) else ():
        if not isinstance(url, str):
            yield wrong_settings(
                f"the connection {name!r} has to be a URL", find_key(file, name), 'write "duckdb:///file.duckdb"'
            )


def _from_dg(folder: Path, file: Path, table: Mapping[str, Any]) -> Settings:
    project = table.get("project")
    if table.get("directory_type") == "workspace" or project is None:
        raise ProjectError(_workspace(folder, find_key(file, "directory_type")))
    root = project.get("root_module")
    if not isinstance(root, str):
        raise ProjectError(
            wrong_settings(
                "root_module has to name the project's package",
                find_key(file, "root_module"),
                'write root_module = "name"',
            )
        )
    return _settings(
        folder,
        file,
        module=root,
        defs_package=project.get("defs_module"),
        component_modules=project.get("registry_modules", []),
    )


def _settings(
    folder: Path,
    file: Path,
    *,
    module: str,
    defs_package: str | None,
    component_modules: Iterable[str],
    store: str = "",
    connections: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    hooks: Mapping[str, Hook] | None = None,
    observe: Mapping[str, Any] | None = None,
    sharing: Sharing | None = None,
) -> Settings:
    source = folder / "src" if (folder / "src").is_dir() else folder
    package = defs_package or f"{module}.defs"
    defs = source.joinpath(*package.split("."))
    if not defs.is_dir():
        raise ProjectError(
            Diagnostic(
                code="TRD503",
                message=f"the project's defs folder is missing: {defs.relative_to(folder)}",
                why=f"components of the package {module!r} are looked for there",
                fix=f"make it: mkdir -p {defs.relative_to(folder)}, or correct `module` in {file.name}",
                span=find_key(file, "module"),
            )
        )
    return Settings(
        root=folder,
        file=file,
        module=module,
        source=source,
        defs=defs,
        defs_package=package,
        store=store,
        connections=connections or {},
        component_modules=tuple(component_modules) or (f"{module}.components.*",),
        limits=limits or Limits(),
        hooks=hooks or {},
        observe=observe or {},
        sharing=sharing,
    )


def place_of_hook(settings: Settings, name: str) -> Span:
    """The line on which a hook is written."""
    return find_in(settings.file, "hooks", name)


def place_of_limit(settings: Settings, name: str) -> Span:
    """The line on which one of the limits of runs is written."""
    return find_key(settings.file, name)
