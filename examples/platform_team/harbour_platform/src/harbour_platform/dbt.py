"""dbt projects of the ferry line."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from treadle import Definitions
from treadle.components import ComponentContext
from treadle.library.dbt.component import DbtProject


class HarbourDbt(DbtProject):
    """A dbt project of a domain team: every model belongs to the team's domain."""

    domain: str = Field(examples=["crossings"])
    """The part of the business that it is about; the group of its assets, unless dbt names one."""

    def build_defs(self, context: ComponentContext) -> Definitions:
        """The dbt project's definitions, with the domain on each asset."""
        declared = super().build_defs(context)
        return replace(
            declared,
            assets=tuple(
                replace(
                    each,
                    group=self.domain if each.group == "default" else each.group,
                    tags={"domain": self.domain, **each.tags},
                )
                for each in declared.assets
            ),
        )
