"""Policies are read before anything is judged: what can't work is told at its place."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.unit.policies.test_compiled import SUBJECTS
from treadle.errors import Span
from treadle.ir.verdicts import PolicyTarget
from treadle.policies import Policy, Rule, judge, policies_in, policy, read_policies
from treadle.policies.rulebook import Entry, Rulebook


def rulebook(text: str, *, language: str = "template", target: PolicyTarget = "asset", **more: object) -> Rulebook:
    rule = Rule(text=text, language=language)  # type: ignore[arg-type]
    return read_policies([Policy(name="p", require=rule, target=target, **more)])  # type: ignore[arg-type]


def entry(text: str, language: str = "template", target: PolicyTarget = "asset") -> Entry:
    return rulebook(text, language=language, target=target).entries["p"]


WRITTEN = "policies:\n  p:\n    require: {}\n"


@pytest.mark.parametrize(
    ("text", "column", "message", "fix"),
    [
        pytest.param("asset.ownrs", 7, "'asset' has no 'ownrs' in 'asset.ownrs'", "did you mean 'owners'?", id="field"),
        pytest.param("1 or assets.key", 6, "there is no variable 'assets' in '1 or assets.key'", "did you mean 'asset'?", id="variable"),
        pytest.param("asset.owners > 3", 16, "'asset.owners > 3' fails", "check the values that it is made from", id="kinds"),
        pytest.param("false and asset.owners > 3", 26, "'false and asset.owners > 3' fails", "check the values that it is made from", id="not-reached"),
        pytest.param("asset.key ==", 11, "the expression 'asset.key ==' can't be read", "write an expression without braces, like: asset.owners and 'pii' not in asset.tags", id="ends-early"),
        pytest.param("asset.owners | lenght > 0", 16, "there is no filter 'lenght' in 'asset.owners | lenght > 0'", "did you mean 'length'?", id="filter"),
        pytest.param("asset.upstream | map(attribute='ownrs')", 33, "the asset has no 'ownrs' in \"asset.upstream | map(attribute='ownrs')\"", "did you mean 'owners'?", id="field-of-items"),
        pytest.param("asset.columns[0].typ", 18, "'asset.columns' has no 'typ' in 'asset.columns[0].typ'", "did you mean 'type'?", id="field-of-item"),
        pytest.param("parameters.leest > 1", 12, "'parameters' has no 'leest' in 'parameters.leest > 1'", "did you mean 'least'?", id="parameter"),
        pytest.param("asset.__class__", 7, "'asset.__class__' is not allowed", "write the policy in Python, with @policy", id="private"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_expression_is_told_at_its_character(
    text: str, column: int, message: str, fix: str, tmp_path: Path
) -> None:
    """
    The place is that of the name, operand or token that is wrong, in the line of the file.
    """
    file = tmp_path / "policies.yaml"
    file.write_text(WRITTEN.format(text), encoding="utf-8")
    start = Span(file=file, line=3, column=14)
    rule = Rule(text=text, span=start)
    (found,) = read_policies([Policy(name="p", require=rule, parameters={"least": 1})]).diagnostics
    expected = Span(file=file, line=3, column=13 + column)
    assert ("TRD904", f"{message} (policy p)", fix, expected) == (found.code, found.message, found.fix, found.span)


@pytest.mark.parametrize(
    ("written", "start", "place"),
    [
        pytest.param('"asset.ownrs"', (1, 3), (1, 10), id="quoted"),
        pytest.param("|\n  asset.key and\n  asset.ownrs", (1, 3), (3, 9), id="block"),
        pytest.param(">-\n  asset.key\n  and   asset.ownrs", (1, 3), (3, 15), id="folded"),
        pytest.param("asset.key\n  and asset.ownrs", (1, 3), (2, 13), id="over-lines"),
        pytest.param("asset.key or\n  asset.ownrs", (1, 3), (1, 3), id="another-text"),
    ],
)
def test_the_place_is_found_however_the_text_is_written(
    written: str, start: tuple[int, int], place: tuple[int, int], tmp_path: Path
) -> None:
    """
    Quotation marks and blocks are looked through; of what isn't found as it is, the start is shown.
    """
    file = tmp_path / "policies.yaml"
    file.write_text(f"- {written}\n", encoding="utf-8")
    text = {"|": "asset.key and\nasset.ownrs", '"': "asset.ownrs"}.get(written[0], "asset.key and asset.ownrs")
    rule = Rule(text=text, span=Span(file=file, line=start[0], column=start[1]))
    (found,) = read_policies([Policy(name="p", require=rule)]).diagnostics
    assert Span(file=file, line=place[0], column=place[1]) == found.span


@pytest.mark.parametrize(
    ("text", "target", "reads", "looks_around"),
    [
        pytest.param("asset.owners and asset.tags.pii", "asset", {"owners", "tags"}, False, id="own"),
        pytest.param("asset.upstream", "asset", {"upstream"}, True, id="lineage"),
        pytest.param("asset.component.assets", "asset", {"component"}, False, id="its-component"),
        pytest.param("step.assets[0].upstream", "step", {"assets"}, True, id="lineage-of-another"),
        pytest.param("project.name", "project", {"name"}, True, id="project"),
    ],
)
def test_it_is_known_what_an_expression_looks_at(
    text: str, target: PolicyTarget, reads: set[str], looks_around: bool
) -> None:
    """
    Fields of the target, for the line that is at fault; and whether a part of the graph is enough to judge.
    """
    found = entry(text, target=target)
    assert (reads, looks_around) == (found.reads, found.looks_around)


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        pytest.param("asset.ownrs.size() > 0", "'asset' has no 'ownrs' (policy p)", "did you mean 'owners'?", id="field"),
        pytest.param("assset.key == ''", "there is nothing called 'assset.key' (policy p)", "did you mean 'asset'?", id="variable"),
        pytest.param("asset.owners > 3", "the expression can't work (policy p)", "", id="kinds"),
        pytest.param("asset.key ==", "the expression can't be read (policy p)", "", id="ends-early"),
        pytest.param("asset.owners", "the expression is neither true nor false (policy p)", "compare it with something: asset.owners.size() > 0", id="no-answer"),
    ],
)  # fmt: skip
def test_a_mistake_in_cel_is_told_when_it_is_read(text: str, message: str, fix: str) -> None:
    """
    CEL knows the fields and their types too.
    """
    pytest.importorskip("cel_expr_python")
    (found,) = rulebook(text, language="cel").diagnostics
    assert ("TRD904", message, fix) == (found.code, found.message, found.fix)


PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "policies.md"
EXAMPLES = re.findall(r"^\| [^|]+ \| `(.+?)` \| `(.+?)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("template", "cel"), [pair for pair in EXAMPLES if pair[1] != "cel"])
def test_what_the_reference_shows_is_the_same_in_both_languages(template: str, cel: str) -> None:
    """
    Each row of the table can be read, and judges alike.
    """
    pytest.importorskip("cel_expr_python")
    parameters = {"groups": ["default", "raw"], "profiles": ["small", None]}
    found = []
    for text, language in ((template, "template"), (cel, "cel")):
        read = rulebook(text.replace("\\|", "|"), language=language, parameters=parameters)
        judgement = judge(read, SUBJECTS)
        assert () == (*read.diagnostics, *judgement.diagnostics)
        found.append([each.name for each in judgement.verdicts])
    assert found[0] == found[1]


def test_cel_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The message says what to type.
    """
    monkeypatch.setitem(sys.modules, "cel_expr_python", None)
    (found,) = rulebook("true", language="cel").diagnostics
    assert "TRD916" == found.code
    assert found.fix.startswith("Type: pip install 'treadle[cel]'")


def test_messages_and_selections_are_read_too() -> None:
    """
    Both are mistakes of the policy, and not of whatever is judged with it.
    """
    found = rulebook("asset.owners", message="{{ asset.kee }}", match="group:").diagnostics
    assert ["TRD904", "TRD904"] == [each.code for each in found]


def test_a_function_is_asked_for_what_it_can_be_given() -> None:
    """
    A parameter that nobody fills is told with those that are.
    """

    @policy(target="check")
    def odd(chek: object, graph: object, more: int = 1) -> bool:
        return True

    (found,) = read_policies(policies_in({"odd": odd})).diagnostics
    assert ("TRD904", "did you mean 'check'?") == (found.code, found.fix)
