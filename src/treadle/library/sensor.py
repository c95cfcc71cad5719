"""Assets that run when files or other assets are new."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, AliasChoices, Field

from treadle.components import Component, ComponentContext, Length, ScaffoldRequest, TagText, text_format
from treadle.ir import AssetWatch, Definitions, FileWatch, Sensor
from treadle.ir.requests import check_pattern
from treadle.library.selections import Selections

__all__ = ["AssetSensor", "FileSensor", "WatchingSensor"]

PatternText = Annotated[str, AfterValidator(check_pattern), text_format("file-pattern")]


class WatchingSensor(Component):
    """What sensors have in common that watch something, and need no code."""

    name: str = Field(min_length=1)
    """The name of the sensor."""
    selection: Selections = Field(validation_alias=AliasChoices("selection", "asset_selection", "target"))
    """What it runs: a selection, or a list of selections that are taken together."""
    interval: Length = Field(
        default=30.0, validation_alias=AliasChoices("interval", "minimum_interval_seconds"), examples=["5m", 30]
    )
    """How often it looks: seconds, or text like `30s` or `5m`."""
    description: str | None = None
    """What it is for."""
    tags: dict[str, TagText] = Field(default_factory=dict)
    """Labels of its runs."""
    enabled: bool = True
    """Whether it is on from the beginning."""
    default_status: Literal["RUNNING", "STOPPED"] | None = None
    """The same in Dagster's words: `STOPPED` is a sensor that isn't enabled."""

    @abstractmethod
    def watched(self) -> FileWatch | AssetWatch:
        """What it looks at."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """The sensor."""
        sensor = Sensor(
            name=self.name,
            selection=self.selection,
            interval=self.interval,
            watch=self.watched(),
            description=self.description,
            tags=self.tags,
            enabled=self.enabled and self.default_status != "STOPPED",
            origin=context.origin("attributes", "name"),
        )
        return Definitions(sensors=[sensor])


class FileSensor(WatchingSensor):
    """Runs a selection of assets when files are new or have changed.

    Files that are there when it looks for the first time are only remembered. A file that takes long to write is
    best written under another name, and renamed when it is complete.
    """

    files: PatternText = Field(
        validation_alias=AliasChoices("files", "path"), examples=["incoming/**/*.csv", "/srv/incoming/*.csv"]
    )
    """Which files: a pattern with `*`, `?`, `[…]` and `**`; a relative one starts at the project's folder."""

    def watched(self) -> FileWatch:
        """What it looks at."""
        return FileWatch(pattern=os.path.expanduser(self.files))

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """A folder that others write to; one with everything."""
        return (
            {"name": "new_orders", "files": "incoming/*.csv", "selection": "raw/orders+"},
            {
                "name": "new_prices",
                "files": "/srv/incoming/**/*.parquet",
                "selection": ["raw/prices", "group:marts"],
                "interval": "5m",
                "description": "Prices, as soon as the shop has sent them.",
                "tags": {"team": "finance"},
                "enabled": False,
            },
        )

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """A sensor that is named like its folder."""
        return {"name": request.folder.name, "files": "incoming/*.csv", "selection": "*"}


class AssetSensor(WatchingSensor):
    """Runs a selection of assets when other assets were materialized.

    It sees what any run has written, also one of another project that shares the store; what no step makes and nobody
    has ever written isn't waited for. When an asset itself should say that it follows what it is made from, give it an
    automation condition: `automation: eager`.
    """

    follows_from_attributes: ClassVar[bool] = True

    watch: Selections = Field(validation_alias=AliasChoices("watch", "monitored_assets", "asset_key"))
    """Which assets it watches: a selection, or a list of selections that are taken together."""
    when: Literal["any", "all"] = "any"
    """Whether a run is due once any of them was materialized since the last one, or all of them were."""

    def watched(self) -> AssetWatch:
        """What it looks at."""
        return AssetWatch(selection=self.watch, every=self.when == "all")

    @classmethod
    def examples(cls) -> tuple[Mapping[str, Any], ...]:
        """One asset after another; one with everything."""
        return (
            {"name": "after_orders", "watch": "raw/orders", "selection": "reports/daily"},
            {
                "name": "after_all_sources",
                "watch": ["group:raw", "prices"],
                "when": "all",
                "selection": "group:marts",
                "interval": "1m",
                "description": "Marts, once every source has come in.",
                "tags": {"team": "finance"},
                "enabled": False,
            },
        )

    @classmethod
    def scaffold(cls, request: ScaffoldRequest) -> Mapping[str, Any]:
        """A sensor that is named like its folder."""
        return {"name": request.folder.name, "watch": "*", "selection": "*", "enabled": False}
