"""What YAML text means."""

import math
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from treadle.documents import Document, parse_yaml
from treadle.documents.build import Builder
from treadle.documents.events import PurePythonParser
from treadle.errors import Diagnostic, ProjectError

FILE = Path("defs.yaml")


def value(text: str) -> object:
    (document,) = parse_yaml(FILE, text.encode())
    return document.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            (word, word)
            for word in ("no", "No", "yes", "on", "off", "y", "n", "nul", "tRUE", "1:30", "1_000", "+", "-a")
        ),
        *((word, word) for word in ("2026-01-01", "2026-01-01T06:00:00Z", "1.2.3", "0b1", "0o8", "-0x1", "e3", ".")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *((word, None) for word in ("null", "Null", "NULL", "~", "")),
        ("12", 12),
        ("012", 12),
        ("-7", -7),
        ("+7", 7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int 12", 12),
        ("!!float 12", 12.0),
        ("!!bool true", True),
        ("!!null ''", None),
    ],
)
def test_core_schema(text, expected):
    """
    Text is what the core schema of YAML 1.2 says, and nothing else is guessed.
    """
    found = value(f"- {text}\n")
    assert [expected] == found
    assert type(expected) is type(found[0])


def test_not_a_number():
    """
    `.nan` is the one float that is not equal to itself.
    """
    (found,) = value("- .nan\n")
    assert math.isnan(found)


@given(st.one_of(st.integers(-(10**30), 10**30), st.floats(allow_nan=False), st.booleans(), st.none()))
def test_scalars_round_trip(scalar):
    """
    What the core schema can write as plain text is read as the same value.
    """
    plain = scalar is None or isinstance(scalar, bool)
    written = {True: "true", False: "false", None: "null"}[scalar] if plain else repr(scalar).replace("inf", ".inf")
    assert [scalar] == value(f"- {written}\n")


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12))
def test_documents_round_trip(data):
    """
    What PyYAML writes with every text quoted is read as the same value.
    """
    text = yaml.dump([data], default_style='"', allow_unicode=False, Dumper=NoAliases)
    assert [data] == value(text)


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def test_anchors_and_merge_keys():
    """
    Aliases repeat a value; `<<` takes over entries, the mapping's own win, then those of the first in the list.
    """
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {<<: *a}\ne: [*a, *a]\n"
    found = value(text)
    assert {"x": 3, "y": 1, "z": 2} == found["c"]
    assert {"x": 1, "y": 1} == found["d"]
    assert [{"x": 1, "y": 1}] * 2 == found["e"]


def test_a_quoted_merge_key_is_a_key():
    """
    Quotation marks take the meaning from `<<`.
    """
    assert {"<<": "x"} == value('"<<": x\n')


def test_keys_keep_their_type():
    """
    Whole numbers, true, false and null are keys as they are; whoever uses the value decides.
    """
    assert {2: "a", True: "b", None: "c"} == value("2: a\ntrue: b\nnull: c\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("---\na: 1\n---\nb: 2\n", id="separated"),
        pytest.param("---\n---\na: 1\n---\n# nothing\n---\nb: 2\n---\n", id="empty-ones-between"),
        pytest.param("\ufeffa: 1\r\n---\r\nb: 2\r\n...\r\n", id="byte-order-mark-and-crlf"),
    ],
)
def test_several_documents(text):
    """
    A file holds any number of documents, counted without those that hold nothing.
    """
    documents = parse_yaml(FILE, text.encode())
    assert [(0, {"a": 1}), (1, {"b": 2})] == [(document.index, document.value) for document in documents]


def test_reads_the_file_itself(tmp_path):
    """
    Without data, the file is read.
    """
    file = tmp_path / "defs.yaml"
    file.write_text("a: 1\n", encoding="utf-8")
    assert [{"a": 1}] == [document.value for document in parse_yaml(file)]


def outcome(data: bytes) -> tuple[list[Document], tuple[Diagnostic, ...]]:
    try:
        return parse_yaml(FILE, data), ()
    except ProjectError as error:
        return [], error.diagnostics


@given(st.text(alphabet=st.sampled_from("ab:-{}[]\"'\n \t#&*!|>%@`,?~1.é日")))
def test_any_text_is_read_or_refused(text):
    """
    Whatever a file holds, it is read or refused with diagnostics that have a place; nothing else is raised.
    """
    documents, diagnostics = outcome(text.encode())
    assert bool(documents) != bool(diagnostics)
    assert all(d.span and d.span.line >= 1 and d.span.column >= 1 and d.why and d.fix for d in diagnostics)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    """
    The same holds for files that aren't text at all.
    """
    documents, diagnostics = outcome(data)
    assert bool(documents) != bool(diagnostics)


@given(st.text(alphabet=st.sampled_from("ab:-{}[]\"' \n#&*,1")))
@example("{1: }")
@example("[a: , {b: \n}]")
def test_the_pure_parser_agrees(text):
    """
    Where PyYAML has no C library, the same text has the same meaning.
    """
    documents, diagnostics = outcome(text.encode())
    assume(not diagnostics)
    builder = Builder(FILE, PurePythonParser(text).get_event)
    builder.read()
    assert [(one.value, dict(one.spans)) for one in documents] == [
        (one.value, dict(one.spans)) for one in builder.documents
    ]
