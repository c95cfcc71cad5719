"""VS Code's settings are changed in place."""

from __future__ import annotations

import pytest

from treadle.language.vscode import UnmergeableError, merge

PATH = ("yaml.schemas", "./s.json")
WANTED = ["**/defs.yaml"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", '{\n  "yaml.schemas": {\n    "./s.json": [\n      "**/defs.yaml"\n    ]\n  }\n}\n', id="no file"),
        pytest.param("{}", '{\n  "yaml.schemas": {\n    "./s.json": [\n      "**/defs.yaml"\n    ]\n  }\n}', id="nothing in it"),
        pytest.param(
            '{\n    // mine\n    "a": [1, 2], /* too */\n}\n',
            '{\n    // mine\n    "a": [1, 2],\n    "yaml.schemas": {\n      "./s.json": [\n        "**/defs.yaml"\n      ]\n    } /* too */\n}\n',
            id="comments and a trailing comma",
        ),
        pytest.param(
            '{"a": 1}', '{"a": 1,\n  "yaml.schemas": {\n    "./s.json": [\n      "**/defs.yaml"\n    ]\n  }}', id="one line"
        ),
        pytest.param(
            '{\n  "yaml.schemas": {\n    "https://x": "*.yml" // theirs\n  }\n}',
            '{\n  "yaml.schemas": {\n    "https://x": "*.yml",\n    "./s.json": [\n      "**/defs.yaml"\n    ] // theirs\n  }\n}',
            id="other schemas",
        ),
        pytest.param(
            '{"yaml.schemas": {"./s.json": ["a"]}}', '{"yaml.schemas": {"./s.json": ["a", "**/defs.yaml"]}}', id="other files"
        ),
    ],
)  # fmt: skip
def test_settings_are_added(before: str, after: str) -> None:
    """
    What is missing is added, everything else stays; a second time, nothing changes.
    """
    assert after == merge(before, PATH, WANTED)
    assert after == merge(after, PATH, WANTED)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("[]", id="a list"),
        pytest.param("{", id="half of it"),
        pytest.param('{"a": }', id="no value"),
        pytest.param('{"a": 1} {}', id="two of them"),
        pytest.param("nothing", id="no JSON"),
        pytest.param('{"yaml.schemas": "x"}', id="something else at the place"),
        pytest.param('{"yaml.schemas": {}, "yaml.schemas": {}}', id="a key twice"),
        pytest.param('{"yaml.schemas": {"./s.json": [/* why */]}}', id="a comment that would be lost"),
        pytest.param("[" * 100_000, id="too deep"),
    ],
)
def test_what_can_t_be_changed_safely_is_refused(before: str) -> None:
    """
    A file that isn't understood is left alone.
    """
    with pytest.raises(UnmergeableError):
        merge(before, PATH, WANTED)
