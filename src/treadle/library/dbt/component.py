"""A dbt project as a component."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AliasChoices, Field, PrivateAttr, ValidationInfo, field_validator

from treadle.components import (
    Component,
    ComponentContext,
    ExecutionAttributes,
    ScaffoldRequest,
    TranslationAttributes,
    Written,
    check_alone,
    context_of,
)
from treadle.errors import Diagnostic, ProjectError, did_you_mean, listing
from treadle.ir import Asset, AssetKey, BackfillPolicy, Check, Definitions, Step, StepContext
from treadle.ir.provenance import tell_change
from treadle.library.dbt.arguments import check_args, default_indirect, flatten
from treadle.library.dbt.checks import checks_of
from treadle.library.dbt.compiled import CompiledSql
from treadle.library.dbt.events import Names
from treadle.library.dbt.node import NodeView
from treadle.library.dbt.partitions import is_about_partitions, partition_variables
from treadle.library.dbt.project import DbtFolder, open_folder
from treadle.library.dbt.ready import ReadyDbt
from treadle.library.dbt.run import DbtRun
from treadle.library.dbt.selection import EVERYTHING, Wanted, select
from treadle.library.dbt.settings import (
    DbtProjectSettings,
    IncludedMetadata,
    NodeScope,
    PartitionScope,
    TranslationSettings,
)
from treadle.library.dbt.state import current_manifest
from treadle.library.dbt.tested import with_tests
from treadle.library.dbt.translation import Translated, Translator
from treadle.templating import Template

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Manifest

__all__ = ["DbtProject"]

_OTHER_SELECTION = {"select": EVERYTHING, "exclude": ""}

CliArgs = list[str | int | float | dict[str, Any]]


def _settings(given: TranslationSettings | None) -> TranslationSettings:
    return given or TranslationSettings()


def _execution(given: ExecutionAttributes | None) -> ExecutionAttributes:
    return given or ExecutionAttributes()


class DbtProject(Component):
    """A dbt project: one asset for each model, seed and snapshot, one check for each test.

    dbt runs in the project's own folder, as if you had typed the command there. What each model did is
    recorded the moment dbt says so.
    """

    project: str | DbtProjectSettings = Field(examples=["{{ project_root }}/transform/jaffle"])
    """The folder that holds `dbt_project.yml`, or an object with that and more settings."""
    select: str = EVERYTHING
    """What to take of the project, as in dbt's `--select`."""
    exclude: str = ""
    """What to leave out, as in dbt's `--exclude`."""
    selector: str = Field(default="", json_schema_extra={"x-instead-of": dict(_OTHER_SELECTION)})
    """The name of a selector of the project's `selectors.yml`, instead of `select` and `exclude`."""
    cli_args: Template[CliArgs, PartitionScope] = Field(default_factory=lambda: Template(["build"], result=CliArgs))
    """The dbt command that a run types; a mapping like `{--vars: {…}}` is an option and its value."""
    translation: Template[TranslationAttributes, NodeScope] | None = None
    """What to say of each asset, rendered once for each `node` of dbt's manifest."""
    translation_settings: Annotated[TranslationSettings, Written(TranslationSettings | None, _settings)] = (
        TranslationSettings()
    )
    """What becomes of tests and sources."""
    execution: Annotated[ExecutionAttributes, Written(ExecutionAttributes | None, _execution)] = Field(
        default=ExecutionAttributes(), validation_alias=AliasChoices("execution", "op")
    )
    """How the step runs; its name is that of the dbt project, when none is given."""
    include_metadata: list[IncludedMetadata] = Field(default_factory=list)
    """Accepted for files written for Dagster: columns and rows affected are always recorded, as far as dbt knows them."""
    prepare_if_dev: bool = True
    """Whether dbt may be asked to write its manifest again when files of the project have changed."""

    _keys: dict[str, AssetKey] | None = PrivateAttr(default=None)

    scaffold_params: ClassVar[Mapping[str, str]] = {"project_path": "folder of the dbt project"}

    @field_validator("selector")
    @classmethod
    def _one_way_to_select(cls, selector: str, info: ValidationInfo) -> str:
        check_alone(selector, "selector", _OTHER_SELECTION, info.data)
        return selector

    def build_defs(self, context: ComponentContext) -> Definitions:
        """The assets and checks of the dbt project, and the step that makes them all."""
        folder = open_folder(self.project, context)
        literal = self._literal_words(context)
        wanted = Wanted(select=self.select, exclude=self.exclude, selector=self.selector)
        manifest, inputs = current_manifest(folder, context, prepare=self.prepare_if_dev)
        selected = select(wanted, folder, context, inputs=inputs, more_args=default_indirect(literal or ()))
        return self._declare(manifest, folder, context, wanted, selected)

    def _declare(
        self,
        manifest: Manifest,
        folder: DbtFolder,
        context: ComponentContext,
        wanted: Wanted,
        selected: frozenset[str] | None,
    ) -> Definitions:
        settings = self.translation_settings
        translator = Translator(
            manifest,
            folder,
            context,
            translate=self._translate if self.translation is not None else None,
            selected=selected,
            share_source_keys=settings.enable_duplicate_source_asset_keys,
        )
        translated = translator.translate()
        checks: Mapping[str, Check] = {}
        if settings.enable_asset_checks:
            source_tests = settings.enable_source_tests_as_checks
            checks = checks_of(manifest, translated, translator, selected=selected, source_tests=source_tests)
        run = DbtRun(
            folder=folder,
            state=context.state,
            manifest=manifest,
            names=Names(assets={key: asset.key for key, asset in translated.nodes.items()}, checks=checks),
            wanted=wanted,
            words=self._words,
            ready=ReadyDbt(folder, manifest.metadata.adapter_type or ""),
        )
        step = self._step(folder, context, translated, checks, run)
        backfill, made = self.execution.backfill(), {each.key for each in translated.nodes.values()}
        assets = [
            self._with_backfill(each, backfill) if backfill and not each.backfill and each.key in made else each
            for each in with_tests(translated.assets, checks, manifest)
        ]
        return Definitions(assets=assets, checks=tuple(checks.values()), steps=step)

    def _with_backfill(self, asset: Asset, backfill: BackfillPolicy) -> Asset:
        return tell_change(
            asset, replace(asset, backfill=backfill), said=self.execution, fields={"backfill": "backfill_policy"}
        )

    def asset_key_for_model(self, model_name: str) -> AssetKey:
        """The key of the asset that a model is: what templates of other components depend on.

        Raises:
            ProjectError: TRD640 when there is no such model.
        """
        if self._keys is None:
            assets = self.build_defs(context_of(self)).assets
            details = [(each.origin.detail if each.origin else "", each.key) for each in assets]
            self._keys = {detail.split(".")[2]: key for detail, key in details if detail.startswith("model.")}
        if model_name not in self._keys:
            raise ProjectError(
                Diagnostic(
                    code="TRD640",
                    message=f"the dbt project has no model {model_name!r}",
                    why="asset_key_for_model takes the name of a model that the component selects",
                    fix=did_you_mean(model_name, self._keys) or f"name one of {listing(self._keys)}",
                )
            )
        return self._keys[model_name]

    def _step(
        self,
        folder: DbtFolder,
        context: ComponentContext,
        translated: Translated,
        checks: Mapping[str, Check],
        run: DbtRun,
    ) -> tuple[Step, ...]:
        if not translated.nodes and not checks:
            return ()
        step = Step(
            name=self.execution.name or folder.name,
            run=run,
            prepare=run.ready.start,
            sql=CompiledSql(folder, run.manifest, run.names.assets),
            component=context.address,
            assets=tuple(asset.key for asset in translated.nodes.values()),
            checks=tuple(check.key for check in checks.values()),
            can_subset=True,
            # Two dbt commands at once in a folder write over each other's target, and over one DuckDB file.
            locks=frozenset({str(folder.root)}),
            origin=context.origin(),
            **self.execution.step_fields(),
        )
        return (step,)

    def _translate(self, node: NodeView) -> TranslationAttributes:
        assert self.translation is not None  # only asked for then
        return self.translation.render(node=node)

    def _literal_words(self, context: ComponentContext) -> list[str] | None:
        """The words of the command, checked; None when they depend on the partition of a run."""
        raw = self.cli_args.raw
        if is_about_partitions(raw):
            if isinstance(raw, list):
                check_args(flatten(raw), context)
            return None
        words = flatten(self.cli_args.render())
        check_args(words, context)
        return words

    def _words(self, step: StepContext) -> list[str]:
        return flatten(self.cli_args.render(**partition_variables(step)))

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """Attributes that name the dbt project of `--project-path`."""
        given = request.params.get("project_path")
        if not given:
            raise ProjectError(
                Diagnostic(
                    code="TRD601",
                    message="a dbt component needs a dbt project",
                    why="--project-path wasn't given",
                    fix="add `--project-path FOLDER`, the folder that holds dbt_project.yml",
                )
            )
        folder = Path(os.path.abspath(Path(given).expanduser()))
        if not (folder / "dbt_project.yml").is_file():
            folder = Path(os.path.abspath(request.project_root / given))
        if not (folder / "dbt_project.yml").is_file():
            raise ProjectError(
                Diagnostic(
                    code="TRD601",
                    message=f"{given!r} is not a dbt project",
                    why=f"there is no {folder / 'dbt_project.yml'}",
                    fix="name the folder that holds dbt_project.yml",
                )
            )
        path = os.path.relpath(folder, request.project_root).replace(os.sep, "/")
        return {"project": "{{ project_root }}" if path == "." else "{{ project_root }}/" + path}

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """From five lines on."""
        return (
            {"project": "{{ project_root }}/transform/jaffle"},
            {
                "project": "{{ project_root }}/transform/jaffle",
                "translation": {"key": "warehouse/{{ node.schema }}/{{ node.name }}", "group": "marts"},
            },
            {
                "project": {"project_dir": "{{ project_root }}/transform/jaffle", "target": "prod"},
                "select": "tag:daily",
                "cli_args": ["build", "--fail-fast", {"--vars": {"day": "{{ partition_key }}"}}],
                "translation": {"partitions": {"type": "daily", "start": "2026-01-01"}},
            },
        )
