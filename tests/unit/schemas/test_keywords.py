"""What a schema refuses is said where it is written, keyword by keyword."""

import subprocess
import sys
from pathlib import Path

import pytest

from treadle.documents import parse_yaml
from treadle.schemas import compile_schema

DAILY = {
    "type": "object",
    "properties": {"type": {"const": "daily"}, "start": {"type": "string", "x-date-format": "%Y-%m-%d"}},
    "required": ["type", "start"],
    "additionalProperties": False,
}
STATIC = {
    "type": "object",
    "properties": {"type": {"const": "static"}, "keys": {"type": "array", "items": {"type": "string"}, "minItems": 1}},
    "required": ["type", "keys"],
    "additionalProperties": False,
}
ASSET = {
    "type": "object",
    "title": "Asset",
    "properties": {
        "key": {"type": "string", "format": "asset-key", "description": "Its name."},
        "deps": {"type": "array", "items": {"type": "string"}},
        "group": {"anyOf": [{"type": "string", "format": "group"}, {"type": "null"}]},
        "group_name": {"anyOf": [{"type": "string", "format": "group"}, {"type": "null"}], "x-alias-of": "group"},
    },
    "required": ["key"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "number": {"type": "number", "exclusiveMinimum": 0, "maximum": 10},
        "count": {"type": "integer", "minimum": 2, "exclusiveMaximum": 9, "multipleOf": 2},
        "flag": {"type": "boolean"},
        "nothing": {"type": "null"},
        "name": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"},
        "ahead": {"type": "string", "pattern": "^(?!x)"},
        "kind": {"enum": ["table", "view"]},
        "level": {"$ref": "#/$defs/Level"},
        "const": {"const": "on"},
        "asset": {"$ref": "#/$defs/Asset"},
        "all": {"allOf": [{"$ref": "#/$defs/Asset"}]},
        "assets": {"type": "array", "items": {"$ref": "#/$defs/Asset"}, "maxItems": 2},
        "pair": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
        "set": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "numbers": {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 2},
        "keyed": {"type": "object", "propertyNames": {"enum": ["a", "b"]}, "additionalProperties": {"type": "integer"}},
        "by_number": {"type": "object", "propertyNames": {"type": "integer"}, "additionalProperties": True},
        "patterned": {"type": "object", "patternProperties": {"^x_": {"type": "integer"}}},
        "mixed": {"type": ["string", "null"]},
        "text_or_list": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        "text_or_asset": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Asset"}]},
        "partitions": {"oneOf": [DAILY, STATIC], "discriminator": {"propertyName": "type"}},
        "one_of": {"oneOf": [DAILY, STATIC]},
        "record": {"title": "Template", "type": "string", "x-record": ["AutomationCondition"]},
        "cron": {"type": "string", "format": "cron"},
        "timezone": {"type": "string", "format": "timezone"},
        "owner": {"type": "string", "format": "owner"},
        "args": {"type": "string", "format": "command-line"},
        "window": {"type": "string", "format": "duration"},
        "id": {"type": "string", "format": "uuid"},
        "unheard": {"type": "string", "format": "unheard-of"},
        "never": False,
        "always": True,
        "node": {"$ref": "#/$defs/Node"},
        "loop": {"$ref": "#/$defs/Loop"},
        "gone": {"$ref": "#/$defs/Gone"},
    },
    "additionalProperties": False,
    "$defs": {
        "Asset": ASSET,
        "Level": {"enum": [1, 2], "title": "Level", "type": "integer"},
        "Node": {
            "type": "object",
            "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}, "size": {"type": "integer"}},
            "additionalProperties": False,
        },
        "Loop": {"$ref": "#/$defs/Loop"},
    },
}  # fmt: skip
CHECKED = compile_schema(SCHEMA)


def told(text, schema=CHECKED, **more):
    (document,) = parse_yaml(Path("f"), text.encode())
    found = schema.check(document.value, locate=document.span, **more)
    return [(each.code, f"{each.span.line}:{each.span.column}", each.message, each.fix) for each in found]


@pytest.mark.parametrize(
    ("text", "code", "place", "message", "fix"),
    [
        pytest.param("[a]", "TRD204", "1:1", "expected a mapping, found a list of 1", "write 'name: value' lines without dashes", id="list-at-the-top"),
        pytest.param("textt: a", "TRD203", "1:1", "unknown attribute 'textt'", "did you mean 'text'?", id="additionalProperties"),
        pytest.param("1: a", "TRD203", "1:1", "unknown attribute 1", "", id="number-as-name"),
        pytest.param("text: 3", "TRD204", "1:7", "text: expected text, found number 3", 'quote it: "3"', id="string"),
        pytest.param("text: 1.10", "TRD204", "1:7", "text: expected text, found number 1.1", "put quotation marks around it", id="a-version"),
        pytest.param("number: 0", "TRD204", "1:9", "number: expected more than 0, found number 0", "", id="exclusiveMinimum"),
        pytest.param("number: 11", "TRD204", "1:9", "number: expected at most 10, found number 11", "", id="maximum"),
        pytest.param("number: x", "TRD204", "1:9", "number: expected a number, found text 'x'", "write digits, without quotation marks", id="number"),
        pytest.param("count: 0", "TRD204", "1:8", "count: expected at least 2, found number 0", "", id="minimum"),
        pytest.param("count: 10", "TRD204", "1:8", "count: expected less than 9, found number 10", "", id="exclusiveMaximum"),
        pytest.param("count: 3", "TRD204", "1:8", "count: expected a multiple of 2, found number 3", "", id="multipleOf"),
        pytest.param("count: 2.5", "TRD204", "1:8", "count: expected a whole number, found number 2.5", "", id="fraction"),
        pytest.param("flag: maybe", "TRD204", "1:7", "flag: expected true or false, found text 'maybe'", "write true or false, without quotation marks", id="boolean"),
        pytest.param("nothing: 1", "TRD204", "1:10", "nothing: expected nothing, found number 1", "", id="null"),
        pytest.param("name: a", "TRD204", "1:7", "name: expected at least 2 characters, found text 'a'", "", id="minLength"),
        pytest.param("name: abcde", "TRD204", "1:7", "name: expected at most 4 characters, found text 'abcde'", "", id="maxLength"),
        pytest.param("name: AB", "TRD204", "1:7", "name: expected text that matches ^[a-z]+$, found text 'AB'", "", id="pattern"),
        pytest.param("ahead: xa", "TRD204", "1:8", "ahead: expected text that matches ^(?!x), found text 'xa'", "", id="pattern-of-python"),
        pytest.param("kind: tabel", "TRD204", "1:7", "kind: expected 'table' or 'view', found text 'tabel'", "did you mean 'table'?", id="enum"),
        pytest.param("level: 3", "TRD204", "1:8", "level: expected 1 or 2, found number 3", "", id="enum-of-numbers"),
        pytest.param("const: off", "TRD204", "1:8", "const: expected 'on', found text 'off'", "", id="const"),
        pytest.param("asset: {}", "TRD205", "1:8", "missing attribute 'key' in asset", "add 'key: …'", id="required"),
        pytest.param("asset: {kye: a}", "TRD203", "1:9", "unknown attribute 'kye' in asset", "did you mean 'key'?", id="misspelled-required"),
        pytest.param("all: {}", "TRD205", "1:6", "missing attribute 'key' in all", "add 'key: …'", id="allOf"),
        pytest.param("asset: {key: a//b}", "TRD204", "1:14", "asset.key: 'a//b' is not an asset key: a part between two slashes is empty", "", id="asset-key"),
        pytest.param("asset: {key: a, group: a-b}", "TRD204", "1:24", "asset.group: 'a-b' is not a group name: only letters, digits and underscores, parts joined by '/'", "", id="group"),
        pytest.param("asset: {key: a, group: b, group_name: b}", "TRD203", "1:27", "unknown attribute 'group_name' in asset", "did you mean 'group_name'?", id="both-names"),
        pytest.param("asset: {key: a, group_name: 1}", "TRD204", "1:29", "asset.group_name: expected text, found number 1", 'quote it: "1"', id="alias"),
        pytest.param("assets: [{key: a}, {key: b}, {key: c}]", "TRD204", "1:9", "assets: expected no more than 2 items, found 3", "", id="maxItems"),
        pytest.param("assets: [{key: a}, b]", "TRD204", "1:20", "assets[1]: expected a mapping, found text 'b'", "", id="items"),
        pytest.param("pair: [1, 2]", "TRD204", "1:11", "pair[1]: expected text, found number 2", 'quote it: "2"', id="prefixItems"),
        pytest.param("pair: [1]", "TRD204", "1:7", "pair[1]: there is no item here", "", id="short-prefixItems"),
        pytest.param("set: [a, 1]", "TRD204", "1:10", "set[1]: expected text, found number 1", 'quote it: "1"', id="uniqueItems"),
        pytest.param("numbers: {a: x}", "TRD204", "1:14", "numbers.a: expected a whole number, found text 'x'", "write digits, without quotation marks", id="additionalProperties-of-a-type"),
        pytest.param("numbers: {1: 1}", "TRD204", "1:11", "the name 1 in numbers: expected text, found number 1", 'quote it: "1"', id="name-of-another-kind"),
        pytest.param("numbers: {a: 1, b: 1, c: 1}", "TRD204", "1:10", "numbers: expected no more than 2 items, found 3", "", id="maxProperties"),
        pytest.param("keyed: {c: 1}", "TRD204", "1:9", "the name 'c' in keyed: expected 'a' or 'b', found text 'c'", "", id="propertyNames"),
        pytest.param("by_number: {a: 1}", "TRD204", "1:13", "the name 'a' in by_number: expected a whole number, found text 'a'", "write digits, without quotation marks", id="names-that-are-numbers"),
        pytest.param("patterned: {a: 1}", "TRD204", "1:13", "the name 'a' in patterned: expected text that matches ^x_, found text 'a'", "", id="patternProperties"),
        pytest.param("mixed: 3", "TRD204", "1:8", "mixed: expected text, found number 3", 'quote it: "3"', id="several-types"),
        pytest.param("text_or_list: 3", "TRD204", "1:15", "text_or_list: expected text or a list, found number 3", 'quote it: "3"', id="anyOf"),
        pytest.param("text_or_list: [a, 1]", "TRD204", "1:19", "text_or_list[1]: expected text, found number 1", 'quote it: "1"', id="anyOf-list-was-meant"),
        pytest.param("text_or_asset: {kye: a}", "TRD203", "1:17", "unknown attribute 'kye' in text_or_asset", "did you mean 'key'?", id="anyOf-mapping-was-meant"),
        pytest.param("partitions: {type: dayly}", "TRD204", "1:20", "partitions.type: expected 'daily' or 'static', found text 'dayly'", "did you mean 'daily'?", id="discriminator"),
        pytest.param("partitions: {start: a}", "TRD205", "1:13", "missing attribute 'type' in partitions", "add 'type: …' with one of daily, static", id="no-discriminator"),
        pytest.param("partitions: {type: [a]}", "TRD204", "1:20", "partitions.type: expected 'daily' or 'static', found a list of 1", "", id="strange-discriminator"),
        pytest.param("partitions: {type: static, keys: []}", "TRD204", "1:34", "partitions.keys: expected 1 or more items, found 0", "", id="minItems"),
        pytest.param("partitions: {type: daily, start: soon}", "TRD204", "1:34", "partitions.start: 'soon' is not written as '%Y-%m-%d'", "", id="x-date-format"),
        pytest.param("one_of: {type: static, keys: [1]}", "TRD204", "1:31", "one_of.keys[0]: expected text, found number 1", 'quote it: "1"', id="oneOf"),
        pytest.param("record: eager", "TRD204", "1:9", "record: expected a value of type AutomationCondition, found text 'eager'", 'write a template that gives one: "{{ … }}"', id="x-record"),
        pytest.param("cron: 0 25 * * *", "TRD204", "1:7", "cron: '0 25 * * *' is not a cron schedule: the hour '25' is not between 0 and 23", "", id="cron"),
        pytest.param("timezone: Mars", "TRD204", "1:11", "timezone: 'Mars' is not a time zone; write an IANA name like 'Europe/Vienna'", "", id="timezone"),
        pytest.param("owner: ann", "TRD204", "1:8", "owner: 'ann' is not an owner: write an e-mail address or 'team:NAME'", "", id="owner"),
        pytest.param("args: it's", "TRD204", "1:7", "args: \"it's\" can't be split into words: no closing quotation", "", id="command-line"),
        pytest.param("window: soon", "TRD204", "1:9", "window: expected a duration like PT30M, found text 'soon'", "", id="duration"),
        pytest.param("id: soon", "TRD204", "1:5", "id: expected a UUID, found text 'soon'", "", id="uuid"),
        pytest.param("never: 1", "TRD204", "1:8", "never: nothing can be written here", "", id="false"),
        pytest.param("node: {children: [{children: [{size: x}]}]}", "TRD204", "1:38", "node.children[0].children[0].size: expected a whole number, found text 'x'", "write digits, without quotation marks", id="recursive"),
    ],
)  # fmt: skip
def test_mistakes(text, code, place, message, fix):
    """
    Each mistake is told once, at its place, with what to write instead where that can be known.
    """
    assert [(code, place, message, fix)] == told(text)


@pytest.mark.parametrize(
    "text",
    [
        "text: ''", "count: '4'", "count: ' 4 '", "count: 4.0", "number: true", "number: 1_0", "flag: 'yes'", "flag: 0",
        "nothing:", "name: ab", "level: '1'", "asset: {key: a, group: }", "asset: {key: a, group_name: b}", "set: [a, a]",
        "numbers: {}", "by_number: {1: a, 2: [b]}", "patterned: {x_a: 1}", "mixed:", "window: PT5M", "window: 5",
        "unheard: 'of'", "always: [{1: {2: 3}}]", "loop: 1", "gone: 1", "pair: [1, a]", "ahead: a",
        "partitions: {type: daily, start: 2026-1-1}", "node: {children: [{children: []}, {}]}", "{}",
    ],
)  # fmt: skip
def test_what_is_accepted(text):
    """
    What loading would read is right, however it is written.
    """
    assert [] == told(text)


@pytest.mark.parametrize("name", sorted(SCHEMA["properties"]))
@pytest.mark.parametrize("text", ["'{{ a }}'", "'x{{ a }}'", "'{% if a %}1{% endif %}'"])
def test_templates_may_give_anything(name, text):
    """
    Text with a template is right wherever a value is.
    """
    assert [] == told(f"{name}: {text}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("assets: ['{{ a }}', {key: 1}]", [("TRD204", "1:27")], id="beside-a-template"),
        pytest.param("asset: {key: '{{ a }}', dps: []}", [("TRD203", "1:25")], id="attribute-beside-a-template"),
        pytest.param("text_or_list: ['{{ a }}', 1]", [("TRD204", "1:27")], id="in-a-branch"),
        pytest.param("text_or_asset: {key: '{{ a }}'}", [], id="in-a-branch-that-fits"),
        pytest.param("partitions: {type: '{{ a }}', zzz: 1}", [], id="discriminator"),
        pytest.param("partitions: {type: daily, start: '{{ a }}', zzz: 1}", [("TRD203", "1:45")], id="discriminated"),
        pytest.param("one_of: {type: daily, start: '{{ a }}'}", [], id="undiscriminated"),
        pytest.param("numbers: {'{{ a }}': x}", [("TRD204", "1:22")], id="names-are-no-templates"),
    ],
)
def test_around_templates(text, expected):
    """
    What is written beside a template is checked like anything else.
    """
    assert expected == [(code, place) for code, place, _, _ in told(text)]


def test_all_at_once():
    """
    Independent mistakes are all told.
    """
    text = "text: 1\nassets: [{key: 1}, {}]\nzzz: 1\npartitions: {type: static}\n"
    assert ["1:7", "2:16", "2:20", "3:1", "4:13"] == sorted(place for _, place, _, _ in told(text))


def test_reasons():
    """
    The reason is the attribute's own documentation, or what is accepted there, without second names.
    """
    found = CHECKED.check({"asset": {"zzz": 1}})
    assert {"accepted here: deps, group, key", "Its name."} == {each.why for each in found}


def test_paths_of_the_project(tmp_path):
    """
    Paths start at the folder that is given; without one nobody looks.
    """
    (tmp_path / "a.py").write_text("")
    schema = compile_schema(
        {"type": "array", "items": {"type": "string", "format": "project-file"}},
    )
    assert [] == told("[a.py, gone.py]", schema)
    (found,) = told(f"[a.py, {tmp_path}/a.py, gone.py]", schema, folder=tmp_path)
    assert ("TRD204", f"[2]: there is no file or folder '{tmp_path}/gone.py'") == (found[0], found[2])
    (found,) = told("[.]", schema, folder=tmp_path)
    assert f"[0]: '{tmp_path}' is a folder; a file is needed" == found[2]
    (found,) = told("['a\\0']".replace("'", '"'), schema, folder=tmp_path)
    assert "there is no file" in found[2]


def test_somebody_else_may_look_at_paths(tmp_path):
    """
    Who keeps answers can be told which paths they depend on.
    """
    asked = []
    schema = compile_schema({"type": "string", "format": "project-path"})
    assert () == schema.check("a.py", folder=tmp_path, kind=lambda path: asked.append(path) or "file")
    assert [tmp_path / "a.py"] == asked


def test_deprecated_attributes():
    """
    A deprecated attribute is a warning at its name, whatever its value is.
    """
    old = {"type": "integer", "deprecated": True, "x-deprecated": "use `new`"}
    inner = {"type": "object", "properties": {"old": old, "new": {"type": "integer"}}}
    schema = compile_schema({"type": "array", "items": inner})
    assert () == schema.check([{"new": 1}])
    (found,) = schema.check([{"old": 1}])
    assert ("TRD212", "warning", "the attribute 'old' in [0] is deprecated", "use `new`") == (
        found.code,
        found.severity.value,
        found.message,
        found.why,
    )
    assert ["TRD204", "TRD212"] == [each.code for each in schema.check([{"old": "x"}])]
    assert [("TRD212", "2:3")] == [(code, place) for code, place, _, _ in told("\n- old: '{{ a }}'", schema)]


def test_expressions():
    """
    Each text with a template is given with the schema of what it has to give and the variables of its scope.
    """
    node = {"node": {"type": "object"}}
    translation = {"$ref": "#/$defs/Asset", "x-scope": node}
    schema = compile_schema(
        {
            "type": "object",
            "properties": {
                "count": {"type": "integer"},
                "translation": {"anyOf": [translation, {"type": "null"}]},
                "either": {"anyOf": [{"type": "array", "items": {"type": "boolean"}}, {"type": "string"}]},
                "partitions": {"oneOf": [DAILY, STATIC], "discriminator": {"propertyName": "type"}},
                "metadata": {"type": "object", "additionalProperties": True},
            },
            "$defs": {"Asset": ASSET},
        }
    )
    seen = {}
    value = {
        "count": "{{ a }}",
        "translation": {"key": "{{ b }}", "deps": ["x", "{{ c }}"], "zzz": "{{ d }}"},
        "either": ["{{ e }}"],
        "partitions": {"type": "static", "keys": "{{ f }}"},
        "metadata": {"x": [{"y": "{{ g }}"}], "plain": "z"},
    }
    schema.check(value, expression=lambda text, wanted, scope: seen.update({text: (wanted, dict(scope))}) or ())
    assert {
        "{{ a }}": ({"type": "integer"}, {}),
        "{{ b }}": (ASSET["properties"]["key"], node),
        "{{ c }}": ({"type": "string"}, node),
        "{{ d }}": ({}, node),
        "{{ e }}": ({"type": "boolean"}, {}),
        "{{ f }}": (STATIC["properties"]["keys"], {}),
        "{{ g }}": ({}, {}),
    } == seen


def test_what_expressions_say_gets_a_place():
    """
    What is wrong with a template is told at the template.
    """
    from treadle.errors import Diagnostic

    said = Diagnostic(code="TRD302", message="there is no variable")
    assert [("TRD302", "1:7", "there is no variable", "")] == told("text: '{{ a }}'", expression=lambda *_: [said])


def test_what_is_right_costs_little():
    """
    Values without mistakes are checked without pydantic and without Jinja, which take longer to load than to use.
    """
    program = """
import sys
from treadle.schemas import compile_schema
schema = compile_schema({"type": "array", "items": {"type": "string", "format": "asset-key"}})
assert not schema.check(["a/b", "{{ c }}"], expression=lambda *_: ())
print({"pydantic", "pydantic_core", "jinja2"} & sys.modules.keys())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "set()" == done.stdout.strip()
