"""What the migrations make of older stores, and that they make what the code expects."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from treadle.errors import UsageError
from treadle.ir import AssetKey, CheckKey
from treadle.store import RunStatus, StepStatus, open_store, upgrade_store, upgrading

if TYPE_CHECKING:
    from sqlalchemy import Connection

FIXTURES = Path(__file__).parent / "fixtures"
LOOMS, CLOTH = AssetKey.parse("raw/looms"), AssetKey.parse("cloth")

NEWER = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "LAST"

def upgrade():
    # SQLite's constraints have no names there, so they are said again.
    status = sa.CheckConstraint("status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')")
    with op.batch_alter_table("runs", table_args=[status]) as runs:
        runs.alter_column("selection", new_column_name="selected", existing_type=sa.Text)
"""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    from sqlalchemy import create_engine

    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def versions(url: str) -> list[str]:
    with connected(url) as connection:
        return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())


def schema(url: str) -> dict[str, object]:
    """All tables of a database, as the database tells them."""
    from sqlalchemy import inspect

    with connected(url) as connection:
        found = inspect(connection)
        return {
            table: (
                {
                    each["name"]: (str(each["type"]), each["nullable"], each["default"])
                    for each in found.get_columns(table)
                },
                found.get_pk_constraint(table)["constrained_columns"],
                sorted((str(each["name"]), each["column_names"], each["unique"]) for each in found.get_indexes(table)),
                [
                    (each["constrained_columns"], each["referred_table"], each["options"])
                    for each in found.get_foreign_keys(table)
                ],
                sorted(each["sqltext"] for each in found.get_check_constraints(table)),
            )
            for table in found.get_table_names()
        }


@pytest.fixture
def old_store(store_url: str) -> str:
    """A store as the first version of Treadle left it."""
    backend = "sqlite" if store_url.startswith("sqlite") else "postgres"
    script = (FIXTURES / f"first_landing.{backend}.sql").read_text(encoding="utf-8")
    if backend == "sqlite":
        with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"))) as database:
            database.executescript(script)
    else:
        with connected(store_url) as connection:
            connection.exec_driver_sql(script)
    return store_url


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of one more migration, as there may be one day; the folder of all of them has an odd name."""
    folder = tmp_path / "100% new" / "migrations"
    last = upgrading._revisions()[-1]
    shutil.copytree(upgrading._FOLDER, folder)
    monkeypatch.setattr(upgrading, "_FOLDER", folder)
    file = folder / "versions" / "9000_rename.py"
    file.write_text(NEWER.replace("LAST", last), encoding="utf-8")
    return file


def test_the_store_of_the_first_landing_is_upgraded_with_all_that_it_holds(old_store: str) -> None:
    """
    What the first version of Treadle recorded is there after the upgrade, and new runs are recorded beside it.
    """
    done = upgrade_store(old_store)

    assert ("0000", upgrading._revisions()[-1]) == (done.before, done.after)
    with open_store(old_store) as store:
        queued, failed = store.runs()
        assert (RunStatus.QUEUED, "*", None) == (queued.status, queued.selection, queued.partition)
        assert (RunStatus.FAILED, "+cloth", "2026-01-01", "failed: weave") == (
            failed.status,
            failed.selection,
            failed.partition,
            failed.error,
        )
        assert [
            ("load", StepStatus.SUCCEEDED, (LOOMS,), (CheckKey(LOOMS, "unique: id"),), 1, 0, ""),
            ("weave", StepStatus.FAILED, (CLOTH,), (), 2, 3, "it broke"),
        ] == [
            (each.step, each.status, each.assets, each.checks, each.attempts, each.exit_code, each.error)
            for each in store.steps(failed.id)
        ]
        assert [(LOOMS, "v1", "2026-01-01", {"rows": 3, "who": "Zoë; it's"})] == [
            (each.asset, each.data_version, each.partition, dict(each.metadata)) for each in store.materializations()
        ]
        [made] = store.materializations()
        assert {(None, made.created_at), ("2026-01-01", made.created_at)} == {
            (each.partition, each.changed_at) for each in store.asset_states([LOOMS])
        }
        assert [("unique: id", False, "two; twins")] == [
            (each.check.name, each.passed, each.description) for each in store.check_results()
        ]
        new = store.create_run(project="/mill", selection="cloth")
        assert [new, queued, failed] == store.runs()


def test_an_upgraded_store_has_the_tables_of_a_new_one(old_store: str, tmp_path: Path) -> None:
    """
    Whatever way a store came to be, its columns, keys, indexes and constraints are the same.
    """
    upgrade_store(old_store)
    upgraded = schema(old_store)
    new = f"sqlite:///{tmp_path / 'new.db'}"
    if not old_store.startswith("sqlite"):
        with connected(old_store) as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        new = old_store
    with open_store(new):
        pass
    assert schema(new) == upgraded


def test_a_sqlite_store_is_upgraded_when_it_is_opened(tmp_path: Path) -> None:
    """
    A file belongs to one machine: nobody has to do anything.
    """
    url = f"sqlite:///{tmp_path / 'treadle.db'}"
    with closing(sqlite3.connect(tmp_path / "treadle.db")) as database:
        database.executescript((FIXTURES / "first_landing.sqlite.sql").read_text(encoding="utf-8"))
    with open_store(url) as store:
        assert 2 == len(store.runs())
    assert [upgrading._revisions()[-1]] == versions(url)


def test_a_shared_store_is_upgraded_only_by_who_says_so(postgres_url: str) -> None:
    """
    Opening a PostgreSQL store that is behind changes nothing in it, and says what to do.
    """
    with connected(postgres_url) as connection:
        connection.exec_driver_sql((FIXTURES / "first_landing.postgres.sql").read_text(encoding="utf-8"))
    before = schema(postgres_url)
    with pytest.raises(UsageError, match="written by an older Treadle") as refused:
        open_store(postgres_url)

    assert refused.value.fix.endswith("treadle store upgrade")
    assert before == schema(postgres_url)


def test_an_upgrade_is_done_once(store_url: str) -> None:
    """
    The second upgrade finds nothing to do.
    """
    newest = upgrading._revisions()[-1]
    done = [upgrade_store(store_url) for _ in range(2)]
    assert [("", newest), (newest, newest)] == [(each.before, each.after) for each in done]
    assert [newest] == versions(store_url)


@pytest.mark.usefixtures("newer")
def test_a_table_that_is_made_anew_keeps_what_refers_to_it(old_store: str) -> None:
    """
    A migration that rebuilds `runs` loses none of the steps and results that belong to its rows.
    """
    done = upgrade_store(old_store)

    assert "9000" == done.after
    with connected(old_store) as connection:
        counts = {
            table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("runs", "steps", "materializations", "check_results")
        }
        selected = connection.exec_driver_sql("SELECT selected FROM runs ORDER BY created_at").scalars().all()
    assert {"runs": 2, "steps": 2, "materializations": 1, "check_results": 1} == counts
    assert ["+cloth", "*"] == selected


def test_a_migration_that_fails_changes_nothing(old_store: str, newer: Path) -> None:
    """
    Migrations are applied all or none, so that the older Treadle still works.
    """
    before = schema(old_store)
    newer.write_text(newer.read_text(encoding="utf-8") + "    1 / 0\n", encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        upgrade_store(old_store)
    assert before == schema(old_store)


def test_rows_that_belong_to_nothing_stop_an_upgrade(tmp_path: Path) -> None:
    """
    A file whose rows don't fit together isn't upgraded, and stays as it was.
    """
    url = f"sqlite:///{tmp_path / 'treadle.db'}"
    with closing(sqlite3.connect(tmp_path / "treadle.db")) as database:
        database.executescript((FIXTURES / "first_landing.sqlite.sql").read_text(encoding="utf-8"))
        database.execute("DELETE FROM runs")
        database.commit()
    before = schema(url)
    with pytest.raises(UsageError, match="belongs to no row of 'runs'"):
        open_store(url)
    assert before == schema(url)


def test_foreign_keys_hold_after_an_upgrade(tmp_path: Path) -> None:
    """
    The connection that upgraded a file guards it as every other one does.
    """
    from sqlalchemy.exc import IntegrityError

    with open_store(f"sqlite:///{tmp_path / 'treadle.db'}") as store, pytest.raises(IntegrityError):
        store.take_slots({"looms": 1}, run_id="nobody", step="load")


def test_migrations_are_numbered_one_after_the_other() -> None:
    """
    A migration's file begins with its revision, and each names the one before it.
    """
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(upgrading._FOLDER))
    found = [
        (each.revision, each.down_revision, Path(each.path).name[:5])
        for each in ScriptDirectory.from_config(config).walk_revisions()
    ][::-1]
    numbers = [f"{number:04}" for number in range(1, len(found) + 1)]
    assert [(each, before, f"{each}_") for each, before in zip(numbers, [None, *numbers], strict=False)] == found


def test_the_migrations_make_the_tables_that_the_code_knows(store_url: str) -> None:
    """
    `tables.py` and the migrations tell of the same tables, columns, indexes and keys.
    """
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from treadle.store.tables import runs

    upgrade_store(store_url)
    with connected(store_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, runs.metadata)
    if store_url.startswith("sqlite"):
        # It takes NULL for a primary key that is text, and doesn't tell what is done when a row that is referred to goes.
        found = [each for each in found if each[0] not in ("add_fk", "remove_fk") and "id" not in each[0][3:4]]
    assert [] == found
