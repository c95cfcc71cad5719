"""The picture of a whole project."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from treadle.ir import Asset, AssetGraph, Definitions, link
from treadle.server.drawing import COLUMN, Drawing, draw


@st.composite
def graphs(draw_: st.DrawFn) -> AssetGraph:
    """Assets in groups, each made from some of those before it."""
    count = draw_(st.integers(0, 40))
    assets = []
    for number in range(count):
        before = draw_(st.lists(st.integers(0, number - 1), max_size=3)) if number else []
        group = draw_(st.sampled_from(["raw", "marts", "reports"]))
        assets.append(Asset(key=f"a{number}", deps=[f"a{each}" for each in before], group=group))
    return link(Definitions(assets=tuple(assets)))[0]


def boxes(picture: Drawing) -> list[tuple[float, float, float, float]]:
    return [(each.x, each.y, each.x + each.width, each.y + each.height) for each in picture.areas]


@given(graphs())
def test_no_two_things_are_drawn_over_each_other(graph: AssetGraph) -> None:
    """
    Each asset has a place of its own within the area of its group, and areas have theirs within the picture.
    """
    picture = draw(graph)
    assert sorted(graph.assets) == sorted(picture.keys)
    taken = {(x, round(y, 6)) for x, y in zip(picture.x, picture.y, strict=True)}
    assert len(picture.keys) == len(taken)
    columns: dict[tuple[int, float], list[float]] = {}
    for area, x, y in zip(picture.area_of, picture.x, picture.y, strict=True):
        columns.setdefault((area, x), []).append(y)
        left, top, right, bottom = boxes(picture)[area]
        assert left < x <= right - COLUMN
        assert top < y <= bottom - 1
    for column in columns.values():
        assert all(b - a > 0.98 for a, b in zip(sorted(column), sorted(column)[1:], strict=False))
    for one, other in combinations(boxes(picture), 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@given(graphs())
def test_data_goes_to_the_right_within_a_group(graph: AssetGraph) -> None:
    """
    An asset is right of those of its group that it is made from.
    """
    picture = draw(graph)
    for source, target in picture.edges:
        if picture.area_of[source] == picture.area_of[target]:
            assert picture.x[source] < picture.x[target]


def test_a_long_chain_is_written_in_lines() -> None:
    """
    What would be far wider than high is put into lines, so that it can be seen at once.
    """
    chain = [Asset(key=f"a{each}", deps=[f"a{each - 1}"] if each else []) for each in range(1000)]
    picture = draw(link(Definitions(assets=tuple(chain)))[0])
    assert 0.5 < picture.width / picture.height < 4


def test_a_circle_is_drawn_too() -> None:
    """
    Assets that are made from each other, a mistake of the project, have places all the same.
    """
    circle = [Asset(key="a", deps=["b"]), Asset(key="b", deps=["a"])]
    picture = draw(link(Definitions(assets=tuple(circle)))[0])
    assert (2, 2) == (len(picture.keys), len(picture.edges))


def test_nothing_is_an_empty_picture() -> None:
    """
    A project without assets has an empty picture.
    """
    assert ((), 0.0) == (draw(link(Definitions())[0]).keys, draw(link(Definitions())[0]).width)
