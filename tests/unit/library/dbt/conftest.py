"""Small dbt projects, components over them, and a step context that remembers what it was told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from treadle.components import ComponentContext, base_variables
from treadle.ir import AssetKey, CheckKey, Definitions, Step, TimeWindow, link
from treadle.library.dbt.component import DbtProject
from treadle.runner.partitioned import NOTHING, Seen
from treadle.runner.partitions.seen import seen
from treadle.templating import resolve

SHOP = Path(__file__).parents[3] / "fixtures" / "dbt" / "shop"


@dataclass(kw_only=True)
class RecordingStep:
    """A `StepContext` for tests: runs commands for real, and writes down what is reported and when."""

    step: Step
    assets: frozenset[AssetKey]
    checks: frozenset[CheckKey]
    seen: Seen = NOTHING
    run_id: str = "run"
    project_root: Path = field(default_factory=Path.cwd)
    materialized: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    checked: dict[str, tuple[bool, str, str | None]] = field(default_factory=dict)
    logged: list[tuple[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    commands: list[tuple[str, ...]] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)
    ended: float = 0.0

    @property
    def is_subset(self) -> bool:
        return self.assets != frozenset(self.step.assets) or self.checks != frozenset(self.step.checks)

    @property
    def partition(self) -> str | None:
        return self.seen.keys[0] if self.seen.keys else None

    @property
    def partition_keys(self) -> tuple[str, ...]:
        return self.seen.keys

    @property
    def partition_window(self) -> TimeWindow | None:
        return self.seen.window

    @property
    def partition_dimensions(self) -> Mapping[str, str]:
        return self.seen.dimensions

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.materialized]

    def materialize(self, asset: Any = None, *, metadata: Any = None, data_version: Any = None) -> None:
        self.materialized.append((str(asset), dict(metadata or {})))
        self.times.append(time.monotonic())

    def check(
        self, name: str, passed: bool, *, asset: Any, severity: Any, description: Any = None, metadata: Any = None
    ) -> None:
        self.checked[f"{asset}:{name}"] = (passed, str(severity), description)

    def log(self, message: str, *, level: str = "info", asset: Any = None) -> None:
        self.logged.append((level, message))

    def shell(self, *command: Any, cwd: Any = None, env: Any = None, on_line: Any = None) -> int:
        self.commands.append(tuple(map(str, command)))
        self.environment = dict(env or {})
        with subprocess.Popen(
            list(map(str, command)),
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                on_line(line.rstrip("\n"))
        self.ended = time.monotonic()
        return process.returncode

    def pipes(self, *command: Any, **_: Any) -> int:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What a component declared, and ways to ask for it."""

    definitions: Definitions
    context: ComponentContext

    @property
    def step(self) -> Step:
        graph, _ = link(self.definitions)
        (step,) = graph.steps.values()
        return step

    @property
    def deps(self) -> dict[str, list[str]]:
        return {str(asset.key): sorted(map(str, asset.deps)) for asset in self.definitions.assets}

    @property
    def checks(self) -> list[str]:
        return sorted(str(check.key) for check in self.definitions.checks)

    def asset(self, key: str) -> Any:
        return next(each for each in self.definitions.assets if str(each.key) == key)

    def check(self, key: str) -> Any:
        return next(each for each in self.definitions.checks if str(each.key) == key)

    def recorder(
        self, assets: list[str] | None = None, checks: list[str] | None = None, partition: str | None = None
    ) -> RecordingStep:
        step = self.step
        if assets is None and checks is None:
            chosen, tested = frozenset(step.assets), frozenset(step.checks)
        else:
            chosen = frozenset(key for key in step.assets if str(key) in (assets or ()))
            tested = frozenset(key for key in step.checks if str(key) in (checks or ()))
        return RecordingStep(step=step, assets=chosen, checks=tested, seen=seen(partition, step, chosen))

    def run(
        self, assets: list[str] | None = None, checks: list[str] | None = None, partition: str | None = None
    ) -> RecordingStep:
        recorder = self.recorder(assets, checks, partition)
        self.step.run(recorder)
        return recorder


Declare = Callable[..., Declared]


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Makes a `DbtProject` of attributes as YAML would give them, in a project at `tmp_path`."""

    def make(attributes: Mapping[str, Any], *, address: str = "jdbt") -> Declared:
        folder = tmp_path / "src" / "defs" / address
        context = ComponentContext(
            address=address,
            path=folder,
            file=folder / "defs.yaml",
            project_root=tmp_path,
            state=tmp_path / ".treadle",
            python=Path(sys.executable),
        )
        variables = base_variables(project_root=str(tmp_path), env=dict(os.environ))
        resolved = resolve(DbtProject, attributes, variables, path=("attributes",))
        return Declared(definitions=DbtProject.model_validate(resolved).build_defs(context), context=context)

    return make


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the dbt project `shop`, as a user has it in their working folder."""
    return Path(shutil.copytree(SHOP, tmp_path / "shop"))


@pytest.fixture(scope="session")
def parsed_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dbt project `shop` after one `dbt parse`; not to be changed."""
    folder = Path(shutil.copytree(SHOP, tmp_path_factory.mktemp("parsed") / "shop"))
    subprocess.run(
        [str(Path(sys.executable).parent / "dbt"), "--quiet", "parse"],
        cwd=folder,
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return folder


def node(unique_id: str, **fields: Any) -> dict[str, Any]:
    """An entry of a manifest, with what dbt always writes."""
    kind, package, *name = unique_id.split(".")
    plain = name[-1] if kind == "source" else name[0]
    return {
        "unique_id": unique_id,
        "name": plain,
        "resource_type": kind,
        "package_name": package,
        "original_file_path": f"{kind}s/{plain}.sql",
        "fqn": [package, *name],
        "alias": plain,
        "database": "db",
        "schema": "main",
        "depends_on": {"nodes": fields.pop("parents", []), "macros": []},
        "description": "",
        **fields,
    }


MakeManifest = Callable[..., Path]


@pytest.fixture
def make_manifest(tmp_path: Path) -> MakeManifest:
    """Writes a dbt project that has nothing but a fresh manifest with these entries; dbt is never needed."""

    def make(*nodes: Mapping[str, Any], groups: Any = (), name: str = "small", **more: Any) -> Path:
        folder = tmp_path / name
        (folder / "target").mkdir(parents=True)
        (folder / "dbt_project.yml").write_text("name: small\nprofile: small\n", encoding="utf-8")
        (folder / "profiles.yml").write_text("small: {}\n", encoding="utf-8")
        parts: dict[str, Any] = {"nodes": {}, "sources": {}, "exposures": {}, "unit_tests": {}}
        places = {"source": "sources", "exposure": "exposures", "unit_test": "unit_tests"}
        for each in nodes:
            parts[places.get(each["resource_type"], "nodes")][each["unique_id"]] = each
        schema = "https://schemas.getdbt.com/dbt/manifest/v12.json"
        metadata = {"dbt_schema_version": schema, "project_name": "small", "adapter_type": "duckdb"}
        manifest = {"metadata": metadata, **parts, "groups": {each["unique_id"]: each for each in groups}, **more}
        (folder / "target" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder

    return make


@pytest.fixture
def entry() -> Callable[..., dict[str, Any]]:
    """Makes entries of manifests."""
    return node
