"""No input gives a traceback, hangs, or uses more than 500 MB.

`TREADLE_FUZZ=100 pytest tests/fuzz -k fuzz` looks a hundred times as long.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.corpus import NASTY_FILES, NASTY_TEXTS, nasty_file, real_expressions, real_files
from tests.fuzz.laboratory import Child

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are those of Unix")

LONGER = int(os.environ.get("TREADLE_FUZZ") or 1)
REAL = real_files()
EXPRESSIONS = real_expressions()


def times(examples: int) -> settings:
    return settings(
        max_examples=examples * LONGER,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=True,
    )


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    started = Child()
    yield started
    started.close()


@pytest.mark.parametrize(
    ("what", "told"), [("raise", "KeyError: 'raised'"), ("fill", "MB were used"), ("hang", "it takes more than 6.0 s")]
)
def test_what_must_not_happen_is_noticed(child: Child, what: str, told: str) -> None:
    """
    A traceback, too much memory and too much time are told, and the next input is tried out as if nothing had been.
    """
    assert told in child.ask("misbehave", what.encode())
    assert "" == child.ask("check", b"type: treadle.PythonScript\n")


@pytest.mark.parametrize("way", ["check", "load"])
@pytest.mark.parametrize("name", NASTY_FILES)
def test_a_nasty_file_is_refused_or_read(child: Child, name: str, way: str) -> None:
    """
    Bombs, encodings, depths, sizes: a file is read, or refused with a diagnostic.
    """
    assert "" == child.ask(way, nasty_file(name))


@pytest.mark.parametrize("name", NASTY_TEXTS)
def test_a_nasty_template_is_refused_or_rendered(child: Child, name: str) -> None:
    """
    Loops, powers, repeats, dunders: a template gives a value, or a diagnostic.
    """
    assert "" == child.ask("render", NASTY_TEXTS[name].encode("utf-8", "surrogatepass"))


NAMES = [
    *(
        "type",
        "attributes",
        "template_vars_module",
        "requirements",
        "post_processing",
        "execution",
        "path",
        "fn",
        "args",
    ),
    *("assets", "checks", "key", "deps", "group", "group_name", "owners", "tags", "kinds", "metadata", "description"),
    *("automation", "automation_condition", "partitions", "partitions_def", "freshness", "start_date", "timezone"),
    *("target", "operation", "env", "asset", "name", "severity", "blocking", "additional_deps", "select", "project"),
    *(
        "translation",
        "sql_template",
        "connection",
        "keys",
        "cron",
        "skippable",
        "code_version",
        "key_prefix",
        "schedule",
    ),
]
TYPES = [
    *("treadle.PythonScript", "treadle.Function", "treadle.TemplatedSql", "treadle.DefsFolder", "treadle.PythonFile"),
    *(
        "dagster.PythonScriptComponent",
        "treadle.UvRun",
        "treadle.DbtProject",
        ".s.run",
        "p.defs.c.s.Nothing",
        "os.path",
    ),
]
WORDS = [
    *(
        "a",
        "raw/orders",
        "daily",
        "static",
        "s.py",
        ".s.run",
        "q.sql",
        "team:x",
        "a@b.c",
        "0 6 * * *",
        "merge",
        "error",
    ),
    *(
        "Europe/Berlin",
        "2024-01-01",
        "yes",
        "no",
        "null",
        "1_000",
        "012",
        "~",
        "{{ table }}",
        "{{ hours }}",
        "{{ join('a') }}",
    ),
    *(
        "{{ env.SET }}",
        "{{ env.NO }}",
        "{{ asset.key }}",
        "{{ node.name }}",
        "{{",
        "{% if %}",
        "",
        " ",
        "\x85",
        "\ud7ff",
        "é",
    ),
    *("warn", "multi", "main", ".names", "*", "tag:a=b", 'key:"*" and not group:b', "0x10", "1e400", ".nan"),
]
SCALARS = st.one_of(
    st.sampled_from(WORDS),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(EXPRESSIONS),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=5)), inner, max_size=5),
    ),
    max_leaves=25,
)
DOCUMENTS = st.fixed_dictionaries(
    {"type": st.one_of(st.sampled_from(TYPES), SCALARS)},
    optional={
        "attributes": st.one_of(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6), VALUES),
        "template_vars_module": st.one_of(st.just(".names"), SCALARS),
        "requirements": VALUES,
        "post_processing": st.one_of(
            st.fixed_dictionaries(
                {
                    "assets": st.lists(
                        st.fixed_dictionaries(
                            {"attributes": st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)},
                            optional={"target": SCALARS, "operation": SCALARS},
                        ),
                        max_size=2,
                    )
                }
            ),
            VALUES,
        ),
    },
)
TOKENS = [
    *(b"&a ", b"*a", b"<<: *a", b"<<: {a: 1}", b"- ", b"? ", b": ", b"!!int ", b"!!python/name:os ", b"| \n", b">-\n"),
    *(b"{", b"}", b"[", b"]", b"'", b'"', b"#", b"%YAML 1.1\n", b"---\n", b"...\n", b"\t", b"\r", b"\0", b"\xff"),
    *(b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"{{ ", b" }}", b"{% ", b" %}", b"\\", b"\n", b"\n  ", b"  ", b"@", b"`", b","),
    *(b"9" * 30, b"0o7", b"\xed\xa0\x80", b"a" * 300, b"key: ", b"type: ", b"null", b"~", b"no"),
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A file that somebody wrote, and that something happened to."""
    data = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.integers(0, 40)))
        change = draw(st.sampled_from(["delete", "insert", "replace", "repeat", "move", "cut", "splice", "bytes"]))
        if change == "delete":
            data = data[:at] + data[to:]
        elif change == "insert":
            data = data[:at] + draw(st.sampled_from(TOKENS)) + data[at:]
        elif change == "replace":
            data = data[:at] + draw(st.sampled_from(TOKENS)) + data[to:]
        elif change == "repeat":
            data = data[:to] + data[at:to] * draw(st.integers(1, 30)) + data[to:]
        elif change == "move":
            data = data[:at] + data[to:] + data[at:to]
        elif change == "cut":
            data = data[:at]
        elif change == "splice":
            data = data[:at] + draw(st.sampled_from(REAL)) + data[at:]
        else:
            data = data[:at] + draw(st.binary(max_size=8)) + data[to:]
    return data[:100_000]


PIECES = [
    *(
        "text",
        "number",
        "things",
        "mapping",
        "env",
        "context",
        "automation",
        "dg",
        "datetime",
        "project_root",
        "nothing",
    ),
    *(
        "env.SET",
        "env('NO', 1)",
        "automation.eager()",
        "automation.on_cron('0 6 * * *')",
        "dg.AutomationCondition",
        "self",
    ),
    *(
        "1",
        "0",
        "-1",
        "2.5",
        "10**9",
        "'a'",
        "''",
        "none",
        "true",
        "[]",
        "{}",
        "[1, 'b']",
        "{'a': 1}",
        "()",
        "range(3)",
    ),
    *(
        ".a",
        ".key",
        ".__class__",
        ".items()",
        ".upper()",
        ".format(1)",
        "[0]",
        "['a']",
        "[1:]",
        "(1)",
        "(a=1)",
        "(*things)",
    ),
    *(
        " + ",
        " - ",
        " * ",
        " / ",
        " // ",
        " % ",
        " ** ",
        " ~ ",
        " == ",
        " < ",
        " in ",
        " not in ",
        " and ",
        " or ",
        " is ",
    ),
    *(
        " | default('x')",
        " | upper",
        " | list",
        " | length",
        " | map('upper')",
        " | join(',')",
        " | int",
        " | nothing",
        " | sort",
    ),
    *(
        " if ",
        " else ",
        "not ",
        " is defined",
        " is none",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "'",
        '"',
        "\\",
        "\n",
    ),
    *(
        "{{ ",
        " }}",
        "{% ",
        " %}",
        "{# ",
        " #}",
        "{%- ",
        "-%}",
        "for a in things",
        "endfor",
        "endif",
        "set a = 1",
        "raw",
        "endraw",
    ),
    *(
        "datetime.timedelta(hours=1)",
        "dg.FreshnessPolicy.time_window(fail_window=1)",
        "macro m(a)",
        "endmacro",
        "m(1)",
        "a",
    ),
]


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Text with something like templates in it."""
    body = "".join(draw(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12)))
    return draw(st.sampled_from(["{{ %s }}", "a{{ %s }}b", "{%% if %s %%}x{%% endif %%}", "%s"])) % body


@st.composite
def broken_expressions(draw: st.DrawFn) -> str:
    """Templates that somebody wrote, put together otherwise."""
    text = draw(st.sampled_from(EXPRESSIONS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        to = min(len(text), at + draw(st.integers(0, 10)))
        text = text[:at] + draw(st.sampled_from([*PIECES, "", *EXPRESSIONS[:20]])) + text[to:]
    return text[:5_000]


@times(300)
@given(data=mutated())
def test_fuzz_files_that_were_damaged(child: Child, data: bytes) -> None:
    """
    Whatever happens to a file, checking it tells mistakes or none.
    """
    assert "" == child.ask("check", data)


@times(150)
@given(data=mutated())
def test_fuzz_loading_files_that_were_damaged(child: Child, data: bytes) -> None:
    """
    Whatever happens to a file, loading the project doesn't end.
    """
    assert "" == child.ask("load", data)


@times(120)
@given(documents=st.lists(DOCUMENTS, min_size=1, max_size=2), way=st.sampled_from(["check", "load"]))
def test_fuzz_documents_with_odd_values(child: Child, documents: list[object], way: str) -> None:
    """
    Whatever the attributes are, they are accepted or refused.
    """
    text = yaml.safe_dump_all(documents, allow_unicode=True, sort_keys=False)
    assert "" == child.ask(way, text.encode("utf-8", "surrogatepass"))


@times(100)
@given(data=st.binary(max_size=300))
def test_fuzz_any_bytes(child: Child, data: bytes) -> None:
    """
    Also what isn't YAML, or no text at all.
    """
    assert "" == child.ask("check", data)


@times(400)
@given(text=st.one_of(expressions(), broken_expressions()))
def test_fuzz_templates(child: Child, text: str) -> None:
    """
    Whatever a template is, it is rendered or refused, and its type is inferred or isn't.
    """
    assert "" == child.ask("render", text.encode("utf-8", "surrogatepass"))


def test_a_link_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    """
    Links to folders above, to themselves, and to each other are left out.
    """
    from treadle.project import load
    from treadle.project.checking import check

    defs = tmp_path / "src" / "p" / "defs"
    (defs / "a" / "b").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[tool.treadle]\nmodule = "p"\n', encoding="utf-8")
    (defs / "a" / "b" / "up").symlink_to(defs, target_is_directory=True)
    (defs / "a" / "again").symlink_to(defs / "a", target_is_directory=True)
    (defs / "self").symlink_to(defs / "self")
    (defs / "one").symlink_to(defs / "two")
    (defs / "two").symlink_to(defs / "one")
    (defs / "c").mkdir()
    (defs / "c" / "defs.yaml").symlink_to(defs / "c" / "defs.yaml")
    (defs / "d").mkdir()
    (defs / "d" / "defs.yaml").mkdir()
    os.mkfifo(defs / "d" / "defs.yml")
    assert 0 == len(load(tmp_path).graph.assets)
    assert 0 == check(tmp_path).components
