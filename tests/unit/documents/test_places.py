"""Every value and every name has its place."""

from pathlib import Path

import pytest

from treadle.documents import KEY, parse_yaml

FILE = Path("defs.yaml")
TEXT = """\
type: x
attributes:
  "naïve 日本": {名: wert, b: [1, 'zwei']}
  empty:
  block: |
    text
  shared: &shared
    a: 1
  again: *shared
  merged:
    <<: *shared
    b: 2
"""


@pytest.fixture(scope="module")
def document():
    (found,) = parse_yaml(FILE, TEXT.encode())
    return found


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param((), "1:1", id="document"),
        pytest.param(("type",), "1:7", id="text"),
        pytest.param(("attributes",), "3:3", id="mapping"),
        pytest.param(("attributes", "naïve 日本", "名"), "3:19", id="wide-characters"),
        pytest.param(("attributes", "naïve 日本", "b", 1), "3:32", id="list-item"),
        pytest.param(("attributes", "empty"), "4:9", id="nothing"),
        pytest.param(("attributes", "block"), "5:10", id="block-of-text"),
        pytest.param(("attributes", "again"), "9:10", id="alias"),
        pytest.param(("attributes", "again", "a"), "8:8", id="inside-an-alias"),
        pytest.param(("attributes", "merged", "a"), "8:8", id="merged"),
        pytest.param(("attributes", "merged", "b"), "12:8", id="beside-merged"),
        pytest.param(("attributes", "block", KEY), "5:3", id="name"),
        pytest.param(("attributes", "nope", "further"), "3:3", id="nearest-known"),
        pytest.param(("type", KEY), "1:1", id="name-at-the-top"),
        pytest.param(("attributes", "naïve 日本", "b", 0, KEY), "3:29", id="list-items-have-no-name"),
    ],
)
def test_spans(document, path, expected):
    """
    Lines and columns count characters from 1; what isn't written has the place of what is around it.
    """
    assert f"{FILE}:{expected}" == str(document.span(path))


def test_key_spans(document):
    """
    The name of a value has a place of its own, also behind an alias.
    """
    assert "3:3" == str(document.key_span(("attributes", "naïve 日本"))).partition(":")[2]
    assert "8:5" == str(document.key_span(("attributes", "again", "a"))).partition(":")[2]
    assert "1:7" == str(document.key_span(("type", 0))).partition(":")[2]


def test_spans_list_every_path(document):
    """
    `spans` and `key_spans` are mappings over every path that is written, aliases expanded.
    """
    paths = set(document.spans)
    assert {(), ("type",), ("attributes", "again", "a"), ("attributes", "merged", "b")} <= paths
    assert len(document.spans) == len(paths)
    assert ("attributes", "again", "a") in set(document.key_spans)
    assert () not in set(document.key_spans)
    assert document.locate(("attributes", "nope")) is None
