"""What waivers and the baseline excuse, and everything that is wrong with either."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from treadle.errors import Span
from treadle.ir.verdicts import Verdict
from treadle.policies import Policy, Rule, Waiver
from treadle.policies.baseline import Entry, baseline_text, read_baseline
from treadle.policies.excusing import Excused, excuse
from treadle.policies.waivers import read_waivers

TODAY = date(2027, 6, 15)
OWNERS = Policy(name="owners", require=Rule(text="asset.owners"))
SECRETS = Policy(name="secrets", require=Rule(text="true"), waivable=False)


def violation(name: str, policy: str = "owners") -> Verdict:
    return Verdict(policy=policy, severity="deny", target="asset", name=name, message="no owner")


def waiver(*names: str, policy: str = "owners", expires: date = date(2027, 6, 30)) -> Waiver:
    span = Span(file=Path("waivers.yaml"))
    return Waiver(policy=policy, names=names, owner="team:data", reason="it moves", expires=expires, span=span)


def judged(*verdicts: Verdict, waivers: tuple[Waiver, ...] = (), whole: bool = True, **options: object) -> Excused:
    baseline = options.get("baseline")
    assert baseline is None or isinstance(baseline, Path)
    return excuse(
        verdicts,
        policies=[OWNERS, SECRETS],
        waivers=waivers,
        baseline=read_baseline(baseline) if baseline else None,
        day=TODAY,
        is_whole=whole,
    )


def told(found: Excused) -> list[tuple[str, str, str]]:
    return [(each.code, each.severity.value, each.message) for each in found.diagnostics]


def denied(found: Excused) -> list[str]:
    return [each.name for each in found.verdicts if each.denies]


def test_a_waiver_excuses_what_it_names() -> None:
    """
    Names and patterns say what is excused, of this policy alone; the excuse says who answers for it, and why.
    """
    found = judged(violation("raw/a"), violation("raw/b"), violation("orders"), waivers=(waiver("raw/*"),))
    assert ["orders"] == denied(found)
    excuses = [each.excuse for each in found.verdicts if each.excuse]
    assert [("waiver", "team:data", "it moves")] * 2 == [(each.kind, each.owner, each.reason) for each in excuses]
    assert ["raw/a", "raw/b"] == [each.name for use in found.uses for each in use.verdicts]
    assert [] == told(found)


def test_a_waiver_holds_through_its_last_day() -> None:
    """
    On the day on which it expires it still excuses; from the next on it is an error, and excuses nothing.
    """
    assert [] == denied(judged(violation("a"), waivers=(waiver("a", expires=TODAY),)))
    found = judged(violation("a"), waivers=(waiver("a", expires=date(2027, 6, 14)),))
    assert ["a"] == denied(found)
    assert [("TRD912", "error", "the waiver of owners for a has expired")] == told(found)


def test_a_name_that_violates_nothing_is_told() -> None:
    """
    Each name of a waiver has to be for something; where not everything was judged, nobody can tell.
    """
    waivers = (waiver("a", "gone"),)
    assert [("TRD913", "warning", "a waiver excuses nothing: 'gone' doesn't violate owners")] == told(
        judged(violation("a"), waivers=waivers)
    )
    assert [] == told(judged(violation("a"), waivers=waivers, whole=False))


def test_a_waiver_of_a_policy_that_is_not_there_is_told() -> None:
    found = judged(violation("a"), waivers=(waiver("a", policy="owner"),))
    assert [("TRD913", "warning", "a waiver is for a policy that isn't there: 'owner'")] == told(found)
    assert "did you mean 'owners'?" == found.diagnostics[0].fix


def test_what_allows_no_exceptions_has_none(tmp_path: Path) -> None:
    """
    A policy that isn't waivable knows neither waivers nor a baseline.
    """
    file = tmp_path / "policy-baseline.json"
    file.write_text(baseline_text([Entry("secrets", "asset", "b")]), encoding="utf-8")
    found = judged(
        violation("a", "secrets"), violation("b", "secrets"), waivers=(waiver("a", policy="secrets"),), baseline=file
    )
    assert ["a", "b"] == denied(found)
    assert [
        ("TRD914", "error", "a waiver can't excuse a violation of secrets"),
        ("TRD914", "error", "the baseline can't excuse a violation of secrets"),
    ] == told(found)


def test_the_baseline_excuses_what_was_there_before(tmp_path: Path) -> None:
    """
    What is in it is excused, what is new isn't, and what isn't there any more is mended.
    """
    file = tmp_path / "policy-baseline.json"
    file.write_text(baseline_text([Entry("owners", "asset", "old"), Entry("owners", "asset", "gone")]), "utf-8")
    found = judged(violation("old"), violation("new"), baseline=file)
    assert ["new"] == denied(found)
    assert (Entry("owners", "asset", "gone"),) == found.mended
    assert [] == told(found)
    assert () == judged(violation("old"), baseline=file, whole=False).mended


def test_a_waiver_comes_before_the_baseline(tmp_path: Path) -> None:
    file = tmp_path / "policy-baseline.json"
    file.write_text(baseline_text([Entry("owners", "asset", "a")]), encoding="utf-8")
    (verdict,) = judged(violation("a"), waivers=(waiver("a"),), baseline=file).verdicts
    assert verdict.excuse is not None
    assert "waiver" == verdict.excuse.kind


def test_a_baseline_is_written_in_one_order(tmp_path: Path) -> None:
    """
    The same violations make the same file, a line each; what is read is what was written.
    """
    entries = [Entry("b", "asset", 'é/"x"'), Entry("a", "step", "jdbt:build"), Entry("a", "asset", "z")]
    text = baseline_text(entries)
    assert text == baseline_text([*reversed(entries), entries[0]])
    file = tmp_path / "policy-baseline.json"
    file.write_text(text, encoding="utf-8")
    assert frozenset(entries) == read_baseline(file).entries
    assert json.loads(baseline_text([]))["violations"] == []


def by_hand(text: str) -> str:
    return text.replace('"orders"', '"sales"')


@pytest.mark.parametrize(
    ("change", "why", "line"),
    [
        pytest.param(
            by_hand, "a line of it was not written by `treadle policy baseline`, first: 'owners sales'", 6, id="name"
        ),
        pytest.param(
            lambda text: text.replace("    {", '    {"policy": "owners", "target": "asset", "name": "x"},\n    {', 1),
            "a line of it was not written by `treadle policy baseline`, first: 'owners x'",
            5,
            id="line-without-a-seal",
        ),
        pytest.param(
            lambda text: text.replace('"violations": [', '"violations": [[],'), "a line of it", 1, id="no-violation"
        ),
        pytest.param(lambda text: text[:-5], "it is no JSON", 7, id="cut-off"),
        pytest.param(lambda text: "[]", "its version is None", 1, id="something-else"),
        pytest.param(lambda text: '{"version": 2}', "its version is 2, and this Treadle writes 1", 1, id="newer"),
        pytest.param(lambda text: '{"version": 1}', "it has no list of violations", 1, id="no-list"),
        pytest.param(lambda text: "<<<<<<< HEAD\n" + text, "it is no JSON", 1, id="conflict"),
        pytest.param(lambda text: "[" * 100_000, "it is no JSON", 1, id="nested"),
    ],
)
def test_a_baseline_that_was_changed_by_hand_excuses_nothing(change, why: str, line: int, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "policy-baseline.json"
    text = baseline_text([Entry("owners", "asset", "a"), Entry("owners", "asset", "orders")])
    file.write_text(change(text), encoding="utf-8")
    found = judged(violation("a"), baseline=file)
    assert ["a"] == denied(found)
    (mistake,) = found.diagnostics
    assert ("TRD915", line) == (mistake.code, mistake.span.line if mistake.span else None)
    assert mistake.why.startswith(why)


def test_a_line_that_is_taken_out_by_hand_only_excuses_less(tmp_path: Path) -> None:
    """
    Branches that each mend something merge line by line: whatever lines are left are still sealed.
    """
    file = tmp_path / "policy-baseline.json"
    text = baseline_text([Entry("owners", "asset", "a"), Entry("owners", "asset", "b")])
    file.write_text("".join(each for each in text.splitlines(True) if '"a"' not in each), encoding="utf-8")
    found = judged(violation("a"), violation("b"), baseline=file)
    assert ["a"] == denied(found)
    assert [] == told(found)


RIGHT = "- {policy: owners, names: [a], owner: team:data, reason: it moves, expires: 2027-06-30}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(RIGHT, [], id="right"),
        pytest.param(
            "- policy: owners\n  names: [a]\n  owner: team:data\n  expires: 2027-06-30\n",
            [("TRD911", 1, "a waiver without 'reason' excuses nothing")],
            id="no-reason",
        ),
        pytest.param(
            RIGHT.replace("it moves", "''"), [("TRD911", 1, "a waiver without 'reason' excuses nothing")], id="empty"
        ),
        pytest.param(
            "- policy: owners\n",
            [
                ("TRD911", 1, "a waiver without 'owner' excuses nothing"),
                ("TRD911", 1, "a waiver without 'reason' excuses nothing"),
                ("TRD911", 1, "a waiver without 'expires' excuses nothing"),
                ("TRD205", 1, "missing attribute 'names'"),
            ],
            id="only-a-policy",
        ),
        pytest.param(
            RIGHT.replace("2027-06-30", "soon"),
            [("TRD204", 1, "expires: 'soon' is not a day; write year-month-day, like 2027-06-30")],
            id="no-day",
        ),
        pytest.param(RIGHT.replace("2027-06-30", "20270630"), [("TRD204", 1, "")], id="a-number"),
        pytest.param(RIGHT.replace("2027-06-30", "2027-02-30"), [("TRD204", 1, "")], id="no-such-day"),
        pytest.param(RIGHT.replace("team:data", "data"), [("TRD204", 1, "")], id="no-owner"),
        pytest.param(RIGHT.replace("names: [a]", "name: a"), [("TRD203", 1, "")], id="misspelled"),
        pytest.param(RIGHT.replace("[a]", "[]"), [("TRD204", 1, "")], id="no-names"),
        pytest.param(
            RIGHT.replace("it moves", "'{{ why }}'"), [("TRD911", 1, "'reason' can't be a template")], id="template"
        ),
        pytest.param("owners: [a]\n", [("TRD911", 1, "waivers.yaml is written as a list")], id="no-list"),
        pytest.param("- owners\n", [("TRD911", 1, "a waiver is written as a mapping")], id="no-mapping"),
        pytest.param("- [\n", [("TRD106", 1, "")], id="no-yaml"),
    ],
)
def test_what_is_wrong_with_waivers(text: str, expected: list[tuple[str, int, str]], tmp_path: Path) -> None:
    """
    Each mistake has its place; the other waivers of the file hold.
    """
    file = tmp_path / "waivers.yaml"
    file.write_text(text, encoding="utf-8")
    found = read_waivers(file)
    got = [(each.code, each.span.line if each.span else 0, each.message) for each in found.diagnostics]
    assert [(code, line) for code, line, _ in expected] == [(code, line) for code, line, _ in got]
    assert all(message in said for (_, _, message), (_, _, said) in zip(expected, got, strict=True))


def test_a_mistake_in_one_waiver_takes_nothing_from_the_others(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(f"{RIGHT}- owners\n{RIGHT}", encoding="utf-8")
    found = read_waivers(file)
    assert [1, 3] == [each.span.line for each in found.waivers if each.span]
    assert 1 == len(found.diagnostics)
