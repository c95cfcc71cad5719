"""A Python function as a component."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from treadle.components import (
    AssetAttributes,
    CheckAttributes,
    Component,
    ComponentContext,
    ExecutionAttributes,
    ScaffoldRequest,
    Written,
    call_with,
    declare,
)
from treadle.errors import did_you_mean
from treadle.ir import Definitions, StepContext

__all__ = ["Function", "FunctionExecution"]

_FUNCTION = '''"""What {name} runs."""


def run(context):
    """Write {name}."""
    context.log("written")
'''


class FunctionExecution(ExecutionAttributes):
    """Which function runs, and how."""

    type: Literal["function"] = "function"
    """Always `function`."""
    fn: str = Field(examples=["my_package.orders.load", ".functions.load"])
    """The function, as `package.module.function`; a leading dot starts at the folder of the YAML file."""


def _long_form(value: FunctionExecution | str) -> FunctionExecution:
    return FunctionExecution(fn=value) if isinstance(value, str) else value


class Function(Component):
    """Runs a Python function that writes assets and makes checks.

    The function may take the step's context, and may return a `Materialization`, a `CheckResult`, or
    several of them.
    """

    execution: Annotated[FunctionExecution, Written(FunctionExecution | str, _long_form)]
    """The function, or the function and how it runs."""
    assets: list[AssetAttributes] = Field(default_factory=list)
    """What it writes."""
    checks: list[CheckAttributes] = Field(default_factory=list)
    """What it checks."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """One step that calls the function; the function's module isn't imported before it runs."""
        module, name = self._locate(context)

        def run(step: StepContext) -> Any:
            function: Callable[..., Any] = getattr(import_module(module), name)
            return call_with(function, step)

        return declare(context, assets=self.assets, checks=self.checks, execution=self.execution, name=name, run=run)

    def _locate(self, context: ComponentContext) -> tuple[str, str]:
        """Module and name of the function.

        Raises:
            ProjectError: TRD620 when the module or the function doesn't exist.
        """
        reference = self.execution.fn
        module, _, name = reference.rpartition(".")
        if not name.isidentifier() or not module.strip("."):
            raise _missing(context, f"{reference!r} doesn't name a function", "write package.module.function")
        candidates = [module]
        if module.startswith("."):
            # Dagster resolves a leading dot from the defs folder, whatever its documentation says; both are found.
            candidates = [f"{package}{module}" for package in (context.package, context.defs_package) if package]
        for candidate in candidates:
            if (file := _source(candidate)) is not None:
                _require(context, reference, file, name)
                return candidate, name
        looked_for = " and ".join(candidates)
        fix = "correct the name, or make the module"
        raise _missing(context, f"there is no module for {reference!r}", fix, why=f"looked for {looked_for}")

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """A function beside the YAML file; one with everything."""
        return (
            {"execution": ".functions.run", "assets": [{"key": "reports/daily"}]},
            {
                "execution": {"fn": "my_package.reports.run", "name": "daily_report", "pool": "reports", "retries": 3},
                "assets": [{"key": "reports/daily", "deps": ["marts/orders"]}],
                "checks": [{"name": "has_rows", "asset": "reports/daily"}],
            },
        )

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """Write a module with a function that does nothing yet."""
        name = request.folder.name
        (request.folder / "functions.py").write_text(_FUNCTION.format(name=name), encoding="utf-8")
        return {"execution": ".functions.run", "assets": [{"key": name}]}


def _source(module: str) -> Path | None:
    """The file of a module, which isn't imported (its parent packages are)."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec and spec.origin and spec.has_location else None


def _require(context: ComponentContext, reference: str, file: Path, name: str) -> None:
    """Make sure that a module defines a name, as far as its text tells."""
    if file.suffix != ".py":
        return
    try:
        tree = ast.parse(file.read_bytes(), filename=str(file))
    except SyntaxError as error:
        raise _missing(
            context, f"the module of {reference!r} can't be read: {error.msg}", f"mend {file}:{error.lineno}"
        ) from None
    names = {name for statement in tree.body for name in _bound(statement)}
    if name not in names and "*" not in names and "__getattr__" not in names:
        raise _missing(
            context,
            f"{file.name} has no function {name!r}",
            did_you_mean(name, names) or f"define it in {file}, or name another",
        )


def _bound(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [statement.name]
        case ast.Import() | ast.ImportFrom():
            return [alias.asname or alias.name for alias in statement.names]
        case ast.Assign():
            return [node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.If() | ast.Try() | ast.With():
            return [
                name
                for each in ast.walk(statement)
                if isinstance(each, ast.stmt) and each is not statement
                for name in _bound(each)
            ]
    return []


def _missing(
    context: ComponentContext, message: str, fix: str, *, why: str = "the step calls this function when it runs"
) -> Exception:
    return context.error("TRD620", message, "attributes", "execution", "fn", why=why, fix=fix)
