"""The policies that ship: each is read without a mistake, and does what its cases say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from treadle.documents import parse_yaml
from treadle.policies import Binding
from treadle.policies.rulebook import read_policies
from treadle.project import load
from treadle.project.policing.gathering import packs
from treadle.project.policing.reading import read_policies as read_file
from treadle.testing.policies import find_tables, judge_table, place_of
from treadle.testing.policies.schema import schema_of_cases

SHOP = Path(__file__).parents[2] / "fixtures" / "dbt" / "shop"
FOUND = find_tables([place_of(next(iter(packs().values())))])


def test_packs_and_their_cases_are_read() -> None:
    assert () == FOUND.diagnostics
    assert len(packs()) == len(FOUND.tables)


@pytest.mark.parametrize("table", FOUND.tables, ids=lambda table: table.file.name)
def test_every_policy_of_a_pack_does_what_its_cases_say(table) -> None:  # type: ignore[no-untyped-def]
    """
    A case of each policy keeps it, and a case violates it.
    """
    assert [] == [str(failure) for judged in judge_table(table) for failure in judged.failures]
    expected = {(each.policy, each.attributes.expect == "pass") for each in table.cases}
    assert {(each.name, kept) for each in table.policies for kept in (True, False)} == expected


@pytest.mark.parametrize("table", FOUND.tables, ids=lambda table: table.file.name)
def test_editors_accept_the_cases_of_packs(table) -> None:  # type: ignore[no-untyped-def]
    """
    The schema that editors are given takes every file of cases that ships, and knows what is misspelled.
    """
    validator = Draft202012Validator(schema_of_cases())
    (document,) = parse_yaml(table.file)
    assert [] == [each.message for each in validator.iter_errors(document.value)]
    name, cases = next(iter(document.value.items()))
    assert list(validator.iter_errors({name: [{**cases[0], "expects": "pass"}]}))


@pytest.mark.parametrize("pack", packs())
def test_nothing_is_wrong_in_a_pack(pack: str) -> None:
    """
    Who binds a pack has its rules, selections and messages taken as they are; here they are read as another's.
    """
    read = read_file(packs()[pack], giver="acme", pack=pack)
    assert ([], ()) == (read.diagnostics, read_policies(read.policies).diagnostics)


@pytest.mark.parametrize("pack", packs())
def test_a_pack_holds_only_where_a_binding_names_it(pack: str) -> None:
    """
    Nothing of a pack holds by itself; bound by its pattern, all of it does. Each policy is described.
    """
    read = read_file(packs()[pack], giver="treadle", pack=pack)
    assert all(each.description and each.message for each in read.policies)
    assert not any(each.terms for each in read_policies(read.policies).entries.values())
    bound = read_policies(read.policies, [Binding(policies=(f"{pack}.*",))])
    assert () == bound.diagnostics
    assert all(each.terms for each in bound.entries.values())


@pytest.mark.dbt
def test_the_pack_for_dbt_understands_what_dbt_writes(tmp_path: Path) -> None:
    """
    Over a project that dbt itself has parsed, no policy fails, and each finds what it is meant to find.
    """
    shop = Path(shutil.copytree(SHOP, tmp_path / "transform/shop"))
    files = {
        "pyproject.toml": '[tool.treadle]\nmodule = "p"\n',
        "src/p/__init__.py": "",
        "src/p/defs/shop/defs.yaml": f"type: treadle.DbtProject\nattributes: {{project: '{shop}'}}\n",
        "policies.yaml": "bindings: [{policies: [dbt.*]}]\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    project = load(tmp_path)
    assert [] == [each for each in project.diagnostics if each.code not in ("TRD901", "TRD902")]
    assert {
        ("dbt.has_primary_key", "customers_v1"),
        ("dbt.has_primary_key", "customers_v2"),
        ("dbt.has_primary_key", "daily"),
        ("dbt.has_primary_key", "orders"),
        ("dbt.has_primary_key", "stg_customers"),
        ("dbt.has_test", "stg_customers"),
        ("dbt.source_has_freshness", "till/raw_customers"),
        ("dbt.source_has_freshness", "till/receipts"),
        ("dbt.source_is_used", "till/receipts"),
    } == {(each.policy, each.name) for each in project.graph.verdicts}
