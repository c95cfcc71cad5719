"""From a graph and policies to verdicts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from threading import Thread
from typing import Any

import pytest

from tests.unit.policies.test_compiled import SUBJECTS
from treadle import Asset, Check, policy
from treadle.errors import Severity
from treadle.ir import AssetGraph
from treadle.ir.verdicts import PolicySeverity, Verdict
from treadle.policies import Binding, Judgement, Policy, Rule, Subjects, finding, judge, policies_in, read_policies


def owned(**more: Any) -> Policy:
    return Policy(
        **{"name": "owned", "require": Rule(text="asset.owners"), "message": "{{ asset.key }} has no owner", **more}
    )


def judged(policies: Any, *bindings: Binding, subjects: Subjects = SUBJECTS) -> Judgement:
    rulebook = read_policies(policies, bindings)
    assert () == rulebook.diagnostics
    return judge(rulebook, subjects)


def names(judgement: Judgement) -> list[tuple[str, str]]:
    return [(each.name, each.severity) for each in judgement.verdicts]


def test_a_violation_is_told_with_its_message() -> None:
    """
    It names the asset, what may not run, and the page that says more.
    """
    (first, _) = judged([owned(docs="https://example.com")]).verdicts
    (orders,) = [key for key in SUBJECTS.graph.assets if str(key) == "orders"]
    expected = Verdict(
        policy="owned",
        severity="deny",
        target="asset",
        name="orders",
        message="orders has no owner",
        assets=frozenset({orders}),
        docs="https://example.com",
    )
    assert expected == first


@pytest.mark.parametrize(
    ("target", "text", "match", "found"),
    [
        pytest.param("asset", "false", "*", ["orders", "STG_x", "raw/orders"], id="assets-that-are-declared"),
        pytest.param("asset", "false", "kind:dbt", ["orders"], id="selected"),
        pytest.param("check", "not check.blocking", "*", ["orders:has_rows"], id="checks"),
        pytest.param("check", "false", "key:STG_x", [], id="checks-of-selected"),
        pytest.param("step", "step.compute", "*", ["shop:b"], id="steps"),
        pytest.param("component", "component.attributes.path == 'b.py'", "*", ["shop"], id="components"),
        pytest.param("component", "false", "key:raw/orders", [], id="components-of-selected"),
        pytest.param("project", "project.assets | length < 3", "*", ["mill"], id="project"),
    ],
)
def test_every_kind_of_target_is_judged(target: Any, text: str, match: str, found: list[str]) -> None:
    """
    A selection means assets, or the checks, steps and components that are theirs.
    """
    judgement = judged([Policy(name="p", require=Rule(text=text), target=target, match=match)])
    assert sorted(found) == sorted(each.name for each in judgement.verdicts)


BOTH: list[tuple[str, PolicySeverity]] = [("orders", "deny"), ("STG_x", "deny")]


@pytest.mark.parametrize(
    ("made", "bindings", "found"),
    [
        pytest.param(owned(), [], BOTH, id="everywhere"),
        pytest.param(owned(), [Binding(policies=("own*",), severity="warn")], [("orders", "warn"), ("STG_x", "warn")], id="its-giver-says"),
        pytest.param(owned(), [Binding(policies=("owned",), match="key:orders")], BOTH[:1], id="only-there"),
        pytest.param(owned(), [Binding(policies=("owned",), projects=("sales", "tea*"))], [], id="another-project"),
        pytest.param(owned(), [Binding(policies=("owned",), packages=("acme",))], [], id="another-package"),
        pytest.param(
            owned(),
            [Binding(policies=("owned",), severity="warn"), Binding(policies=("owned",), match="key:STG_x")],
            [("orders", "warn"), ("STG_x", "deny")],
            id="hardest-wins",
        ),
        pytest.param(
            owned(name="acme.owned", giver="acme", severity="warn"),
            [Binding(policies=("acme.*",), severity="deny", match="key:orders")],
            [("orders", "deny"), ("STG_x", "warn")],
            id="harder-than-inherited",
        ),
        pytest.param(
            owned(name="acme.owned", giver="acme"),
            [Binding(policies=("owned",), giver="acme", match="key:orders"), Binding(policies=("acme.owned",), match="key:STG_x")],
            BOTH,
            id="more-places",
        ),
        pytest.param(owned(giver="treadle"), [], [], id="standard-is-unbound"),
        pytest.param(owned(giver="treadle"), [Binding(policies=("owned",), severity="audit")], [("orders", "audit"), ("STG_x", "audit")], id="standard-bound"),
    ],
)  # fmt: skip
def test_bindings_say_where_and_how_hard(made: Policy, bindings: list[Binding], found: list[tuple[str, str]]) -> None:
    """
    What its own giver binds holds only there; what others bind is added; the hardest wins.
    """
    assert sorted(found) == sorted(names(judged([made], *bindings)))


def test_each_set_of_parameters_is_judged() -> None:
    """
    Another's parameters are asked for beside one's own.
    """
    made = Policy(
        name="acme.long",
        giver="acme",
        require=Rule(text="asset.name | length >= parameters.least"),
        parameters={"least": 6},
        message="shorter than {{ parameters.least }}",
    )
    found = judged([made], Binding(policies=("acme.long",), parameters={"least": 7}))
    expected = [
        ("STG_x", "shorter than 6"),
        ("STG_x", "shorter than 7"),
        ("orders", "shorter than 7"),
        ("raw/orders", "shorter than 7"),
    ]
    assert expected == sorted((each.name, each.message) for each in found.verdicts)


@pytest.mark.parametrize(
    ("made", "binding", "code", "message"),
    [
        pytest.param(owned(), Binding(policies=("ownd",)), "TRD908", "there is no policy 'ownd'", id="name"),
        pytest.param(owned(), Binding(policies=("x.*",)), "TRD908", "no policy fits 'x.*'", id="pattern"),
        pytest.param(owned(), Binding(policies=("owned",), parameters={"a": 1}), "TRD908", "no policy of this binding has a parameter 'a'", id="parameter"),
        pytest.param(owned(parameters={"a": 1}), Binding(policies=("owned",), parameters={"a": "x"}), "TRD908", "the parameter 'a' of owned is a whole number, not text", id="kind"),
        pytest.param(owned(giver="acme"), Binding(policies=("owned",), severity="audit"), "TRD907", "the severity audit would loosen owned", id="loosened"),
    ],
)  # fmt: skip
def test_bindings_that_cannot_be_are_told(made: Policy, binding: Binding, code: str, message: str) -> None:
    """
    What is bound to nothing, or would loosen what is inherited, is a mistake.
    """
    rulebook = read_policies([made], [binding])
    assert [(code, message)] == [(each.code, each.message) for each in rulebook.diagnostics]


def test_what_is_loosened_holds_all_the_same() -> None:
    """
    The mistake doesn't help whoever makes it.
    """
    rulebook = read_policies([owned(giver="acme")], [Binding(policies=("*",), severity="warn")])
    assert sorted(BOTH) == sorted(names(judge(rulebook, SUBJECTS)))


def test_what_another_package_binds_cannot_be_loosened() -> None:
    """
    A pack that a package asks for is as hard as the package says.
    """
    bindings = [Binding(policies=("owned",), giver="acme"), Binding(policies=("owned",), severity="warn")]
    rulebook = read_policies([owned(giver="treadle")], bindings)
    assert ["TRD907"] == [each.code for each in rulebook.diagnostics]
    assert sorted(BOTH) == sorted(names(judge(rulebook, SUBJECTS)))


def test_a_policy_that_cannot_be_read_denies_what_it_is_about() -> None:
    """
    One verdict stands for all of it; other policies go on.
    """
    broken = Policy(name="broken", require=Rule(text="asset.ownrs"), match="kind:dbt")
    found = judge(read_policies([broken, owned()]), SUBJECTS).verdicts
    assert [("*", True), ("orders", False), ("STG_x", False)] == [(each.name, each.is_broken) for each in found]
    assert ["orders"] == [str(key) for key in found[0].assets]
    assert found[0].denies


@pytest.mark.parametrize("language", ["template", "cel"])
def test_a_policy_that_fails_denies_what_it_fails_for(language: Any) -> None:
    """
    The others are judged; what went wrong is told once.
    """
    if language == "cel":
        pytest.importorskip("cel_expr_python")
    found = judged([Policy(name="p", require=Rule(text="asset.tags.pii == 'yes'", language=language))])
    assert [("STG_x", True), ("orders", True)] == sorted((each.name, each.is_broken) for each in found.verdicts)
    (told,) = found.diagnostics
    assert ("TRD905", "the policy 'p' fails for orders and 1 more", Severity.ERROR) == (
        told.code,
        told.message,
        told.severity,
    )


def test_functions_are_given_what_they_ask_for() -> None:
    """
    A target by its kind, the graph, the components and the parameters; any answer that says something is taken.
    """

    @policy(parameters={"most": 0})
    def few_children(asset: Asset, graph: AssetGraph, parameters: Mapping[str, int]) -> bool:
        return len(graph.children(asset.key)) <= parameters["most"]

    @policy(target="check", severity="warn")
    def described(check: Check) -> str | None:
        return None if check.description else "says nothing"

    @policy(target="project")
    def well_named(project: str, components: tuple[object, ...]) -> Iterator[str]:
        yield project
        yield str(len(components))

    found = judged(policies_in(locals())).verdicts
    expected = [
        ("described", "orders:has_rows", "says nothing"),
        ("few_children", "orders", "orders violates few_children"),
        ("few_children", "raw/orders", "raw/orders violates few_children"),
        ("well_named", "mill", "1"),
        ("well_named", "mill", "mill"),
    ]
    assert expected == sorted((each.policy, each.name, each.message) for each in found)


def test_a_function_that_raises_is_told_with_its_own_lines() -> None:
    """
    Of the traceback, what isn't theirs is left out.
    """

    @policy(severity="warn")
    def bad(asset: Asset) -> bool:
        raise ValueError(f"no {asset.key}")

    (told,) = judged(policies_in(locals())).diagnostics
    assert ("TRD905", Severity.WARNING) == (told.code, told.severity)
    assert "ValueError: no raw/orders" in told.why
    assert 'raise ValueError(f"no {asset.key}")' in told.why
    assert "finding.py" not in told.why


def test_an_answer_that_is_none_is_told() -> None:
    """
    A number is neither right nor wrong.
    """

    @policy()
    def odd(asset: Asset) -> object:
        return 3

    (told,) = judged(policies_in(locals())).diagnostics
    assert told.why.startswith("it gave 3;")


@pytest.mark.parametrize("in_thread", [False, True], ids=["main", "thread"])
def test_a_function_that_never_ends_is_stopped(in_thread: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What it wasn't asked about is denied, whatever it catches, and other policies go on.
    """
    monkeypatch.setattr(finding, "SECONDS", 0.2)

    @policy()
    def endless(asset: Asset) -> bool:
        while str(asset.key) != "raw/orders":
            try:
                time.sleep(0.01)
            except Exception:
                continue
        return True

    found: list[Judgement] = []
    rulebook = read_policies([*policies_in(locals()), owned()])
    thread = Thread(target=lambda: found.append(judge(rulebook, SUBJECTS)))
    if in_thread:
        thread.start()
        thread.join()
    else:
        thread.run()
    (told,) = found[0].diagnostics
    assert "TRD906" == told.code
    denied = [(each.policy, each.name) for each in found[0].verdicts]
    assert [("endless", "STG_x"), ("endless", "orders"), ("owned", "STG_x"), ("owned", "orders")] == sorted(denied)


def test_a_part_of_a_graph_is_judged_only_by_what_it_tells() -> None:
    """
    Lineage, functions with the graph and the project need the whole.
    """

    @policy()
    def alone(asset: Asset, graph: AssetGraph) -> bool:
        return False

    made = [
        owned(),
        *policies_in(locals()),
        Policy(name="lineage", require=Rule(text="asset.downstream")),
        Policy(name="around", require=Rule(text="false"), match="+orders"),
        Policy(name="project", require=Rule(text="false"), target="project"),
        owned(name="unbound", giver="treadle"),
    ]
    part = Subjects(graph=SUBJECTS.graph, is_whole=False)
    assert {"owned"} == {each.policy for each in judged(made, subjects=part).verdicts}


def test_a_policy_that_cannot_be_read_denies_in_a_part_too() -> None:
    """
    A step's own process knows no better than whoever planned the run.
    """
    rulebook = read_policies([Policy(name="broken", require=Rule(text="asset.ownrs"))])
    (found,) = judge(rulebook, Subjects(graph=SUBJECTS.graph, is_whole=False)).verdicts
    assert found.denies
