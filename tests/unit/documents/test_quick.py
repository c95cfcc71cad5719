"""What is read without the parser is what the parser would have read."""

import random
import re
from pathlib import Path

import pytest
from yaml.error import YAMLError

from treadle.documents import read_yaml
from treadle.documents.build import Builder, RefusedError
from treadle.documents.events import open_parser
from treadle.documents.quick import read_quickly

ROOT = Path(__file__).parents[3]
FILE = Path("defs.yaml")
PLAIN = {
    "values": "a: text of several words\nb: 012\nc: 1.5e3\nd: null\ne: true\nf: no\ng: 0x1F\nh: 2026-01-01\n",
    "quoted": 'a: "it\'s #1: {{ x }}"\nb: \'say "a" \\n\'\nc: \'\'\nd: ""\n',
    "nested": "a:\n  b:\n      c: 1\n  d: 2\ne: 3\n",
    "lists": "a:\n- x\n- 1\nb:\n    -   y\n    - 'z'\nc: end\n",
    "mappings-in-lists": "a:\n  - b: 1\n    c: 2\n  -   d:\n      - 3\n      e: 4\n",
    "brackets": 'a: [1, x y, "z, z", \'w\']\nb: {c: team:data, d: "{{ e }}", f: 2}\ng: []\nh: {}\n',
    "comments": "# one\na: b # two\n\n  # three\nc: # four\n  d: e#f\n# five\n",
    "colons": "a: b:c :d\ne: http://f\n",
    "wide": 'a: é 日本 b # ü\nc: [1, "日", 2]\n',
    "documents": "---\na: 1\n---\n# nothing\n---\nb: 2\n",
    "indented": "  a: 1\n  b:\n   - c: 2\n",
    "no-line-break": "a:\n  - b",
}
NOT_PLAIN = {
    "twice": "a: 1\na: 2\n",
    "twice-in-brackets": "a: {b: 1, b: 2}\n",
    "null": "a:\nb: 1\n",
    "null-at-the-end": "a: 1\nb:\n",
    "several-lines": "a: b\n  c\n",
    "block": "a: |\n  b\n",
    "anchor": "a: &b c\n",
    "tag": "a: !!str 1\n",
    "merge": "<<: {a: 1}\n",
    "tab": "a:\t1\n",
    "control": "a: \x07\n",
    "line-of-unicode": "a: b\u2028c\n",
    "template": "a: {{ b }}\n",
    "misplaced": "a:\n    b: 1\n  c: 2\n",
    "deeper": "a: 1\n  b: 2\n",
    "dash-goes-on": "a: b\n  - c\n",
    "dash-in-mapping": "a: 1\n- b\n",
    "colon-twice": "a: b: c\n",
    "word": "true: 1\n",
    "word-in-brackets": "a: {true: 1}\n",
    "long-number": f"a: {'1' * 400}\n",
    "escape": 'a: "\\n"\n',
    "nested-brackets": "a: [[1]]\n",
    "comma-at-the-end": "a: [1, ]\n",
    "open": "a: [1\n",
    "deep": "".join(f"{' ' * depth}a:\n" for depth in range(40)) + " " * 40 + "b",
    "long": "a: b\n" * 20_000,
    "empty": "",
}
PIECES = (
    *" \n:-#'\"[]{},&*!|%~.01nullé",
    "  ",
    "\n  ",
    "\n- ",
    "- ",
    ": ",
    " #",
    "---\n",
    "<<",
    "true",
    "\t",
    "a: ",
    "\u2028",
)


def by_parser(text):
    """What the parser reads, or None when something is wrong."""
    with open_parser(text) as following:
        builder = Builder(FILE, following)
        try:
            builder.read()
        except (YAMLError, RefusedError):
            return None
    return None if builder.diagnostics else told(builder.documents)


def told(documents):
    """Everything that documents say, with the types of their values."""
    return [(each.index, repr(each.value), each.root) for each in documents]


def real_texts():
    """The YAML of examples, of golden projects and of the documentation."""
    for folder in ("examples", "tests/golden", "docs"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and file.suffix in (".yaml", ".yml"):
                yield file.read_text(encoding="utf-8", errors="replace")
            elif file.is_file() and file.suffix == ".md":
                yield from re.findall(
                    r"^```yaml\n(.*?)^```", file.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
                )


def changed(text, chance):
    """A part of a text with a few pieces put in, taken out or exchanged."""
    lines = text.split("\n")
    start = chance.randrange(len(lines))
    text = "\n".join(lines[start : start + chance.randrange(1, 12)])
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(text) + 1)
        piece = chance.choice(PIECES) if chance.random() < 0.6 else ""
        text = text[:at] + piece + text[at + chance.randrange(3) :]
    return text


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_plain(text):
    """
    Plain YAML is read without the parser, to the same values at the same places.
    """
    assert by_parser(text) == told(read_quickly(FILE, text))


@pytest.mark.parametrize("text", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_not_plain(text):
    """
    Whatever is odd, or wrong, is left to the parser.
    """
    assert not read_quickly(FILE, text)


def test_real_texts():
    """
    Most of the YAML that we have written is plain, and what is read of it is what the parser reads.
    """
    texts = list(real_texts())
    quick = {text: told(found) for text in texts if (found := read_quickly(FILE, text))}

    assert {text: by_parser(text) for text in quick} == quick
    assert len(quick) > len(set(texts)) / 2


def test_changed_texts():
    """
    However a text is changed, the parser agrees with what is read without it.
    """
    chance = random.Random(7)
    texts = [*PLAIN.values(), *NOT_PLAIN.values(), *real_texts()]
    tried = {changed(chance.choice(texts), chance) for _ in range(4_000)}
    quick = {text: told(found) for text in tried if (found := read_quickly(FILE, text))}

    assert {text: by_parser(text) for text in quick} == quick
    assert len(quick) > 500


def test_long_lines():
    """
    A line that nearly fits is given up in one pass: it could be a bomb.
    """
    lines = [
        "a: b" + " " * 60_000 + ": c",
        "a: [" + "] " * 30_000 + "x",
        "a: {" + "b " * 30_000 + ":",
        "a: " + "b:" * 30_000 + " c",
    ]

    assert [None] * 4 == [read_quickly(FILE, line) for line in lines]


@pytest.mark.parametrize("size", [32_767, 32_768, 32_769, 200_000])
def test_size(tmp_path, size):
    """
    A file of any size is read whole.
    """
    file = tmp_path / "defs.yaml"
    file.write_text("a: " + "b" * (size - 3), encoding="utf-8")

    assert [{"a": "b" * (size - 3)}] == [each.value for each in read_yaml(file)[0]]


def test_read_yaml():
    """
    What isn't plain is read all the same, by the parser.
    """
    documents, mistakes = read_yaml(FILE, b"a: &b [[1]]\nc: *b\n")

    assert ([{"a": [[1]], "c": [[1]]}], ()) == ([each.value for each in documents], mistakes)
