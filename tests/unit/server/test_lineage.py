"""What the API tells of what is made from what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serving import Served, serving
from tests.unit.server.projects import write_project

SETTINGS = """[tool.treadle]
module = "p"

[tool.treadle.connections]
warehouse = "duckdb:///w.duckdb"
"""
TOTALS = """type: treadle.TemplatedSql
attributes:
  connection: warehouse
  sql_template: create or replace table {key} as select {columns} from {source}
  assets:
    - {{key: {key}, deps: [{source}], group: marts, tags: {{layer: gold}}}}
"""


def sql(key: str, columns: str, source: str) -> str:
    return TOTALS.format(key=key, columns=columns, source=source)


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project whose assets are made by SQL."""
    files = {
        "/pyproject.toml": SETTINGS,
        "paid/defs.yaml": sql("paid", "id, cents / 100 as euros, note", "payments"),
        "totals/defs.yaml": sql("totals", "sum(euros) as total", "paid"),
        "counts/defs.yaml": sql("counts", "count(*) as n, max(note) as note", "paid"),
    }
    with serving(write_project(tmp_path_factory.mktemp("counting"), files)) as served:
        yield served


def test_the_graph_says_how_each_asset_stands(mill: Served) -> None:
    """
    The graph of a selection has its assets, dependencies first, and the edges between them.
    """
    graph = mill.get("/graph", selection="yarn+")
    assert [("yarn", "missing", 0, None), ("cloth", "missing", 1, None)] == [
        (each["key"], each["status"], each["checks"], each["materialized_at"]) for each in graph["nodes"]
    ]
    assert [{"from": "yarn", "to": "cloth"}] == graph["edges"]


def test_the_overview_has_everything_once(mill: Served) -> None:
    """
    All lists of the overview are about the same assets; edges and what is external are places in them.
    """
    found = mill.get("/graph/overview")
    lists = ("keys", "area", "x", "y", "status", "materialized", "compute")
    assert {4} == {len(found[each]) for each in lists}
    keys = found["keys"]
    assert {("wool", "yarn"), ("yarn", "cloth"), ("dye", "cloth")} == {
        (keys[source], keys[target]) for source, target in zip(found["sources"], found["targets"], strict=True)
    }
    assert ["dye"] == [keys[each] for each in found["external"]]
    assert {"cloth": "marts", "wool": "raw"} == {
        key: found["areas"][area]["name"]
        for key, area in zip(keys, found["area"], strict=True)
        if key in ("cloth", "wool")
    }
    assert mill.get("/project")["version"] == found["version"]


def test_what_has_not_changed_is_not_sent_again(mill: Served) -> None:
    """
    The graph and the overview have tags, by which nothing is sent as long as they are the same.
    """
    for path in ("/graph", "/graph/overview"):
        tag = mill.client.get(path).headers["etag"]
        assert 304 == mill.client.get(path, headers={"if-none-match": tag}).status_code


def test_columns_are_followed_in_both_directions(counting: Served) -> None:
    """
    Of a column it is told what it is made from and what is made from it, through assets in between.
    """
    found = counting.get("/lineage/columns", asset="totals")
    edges = [tuple(f"{each[end]['asset']}.{each[end]['column']}" for end in ("from", "to")) for each in found["edges"]]
    assert {("payments.cents", "paid.euros"), ("paid.euros", "totals.total")} == set(edges)
    assert (["total"], True, True) == (found["columns"], found["complete"], found["readable"])
    below = counting.get("/lineage/columns", asset="payments")
    assert ["cents", "id", "note"] == below["columns"]
    assert {"counts", "paid", "totals"} == {each["to"]["asset"] for each in below["edges"]}


def test_an_asset_without_sql_has_no_column_lineage(mill: Served) -> None:
    """
    Where nothing is known of columns, nothing is told; an asset that isn't there is a mistake.
    """
    found = mill.get("/lineage/columns", asset="cloth")
    assert ([], []) == (found["columns"], found["edges"])
    assert 404 == mill.client.get("/lineage/columns", params={"asset": "clothe"}).status_code


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        pytest.param("+tot", None, (1, 4, ["totals"]), id="key-after-plus"),
        pytest.param("tot+", 3, (0, 3, ["totals"]), id="key-before-plus"),
        pytest.param("group:m", None, (6, 7, ["marts"]), id="group"),
        pytest.param("gro", None, (0, 3, ["group:"]), id="attribute"),
        pytest.param("tag:la", None, (4, 6, ["layer", "layer=gold"]), id="tag"),
        pytest.param("is:ext", None, (3, 6, ["external"]), id="is"),
        pytest.param("not totals a", None, (11, 12, ["and", "paid", "totals", "payments"]), id="operator"),
        pytest.param('group:"ma', None, (6, 9, ["marts"]), id="quoted"),
        pytest.param("nothing_like_this", None, (0, 17, []), id="none"),
    ],
)
def test_words_are_suggested(
    text: str, place: int | None, expected: tuple[int, int, list[str]], counting: Served
) -> None:
    """
    While a selection is written, keys, attributes, their values and operators that fit are suggested.
    """
    asked = {"text": text} if place is None else {"text": text, "at": str(place)}
    found = counting.get("/selections/suggestions", **asked)
    assert expected == (found["start"], found["end"], [each["text"] for each in found["items"]])


def test_every_suggestion_can_be_read(counting: Served) -> None:
    """
    A key that is suggested selects the asset.
    """
    for each in counting.get("/selections/suggestions")["items"]:
        if each["kind"] == "asset":
            assert 1 == counting.get("/assets", selection=each["text"])["total"] or each["text"] == "payments"
