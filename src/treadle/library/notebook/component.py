"""The component type of notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from pydantic import AliasChoices, Field

from treadle.components import (
    AssetAttributes,
    CheckAttributes,
    Component,
    ComponentContext,
    ExecutionAttributes,
    Length,
    ProjectFile,
    ScaffoldRequest,
    declare,
)
from treadle.errors import Diagnostic, ProjectError
from treadle.ir import Definitions, StepContext
from treadle.library.notebook.parameters import NoParameters, Parameter, json_schema, mistakes, parameters_of
from treadle.library.notebook.reading import UnreadableNotebook, cells_of, parameters_cell, places

__all__ = ["Notebook"]

_NEW = """# %% [markdown]
# # {title}

# %% tags=["parameters"]
rows: int = 100  # how many rows are written

# %%
import treadle.notebook as tn

tn.materialize(rows=rows)
"""


class Notebook(ExecutionAttributes, Component):
    """Runs a notebook that writes assets and makes checks.

    Notebooks are `.ipynb`, or text as jupytext writes it: `.py` with `# %%`, `.md`. The cell that is tagged
    `parameters` says which parameters there are, of which types; what the YAML gives is checked against it before a
    kernel starts, and is set in a cell of its own below. The executed notebook is kept, and as an HTML page.
    """

    path: ProjectFile = Field(validation_alias=AliasChoices("path", "notebook_path"))
    """The notebook; a relative path starts at the folder of the YAML file."""
    assets: list[AssetAttributes] = Field(default_factory=list)
    """What it writes."""
    checks: list[CheckAttributes] = Field(default_factory=list)
    """What it checks."""
    parameters: dict[str, Any] = Field(default_factory=dict, examples=[{"learning_rate": 0.1}])
    """Values of its parameters; those that aren't given have the notebook's own."""
    kernel: str | None = None
    """The name of the Jupyter kernel; without one, the project's own interpreter runs it."""
    cell_timeout: Length | None = Field(default=None, examples=["10m"])
    """How long a single cell may take."""
    context: dict[str, Any] = Field(default_factory=dict)
    """What the notebook finds as `treadle.notebook.context`, besides what every notebook finds there."""

    context_class: ClassVar[str] = ""
    """The class of `treadle.notebook.context` in the kernel, `module:Class`; derived from `treadle.notebook.Context`."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """One step that runs the notebook."""
        contract = self._contract(context)
        schema = json_schema(contract)

        def run(step: StepContext) -> None:
            from treadle.library.notebook.running import run_notebook

            run_notebook(self, step, contract, python=context.python)

        definitions = declare(
            context, assets=self.assets, checks=self.checks, execution=self, name=self.path.stem, run=run
        )
        told = {
            "notebook": str(self.path),
            "parameters": schema,
            "values": self.parameters,
            "context": dict(self.context),
            "context_class": self.context_class,
        }
        steps = (replace(step, prepare=_prepare, metadata={**step.metadata, **told}) for step in definitions.steps)
        return replace(definitions, steps=tuple(steps))

    def notebook_context(self, step: StepContext) -> Mapping[str, Any]:
        """What the notebook finds as `treadle.notebook.context`: JSON values. For component types to add to."""
        return self.context

    def finished(self, step: StepContext, metrics: Mapping[str, float]) -> None:
        """Called when all cells have been executed, with the last value of each metric. For component types to check."""

    def _contract(self, context: ComponentContext) -> tuple[Parameter, ...]:
        """The notebook's parameters.

        Raises:
            ProjectError: TRD650 when it can't be read, TRD651 to TRD653 when the values don't fit.
        """
        try:
            cells = cells_of(self.path)
        except UnreadableNotebook as error:
            raise context.error("TRD650", str(error), "attributes", "path", fix=error.fix) from None
        number = parameters_cell(cells)
        if number is None:
            if self.parameters:
                raise context.error(
                    "TRD651",
                    f"{self.path.name} has no parameters cell",
                    "attributes",
                    "parameters",
                    why="the values have to be set somewhere, after the notebook's own",
                    fix="tag the cell that sets the defaults `parameters`"
                    + (' (write `# %% tags=["parameters"]`)' if self.path.suffix == ".py" else ""),
                )
            return ()
        try:
            contract = parameters_of(cells[number].source)
        except NoParameters as error:
            start = places(self.path, cells)[number]
            where = f" at line {start}" if start else ""
            raise context.error(
                "TRD652",
                f"the parameters cell of {self.path.name} can't be read: {error}",
                "attributes",
                "path",
                why=f"its cell {number + 1}{where} says in Python which parameters there are",
                fix="write assignments: rate: float = 0.1",
            ) from None
        found = [
            Diagnostic(
                code="TRD653",
                message=message,
                why=f"the parameters cell of {self.path.name} says which parameters there are, and of which types",
                fix=fix,
                span=context.span("attributes", "parameters", *((name, "<key>") if name in self.parameters else ())),
            )
            for name, message, fix in mistakes(contract, self.parameters)
        ]
        if found:
            raise ProjectError(*found)
        return contract

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """A notebook with one asset; one with everything."""
        return (
            {"path": "notebook.py", "assets": [{"key": "reports/daily"}]},
            {
                "path": "train.ipynb",
                "assets": [{"key": "models/churn", "deps": ["features/customers"], "owners": ["team:research"]}],
                "checks": [{"name": "loss_is_finite", "asset": "models/churn", "blocking": True}],
                "parameters": {"learning_rate": 0.1},
                "compute": "small",
                "credentials": ["tracking"],
                "cell_timeout": "30m",
                "timeout": "2h",
            },
        )

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """Write a notebook that says how many rows it has written."""
        key = request.folder.name
        (request.folder / "notebook.py").write_text(_NEW.format(title=key), encoding="utf-8")
        return {"path": "notebook.py", "assets": [{"key": key}]}


def _prepare() -> None:
    """Load what executing needs, before it is the step's turn."""
    import treadle.library.notebook.running  # noqa: F401
