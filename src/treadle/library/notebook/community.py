"""The notebook component that users of Dagster's community components know, as a notebook of ours."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field

from treadle.components import AssetAttributes, Component, ComponentContext, Length, ScaffoldRequest
from treadle.ir import Definitions
from treadle.library.notebook.component import Notebook

__all__ = ["CommunityNotebook"]


class CommunityNotebook(Component):
    """Runs a notebook that is declared as `dagster_community_components.JupyterNotebookComponent` is.

    No IO manager stands between a notebook and its assets here: the notebook reads what it needs by itself, and the
    upstream asset is what it depends on. New files are better written with `treadle.Notebook`.
    """

    asset_name: str
    """The key of the asset that it writes."""
    upstream_asset_key: str = ""
    """The key of the asset that it is made from."""
    notebook_path: str | None = None
    """The notebook; a relative path starts at the project's folder."""
    code: str | None = Field(
        default=None, json_schema_extra={"x-ignored": "code belongs into a notebook, or a script: treadle.PythonScript"}
    )
    """Python source in place of a notebook: not taken."""
    backend: Literal["papermill", "exec"] = "papermill"
    """Accepted, and without a meaning here: notebooks are executed in a kernel."""
    output_notebook_path: str | None = None
    """Accepted, and without a meaning here: the executed notebook is kept with its run."""
    parameters: dict[str, Any] | None = None
    """Values of the notebook's parameters."""
    timeout_seconds: Length = 600
    """How long it may take."""
    group_name: str | None = None
    """The group of the asset."""
    description: str | None = None
    """What it is, for people; Markdown."""
    owners: list[str] | None = None
    """Who answers for it."""
    asset_tags: dict[str, str] | None = None
    """Labels of the asset."""
    kinds: list[str] | None = None
    """What it is made with."""
    deps: list[str] | None = None
    """Keys of other assets that it is made from."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """The definitions of the notebook of ours that says the same.

        Raises:
            ProjectError: TRD654 when there is no notebook, and what a notebook's own mistakes are.
        """
        if self.code is not None or self.notebook_path is None:
            raise context.error(
                "TRD654",
                "the component has no notebook",
                "attributes",
                *(("code",) if self.code is not None else ()),
                why="Python source in YAML isn't run here",
                fix="put it into a file, and name that: notebook_path: notebooks/clean.ipynb",
            )
        path = context.project_root / self.notebook_path
        if not path.is_file():
            raise context.error(
                "TRD654",
                f"there is no notebook {self.notebook_path!r}",
                "attributes",
                "notebook_path",
                why=f"a relative path starts at the project's folder, {str(context.project_root)!r}",
                fix="correct the path",
            )
        said = {
            "group": self.group_name,
            "description": self.description,
            "owners": self.owners,
            "tags": self.asset_tags,
            "kinds": self.kinds or ["python", "jupyter"],
            "deps": [each for each in (self.upstream_asset_key, *(self.deps or ())) if each],
        }
        asset = AssetAttributes(key=self.asset_name, **{name: value for name, value in said.items() if value})
        notebook = Notebook(path=path, assets=[asset], parameters=self.parameters or {}, timeout=self.timeout_seconds)
        return notebook.build_defs(context)

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> dict[str, Any]:
        """Write a notebook that does nothing yet, where such components look for it."""
        name = request.folder.name
        notebook = request.project_root / "notebooks" / f"{name}.ipynb"
        if not notebook.exists():
            notebook.parent.mkdir(exist_ok=True)
            cell: dict[str, Any] = {
                "cell_type": "code",
                "id": "begin",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
            }
            document = {"cells": [{**cell, "source": ""}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
            notebook.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        return {"asset_name": name, "notebook_path": f"notebooks/{name}.ipynb"}

    @classmethod
    def examples(cls) -> tuple[dict[str, Any], ...]:
        """One as it is written for Dagster."""
        return (
            {
                "asset_name": "orders_clean",
                "upstream_asset_key": "raw/orders",
                "notebook_path": "notebooks/clean.ipynb",
                "backend": "papermill",
                "parameters": {"rows": 10},
            },
        )
