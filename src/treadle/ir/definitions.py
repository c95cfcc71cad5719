"""What a component, a module or a whole project declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from treadle.ir.assets import Asset
from treadle.ir.automation import Job, Schedule, Sensor
from treadle.ir.checks import Check
from treadle.ir.keys import settle
from treadle.ir.steps import Step

__all__ = ["Definitions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """Everything that was declared in one place.

    >>> one = Definitions(assets=[Asset(key="a")])
    >>> two = Definitions(assets=[Asset(key="b")])
    >>> [str(asset.key) for asset in Definitions.merge(one, two).assets]
    ['a', 'b']
    """

    assets: tuple[Asset, ...] = ()
    checks: tuple[Check, ...] = ()
    steps: tuple[Step, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    jobs: tuple[Job, ...] = ()

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            assets: Iterable[Asset] = (),
            checks: Iterable[Check] = (),
            steps: Iterable[Step] = (),
            schedules: Iterable[Schedule] = (),
            sensors: Iterable[Sensor] = (),
            jobs: Iterable[Job] = (),
        ) -> None: ...

    def __post_init__(self) -> None:
        settle(
            self,
            assets=tuple(self.assets),
            checks=tuple(self.checks),
            steps=tuple(self.steps),
            schedules=tuple(self.schedules),
            sensors=tuple(self.sensors),
            jobs=tuple(self.jobs),
        )

    @classmethod
    def merge(cls, *definitions: Self) -> Self:
        """All of them as one, in the order given. Whether names are unique is asked when a graph is built."""
        return cls(
            assets=tuple(asset for each in definitions for asset in each.assets),
            checks=tuple(check for each in definitions for check in each.checks),
            steps=tuple(step for each in definitions for step in each.steps),
            schedules=tuple(schedule for each in definitions for schedule in each.schedules),
            sensors=tuple(sensor for each in definitions for sensor in each.sensors),
            jobs=tuple(job for each in definitions for job in each.jobs),
        )
