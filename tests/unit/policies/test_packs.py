"""The policies that ship: each is read without a mistake, and does what its cases say."""

from __future__ import annotations

import pytest

from treadle.policies import Binding
from treadle.policies.rulebook import read_policies
from treadle.project.policing.gathering import packs
from treadle.project.policing.reading import read_policies as read_file
from treadle.testing.policies import find_tables, judge_table, place_of

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
