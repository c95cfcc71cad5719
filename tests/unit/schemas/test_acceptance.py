"""Whether what an expression gives can be right for an attribute."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.schemas import accepts, compile_schema
from treadle.templating.types import of_value

TEXT, NUMBER, WHOLE, FLAG, LIST = ({"type": each} for each in ("string", "number", "integer", "boolean", "array"))
RECORD = {"x-record": "AutomationCondition"}
VIEW = {"x-record": "AssetView", "properties": {"key": {}}}
OPTIONAL = {"anyOf": [WHOLE, {"type": "null"}]}
CONDITION = {"title": "Template", "type": "string", "pattern": "x", "x-record": ["AutomationCondition"]}
DEFINITIONS = {
    "Asset": {"type": "object", "properties": {"key": TEXT}, "title": "Asset"},
    "Loop": {"$ref": "#/$defs/Loop"},
}
ASSET = {"$ref": "#/$defs/Asset"}


@pytest.mark.parametrize(
    ("given", "wanted", "wrong"),
    [
        pytest.param(LIST, WHOLE, "a list; a whole number is expected", id="list-for-a-number"),
        pytest.param(TEXT, LIST, "text; a list is expected", id="text-for-a-list"),
        pytest.param(WHOLE, TEXT, "a whole number; text is expected", id="number-for-text"),
        pytest.param(FLAG, TEXT, "true or false; text is expected", id="flag-for-text"),
        pytest.param({"type": "null"}, TEXT, "nothing; text is expected", id="nothing-for-text"),
        pytest.param(LIST, OPTIONAL, "a list; a whole number is expected", id="optional"),
        pytest.param({"type": "object"}, {"anyOf": [TEXT, LIST]}, "a mapping; text or a list is expected", id="union"),
        pytest.param({"anyOf": [LIST, {"type": "null"}]}, WHOLE, "a list or nothing; a whole number is expected", id="union-of-types"),
        pytest.param(LIST, ASSET, "a list; a mapping is expected", id="reference"),
        pytest.param(TEXT, CONDITION, "text; an AutomationCondition is expected", id="text-for-a-record"),
        pytest.param(VIEW, CONDITION, "an AssetView; an AutomationCondition is expected", id="another-record"),
        pytest.param(RECORD, TEXT, "an AutomationCondition; text is expected", id="record-for-text"),
        pytest.param(VIEW, LIST, "an AssetView; a list is expected", id="record-for-a-list"),
        pytest.param({"x-function": {}}, TEXT, "a function; text is expected", id="function"),
        pytest.param(WHOLE, {"enum": ["a", "b"]}, "a whole number; 'a' or 'b' is expected", id="enum"),
        pytest.param({**TEXT, "const": "c"}, {"enum": ["a", "b"]}, "text; 'a' or 'b' is expected", id="another-choice"),
        pytest.param({**WHOLE, "const": 2}, FLAG, "a whole number; true or false is expected", id="number-for-a-flag"),
        pytest.param({**TEXT, "const": "three"}, WHOLE, "text; a whole number is expected", id="text-that-says-no-number"),
        pytest.param({**TEXT, "const": "maybe"}, FLAG, "text; true or false is expected", id="text-that-says-neither"),
        pytest.param(TEXT, {"const": 1}, "", id="text-may-be-a-choice-of-numbers"),
    ],
)  # fmt: skip
def test_what_cannot_be_right(given, wanted, wrong):
    """
    What is wrong says what the expression gives, and what the attribute takes.
    """
    assert wrong == accepts(given, wanted, DEFINITIONS)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        pytest.param({}, WHOLE, id="unknown"),
        pytest.param({"anyOf": [LIST, {}]}, WHOLE, id="partly-unknown"),
        pytest.param(TEXT, WHOLE, id="text-may-be-a-number"),
        pytest.param({**TEXT, "const": "3"}, WHOLE, id="text-that-says-a-number"),
        pytest.param({**TEXT, "const": "yes"}, FLAG, id="text-that-says-true"),
        pytest.param(NUMBER, WHOLE, id="number-may-be-whole"),
        pytest.param(FLAG, WHOLE, id="flag-is-a-number"),
        pytest.param(LIST, {}, id="anything"),
        pytest.param({"type": "null"}, OPTIONAL, id="nothing-is-allowed"),
        pytest.param(RECORD, CONDITION, id="record"),
        pytest.param({"x-record": "MyCondition"}, CONDITION, id="record-that-may-be-derived"),
        pytest.param({"x-record": "Opaque"}, TEXT, id="record-that-may-be-text"),
        pytest.param({"x-record": "timedelta", "properties": {}}, {"type": "string", "format": "duration"}, id="python-object"),
        pytest.param(WHOLE, {"type": "string", "format": "duration"}, id="seconds"),
        pytest.param({"x-record": "Asset", "properties": {}}, ASSET, id="object-of-the-model"),
        pytest.param({"type": "array", "items": VIEW}, {"type": "array", "items": ASSET}, id="list-that-may-be-empty"),
        pytest.param(LIST, {"$ref": "#/$defs/Loop"}, id="circle"),
        pytest.param(LIST, {"$ref": "#/$defs/Gone"}, id="reference-to-nothing"),
        pytest.param(WHOLE, {"enum": [1, "a"]}, id="choice"),
    ],
)  # fmt: skip
def test_what_may_be_right(given, wanted):
    """
    Of what may be right, nothing is said.
    """
    assert "" == accepts(given, wanted, DEFINITIONS)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.text("a15 .", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
)
SCHEMAS = st.recursive(
    st.sampled_from([
        TEXT, NUMBER, WHOLE, FLAG, LIST, {}, {"type": "null"}, {"type": "object"}, {"enum": ["a", "1"]}, {"enum": [1, 2]},
        {"const": "a"}, {"type": "string", "format": "duration"}, {"type": "string", "format": "date-time"}, ASSET,
        {"type": "object", "additionalProperties": WHOLE}, {"type": "array", "items": WHOLE, "minItems": 1},
    ]),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(value=VALUES, schema=SCHEMAS)
def test_nothing_wrong_is_claimed(value, schema):
    """
    A value that the schema takes is of a type that it accepts, however exactly the type is known.
    """
    if not compile_schema({**schema, "$defs": DEFINITIONS}).check(value):
        assert "" == accepts(of_value(value), schema, DEFINITIONS)
        assert "" == accepts({"anyOf": [LIST, of_value(value)]}, schema, DEFINITIONS)
