"""Finding a component type by words."""

from __future__ import annotations

import pytest

from treadle.components import Descriptors
from treadle.components.descriptors.searching import TypeSearch

SEARCH = TypeSearch(Descriptors(source=None, cache=None).all())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        pytest.param("notebook", "treadle.Notebook", id="the class of that name, not one that has it in its name"),
        pytest.param("NOTEBOOK", "treadle.Notebook", id="capitals"),
        pytest.param("dagster_dbt", "treadle.DbtProject", id="an alias"),
        pytest.param("cron timezone", "treadle.ScheduledJob", id="attributes"),
        pytest.param("sql template", "treadle.TemplatedSql", id="parts of a name"),
        pytest.param("when a file arrives", "treadle.FileSensor", id="a sentence of which not every word is there"),
        pytest.param("papermill", "treadle.CommunityNotebook", id="a value that an attribute takes"),
        pytest.param("no io manager stands", "treadle.CommunityNotebook", id="what is said of it"),
    ],
)
def test_what_is_meant_comes_first(query: str, first: str) -> None:
    """
    Whatever somebody remembers of a type, it is the first that is found.
    """
    assert first == SEARCH.find(query)[0].type.name


def test_all_words_count() -> None:
    """
    As long as some type has all the words, those with fewer of them aren't told.
    """
    assert ["treadle.FileSensor"] == [each.type.name for each in SEARCH.find("files incoming changed sensor")]


def test_what_was_found_is_shown() -> None:
    """
    A match in an attribute says which one, by the way to it.
    """
    said, attribute = SEARCH.find("jupytext cell_timeout")[0].matches
    assert ("description", "") == (said.where, said.path)
    assert "text as jupytext writes it" in said.text
    assert ("attribute", "cell_timeout") == (attribute.where, attribute.path)


@pytest.mark.parametrize("query", ["", "  "])
def test_no_words_find_everything(query: str) -> None:
    """
    Before somebody has typed anything, every type is there.
    """
    assert len(Descriptors(source=None, cache=None).all()) == len(SEARCH.find(query))


def test_nothing_is_found_by_what_nobody_says() -> None:
    """
    A word that is nowhere finds nothing.
    """
    assert [] == SEARCH.find("zzzz")
