"""What is wrong with a project as a whole, and what a graph is made of all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from treadle.errors import Diagnostic, Severity, Span
from treadle.ir import (
    Asset,
    AssetGraph,
    AssetKey,
    Check,
    CheckKey,
    Definitions,
    Job,
    MultiPartitions,
    Origin,
    Schedule,
    Sensor,
    StaticPartitions,
    Step,
    TimeWindowPartitions,
    link,
)

DAILY = TimeWindowPartitions(cron="0 0 * * *", start="2026-01-01")


def key(text: str) -> AssetKey:
    return AssetKey.parse(text)


def check_key(text: str) -> CheckKey:
    asset, name = text.split(":")
    return CheckKey(key(asset), name)


def at(line: int) -> Origin:
    return Origin(component="c", span=Span(file=Path("defs.yaml"), line=line))


def asset(name: str, *deps: str, line: int = 1, **said: Any) -> Asset:
    return Asset(key=key(name), deps=frozenset(map(key, deps)), origin=at(line), **said)


def check(name: str, *additional: str, line: int = 1) -> Check:
    named = check_key(name)
    return Check(name=named.name, asset=named.asset, additional_deps=frozenset(map(key, additional)), origin=at(line))


def step(name: str, *assets: str, checks: tuple[str, ...] = (), line: int = 1, **said: Any) -> Step:
    return Step(
        name=name,
        run=lambda context: None,
        assets=tuple(map(key, assets)),
        checks=tuple(map(check_key, checks)),
        origin=at(line),
        **said,
    )


def mistakes(*things: Asset | Check | Step | Schedule | Sensor | Job) -> tuple[Diagnostic, ...]:
    return link(definitions(*things))[1]


def graph_of(*things: Asset | Check | Step | Schedule | Sensor | Job) -> AssetGraph:
    return link(definitions(*things))[0]


def definitions(*things: Asset | Check | Step | Schedule | Sensor | Job) -> Definitions:
    def those(kind: type) -> Any:
        return tuple(thing for thing in things if isinstance(thing, kind))

    return Definitions(
        assets=those(Asset),
        checks=those(Check),
        steps=those(Step),
        schedules=those(Schedule),
        sensors=those(Sensor),
        jobs=those(Job),
    )


@pytest.mark.parametrize(
    ("things", "code", "message"),
    [
        pytest.param(
            (asset("raw/a", line=3), asset("raw/a", line=7)), "TRD401", "asset 'raw/a' is declared twice", id="asset"
        ),
        pytest.param(
            (asset("a"), check("a:unique", line=3), check("a:unique", line=7)),
            "TRD402",
            "check 'a:unique' is declared twice",
            id="check",
        ),
        pytest.param((step("s", line=3), step("s", line=7)), "TRD404", "step 's' is declared twice", id="step"),
        pytest.param(
            (asset("a"), step("s", "a", line=3), step("t", "a", line=7)),
            "TRD405",
            "asset 'a' is produced by two steps: 's' and 't'",
            id="produced-twice",
        ),
        pytest.param(
            (
                asset("a"),
                check("a:unique"),
                step("s", checks=("a:unique",), line=3),
                step("t", checks=("a:unique",), line=7),
            ),
            "TRD405",
            "check 'a:unique' is made by two steps: 's' and 't'",
            id="checked-twice",
        ),
        pytest.param(
            (Schedule(name="n", cron="@daily", origin=at(3)), Schedule(name="n", cron="@daily", origin=at(7))),
            "TRD406",
            "schedule 'n' is declared twice",
            id="schedule",
        ),
        pytest.param(
            (Sensor(name="n", origin=at(3)), Sensor(name="n", origin=at(7))),
            "TRD406",
            "sensor 'n' is declared twice",
            id="sensor",
        ),
        pytest.param(
            (Job(name="n", origin=at(3)), Job(name="n", origin=at(7))), "TRD406", "job 'n' is declared twice", id="job"
        ),
    ],
)
def test_duplicates_name_both_places(things, code, message):
    """
    What is declared twice is pointed at where it comes again; the first place is named.
    """
    (mistake,) = mistakes(*things)

    assert (code, message, "defs.yaml:7:1") == (mistake.code, mistake.message, str(mistake.span))
    assert "defs.yaml:3:1" in mistake.why
    assert "defs.yaml:7:1" in mistake.why
    assert mistake.fix


def test_duplicates_keep_the_first():
    """
    The rest of the project goes on with the first of two declarations.
    """
    graph = graph_of(
        asset("a", description="one"), asset("a", description="two"), step("s", "a", pool="one"), step("t", "a")
    )

    assert "one" == graph.assets[key("a")].description
    assert "s" == graph.step_of(key("a")).name


def test_each_repetition_is_told():
    """
    Three declarations of one asset are two mistakes.
    """
    found = mistakes(asset("a", line=1), asset("a", line=2), asset("a", line=3))

    assert ["defs.yaml:2:1", "defs.yaml:3:1"] == [str(mistake.span) for mistake in found]


def test_one_mistake_is_told_once():
    """
    An asset that two components declare and produce is one duplicate, not two mistakes.
    """
    found = mistakes(asset("a"), asset("a"), step("s", "a"), step("t", "a"))

    assert ["TRD401"] == [mistake.code for mistake in found]


def test_declared_in_an_unknown_place():
    """
    Something that was declared without a place is a mistake like any other.
    """
    nowhere = Asset(key=key("a"))

    (mistake,) = mistakes(nowhere, nowhere)

    assert ("TRD401", None) == (mistake.code, mistake.span)


def test_the_same_name_for_different_kinds_is_fine():
    """
    A job, a schedule and a sensor may share a name.
    """
    assert () == mistakes(Job(name="n"), Sensor(name="n"), Schedule(name="n", cron="@daily"))


def test_a_step_of_undeclared_things():
    """
    A step that produces what nobody declares is told with everything it lacks.
    """
    (mistake,) = mistakes(asset("a"), step("s", "a", "b", checks=("a:unique",), line=4))

    assert ("TRD407", "step 's' produces what nobody declares: asset 'b', check 'a:unique'", "defs.yaml:4:1") == (
        mistake.code,
        mistake.message,
        str(mistake.span),
    )
    assert mistake.fix


@pytest.mark.parametrize(
    ("things", "message"),
    [
        pytest.param((asset("a", "b"), asset("b", "a", line=2)), "assets depend on each other: a → b → a", id="two"),
        pytest.param(
            (asset("a", "b"), asset("b", "c"), asset("c", "a", "b")),
            "assets depend on each other: b → c → b",
            id="shortest",
        ),
        pytest.param((asset("a", "a"),), "an asset depends on itself: a → a", id="itself"),
        pytest.param(
            (asset("a", "a", partitions=StaticPartitions(keys=("x", "y"))),),
            "an asset depends on itself: a → a",
            id="itself-without-time",
        ),
    ],
)
def test_cycles(things, message):
    """
    A circle is printed as its shortest path, from an asset through what it depends on, once.
    """
    (mistake,) = mistakes(*things)

    assert ("TRD403", message) == (mistake.code, mistake.message)
    assert mistake.fix


def test_a_cycle_names_the_places_of_all_members():
    """
    Whoever has to cut a circle sees where each of its assets is declared.
    """
    (mistake,) = mistakes(asset("a", "b", line=3), asset("b", "c", line=5), asset("c", "a", line=7), asset("d", "a"))

    assert "defs.yaml:3:1" == str(mistake.span)
    assert [True, True, True] == [place in mistake.why for place in ("defs.yaml:3:1", "defs.yaml:5:1", "defs.yaml:7:1")]
    assert "'d'" not in mistake.why


def test_separate_cycles_are_separate_mistakes():
    """
    Two circles are told as two, even when one hangs on the other.
    """
    found = mistakes(asset("a", "b"), asset("b", "a", "c"), asset("c", "d"), asset("d", "c"))

    assert ["assets depend on each other: a → b → a", "assets depend on each other: c → d → c"] == [
        mistake.message for mistake in found
    ]


@pytest.mark.parametrize(
    "partitions",
    [
        pytest.param(DAILY, id="windows"),
        pytest.param(MultiPartitions(dimensions={"day": DAILY, "shop": StaticPartitions(keys=("x",))}), id="dimension"),
    ],
)
def test_an_asset_of_time_windows_may_depend_on_itself(partitions):
    """
    Today's partition may be made from yesterday's.
    """
    graph, found = link(definitions(asset("a", "a", partitions=partitions)))

    assert () == found
    assert frozenset() == graph.parents(key("a"))


def test_steps_that_wait_for_each_other():
    """
    A step that makes two assets at once can't have another step between them; the message says which, and why.
    """
    (mistake,) = mistakes(
        asset("a"),
        asset("b", "a"),
        asset("c", "b"),
        step("both", "a", "c", line=3),
        step("middle", "b", line=5),
    )

    assert ("TRD408", "steps wait for each other: both → middle → both", "defs.yaml:3:1") == (
        mistake.code,
        mistake.message,
        str(mistake.span),
    )
    assert mistake.why.startswith(
        "'c' depends on 'b'; 'b' depends on 'a'; but 'both' makes all that it produces at once"
    )
    assert "defs.yaml:5:1" in mistake.why
    assert "can_subset" in mistake.fix


def test_a_check_can_make_steps_wait_for_each_other():
    """
    A step that also checks what is made from its own asset waits for itself.
    """
    (mistake,) = mistakes(
        asset("a"),
        asset("b", "a"),
        check("b:rows"),
        step("s", "a", checks=("b:rows",)),
        step("t", "b"),
    )

    assert "TRD408" == mistake.code
    assert mistake.why.startswith("check 'b:rows' is about 'b'; 'b' depends on 'a';")


@pytest.mark.parametrize(
    "things",
    [
        pytest.param(
            (asset("a"), asset("b", "a"), asset("c", "b"), step("s", "a", "c", can_subset=True), step("t", "b")),
            id="subset",
        ),
        pytest.param((asset("a"), asset("b", "a"), step("s", "a", "b")), id="inside-one-step"),
        pytest.param((asset("a"), asset("b", "a"), step("s", "a", "b", can_subset=True)), id="inside-a-subset"),
        pytest.param((asset("a"), check("a:rows"), step("s", "a", checks=("a:rows",))), id="check-of-its-own-asset"),
    ],
)
def test_steps_that_can_be_ordered(things):
    """
    A step that can run in parts, or whose assets only need each other, is no circle.
    """
    assert () == mistakes(*things)


def test_a_circle_of_assets_is_not_told_again_for_steps():
    """
    When the assets are in a circle, their steps aren't blamed.
    """
    found = mistakes(asset("a", "b"), asset("b", "a"), step("s", "a"), step("t", "b"))

    assert ["TRD403"] == [mistake.code for mistake in found]


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("raw/ordes", id="missing"),
        pytest.param("raw/orderrs", id="added"),
        pytest.param("raw/ordets", id="wrong"),
        pytest.param("raw/odrers", id="swapped"),
        pytest.param("Raw/Orders", id="case"),
        pytest.param("raw_orders", id="separator"),
    ],
)
def test_a_slip_in_a_dependency_is_a_warning(typed):
    """
    An undeclared dependency that is spelled nearly like a declared asset is a warning with both places.
    """
    (mistake,) = mistakes(asset("raw/orders", line=3), asset("x", typed, line=7))

    assert (Severity.WARNING, "TRD409", f"asset 'x' depends on '{typed}', which nobody declares", "defs.yaml:7:1") == (
        mistake.severity,
        mistake.code,
        mistake.message,
        str(mistake.span),
    )
    assert mistake.fix.startswith("did you mean 'raw/orders'?")
    assert "defs.yaml:3:1" in mistake.why


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("payments", id="far"),
        pytest.param("raw/orders2", id="digit"),
        pytest.param("stg/orders", id="other-prefix"),
        pytest.param("us/shop_b", id="short-word"),
    ],
)
def test_other_upstreams_are_legitimate(typed):
    """
    Assets of elsewhere need no declaration.
    """
    assert () == mistakes(asset("raw/orders"), asset("us/shop_a"), asset("x", typed))


def test_a_slip_is_told_once_for_all_who_make_it():
    """
    Several that name the same undeclared asset are one warning.
    """
    (mistake,) = mistakes(asset("orders"), asset("x", "ordes"), asset("y", "ordes"), check("ordes:rows"))

    assert "asset 'x' depends on 'ordes', which nobody declares (so do 2 more)" == mistake.message


def test_a_check_of_a_misspelled_asset():
    """
    A check about an asset that nobody declares has the same hint.
    """
    (mistake,) = mistakes(asset("orders"), check("ordes:rows"))

    assert "check 'ordes:rows' is about 'ordes', which nobody declares" == mistake.message


def test_many_undeclared_upstreams_are_no_slips():
    """
    A project with more than 50 assets of elsewhere isn't searched for slips.
    """
    assert () == mistakes(asset("orders"), asset("x", "ordes", *(f"far/f{at}" for at in range(50))))


def test_everything_wrong_is_told_at_once():
    """
    All mistakes come together.
    """
    found = mistakes(
        asset("a"), asset("a"), asset("b", "c"), asset("c", "b"), asset("orders"), asset("x", "ordes"), step("s", "y")
    )

    assert {"TRD401", "TRD403", "TRD407", "TRD409"} == {mistake.code for mistake in found}


def test_a_ring_of_thousands_is_readable():
    """
    A long circle is cut in the message.
    """
    (mistake,) = mistakes(*(asset(f"a{at}", f"a{(at + 1) % 20_000}") for at in range(20_000)))

    assert "TRD403" == mistake.code
    assert max(len(mistake.message), len(mistake.why)) < 2_000
