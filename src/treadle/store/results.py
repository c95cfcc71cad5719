"""Reading and writing the tables `materializations` and `check_results`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, func, insert, select

from treadle.ir import AssetKey, CheckKey, CheckResult, CheckSeverity, Materialization
from treadle.store.records import CheckResultRecord, MaterializationRecord
from treadle.store.tables import check_results, materializations

__all__ = [
    "add_results",
    "latest_check_results",
    "latest_materializations",
    "list_check_results",
    "list_materializations",
]


def add_results(
    connection: Connection,
    *,
    run_id: str,
    step: str,
    partition: str | None,
    results: Iterable[Materialization | CheckResult],
    now: datetime,
) -> None:
    """Write what a step reported, in that order. Every key has been filled in by then."""
    common = {"run_id": run_id, "step": step, "created_at": now}
    written: list[dict[str, object]] = []
    checked: list[dict[str, object]] = []
    for result in results:
        assert result.asset is not None, "a result without an asset"
        row = {**common, "asset": str(result.asset), "metadata": dict(result.metadata)}
        if isinstance(result, Materialization):
            key = result.partition if result.partition is not None else partition
            written.append({**row, "partition_key": key, "data_version": result.data_version})
        else:
            checked.append(
                {
                    **row,
                    "partition_key": partition,
                    "name": result.check,
                    "passed": result.passed,
                    "severity": result.severity.value,
                    "description": result.description,
                }
            )
    _append(connection, materializations, run_id, written)
    _append(connection, check_results, run_id, checked)


def _append(connection: Connection, table: Table, run_id: str, rows: list[dict[str, object]]) -> None:
    if rows:
        last = connection.execute(select(func.max(table.c.position)).where(table.c.run_id == run_id)).scalar() or 0
        connection.execute(insert(table), [{**row, "position": last + n} for n, row in enumerate(rows, start=1)])


def list_materializations(
    connection: Connection, *, run_id: str | None, asset: AssetKey | None, limit: int | None
) -> list[MaterializationRecord]:
    """Materializations, in the order in which they were recorded."""
    return [_materialization(row) for row in connection.execute(_recent(materializations, run_id, asset, limit))][::-1]


def list_check_results(
    connection: Connection, *, run_id: str | None, asset: AssetKey | None, limit: int | None
) -> list[CheckResultRecord]:
    """Check results, in the order in which they were recorded."""
    return [_check_result(row) for row in connection.execute(_recent(check_results, run_id, asset, limit))][::-1]


def _recent(table: Table, run_id: str | None, asset: AssetKey | None, limit: int | None) -> Select[Any]:
    query = select(table).order_by(table.c.created_at.desc(), table.c.run_id.desc(), table.c.position.desc())
    if run_id is not None:
        query = query.where(table.c.run_id == run_id)
    if asset is not None:
        query = query.where(table.c.asset == str(asset))
    return query.limit(limit)


def latest_materializations(
    connection: Connection, assets: Collection[AssetKey] | None
) -> dict[AssetKey, MaterializationRecord]:
    """The newest materialization of each asset that has one."""
    rows = connection.execute(_latest(materializations, ["asset"]))
    records = (_materialization(row) for row in rows)
    return {record.asset: record for record in records if assets is None or record.asset in assets}


def latest_check_results(
    connection: Connection, assets: Collection[AssetKey] | None
) -> dict[CheckKey, CheckResultRecord]:
    """The newest result of each check that has one."""
    rows = connection.execute(_latest(check_results, ["asset", "name"]))
    records = (_check_result(row) for row in rows)
    return {record.check: record for record in records if assets is None or record.check.asset in assets}


def _latest(table: Table, names: list[str]) -> Select[Any]:
    # An aggregate that the index answers alone, joined back: a window function would read and sort every row.
    by = [table.c[name] for name in names]
    newest = select(*by, func.max(table.c.created_at).label("newest")).group_by(*by).subquery()
    same = and_(*(table.c[name] == newest.c[name] for name in names), table.c.created_at == newest.c.newest)
    # Of results of the same moment the last one wins, because it comes last.
    return select(table).join(newest, same).order_by(table.c.run_id, table.c.position)


def _materialization(row: Row[Any]) -> MaterializationRecord:
    return MaterializationRecord(
        run_id=row.run_id,
        position=row.position,
        step=row.step,
        asset=AssetKey(tuple(row.asset.split("/"))),
        partition=row.partition_key,
        data_version=row.data_version,
        metadata=MappingProxyType(row.metadata),
        created_at=row.created_at,
    )


def _check_result(row: Row[Any]) -> CheckResultRecord:
    return CheckResultRecord(
        run_id=row.run_id,
        position=row.position,
        step=row.step,
        check=CheckKey(AssetKey(tuple(row.asset.split("/"))), row.name),
        passed=row.passed,
        severity=CheckSeverity(row.severity),
        description=row.description,
        partition=row.partition_key,
        metadata=MappingProxyType(row.metadata),
        created_at=row.created_at,
    )
