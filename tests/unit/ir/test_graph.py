"""What an asset graph answers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.ir import Asset, AssetGraph, AssetKey, Check, CheckKey, Definitions, Job, Schedule, Sensor, Step, link


def key(text: str) -> AssetKey:
    return AssetKey.parse(text)


def keys(*names: str) -> frozenset[AssetKey]:
    return frozenset(map(key, names))


def graph_of(*, checks: tuple[Check, ...] = (), steps: tuple[Step, ...] = (), **deps: str) -> AssetGraph:
    """A graph from `name="its deps"`."""
    assets = tuple(Asset(key=key(name), deps=keys(*text.split())) for name, text in deps.items())
    return link(Definitions(assets=assets, checks=checks, steps=steps))[0]


@pytest.fixture(scope="module")
def graph() -> AssetGraph:
    """raw → a → b → d, a → c → d; `a` and `c` are produced by steps, `a` is checked."""
    return graph_of(
        a="raw",
        b="a",
        c="a",
        d="b c",
        checks=(Check(name="one", asset=key("a")), Check(name="two", asset=key("a")), Check(name="x", asset=key("z"))),
        steps=(
            Step(name="s", component="jdbt", run=print, assets=(key("a"),), checks=(CheckKey(key("a"), "one"),)),
            Step(name="t", run=print, assets=(key("c"),)),
        ),
    )


def test_parents_and_children(graph):
    """
    Each edge can be followed both ways.
    """
    assert keys("b", "c") == graph.parents(key("d"))
    assert keys("b", "c") == graph.children(key("a"))
    assert frozenset() == graph.parents(key("raw"))
    assert frozenset() == graph.parents(key("unknown"))


@pytest.mark.parametrize(
    ("start", "depth", "above", "below"),
    [
        pytest.param(("b",), None, ("raw", "a", "b"), ("b", "d"), id="all"),
        pytest.param(("b",), 1, ("a", "b"), ("b", "d"), id="one"),
        pytest.param(("b",), 0, ("b",), ("b",), id="none"),
        pytest.param(("b", "c"), 1, ("a", "b", "c"), ("b", "c", "d"), id="several"),
        pytest.param(("d",), 2, ("a", "b", "c", "d"), ("d",), id="two"),
        pytest.param(("unknown",), None, (), (), id="unknown"),
    ],
)
def test_upstream_and_downstream(graph, start, depth, above, below):
    """
    A walk holds where it starts, and ends after so many edges.
    """
    assert keys(*above) == graph.upstream(keys(*start), depth)
    assert keys(*below) == graph.downstream(keys(*start), depth)


def test_what_is_only_mentioned_gets_a_bare_record(graph):
    """
    Undeclared upstreams, and what checks are about, are in the graph and known as not declared.
    """
    assert Asset(key=key("raw")) == graph.assets[key("raw")]
    assert [False, False, True] == [graph.is_declared(key(name)) for name in ("raw", "z", "a")]


def test_what_no_step_produces_is_external(graph):
    """
    External is what no step produces, declared or not.
    """
    assert ["raw", "b", "d", "z"] == [name for name in ("raw", "a", "b", "c", "d", "z") if graph.is_external(key(name))]


def test_producers(graph):
    """
    Assets and checks know their step, and steps are found by address.
    """
    assert "jdbt:s" == graph.step_of(key("a")).address
    assert graph.steps["jdbt:s"] is graph.step_of_check(CheckKey(key("a"), "one"))
    assert graph.step_of(key("b")) is None
    assert graph.step_of_check(CheckKey(key("a"), "two")) is None


def test_checks_of_an_asset(graph):
    """
    The checks of an asset come in the order of their declaration.
    """
    assert ["one", "two"] == [check.name for check in graph.checks_of(key("a"))]
    assert () == graph.checks_of(key("b"))


def test_schedules_sensors_and_jobs_are_found_by_name():
    """
    What starts runs is found by its name.
    """
    job, schedule, sensor = Job(name="j"), Schedule(name="s", cron="@daily"), Sensor(name="e")
    graph, _ = link(Definitions(jobs=(job,), schedules=(schedule,), sensors=(sensor,)))

    assert (job, schedule, sensor) == (graph.jobs["j"], graph.schedules["s"], graph.sensors["e"])


def test_a_graph_never_changes(graph):
    """
    Nobody adds to a graph that others hold.
    """
    with pytest.raises(TypeError):
        graph.assets[key("new")] = Asset(key=key("new"))


def test_topological_order_is_the_declared_one_where_it_can_be():
    """
    Assets come after what they depend on, and otherwise as they were declared.
    """
    graph = graph_of(z="", b="c a", a="", c="")

    assert ["z", "a", "c", "b"] == [str(each) for each in graph.topological()]


@pytest.mark.parametrize("upwards", [pytest.param(True, id="last-first"), pytest.param(False, id="first-first")])
def test_a_chain_longer_than_the_stack(upwards):
    """
    Twenty thousand assets in a row are linked, ordered and selected.
    """
    chain = [key(f"a{at}") for at in range(20_000)]
    assets = [Asset(key=below, deps=frozenset({above})) for above, below in pairwise(chain)]
    graph, mistakes = link(Definitions(assets=tuple(reversed(assets) if upwards else assets)))

    assert () == mistakes
    assert tuple(chain) == graph.topological()
    assert frozenset(chain) == graph.select("+a19999") == graph.select("a0+")


NAMES = st.sampled_from([key(name) for name in "abcdefghij"])
ASSETS = st.builds(Asset, key=NAMES, deps=st.frozensets(NAMES, max_size=4))
CHECKS = st.builds(Check, name=st.sampled_from("xyz"), asset=NAMES, additional_deps=st.frozensets(NAMES, max_size=2))
STEPS = st.builds(
    Step,
    name=st.sampled_from("stuv"),
    run=st.just(print),
    assets=st.lists(NAMES, max_size=3).map(tuple),
    checks=st.lists(st.builds(CheckKey, NAMES, st.sampled_from("xyz")), max_size=2).map(tuple),
    can_subset=st.booleans(),
)
JOBS = st.builds(Job, name=st.sampled_from("jk"))
DEFINITIONS = st.builds(
    Definitions,
    assets=st.lists(ASSETS, max_size=10).map(tuple),
    checks=st.lists(CHECKS, max_size=4).map(tuple),
    steps=st.lists(STEPS, max_size=5).map(tuple),
    jobs=st.lists(JOBS, max_size=3).map(tuple),
)


@given(DEFINITIONS)
def test_linking_never_fails(definitions):
    """
    Whatever is declared, there is a graph that holds every name, and each mistake says what to do.
    """
    graph, mistakes = link(definitions)

    assert {asset.key for asset in definitions.assets} == {each for each in graph.assets if graph.is_declared(each)}
    assert {dep for asset in graph.assets.values() for dep in asset.deps} <= graph.assets.keys()
    assert sorted(graph.assets) == sorted(graph.topological())
    assert all(mistake.message and mistake.why and mistake.fix for mistake in mistakes)


@given(DEFINITIONS)
def test_a_circle_is_told_exactly_when_there_is_one(definitions):
    """
    Without a circle among the diagnostics, the order of the assets respects every edge; with one, it can't.
    """
    graph, mistakes = link(definitions)
    place = {each: at for at, each in enumerate(graph.topological())}
    is_ordered = all(place[dep] < place[each] for each, asset in graph.assets.items() for dep in asset.deps)

    assert is_ordered == all(mistake.code != "TRD403" for mistake in mistakes)


@given(DEFINITIONS)
def test_steps_can_be_ordered_exactly_when_nothing_is_told(definitions):
    """
    Without circles among the diagnostics, units (steps, or the assets of those that can be subset) can be ordered.
    """
    graph, mistakes = link(definitions)
    if any(mistake.code == "TRD403" for mistake in mistakes):
        return

    def unit(each: AssetKey) -> object:
        step = graph.step_of(each)
        return each if step is None or step.can_subset else step.address

    waits = {(unit(each), unit(dep)) for each in graph.assets for dep in graph.parents(each)}
    for check in graph.checks.values():
        step = graph.step_of_check(check.key)
        if step is not None and not step.can_subset:
            waits |= {(step.address, unit(dep)) for dep in (check.asset, *check.additional_deps)}
    waits = {(one, other) for one, other in waits if one != other}
    # What nobody waits for any more is taken away until nothing changes: what is left is circles.
    while True:
        waiting = {one for one, _ in waits}
        left = {(one, other) for one, other in waits if other in waiting}
        if left == waits:
            break
        waits = left

    assert bool(waits) == any(mistake.code == "TRD408" for mistake in mistakes)


@given(DEFINITIONS, st.none() | st.integers(0, 4))
def test_downstream_is_the_inverse_of_upstream(definitions, depth):
    """
    One asset is downstream of another exactly when that one is upstream of it.
    """
    graph, _ = link(definitions)
    below = {(one, other) for one in graph.assets for other in graph.downstream([one], depth)}
    above = {(other, one) for one in graph.assets for other in graph.upstream([one], depth)}

    assert above == below


@given(DEFINITIONS, DEFINITIONS, DEFINITIONS)
def test_merging_is_associative(one, two, three):
    """
    It doesn't matter which definitions are put together first.
    """
    merge = Definitions.merge

    assert merge(one, two, three) == merge(merge(one, two), three) == merge(one, merge(two, three))
    assert one == merge(one) == merge(Definitions(), one) == merge(one, Definitions())
