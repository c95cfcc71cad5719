"""What depends on a broken component is shown as blocked, and doesn't run."""

from __future__ import annotations

import re

from tests.conftest import CommandLine, MakeProject


def script(folder: str, asset: str, component_type: str = "treadle.PythonScript") -> dict[str, str]:
    head = f"type: {component_type}\nattributes:\n  execution: {{path: s.py}}\n  assets:\n"
    return {f"{folder}/defs.yaml": f"{head}    - {asset}\n", f"{folder}/s.py": ""}


FILES = {
    **script("good", "key: good"),
    **script("after", "{key: after, deps: [made/by/bad, good]}"),
    **script("more", "{key: more, deps: [after]}"),
    **script("outside", "{key: outside, deps: [raw]}"),
    **script("bad", "key: made/by/bad", "treadle.Nothing"),
}
UNCLEAR = script("unclear", "key: '{{ anything }}'", "treadle.Nothing")


def blocked(treadle: CommandLine) -> dict[str, tuple[list[str], list[str]]]:
    listed = treadle("list", "assets", "--json")
    assert 1 == listed.code
    return {each["key"]: (each["blocked_by"], each["may_be_blocked_by"]) for each in listed.json}


def test_what_depends_on_a_broken_component_is_blocked_by_it(make_project: MakeProject) -> None:
    """
    The keys that a broken component's YAML names block what depends on them, however far away; nothing else is.
    """
    treadle = make_project(FILES)
    assert {
        "after": (["bad"], []),
        "good": ([], []),
        "more": (["bad"], []),
        "outside": ([], []),
    } == blocked(treadle)
    table = treadle("list", "assets").out
    assert [["after", "blocked by bad"], ["more", "blocked by bad"]] == [
        re.split(r"  +", line)[:2] for line in table.splitlines() if "blocked" in line
    ]


def test_where_nobody_knows_it_may_be_blocked(make_project: MakeProject) -> None:
    """
    A broken component that doesn't name its assets may be the one that declares what nobody does.
    """
    treadle = make_project({**FILES, **UNCLEAR})
    found = blocked(treadle)
    assert (([], ["unclear"]), (["bad"], []), ([], [])) == (found["outside"], found["more"], found["good"])
    assert "may be blocked by unclear" in treadle("list", "assets").out


def test_a_file_that_can_not_be_read_may_block(make_project: MakeProject) -> None:
    """
    The assets of YAML that doesn't parse are unknown.
    """
    treadle = make_project({**FILES, "odd/defs.yaml": "type: ["})
    assert ([], ["odd"]) == blocked(treadle)["outside"]


def test_documents_of_one_file_block_by_themselves(make_project: MakeProject) -> None:
    """
    Of several documents, the broken one is named.
    """
    first, second = script("x", "key: one"), script("x", "key: two", "treadle.Nothing")
    treadle = make_project(
        {
            "both/defs.yaml": first["x/defs.yaml"] + "---\n" + second["x/defs.yaml"],
            "both/s.py": "",
            **script("after", "{key: after, deps: [two]}"),
            **script("before", "{key: before, deps: [one]}"),
        }
    )
    found = blocked(treadle)
    assert ((["both[1]"], []), ([], [])) == (found["after"], found["before"])


def test_the_graph_shows_what_is_blocked(make_project: MakeProject) -> None:
    """
    Drawn, as Mermaid and as JSON.
    """
    treadle = make_project(FILES)
    drawn = treadle("graph")
    assert 1 == drawn.code
    assert 2 == drawn.out.count("  blocked by bad")
    assert "made/by/bad  not declared, as bad is broken" in drawn.out
    assert " blocked\n" in treadle("graph", "--mermaid").out
    nodes = {each["key"]: each["blocked_by"] for each in treadle("graph", "--json").json["nodes"]}
    assert {"after": ["bad"], "more": ["bad"]} == {key: by for key, by in nodes.items() if by}


def test_nothing_blocked_runs(make_project: MakeProject) -> None:
    """
    What is blocked, or may be, is refused by name; the rest runs.
    """
    treadle = make_project({**FILES, **UNCLEAR})
    refused = treadle("run", "more")
    assert (1, "") == (refused.code, refused.out)
    assert "asset 'more' can't run: blocked by bad" in refused.err
    assert "asset 'outside' can't run: may be blocked by unclear" in treadle("run", "outside").err
    assert 0 == treadle("run", "good").code
    without = make_project(FILES, name="without")
    assert 0 == without("run", "outside").code


def test_without_anything_broken_nothing_is_said_of_it(make_project: MakeProject) -> None:
    """
    The column is there only when it has something to say.
    """
    treadle = make_project(script("good", "{key: good, deps: [raw]}"))
    assert "State" not in treadle("list", "assets").out
