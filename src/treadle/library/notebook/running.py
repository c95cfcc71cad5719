"""Runs a notebook as a step: sets its parameters, executes it, and keeps what came of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from treadle.errors import MissingExtraError, did_you_mean, listing
from treadle.ir import StepContext, StepFailed
from treadle.library.notebook.artifacts import bounded, redacted, write_html, write_notebook
from treadle.library.notebook.parameters import Parameter, injected, mistakes
from treadle.library.notebook.reading import Cell, UnreadableNotebook, as_notebook, cells_in, parameters_cell, places

try:
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
    from jupyter_client.manager import AsyncKernelManager

    from treadle.library.notebook.executing import CellFailed, Listener, execute
except ImportError:
    raise MissingExtraError("notebook", needed_by="treadle.Notebook") from None

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from treadle.library.notebook.component import Notebook

__all__ = ["run_notebook"]

_INJECTED = "injected-parameters"
_OWN_KERNEL = "python3"
_CREDENTIALS = "TREADLE_NOTEBOOK_CREDENTIALS"  # is read by treadle.notebook, which a kernel may have without the rest
_LONGEST_LINE = 60


def run_notebook(component: Notebook, step: StepContext, contract: Sequence[Parameter], *, python: Path) -> None:
    """Execute a notebook, record what it reports, and keep it as it is then: also when a cell failed.

    Raises:
        StepFailed: when it can't be read, or a cell fails: with the cell, the line and the error.
    """
    parameters = _parameters(component, step, contract)
    try:
        notebook = as_notebook(component.path)
    except UnreadableNotebook as error:
        raise StepFailed(f"{error}; {error.fix}", may_retry=False) from None
    cells = cells_in(notebook)
    at = _inject(notebook, cells, contract, parameters)
    metrics: dict[str, float] = {}
    artifacts = _Artifacts(notebook, step, component.path.stem)
    step.add_metadata(artifacts.metadata)
    with step.reporting(
        extras={"treadle": _told(component, step, parameters)}, on_custom=_metrics(step, metrics)
    ) as env:
        try:
            execute(
                notebook,
                manager=_manager(component, notebook, python),
                folder=component.path.parent,
                env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1", **env, **_secrets(step)},
                cell_timeout=component.cell_timeout,
                listener=_listener(step, cells, at),
            )
        except CellFailed as failure:
            raise StepFailed(_where(component.path, cells, failure, at)) from None
        finally:
            artifacts.keep()
    component.finished(step, metrics)


def _parameters(component: Notebook, step: StepContext, contract: Sequence[Parameter]) -> dict[str, Any]:
    """The values of the YAML, with those of the run's config in their place."""
    given = {**component.parameters, **(step.config.get("parameters") or {})}
    if step.config.get("parameters") and (found := list(mistakes(contract, given))):
        raise StepFailed("; ".join(f"{message}: {fix}" for _, message, fix in found), may_retry=False)
    return given


def _inject(
    notebook: NotebookNode, cells: Sequence[Cell], contract: Sequence[Parameter], parameters: Mapping[str, Any]
) -> int | None:
    """Set the parameters in a cell of their own; gives its position."""
    for position, cell in reversed(list(enumerate(notebook.cells))):
        if _INJECTED in cell.metadata.get("tags", ()):  # of the run in which this notebook was made
            del notebook.cells[position]
    if not parameters:
        return None
    from nbformat.v4 import new_code_cell

    number = parameters_cell(cells)
    position = 0 if number is None else number + 1
    cell = new_code_cell(injected(contract, parameters), metadata={"tags": [_INJECTED]})
    notebook.cells.insert(position, cell)
    return position


def _told(component: Notebook, step: StepContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What `treadle.notebook` finds of the run, besides what the Pipes protocol tells."""
    return {
        "parameters": dict(parameters),
        "context": dict(component.notebook_context(step)),
        "context_class": component.context_class,
        "notebook": str(component.path),
        "partition_keys": list(step.partition_keys),
        "tags": dict(step.tags),
    }


def _secrets(step: StepContext) -> dict[str, str]:
    """The credentials that the component names, for `treadle.notebook`, which takes them out of the environment."""
    named = {name: step.credentials[name] for name in step.step.credentials}
    return {_CREDENTIALS: json.dumps(named)} if named else {}


def _metrics(step: StepContext, metrics: dict[str, float]) -> Any:
    def receive(payload: object) -> None:
        if isinstance(payload, Mapping) and isinstance(metric := payload.get("treadle_metric"), Mapping):
            name, value = str(metric["name"]), float(metric["value"])
            metrics[name] = value
            step.add_metadata({name: value})
            at = f" at step {metric['step']}" if metric.get("step") is not None else ""
            step.log(f"{name} = {value:g}{at}")
        else:
            step.log(f"custom message: {payload!r}", level="debug")

    return receive


def _manager(component: Notebook, notebook: NotebookNode, python: Path) -> AsyncKernelManager:
    # The name that a notebook has is that of a kernel on its author's machine: for Python it says nothing here.
    is_own = component.kernel is None and _language(notebook) == "python"
    name = component.kernel or (_OWN_KERNEL if is_own else notebook.metadata["kernelspec"]["name"])
    specs = _Specs(python) if is_own else KernelSpecManager()
    try:
        spec = specs.get_kernel_spec(name)
    except NoSuchKernel:
        known = specs.find_kernel_specs()
        hint = did_you_mean(name, known) or (f"there is {listing(known)}" if known else "none is installed")
        raise StepFailed(f"there is no Jupyter kernel {name!r} on this machine: {hint}", may_retry=False) from None
    if "parameters" in component.model_fields_set and spec.language != "python":
        raise StepFailed(f"parameters are set in Python, and the kernel {name!r} runs {spec.language}", may_retry=False)
    return AsyncKernelManager(kernel_name=name, kernel_spec_manager=specs)


def _language(notebook: NotebookNode) -> str:
    """The language that a notebook says its cells are in; Python, when it names no kernel."""
    kernel = notebook.metadata.get("kernelspec") or {}
    if not kernel.get("name"):
        return "python"
    said = kernel.get("language") or notebook.metadata.get("language_info", {}).get("name") or "python"
    return str(said).lower()


class _Specs(KernelSpecManager):
    """Knows one kernel: the project's own interpreter."""

    def __init__(self, python: Path) -> None:
        super().__init__()
        self._python = python

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [str(self._python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="the project's Python", language="python")


def _listener(step: StepContext, cells: Sequence[Cell], at: int | None) -> Listener:
    total = len(cells)
    numbers = {number: position for position, number in enumerate(_originals(total, at))}

    @contextmanager
    def told(index: int) -> Iterator[None]:
        if index not in numbers:  # that in which the parameters are set
            yield
            return
        cell = f"cell {numbers[index] + 1} of {total}"
        line = _first_line(cells[numbers[index]].source)
        step.log(f"{cell}: {line}")
        with step.phase(cell, source=line):
            yield

    def prints(text: str) -> None:
        print(text, end="", flush=True)  # noqa: T201 - the step's output is where it belongs

    return Listener(cell=told, prints=prints)


def _originals(total: int, at: int | None) -> list[int]:
    """Where the notebook's own cells are, when one was put in at `at`."""
    return [number if at is None or number < at else number + 1 for number in range(total)]


def _first_line(source: str) -> str:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    line = next((each for each in lines if not each.startswith("#")), lines[0] if lines else "")
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def _where(file: Path, cells: Sequence[Cell], failure: CellFailed, at: int | None) -> str:
    """What failed where: by the cell's number, and by the line of the file where that can be told."""
    if failure.traceback:
        print(failure.traceback, flush=True)  # noqa: T201 - the step's output is where it belongs
    if failure.cell is None:
        return f"{file.name}: {failure}"
    if failure.cell == at:
        return f"{file.name}, setting its parameters: {failure}"
    position = failure.cell if at is None or failure.cell < at else failure.cell - 1
    start = places(file, cells)[position]
    where = f"{file.name}, cell {position + 1}"
    if failure.line is None:
        return f"{where}: {failure}"
    source = cells[position].source.splitlines()
    line = source[failure.line - 1].strip() if failure.line <= len(source) else ""
    if start is not None:
        where = f"{file.name}:{start + failure.line - 1} (cell {position + 1})"
    else:
        where += f", line {failure.line}"
    return f"{where}: {failure}" + (f", in: {_cut(line)}" if line else "")


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


class _Artifacts:
    """The executed notebook and its page, in the folder of the attempt."""

    def __init__(self, notebook: NotebookNode, step: StepContext, name: str) -> None:
        self._notebook = notebook
        self._step = step
        folder = step.artifacts
        self._notebook_file, self._page = folder / f"{name}.ipynb", folder / f"{name}.html"

    @property
    def metadata(self) -> dict[str, str]:
        """Where they are, for the record."""
        return {"notebook": str(self._notebook_file), "page": str(self._page)}

    def keep(self) -> None:
        """Write them; a page that can't be made is no reason to fail."""
        kept = redacted(bounded(self._notebook), self._step.redact)
        write_notebook(kept, self._notebook_file)
        try:
            write_html(kept, self._page)
        except Exception as error:  # notebooks may hold anything, and the page is only a view of one
            self._step.log(f"no page was made of the notebook: {error}", level="warning")
