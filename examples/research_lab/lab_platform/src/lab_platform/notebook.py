"""The lab's notebooks: what every one of them has to say, and what every one of them gets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from treadle import Check, Definitions, StepContext
from treadle.components import ComponentContext, ProjectFile
from treadle.library.notebook.component import Notebook


class LabNotebook(Notebook):
    """Runs a researcher's notebook: with an experiment, a dataset card, and an eye on the loss."""

    owner: str = Field(examples=["team:research"])
    """Who answers for it: `team:NAME` or an e-mail address."""
    experiment: str
    """The experiment that it belongs to."""
    dataset_card: ProjectFile
    """The card that says where the data comes from and what it may be used for."""
    trains: bool = False
    """Whether it trains a model: then it has to report a `loss`, which is checked to be finite."""
    compute: Literal["small", "large"] = "small"
    """The compute profile: notebooks of the lab run on these."""
    credentials: list[str] = ["tracking"]
    """The credentials that it needs."""

    context_class: ClassVar[str] = "lab_platform.context:LabContext"

    def build_defs(self, context: ComponentContext) -> Definitions:
        """The notebook's definitions, with what the lab wants to know of each asset."""
        declared = super().build_defs(context)
        about = {
            "experiment": self.experiment,
            "dataset_card": str(self.dataset_card.relative_to(context.project_root)),
        }
        kinds = {"notebook", "model"} if self.trains else {"notebook"}
        assets = tuple(
            replace(each, owners=(self.owner,), metadata={**each.metadata, **about}, kinds=each.kinds | kinds)
            for each in declared.assets
        )
        if not self.trains:
            return replace(declared, assets=assets)
        loss = Check(
            name="loss_is_finite",
            asset=assets[0].key,
            description="Training that diverged must not reach anybody.",
            blocking=True,
            origin=assets[0].origin,
        )
        [step] = declared.steps
        return replace(
            declared,
            assets=assets,
            checks=(*declared.checks, loss),
            steps=(replace(step, checks=(*step.checks, loss.key)),),
        )

    def notebook_context(self, step: StepContext) -> Mapping[str, Any]:
        """What every notebook of the lab finds in `tn.context`."""
        workspace = step.project_root / "workspace"
        return {**self.context, "experiment": self.experiment, "owner": self.owner, "workspace": str(workspace)}

    def finished(self, step: StepContext, metrics: Mapping[str, float]) -> None:
        """Check the last loss that the notebook reported."""
        if self.trains:
            loss = metrics.get("loss", math.nan)
            step.check("loss_is_finite", math.isfinite(loss), metadata={"loss": loss})
