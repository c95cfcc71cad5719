"""Reading and writing the tables `materializations` and `check_results`."""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, literal, select, tuple_

from treadle.ir import AssetKey, CheckKey, CheckSeverity
from treadle.store.records import AssetState, CheckResultRecord, CheckState, MaterializationRecord, Recorded
from treadle.store.tables import check_results, latest_check_results, latest_materializations, materializations

__all__ = [
    "latest_of_assets",
    "latest_of_checks",
    "latest_of_partitions",
    "list_asset_states",
    "list_check_results",
    "list_check_states",
    "list_materializations",
]

_WHOLE = ""  # the partition key of an asset as a whole
_MOST_NAMED = 500


def list_materializations(
    connection: Connection,
    *,
    run_id: str | None,
    asset: AssetKey | None,
    partition: str | None,
    before: Recorded | None,
    limit: int | None,
) -> list[MaterializationRecord]:
    """Materializations, in the order in which they were recorded."""
    query = _recent(materializations, run_id, asset, before, limit)
    if partition is not None:
        query = query.where(materializations.c.partition_key == partition)
    return [_materialization(row) for row in connection.execute(query)][::-1]


def list_check_results(
    connection: Connection,
    *,
    run_id: str | None,
    asset: AssetKey | None,
    check: str | None,
    before: Recorded | None,
    limit: int | None,
) -> list[CheckResultRecord]:
    """Check results, in the order in which they were recorded."""
    query = _recent(check_results, run_id, asset, before, limit)
    if check is not None:
        query = query.where(check_results.c.name == check)
    return [_check_result(row) for row in connection.execute(query)][::-1]


def _recent(
    table: Table, run_id: str | None, asset: AssetKey | None, before: Recorded | None, limit: int | None
) -> Select[Any]:
    if run_id is None:
        query = select(table).order_by(table.c.created_at.desc(), table.c.run_id.desc(), table.c.position.desc())
    else:  # inside a run there is an order that doesn't depend on the clock
        query = select(table).where(table.c.run_id == run_id).order_by(table.c.position.desc())
    if asset is not None:
        query = query.where(table.c.asset == str(asset))
    if before is not None:
        columns = (table.c.created_at, table.c.run_id, table.c.position)
        bounds = [literal(value, column.type) for value, column in zip(before, columns, strict=True)]
        query = query.where(tuple_(*columns) < tuple_(*bounds))
    return query.limit(limit)


def latest_of_assets(
    connection: Connection, assets: Collection[AssetKey] | None
) -> dict[AssetKey, MaterializationRecord]:
    """The newest materialization of each asset that has one."""
    query = _of(latest_materializations, assets, _newest(materializations, latest_materializations, _WHOLE))
    records = map(_materialization, connection.execute(query))
    return {record.asset: record for record in records if assets is None or record.asset in assets}


def latest_of_partitions(connection: Connection, asset: AssetKey) -> dict[str, MaterializationRecord]:
    """The newest materialization of each partition of an asset that has one."""
    query = _newest(materializations, latest_materializations, None)
    rows = connection.execute(query.where(latest_materializations.c.asset == str(asset)))
    return {record.partition: record for record in map(_materialization, rows) if record.partition is not None}


def latest_of_checks(connection: Connection, assets: Collection[AssetKey] | None) -> dict[CheckKey, CheckResultRecord]:
    """The newest result of each check that has one."""
    query = _of(latest_check_results, assets, _newest(check_results, latest_check_results, _WHOLE))
    records = map(_check_result, connection.execute(query))
    return {record.check: record for record in records if assets is None or record.check.asset in assets}


def list_asset_states(connection: Connection, assets: Collection[AssetKey] | None) -> list[AssetState]:
    """What was last of each asset, and of each of its partitions."""
    query = _of(latest_materializations, assets, select(latest_materializations))
    wanted = None if assets is None else {str(key) for key in assets}
    return [
        AssetState(
            asset=AssetKey(tuple(row.asset.split("/"))),
            partition=row.partition_key or None,
            run_id=row.run_id,
            data_version=row.data_version,
            materialized_at=row.created_at,
            failed_run_id=row.failed_run_id,
            failed_at=row.failed_at,
            code_version=row.code_version,
            changed_at=row.changed_at,
        )
        for row in connection.execute(query)
        if wanted is None or row.asset in wanted
    ]


def list_check_states(connection: Connection, assets: Collection[AssetKey]) -> list[CheckState]:
    """When checks were made last: of each asset, and of each of its partitions."""
    latest, wanted = latest_check_results, {str(key) for key in assets}
    same = and_(check_results.c.run_id == latest.c.run_id, check_results.c.position == latest.c.position)
    query = select(latest, check_results.c.created_at).join(check_results, same)
    return [
        CheckState(
            check=CheckKey(AssetKey(tuple(row.asset.split("/"))), row.name),
            partition=row.partition_key or None,
            made_at=row.created_at,
            run_id=row.run_id,
        )
        for row in connection.execute(_of(latest, assets, query))
        if row.asset in wanted
    ]


def _of(latest: Table, assets: Collection[AssetKey] | None, query: Select[Any]) -> Select[Any]:
    """The query for some assets alone, unless these are too many to be named in it."""
    if assets is None or len(assets) > _MOST_NAMED:
        return query
    return query.where(latest.c.asset.in_(sorted(map(str, assets))))


def _newest(table: Table, latest: Table, partition: str | None) -> Select[Any]:
    same = and_(table.c.run_id == latest.c.run_id, table.c.position == latest.c.position)
    query = select(table).join(latest, same)
    return query if partition is None else query.where(latest.c.partition_key == partition)


def _materialization(row: Row[Any]) -> MaterializationRecord:
    return MaterializationRecord(
        run_id=row.run_id,
        position=row.position,
        step=row.step,
        asset=AssetKey(tuple(row.asset.split("/"))),
        partition=row.partition_key,
        data_version=row.data_version,
        code_version=row.code_version,
        inputs=MappingProxyType({AssetKey(tuple(key.split("/"))): each for key, each in row.inputs.items()}),
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
