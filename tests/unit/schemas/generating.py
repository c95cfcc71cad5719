"""Values for a JSON Schema: right ones, and what becomes of them when people write them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from treadle.schemas.reading import alternatives, discriminated, fields_of, kinds_of, record_names, resolved

TEXTS = {
    "asset-key": ["raw/orders", "a", "a//b", "", "a/b c", "/a", "a*"],
    "group": ["marts", "marts/daily", "a-b", ""],
    "owner": ["team:data", "ann@example.com", "ann", "ann@localhost"],
    "cron": ["0 6 * * *", "@daily", "* * *", "0 25 * * *"],
    "timezone": ["UTC", "Europe/Vienna", "Mars/Olympus", ""],
    "command-line": ["--full -x 'a b'", "it's", ""],
    "project-path": ["script.py", "folder", "gone.py", "~", "", "a\x00b", "x" * 300],
    "project-file": ["script.py", "folder", "gone.py", "~/nothing", "", "../"],
    "file-pattern": ["incoming/*.csv", "**/*.csv", "/srv/*.csv", "a**/b", "in/**", "in/", "", "."],
    "automation": ["eager", "on_cron('0 6 * * *')", "eagre", "on_cron(", "on_cron('x')", ""],
    "length-of-time": ["24h", "PT24H", "1d 12h", "soon", "", "5"],
    "duration": ["PT5M", "P1D", "soon", "5", "1:00:00"],
    "date": ["2026-01-01", "soon"],
    "date-time": ["2026-01-01T00:00:00", "soon"],
}
PLAIN = [
    "a",
    "b c",
    "",
    " 5 ",
    "5",
    "1_000",
    "1.5",
    "yes",
    "off",
    "Y",
    "null",
    "2026-01-01",
    "2026-01-01-00:00",
    "é",
    "script.py",
]
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 5, 60, 5.0, 5.5, 1.0, float("inf"), float("nan"), 10**400, 10**19, [], {}, [1], ["a"],
    [None], {"a": 1}, {1: "a"}, {None: 1}, {True: []}, [[]], {"key": "a"}, {"type": "daily"}, {"type": ["daily"]},
    {"type": None}, {"path": "script.py"}, *PLAIN, "9" * 5000, "x" * 10_000,
]  # fmt: skip


@st.composite
def values(draw: Any, node: Any, definitions: dict[str, Any], depth: int = 0) -> Any:
    """A value that a node describes, or one that is a little wrong."""
    node = resolved(node, definitions)
    if not isinstance(node, dict) or record_names(node) or depth > 8:
        return draw(st.sampled_from(ODD))
    if (choices := discriminated(node, definitions)) is not None:
        node = draw(st.sampled_from([resolved(each, definitions) for each in choices[1].values()]))
    if branches := alternatives(node):
        return draw(values(draw(st.sampled_from(branches)), definitions, depth + 1))
    if "enum" in node or "const" in node:
        return draw(st.sampled_from(node.get("enum") or [node["const"]]))
    kinds = kinds_of(node)
    if kinds == ("object",):
        return draw(_mappings(node, definitions, depth))
    if kinds == ("array",):
        item = values(node.get("items", {}), definitions, depth + 1)
        return draw(st.lists(item, min_size=node.get("minItems", 0), max_size=2))
    return draw(_scalars(node, kinds[0] if kinds else ""))


def _scalars(node: dict[str, Any], kind: str) -> st.SearchStrategy[Any]:
    if kind == "string":
        if written := node.get("x-date-format"):
            wanted = written if isinstance(written, str) else written["default"]
            return st.sampled_from(
                ["2026-01-01-00:00" if "%H" in wanted else "2026-01-01", "2026-13-01", "2026-1-1", "soon"]
            )
        return st.sampled_from(TEXTS.get(node.get("format", ""), PLAIN))
    if kind == "integer":
        return st.integers(node.get("minimum", -3), node.get("maximum", 100)) | st.sampled_from([0, 60, "5", 5.0, True])
    if kind == "number":
        return st.floats(allow_nan=False) | st.integers(-5, 5)
    if kind == "boolean":
        return st.booleans() | st.sampled_from(["yes", 1, "true"])
    return st.none() if kind == "null" else st.sampled_from(ODD)


@st.composite
def _mappings(draw: Any, node: dict[str, Any], definitions: dict[str, Any], depth: int) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    if "properties" not in node:
        inner = node.get("additionalProperties", True)
        for name in draw(st.lists(st.sampled_from(["a", "b", "threads"]), max_size=2, unique=True)):
            found[name] = draw(values(inner if isinstance(inner, dict) else {}, definitions, depth + 1))
        return found
    for _, names, each, is_required, _ in fields_of(node, definitions):
        if is_required or draw(st.integers(0, 3)) == 0:
            found[draw(st.sampled_from(names))] = draw(values(each, definitions, depth + 1))
    return found


@st.composite
def mistakes(draw: Any, value: Any) -> Any:
    """The same value with something in it changed, as people do."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        name = draw(st.sampled_from(sorted(value, key=str)))
        change = draw(st.sampled_from(["inside", "inside", "inside", "inside", "drop", "misspell", "double", "extra"]))
        if change == "inside":
            return {**value, name: draw(mistakes(value[name]))}
        if change == "extra":
            return {**value, draw(st.sampled_from(["zzz", 1, None, True, "group_name", "start_date"])): 1}
        rest = {each: item for each, item in value.items() if each != name}
        return (
            rest
            if change == "drop"
            else {**value, f"{name}s": value[name]}
            if change == "double"
            else {**rest, f"{name}x": value[name]}
        )
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], draw(mistakes(value[index])), *value[index + 1 :]]
    return draw(st.sampled_from([*ODD, [value]]))


@st.composite
def attributes(draw: Any, schema: dict[str, Any]) -> Any:
    """What somebody may write for a schema, right or wrong."""
    value = draw(values(schema, schema.get("$defs", {})))
    for _ in range(draw(st.integers(0, 2))):
        value = draw(mistakes(value))
    return value
