"""`.env` files."""

import pytest

from treadle.errors import ProjectError
from treadle.templating import load_dotenv
from treadle.templating.dotenv import load_dotenv as load_with


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", {}, id="empty"),
        pytest.param("# note\n\n  # more\n", {}, id="comments"),
        pytest.param("A=1\nB = two words \n", {"A": "1", "B": "two words"}, id="bare"),
        pytest.param("export A=1", {"A": "1"}, id="export"),
        pytest.param("A=\nB=''\n", {"A": "", "B": ""}, id="nothing"),
        pytest.param("A=x # note\nB=x#y\n", {"A": "x", "B": "x#y"}, id="trailing-comment"),
        pytest.param("A='a # $x ${X} \\n' # note\n", {"A": "a # $x ${X} \\n"}, id="single-quotes"),
        pytest.param('A="a\\n\\"b\\" \\$ \\\\" # note\n', {"A": 'a\n"b" $ \\'}, id="double-quotes"),
        pytest.param('A="one\ntwo"\nB=1\n', {"A": "one\ntwo", "B": "1"}, id="several-lines"),
        pytest.param("A=1\nB=${A}/x\n", {"A": "1", "B": "1/x"}, id="from-above"),
        pytest.param("A=1\nSHELL_SET=2\nB=${SHELL_SET}\n", {"A": "1", "SHELL_SET": "2", "B": "s"}, id="shell-wins"),
        pytest.param("A=${B:-x y}\n", {"A": "x y"}, id="default"),
        pytest.param("A=a=b\r\nB=c:\\d\r\n", {"A": "a=b", "B": "c:\\d"}, id="crlf-and-backslash"),
        pytest.param("\ufeffA=é\n", {"A": "é"}, id="byte-order-mark"),
        pytest.param("A=1\nA=2\n", {"A": "2"}, id="last-wins"),
    ],
)
def test_reads(tmp_path, text, expected):
    """
    Lines are read as a shell would, but nothing is ever run.
    """
    file = tmp_path / ".env"
    file.write_text(text, encoding="utf-8", newline="")
    assert expected == load_with(file, {"SHELL_SET": "s"})


def test_every_bad_line(tmp_path):
    """
    Every line that can't be read is told with its place, and no value is shown.
    """
    file = tmp_path / ".env"
    file.write_text("A=1\nnot a line s3cret\nB='s3cret' x\nC=${NOPE_}\n1D=2\nE=\"s3cret\n", encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        load_dotenv(file)
    assert [
        ("TRD307", "2:1", "this line is not NAME=value"),
        ("TRD307", "3:11", "there is text after the closing quotation mark"),
        ("TRD307", "4:3", "the variable 'NOPE_' is not set"),
        ("TRD307", "5:1", "this line is not NAME=value"),
        ("TRD307", "6:3", "this quotation mark is never closed"),
    ] == [(d.code, f"{d.span.line}:{d.span.column}", d.message) for d in caught.value.diagnostics]
    assert "s3cret" not in repr(caught.value.diagnostics)


@pytest.mark.parametrize("data", [pytest.param(b"A=\xff", id="bytes"), pytest.param(None, id="missing")])
def test_unreadable(tmp_path, data):
    """
    A file that isn't text, or isn't there, is a mistake like any other.
    """
    if data:
        (tmp_path / ".env").write_bytes(data)
    with pytest.raises(ProjectError) as caught:
        load_dotenv(tmp_path / ".env")
    assert ["TRD307"] == [one.code for one in caught.value.diagnostics]
