"""How many violations of policies there were, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import delete, select

from treadle.store.database import Database
from treadle.store.filling import filled
from treadle.store.recording import insert_into
from treadle.store.tables import violations

__all__ = ["Violations", "ViolationsOfDay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationsOfDay:
    """The violations of a policy on a day, as they were counted last on it; what is excused is counted apart."""

    deny: int = 0
    warn: int = 0
    audit: int = 0
    waived: int = 0
    baseline: int = 0


class Violations:
    """A row for each policy of a project and each day (in UTC) on which somebody has counted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, project: str, day: date, counted: Mapping[str, ViolationsOfDay]) -> None:
        """Note what was counted of each policy; it takes the place of what was counted before on that day."""
        these = violations.c.project == project, violations.c.day == day.isoformat()
        rows = [
            {"project": project, "day": day.isoformat(), "policy": policy, **asdict(counts)}
            for policy, counts in sorted(counted.items())
        ]
        with self._database.writing() as connection:
            connection.execute(delete(violations).where(*these))
            for row in rows:
                # Another server may count at the same time, and finds the same.
                connection.execute(insert_into(connection, violations).values(row).on_conflict_do_nothing())

    def since(self, project: str, day: date) -> dict[date, dict[str, ViolationsOfDay]]:
        """What was counted from a day on: the days in order, and the policies of each."""
        query = (
            select(violations)
            .where(violations.c.project == project, violations.c.day >= day.isoformat())
            .order_by(violations.c.day, violations.c.policy)
        )
        found: dict[date, dict[str, ViolationsOfDay]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found.setdefault(date.fromisoformat(row.day), {})[row.policy] = filled(ViolationsOfDay, row)
        return found
