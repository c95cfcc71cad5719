"""A whole project that exists only for a test."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from treadle.components import Component
from treadle.documents import Document, parse_yaml
from treadle.errors import ProjectError
from treadle.project import Project, load
from treadle.testing.building import MistakesError
from treadle.testing.folder import MODULE, file_of, lay_out, write_files
from treadle.testing.named import by_name
from treadle.testing.steps import StepRun, run_step
from treadle.testing.surroundings import clean_environment, forget_modules, surroundings

if TYPE_CHECKING:
    from treadle.store import CheckResultRecord, MaterializationRecord, RunRecord, StepRecord

__all__ = ["Ran", "Sandbox", "project"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of a run, as the store has it; `outputs` is what each step printed, by its address."""

    run: RunRecord
    steps: Mapping[str, StepRecord]
    materializations: Mapping[str, MaterializationRecord]
    check_results: Mapping[str, CheckResultRecord]
    outputs: Mapping[str, str]

    @property
    def succeeded(self) -> bool:
        """Whether every step and every check did."""
        return self.run.status.value == "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """A project on disk that a test made; `project` makes one.

    `root` is its folder, and `defs` the folder of its components.
    """

    root: Path
    defs: Path

    @property
    def source(self) -> Path:
        """The folder that its package is in."""
        return self.root / "src"

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Add files, or replace them; see `project`."""
        write_files(self.root, self.defs, files)
        forget_modules(self.source)

    @contextmanager
    def swapped(self, files: Mapping[str, str | bytes]) -> Iterator[None]:
        """Replace files for a while; afterwards they are as they were, and new ones are gone."""
        paths = {path: file_of(self.root, self.defs, path) for path in files}
        before = {path: file.read_bytes() for path, file in paths.items() if file.exists()}
        self.write(files)
        try:
            yield
        finally:
            for path, file in paths.items():
                if path not in before:
                    file.unlink(missing_ok=True)
            self.write(before)

    def scaffold(self, component_type: type[Component] | str, path: str, **params: str) -> Path:
        """Do what `treadle scaffold defs TYPE PATH --param VALUE` does, and give the file that it wrote."""
        name = component_type if isinstance(component_type, str) else _importable(component_type)
        self.treadle("scaffold", "defs", name, path, *(f"--{key.replace('_', '-')}={params[key]}" for key in params))
        return self.defs / path / "defs.yaml"

    def load(self) -> Project:
        """The project as it is now; mistakes are in its `diagnostics`."""
        forget_modules(self.source)
        return load(self.root)

    def check(self) -> Project:
        """The same.

        Raises:
            MistakesError: when something is wrong; `expect_mistake` looks at that.
        """
        loaded = self.load()
        if loaded.errors:
            raise MistakesError(*loaded.diagnostics, documents=tuple(self._documents()))
        return loaded

    def run_step(self, address: str, **asked: object) -> StepRun:
        """Run a step (`COMPONENT:NAME`) in this process, and give what it reported; see `run_step`."""
        steps = by_name(self.check().graph.steps.values(), lambda each: each.address)
        return run_step(steps[address], project_root=self.root, **asked)  # type: ignore[arg-type] # its own arguments

    def run(
        self, selection: str = "*", *, partition: str | None = None, partitions: str | None = None, jobs: int = 1
    ) -> Ran:
        """Run a selection as `treadle run` does: in processes of their own, recorded in a store.

        Of a run for several partitions, the latest materialization of each asset is kept.
        """
        from treadle.ir import Limits
        from treadle.runner import Spawn, create_run, execute, plan
        from treadle.store import open_store

        loaded = self.check()
        loaded.settings.state.mkdir(exist_ok=True)
        command = lambda request: [sys.executable, "-P", "-m", "treadle", "step", "run", str(request)]  # noqa: E731 - short
        with open_store(loaded.settings.store_url) as store:
            planned = plan(loaded.graph, selection, partition=partition, partitions=partitions)
            queued = create_run(store, planned, project=self.root)
            record = execute(
                queued,
                planned,
                store=store,
                launch=Spawn(command=command),
                folder=loaded.settings.state / "runs",
                project=self.root,
                limits=Limits(jobs=jobs),
            )
            steps = by_name(store.steps(record.id), lambda each: each.step)
            return Ran(
                run=record,
                steps=steps,
                materializations=by_name(store.materializations(run_id=record.id), lambda each: each.asset),
                check_results=by_name(store.check_results(run_id=record.id), lambda each: each.check),
                outputs={name: _text(each.output) for name, each in steps.items()},
            )

    def treadle(self, *args: str) -> str:
        """Type a command of `treadle` in the project's folder, and give what it prints.

        Raises:
            AssertionError: when it ends with another exit code than 0.
        """
        import subprocess

        done = subprocess.run(
            [sys.executable, "-m", "treadle", *args],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, (
            f"treadle {' '.join(args)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
        return done.stdout

    def _documents(self) -> Iterator[Document]:
        for file in sorted(self.defs.rglob("*.y*ml")):
            try:
                yield from parse_yaml(file)
            except ProjectError:
                continue  # it is told already, and has no documents


@contextmanager
def project(
    files: Mapping[str, str | bytes] | None = None, *, env: Mapping[str, str] | None = None, module: str = MODULE
) -> Iterator[Sandbox]:
    """Make a project of these files that is gone afterwards, together with everything that it changed.

    Args:
        files: text or bytes by path; paths start at the folder of components, or at the project's
            folder after a leading slash (`/.env`). Text is dedented.
        env: the environment variables that it sees; nothing else of the shell's is there.
        module: the name of the project's package.

    >>> with project({
    ...     "report/defs.yaml": '''
    ...         type: treadle.Function
    ...         attributes:
    ...           execution: .report.write
    ...           assets: [{key: report}]
    ...     ''',
    ...     "report/report.py": "def write(context): context.materialize(metadata={'pages': 3})",
    ... }) as sandbox:
    ...     sandbox.run_step("report:write").assets["report"].metadata["pages"]
    3
    """
    with tempfile.TemporaryDirectory(prefix="treadle-", ignore_cleanup_errors=True) as folder:
        root = Path(folder).resolve()
        defs = lay_out(root, files, module=module)
        with surroundings(root / "src"):
            own = clean_environment(env or {})
            os.environ.clear()
            os.environ.update(own)
            yield Sandbox(root=root, defs=defs)


def _importable(component_type: type[Component]) -> str:
    module, name = component_type.__module__, component_type.__qualname__
    if getattr(sys.modules.get(module), name, None) is not component_type:
        raise ValueError(f"{name} can't be imported from {module}: put it at the top of a module")
    return f"{module}.{name}"


def _text(file: str | None) -> str:
    return Path(file).read_text(encoding="utf-8", errors="replace") if file and Path(file).exists() else ""
