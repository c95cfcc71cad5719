"""What a plan holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treadle.errors import UsageError
from treadle.ir import Asset, AssetKey, Check, CheckKey, CheckSeverity, Definitions, Step, link
from treadle.runner import Plan, plan


def key(text: str) -> AssetKey:
    return AssetKey.parse(text)


def asset(name: str, *deps: str, **values) -> Asset:
    return Asset(key=key(name), deps=frozenset(map(key, deps)), **values)


def step(name: str, assets: str, checks: str = "", **values) -> Step:
    check_keys = [CheckKey(key(text.split(":")[0]), text.split(":")[1]) for text in checks.split()]
    values = {"run": print, "assets": tuple(map(key, assets.split())), "checks": tuple(check_keys), **values}
    return Step(name=name, **values)


def check(text: str, *deps: str, **values) -> Check:
    on, name = text.split(":")
    return Check(name=name, asset=key(on), additional_deps=frozenset(map(key, deps)), **values)


def planned(definitions: Definitions, selection: str = "*") -> Plan:
    graph, diagnostics = link(definitions)
    assert () == diagnostics
    return plan(graph, selection)


def shape(made: Plan) -> list[tuple[str, str, str]]:
    return [
        (each.address, " ".join(map(str, (*each.assets, *each.checks))), " ".join(each.after)) for each in made.steps
    ]


CHAIN = Definitions(
    assets=(asset("a", "source"), asset("b", "a"), asset("c", "b"), asset("d", "external"), asset("external", "c")),
    checks=(check("b:ok"), check("c:ok"), check("source:ok")),
    steps=(
        step("s_d", "d"),
        step("s_c", "c", "c:ok"),
        step("s_b", "b"),
        step("s_a", "a"),
        step("check_b", "", "b:ok"),
        step("check_source", "", "source:ok"),
    ),
)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        pytest.param("a", [("s_a", "a", "")], id="one"),
        pytest.param("a or c", [("s_a", "a", ""), ("s_c", "c c:ok", "s_a")], id="through-unselected"),
        pytest.param("c or d", [("s_c", "c c:ok", ""), ("s_d", "d", "s_c")], id="through-external"),
        pytest.param("b", [("s_b", "b", ""), ("check_b", "b:ok", "s_b")], id="checks-by-themselves"),
        pytest.param("source", [("check_source", "source:ok", "")], id="checks-of-external"),
    ],
)
def test_what_is_planned(selection, expected):
    """
    A plan holds the steps of what is selected, with the checks of it, in an order that sees through the rest.
    """
    assert expected == shape(planned(CHAIN, selection))


FAMILY = (asset("a"), asset("b", "a"), asset("c", "b"))
FAMILY_CHECKS = (check("a:ok"), check("b:ok"), check("c:ok"))


def test_a_step_that_can_be_subset_gets_what_is_selected():
    """
    Of a step that can be subset only the selected assets and their checks are planned.
    """
    made = planned(
        Definitions(
            assets=FAMILY, checks=FAMILY_CHECKS, steps=(step("s", "a b c", "a:ok b:ok c:ok", can_subset=True),)
        ),
        "a or b",
    )
    assert [("s", "a b a:ok b:ok", "")] == shape(made)
    assert frozenset() == made.additional


def test_a_step_that_cannot_be_subset_runs_whole():
    """
    A step that can't be subset is planned whole, and the plan says what comes in addition.
    """
    made = planned(Definitions(assets=FAMILY, checks=FAMILY_CHECKS, steps=(step("s", "a b c", "a:ok b:ok c:ok"),)), "a")
    assert [("s", "a b c a:ok b:ok c:ok", "")] == shape(made)
    assert {key("b"), key("c")} == made.additional


def test_a_step_is_divided_around_another():
    """
    When a step of another lies between its assets, a step that can be subset is planned in parts.
    """
    made = planned(
        Definitions(
            assets=(asset("a"), asset("b", "a"), asset("c", "b"), asset("d")),
            checks=(check("a:ok"), check("a:with_c", "c")),
            steps=(step("dbt", "a c d", "a:ok a:with_c", can_subset=True), step("python", "b")),
        )
    )
    assert [
        ("dbt", "a d a:ok", ""),
        ("python", "b", "dbt"),
        ("dbt~2", "c a:with_c", "dbt python"),
    ] == shape(made)


def test_steps_that_take_turns_are_divided_layer_by_layer():
    """
    Two steps that wait for each other again and again get a part a layer, each with all that can be made by then.
    """
    made = planned(
        Definitions(
            assets=(*FAMILY, asset("b2", "a"), asset("c2", "b2"), asset("d", "c", "c2"), asset("e", "b")),
            steps=(
                step("even", "c2 c a", can_subset=True),
                step("odd", "d b2 b", can_subset=True),
                step("last", "e"),
            ),
        )
    )
    assert [
        ("even", "a", ""),
        ("odd", "b2 b", "even"),
        ("even~2", "c2 c", "odd"),
        ("last", "e", "odd"),
        ("odd~2", "d", "even~2"),
    ] == shape(made)


def test_steps_that_wait_for_each_other_are_refused():
    """
    When steps that can't be divided wait for each other, the plan names them.
    """
    definitions = Definitions(
        assets=(asset("a"), asset("b", "a"), asset("c", "b")), steps=(step("outer", "a c"), step("inner", "b"))
    )
    with pytest.raises(UsageError, match="these steps wait for each other, though their assets don't: inner, outer"):
        plan(link(definitions)[0])


def test_blocking_checks_of_other_steps_come_before_what_they_guard():
    """
    What is downstream of an asset waits for blocking checks of it, also when a step of their own makes them.
    """
    made = planned(
        Definitions(
            assets=(asset("a"), asset("between", "a"), asset("b", "between"), asset("c", "a")),
            checks=(check("a:ok", blocking=True), check("a:same", "c", blocking=True), check("a:free")),
            steps=(
                step("s_a", "a"),
                step("s_b", "b"),
                step("s_c", "c"),
                step("guard", "", "a:ok"),
                step("compare", "", "a:same"),
                step("free", "", "a:free"),
            ),
        )
    )
    after = {each.address: set(each.after) for each in made.steps}
    assert {
        "s_a": set(),
        "guard": {"s_a"},
        "free": {"s_a"},
        "s_c": {"s_a", "guard"},
        "compare": {"s_a", "s_c"},  # it needs c, so c can't wait for it
        "s_b": {"s_a", "guard", "compare"},
    } == after


def test_what_a_plan_knows_of_its_checks_and_assets():
    """
    A planned step knows which of its checks block, which only warn, and which assets it may skip.
    """
    made = planned(
        Definitions(
            assets=(asset("a", skippable=True), asset("b")),
            checks=(check("a:stop", blocking=True), check("a:warn", severity=CheckSeverity.WARN)),
            steps=(step("s", "a b", "a:stop a:warn"),),
        )
    )
    [only] = made.steps
    assert {CheckKey(key("a"), "stop")} == only.blocking
    assert {CheckKey(key("a"), "warn")} == only.warn_only
    assert {key("a")} == only.skippable


@pytest.mark.parametrize(
    ("definitions", "selection", "message"),
    [
        pytest.param(Definitions(assets=(asset("a"),)), "*", "has no step", id="no-steps"),
        pytest.param(CHAIN, "external", "selects only what no step produces: external", id="external"),
        pytest.param(CHAIN, "a and b", "'a and b' selects no asset", id="nothing"),
        pytest.param(CHAIN, "b and", "b and", id="unreadable"),
    ],
)
def test_plans_of_nothing_are_refused(definitions, selection, message):
    """
    A selection that leaves nothing to do is an error that says why.
    """
    with pytest.raises(UsageError, match=message):
        planned(definitions, selection)


@st.composite
def definitions_with_steps(draw) -> Definitions:
    """Any assets, in any order, over steps of any size that can be subset or have one asset."""
    count = draw(st.integers(1, 12))
    names = [f"a{n}" for n in range(count)]
    assets = [
        asset(name, *draw(st.lists(st.sampled_from(names[:n]), unique=True, max_size=3)) if n else ())
        for n, name in enumerate(names)
    ]
    producers = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))  # 0: external, 4: a step of its own
    shared = {
        number: [name for name, producer in zip(names, producers, strict=True) if producer == number]
        for number in (1, 2, 3)
    }
    steps = [step(f"s{n}", " ".join(mine), can_subset=True) for n, mine in shared.items() if mine]
    steps += [step(f"own_{name}", name) for name, producer in zip(names, producers, strict=True) if producer == 4]
    return Definitions(assets=tuple(draw(st.permutations(assets))), steps=tuple(draw(st.permutations(steps))))


@given(definitions_with_steps(), st.data())
def test_plans_respect_every_edge(definitions, data):
    """
    Each selected asset is planned once; whatever it depends on, however indirectly, is in the same part or before.
    """
    graph, _ = link(definitions)
    produced = sorted(asset for each in definitions.steps for asset in each.assets)
    if not produced:
        return
    selected = data.draw(st.sets(st.sampled_from(produced), min_size=1))
    made = plan(graph, " or ".join(map(str, sorted(selected))))

    position = {asset: n for n, each in enumerate(made.steps) for asset in each.assets}
    assert selected == set(position)
    assert len(position) == sum(len(each.assets) for each in made.steps)
    addresses = [each.address for each in made.steps]
    assert len(addresses) == len(set(addresses))
    for asset, n in position.items():
        for first in (graph.upstream({asset}) - {asset}) & selected:
            assert position[first] <= n
            assert position[first] == n or _reaches(made, n, position[first])
    for n, each in enumerate(made.steps):
        assert all(addresses.index(first) < n for first in each.after)


def _reaches(made: Plan, last: int, first: int) -> bool:
    """Whether the part at `last` waits for the part at `first`, maybe through others."""
    position = {each.address: n for n, each in enumerate(made.steps)}
    waiting, met = [last], set()
    while waiting:
        at = waiting.pop()
        if at == first:
            return True
        met.add(at)
        waiting.extend(n for name in made.steps[at].after if (n := position[name]) not in met)
    return False


def test_a_part_of_a_step_leaves_out_checks_that_read_what_was_never_materialized() -> None:
    """
    A check that also reads an absent asset is left out of a subset, and told; with the asset selected it is made.
    """
    a, b = AssetKey.parse("a"), AssetKey.parse("b")
    both = Check(name="both", asset=a, additional_deps=frozenset({b}))
    own = Check(name="own", asset=a)
    step = Step(name="s", run=lambda context: None, assets=(a, b), checks=(both.key, own.key), can_subset=True)
    graph, _ = link(Definitions(assets=(Asset(key=a), Asset(key=b)), checks=(both, own), steps=(step,)))
    subset = plan(graph, "a", absent=frozenset({b}))
    assert (((own.key,), (both.key,))) == (subset.steps[0].checks, subset.left_out)
    whole = plan(graph, "*", absent=frozenset({b}))
    assert ((both.key, own.key), ()) == (whole.steps[0].checks, whole.left_out)
