"""Which assets are requested together."""

from __future__ import annotations

from tests.unit.runner.automation.world import World, a_graph
from treadle.ir import Asset
from treadle.ir.conditions import parse_condition

EAGER = parse_condition("eager")


def a_chain(condition: str = "eager") -> World:
    own = parse_condition(condition)
    return World(
        a_graph(
            # Declared from the end: it is the dependencies that order them.
            Asset(key="report", deps=["orders"], automation=own),
            Asset(key="orders", deps=["raw"], automation=own),
            Asset(key="raw"),
        )
    )


def test_a_chain_is_requested_as_one():
    """
    When the first of a chain of eager assets is due, all of them are, in the same evaluation and once.
    """
    told = a_chain().tell("raw written | orders written | report written | look | raw written | look | look")

    assert [[], ["orders", "report"], []] == told


def test_a_chain_that_ran_as_one_is_done():
    """
    What was made in one run with its dependency isn't made once more because of it.
    """
    ran = "raw written with orders | orders written with report | look | report written | look | look"

    assert [[], ["orders", "report"], [], [], []] == a_chain().tell(
        f"raw written | orders written | report written | look | raw written | look | {ran}"
    )


def test_a_missing_dependency_that_is_requested_holds_nothing_up():
    """
    A dependency that will be there at the end of the same run isn't missing.
    """
    told = a_chain("missing & ~any_deps_missing").tell("look | raw written | look")

    assert [[], ["orders", "report"]] == told


def test_a_diamond_is_requested_once():
    """
    An asset with two ways to what was updated is requested once, after both.
    """
    world = World(
        a_graph(
            Asset(key="raw"),
            Asset(key="left", deps=["raw"], automation=EAGER),
            Asset(key="right", deps=["raw"], automation=EAGER),
            Asset(key="end", deps=["left", "right"], automation=EAGER),
        )
    )
    written = "raw written | left written | right written | end written"

    assert [[], ["end", "left", "right"]] == world.tell(f"{written} | look | raw written | look")


def test_what_is_downstream_can_ask_for_what_it_needs():
    """
    `any_downstream_conditions` is true where the condition of anything downstream is, however far down.
    """
    lazy = parse_condition("any_downstream_conditions")
    names = [f"a{number}" for number in range(400)]
    assets = [Asset(key=name, deps=[dep], automation=lazy) for dep, name in zip(["raw", *names], names, strict=False)]
    last = Asset(key="last", deps=[names[-1]], automation=parse_condition("missing"))
    world = World(a_graph(Asset(key="raw"), *assets, last, Asset(key="aside", deps=["raw"], automation=lazy)))

    assert [sorted([*names, "last"]), []] == world.tell("look | last written | look")


def test_what_is_made_elsewhere_is_neither_requested_nor_missing():
    """
    An asset without a step holds nothing up when nobody reports it, and is never requested.
    """
    external = Asset(key="source", automation=parse_condition("missing"))
    asset = Asset(key="orders", deps=["source"], automation=parse_condition("~any_deps_missing"))

    assert [["orders"]] == World(a_graph(external, asset, external=["source"])).tell("look")


def test_some_assets_may_be_evaluated_alone():
    """
    Those that aren't asked for are neither requested nor explained.
    """
    from tests.unit.runner.automation.world import START
    from treadle.ir import AssetKey
    from treadle.runner.automation import View, evaluate

    world = a_chain("missing")
    found = evaluate(world.graph, View(), now=START, assets=[AssetKey.of("orders")])

    assert ["orders"] == [str(key) for key in found.requested]
    assert ["orders"] == [str(key) for key in found.explanations]
