"""dbt finds the credentials that its component names where it looks for secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeProject

FILES = {
    "/credentials.yaml": "warehouse: {provider: environment, variable: WAREHOUSE}\n",
    "/transform/dbt_project.yml": "name: shop\nprofile: shop\n",
    "/transform/profiles.yml": """
shop:
  outputs:
    default:
      type: duckdb
      path: shop.duckdb
      config_options:
        custom_user_agent: "{{ env_var('DBT_ENV_SECRET_WAREHOUSE', 'nobody') }}"
""",
    "/transform/models/orders.sql": "{{ config(materialized='table') }} select length(current_setting('custom_user_agent')) as length\n",
    "shop/defs.yaml": """
type: treadle.DbtProject
attributes:
  project: "{{ project_root }}/transform"
  execution: {credentials: [warehouse]}
""",
}


def lengths(folder: Path) -> list[tuple[int]]:
    import duckdb

    with duckdb.connect(str(folder / "transform" / "shop.duckdb")) as connection:
        return connection.execute("select length from orders").fetchall()


@pytest.mark.dbt
def test_a_profile_uses_a_credential(make_project: MakeProject):
    """
    The profile has the value when the step runs, and not before; what dbt and Treadle write hasn't.
    """
    treadle = make_project(FILES)
    for _ in range(2):
        answer = treadle("run", env={"WAREHOUSE": "s3cret-0f-the-shop"})
        assert 0 == answer.code, answer.out + answer.err
    assert [(18,)] == lengths(treadle.folder)
    kept = [file for file in treadle.folder.rglob("*") if file.is_file()]
    assert [] == [str(file) for file in kept if b"s3cret-0f" in file.read_bytes()]


@pytest.mark.dbt
def test_dbt_inherits_no_credential(make_project: MakeProject):
    """
    A dbt that was started ahead of time finds no variable of a credential either, whatever it names.
    """
    profile = FILES["/transform/profiles.yml"].replace("DBT_ENV_SECRET_WAREHOUSE", "WAREHOUSE")
    treadle = make_project({**FILES, "/transform/profiles.yml": profile})
    answer = treadle("run", env={"WAREHOUSE": "s3cret-0f-the-shop"})
    assert 0 == answer.code, answer.out + answer.err
    assert [(len("nobody"),)] == lengths(treadle.folder)
