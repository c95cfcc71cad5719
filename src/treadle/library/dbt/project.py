"""A dbt project's folder: what its `dbt_project.yml` says of paths, profile and target."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from treadle.components import ComponentContext
from treadle.errors import Diagnostic, ProjectError, Span
from treadle.library.dbt.settings import DbtProjectSettings

__all__ = ["DbtFolder", "open_folder", "read_yaml"]

# The paths that dbt reads, and where it looks when dbt_project.yml doesn't say.
_INPUT_PATHS = {
    "model-paths": ["models"],
    "seed-paths": ["seeds"],
    "snapshot-paths": ["snapshots"],
    "test-paths": ["tests"],
    "analysis-paths": ["analyses"],
    "macro-paths": ["macros"],
    "function-paths": ["functions"],
    "docs-paths": [],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtFolder:
    """A dbt project on disk and the settings it is used with; `config` is its `dbt_project.yml`."""

    root: Path
    config: Mapping[str, Any]
    target: str | None = None
    profile: str | None = None
    profiles_dir: Path | None = None
    explicit_target_path: str | None = None
    vars: Mapping[str, Any] = field(default_factory=dict)
    prepare_args: tuple[str, ...] = ("parse",)

    @property
    def name(self) -> str:
        """The name of the dbt project."""
        return self._text("name") or self.root.name

    @property
    def config_file(self) -> Path:
        """Its `dbt_project.yml`."""
        return self.root / "dbt_project.yml"

    @property
    def target_path(self) -> Path:
        """The folder that dbt writes to, found as dbt finds it."""
        given = self.explicit_target_path or os.environ.get("DBT_TARGET_PATH") or self._text("target-path") or "target"
        return self.root / given

    @property
    def manifest_file(self) -> Path:
        """Where dbt writes its manifest."""
        return self.target_path / "manifest.json"

    @property
    def packages_path(self) -> Path:
        """The folder that `dbt deps` installs packages in."""
        return self.root / (self._text("packages-install-path") or "dbt_packages")

    @property
    def profile_name(self) -> str:
        """The profile that dbt will use."""
        return self.profile or os.environ.get("DBT_PROFILE") or self._text("profile") or ""

    @property
    def profiles_file(self) -> Path:
        """The `profiles.yml` that dbt will read, whether it exists or not."""
        given = self.profiles_dir or os.environ.get("DBT_PROFILES_DIR")
        if given:
            return self.root / given / "profiles.yml"
        own = self.root / "profiles.yml"
        return own if own.is_file() else Path.home() / ".dbt" / "profiles.yml"

    @property
    def input_folders(self) -> tuple[Path, ...]:
        """The folders of the project that dbt reads."""
        named = {self.root / path for key in _INPUT_PATHS for path in self._paths(key)}
        return tuple(sorted(named))

    @property
    def input_files(self) -> tuple[Path, ...]:
        """The single files that dbt reads, whether they exist or not."""
        names = ("dbt_project.yml", "packages.yml", "dependencies.yml", "package-lock.yml", "selectors.yml")
        return (*(self.root / name for name in names), self.profiles_file)

    @property
    def is_explicit(self) -> bool:
        """Whether a manifest made without our settings could differ from one made with them."""
        return bool(self.target or self.profile or self.vars)

    @property
    def flags(self) -> Mapping[str, Any]:
        """The `flags` of `dbt_project.yml`."""
        flags = self.config.get("flags")
        return flags if isinstance(flags, dict) else {}

    @property
    def settings_text(self) -> str:
        """What, beside the files, decides what a manifest says; the same text for the same settings."""
        given = [str(self.root.resolve()), self.target, self.profile, str(self.profiles_file), dict(self.vars)]
        return json.dumps([*given, str(self.target_path)], sort_keys=True, default=str)

    def _paths(self, key: str) -> list[str]:
        value = self.config.get(key)
        return [str(path) for path in value] if isinstance(value, list) else _INPUT_PATHS[key]

    def _text(self, key: str) -> str:
        value = self.config.get(key)
        return _rendered(value) if isinstance(value, str) else ""


def open_folder(project: str | DbtProjectSettings, context: ComponentContext) -> DbtFolder:
    """The dbt project that a component names.

    Raises:
        ProjectError: TRD601 when it isn't there, TRD602 when its `dbt_project.yml` can't be read.
    """
    settings = project if isinstance(project, DbtProjectSettings) else DbtProjectSettings(project_dir=project)
    where = ("attributes", "project") if isinstance(project, str) else ("attributes", "project", "project_dir")
    root = Path(os.path.abspath(context.path / Path(settings.project_dir).expanduser()))
    if not root.is_dir():
        raise context.error(
            "TRD601",
            f"there is no dbt project {str(root)!r}",
            *where,
            why="the folder doesn't exist" if not root.exists() else "it isn't a folder",
            fix="a relative path starts at the folder of the YAML file; write '{{ project_root }}/…' to start at the project",
        )
    if not (root / "dbt_project.yml").is_file():
        raise context.error(
            "TRD601",
            f"{str(root)!r} is not a dbt project",
            *where,
            why="it holds no dbt_project.yml",
            fix=_nearby(root) or "name the folder that holds dbt_project.yml",
        )
    return DbtFolder(
        root=root,
        config=_read_config(root / "dbt_project.yml"),
        target=settings.target,
        profile=settings.profile,
        profiles_dir=Path(os.path.abspath(context.path / Path(settings.profiles_dir).expanduser()))
        if settings.profiles_dir
        else None,
        explicit_target_path=settings.target_path,
        vars=settings.vars,
        prepare_args=tuple(settings.prepare_project_cli_args) or ("parse",),
    )


def read_yaml(file: Path) -> Any:
    """What a YAML file of dbt's holds, or None when it is missing or can't be read: dbt will say so better."""
    try:
        return yaml.load(file.read_bytes(), Loader=_LOADER)
    except (OSError, yaml.YAMLError, ValueError):
        return None


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read_config(file: Path) -> Mapping[str, Any]:
    try:
        config = yaml.load(file.read_bytes(), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(file=file, line=mark.line + 1, column=mark.column + 1) if mark else Span(file=file)
        raise ProjectError(_unreadable(span, error.problem or str(error))) from None
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise ProjectError(_unreadable(Span(file=file), str(error))) from None
    if not isinstance(config, dict):
        raise ProjectError(_unreadable(Span(file=file), "it holds no settings"))
    return config


def _unreadable(span: Span, why: str) -> Diagnostic:
    return Diagnostic(code="TRD602", message="dbt_project.yml can't be read", why=why, fix="mend it there", span=span)


def _nearby(root: Path) -> str:
    found = sorted(root.glob("*/dbt_project.yml"))
    return f"did you mean {str(found[0].parent)!r}?" if found else ""


def _rendered(text: str) -> str:
    """A setting as dbt sees it: it may hold `{{ env_var('X', 'default') }}`."""
    if "{{" not in text:
        return text
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    try:
        return SandboxedEnvironment().from_string(text).render(env_var=_env_var)
    except TemplateError:
        return text


def _env_var(name: str, default: str = "") -> str:
    return os.environ.get(name, default)
