"""The JSON Schema of a component type's attributes: what YAML may say, as exactly as the class says it."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from treadle.components.deprecations import of_fields
from treadle.components.model import record_schema
from treadle.components.scope_types import scope_types
from treadle.templating import Template
from treadle.templating.docstrings import field_docs
from treadle.templating.models import names_of

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaWarningKind

CoreSchemaOrField = Any  # pydantic has no public name for it

__all__ = ["DescribedSchema", "attributes_schema", "prose"]

_OWN = "x-own-description"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class DescribedSchema(GenerateJsonSchema):
    """Pydantic's schema with what it leaves out: other names of a field, template scopes, records, why not to use it.

    `classes` are those that the schema was made from.
    """

    schema_dialect = _DIALECT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.classes: set[type] = set()

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """The schema of a model, with every name that its fields are known under."""
        model = cast("type[BaseModel]", schema["cls"])
        self.classes.add(model)
        found = super().model_schema(schema)
        if "properties" in found:
            _name_fields(model, found)
            found[_OWN] = found.get("description", "")
        if deprecations := [each.as_data() for each in of_fields(model)]:
            found["x-deprecations"] = deprecations
        return found

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        """The schema of a dataclass."""
        self.classes.add(schema["cls"])
        return super().dataclass_schema(schema)

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """The schema of an enum."""
        self.classes.add(schema["cls"])
        return super().enum_schema(schema)

    def generate_inner(self, schema: CoreSchemaOrField) -> JsonSchemaValue:
        """The schema of anything; a template's says which variables it may name."""
        found = super().generate_inner(schema)
        scope = (schema.get("metadata") or {}).get("treadle_scope")
        if scope is Any:
            found = {**found, "x-scope": {"*": {}}}
        elif isinstance(scope, type):
            self.classes.add(scope)
            found = {**found, "x-scope": dict(scope_types(scope))}
        return found

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        """What only a template gives."""
        return record_schema(schema["cls"].__name__)

    def json_or_python_schema(self, schema: core_schema.JsonOrPythonSchema) -> JsonSchemaValue:
        """The same for `InstanceOf` a class that pydantic could also make from a mapping, which YAML can't ask for."""
        python = schema["python_schema"]
        cls = python["cls"] if python["type"] == "is-instance" else None
        if isinstance(cls, type) and cls.__module__.partition(".")[0] not in sys.stdlib_module_names:
            return record_schema(cls.__name__)
        return super().json_or_python_schema(schema)

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        """A number that is read exactly; as text it is accepted like any number."""
        found = super().decimal_schema(schema)
        number = next((each for each in found.get("anyOf", ()) if each.get("type") == "number"), {"type": "number"})
        return {**number, "format": "decimal"}

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Text, and what is done to it before its pattern and its length are looked at."""
        found = {**super().str_schema(schema), **_strictness(schema)}
        changed = [each for each in ("strip_whitespace", "to_lower", "to_upper") if schema.get(each)]
        return {**found, "x-changed": changed} if changed else found

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        """A whole number, which text may stand for unless it is strict."""
        return {**super().int_schema(schema), **_strictness(schema)}

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        """A number, which text may stand for unless it is strict."""
        return {**super().float_schema(schema), **_strictness(schema)}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """True or false, which text may stand for unless it is strict."""
        return {**super().bool_schema(schema), **_strictness(schema)}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """The schema of a mapping, whose names YAML may write as numbers too."""
        found = super().dict_schema(schema)
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        if (keys.get("type") != "string" or "format" in keys) and "patternProperties" not in found:
            found["propertyNames"] = keys
        return found

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """A default that is made for each component is told like any other, unless it is empty."""
        found = super().default_schema(schema)
        factory = schema.get("default_factory")
        if factory is None or "default" in found or schema.get("default_factory_takes_data"):
            return found
        try:
            made = self.encode_default(factory())  # type: ignore[call-arg]
        except Exception:  # it is their function, and a default that can't be told stays untold
            return found
        return {**found, "default": made} if made not in (None, [], {}, "") else found

    def encode_default(self, dft: Any) -> Any:
        """A template is told as it is written, an object without what it says by default."""
        if isinstance(dft, BaseModel):
            return dft.model_dump(mode="json", exclude_defaults=True)
        return super().encode_default(dft.raw if isinstance(dft, Template) else dft)

    def handle_invalid_for_json_schema(self, schema: CoreSchemaOrField, error_info: str) -> JsonSchemaValue:
        """What JSON Schema can't say is unknown, and anything may stand there."""
        return {}

    def field_title_should_be_set(self, schema: CoreSchemaOrField) -> bool:
        """A title that only repeats the name of a field says nothing."""
        return False

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        """Whatever can't be said is left out."""


def _strictness(schema: Any) -> dict[str, Any]:
    return {"x-strict": True} if schema.get("strict") else {}


def _name_fields(model: type[BaseModel], found: JsonSchemaValue) -> None:
    """Put every name of a field into the schema of its model, the usual one first."""
    given = found["properties"]
    named: dict[str, Any] = {}
    usual: dict[str, str] = {}
    docs = field_docs(model)
    for field, names in names_of(model).items():
        if field not in given:
            continue
        usual[field] = names[0]
        named[names[0]] = _documented(given[field], docs.get(field)) | _deprecation(model.model_fields[field])
        for other in names[1:]:
            named.setdefault(other, {**named[names[0]], "x-alias-of": names[0]})
    found["properties"] = named
    if "required" in found:
        found["required"] = [usual.get(name, name) for name in found["required"]]


def _documented(node: Mapping[str, Any], docs: str | None) -> dict[str, Any]:
    """What is said of a field by an argument of `Field` goes before its docstring."""
    return {**node, "description": docs} if docs and "description" not in node else {**node}


def _deprecation(field: FieldInfo) -> dict[str, Any]:
    message = field.deprecation_message
    return {} if message is None else {"deprecated": True, **({"x-deprecated": message} if message else {})}


def attributes_schema(component_type: type[BaseModel], *, classes: set[type] | None = None) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a type's attributes.

    Beside pydantic's own, it says `x-scope` (the variables that a template is rendered with later),
    `x-record` (only a template can give it), `x-alias-of` (another name for a field), `x-deprecated`,
    `x-strict` (text doesn't stand for a number), `x-changed` (what is done to text before it is looked at),
    `x-deprecations` (how a mapping was written once), `x-verbatim` (no template can stand there).

    Args:
        classes: gets the classes that the schema is made from.

    >>> from treadle.components.model import Attributes
    >>> class Loom(Attributes):
    ...     threads: int = 2
    >>> attributes_schema(Loom)["properties"]
    {'threads': {'default': 2, 'type': 'integer'}}
    """
    seen = classes if classes is not None else set()

    class _Generator(DescribedSchema):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.classes = seen

    schema = component_type.model_json_schema(by_alias=False, schema_generator=_Generator)
    return _Naming(schema).named()


class _Naming:
    """A schema whose nested models all have a name in `$defs`: pydantic may write out those that are used once."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self._given: Mapping[str, Any] = schema.get("$defs", {})
        self._models: dict[str, Any] = {}

    def named(self) -> dict[str, Any]:
        """The schema, with its models in `$defs`."""
        root = self._inside({name: each for name, each in self._schema.items() if name != "$defs"})
        self._models |= {name: self._inside(model) for name, model in self._given.items()}
        if "$ref" in root and "properties" not in root:  # a type that holds itself
            own = str(root.pop("$ref")).rsplit("/", 1)[-1]
            root = {**self._models[own], **root}
        return {**root, "$defs": dict(sorted(self._models.items()))} if self._models else root

    def _inside(self, node: Mapping[str, Any]) -> dict[str, Any]:
        return {keyword: self._keyword(keyword, value) for keyword, value in node.items() if keyword != _OWN}

    def _keyword(self, keyword: str, value: Any) -> Any:
        if keyword in _ONE and isinstance(value, dict):
            return self._place(value)
        if keyword in _BY_NAME:
            return {name: self._place(each) for name, each in value.items()}
        if keyword in _SEVERAL:
            return [self._place(each) for each in value]
        return prose(value) if keyword == "description" else value

    def _place(self, node: Any) -> Any:
        """A schema that is somewhere in another one."""
        if not isinstance(node, dict):
            return node
        found = self._inside(node)
        if not _is_model(found):
            return self._without_echo(found)
        model = {name: value for name, value in found.items() if name not in _OF_PLACE}
        of_place = {name: value for name, value in found.items() if name in _OF_PLACE}
        # The documentation of an attribute takes the place of its model's when the model is written out.
        own, said = prose(node.get(_OWN)), model.pop("description", "")
        if own:
            model["description"] = own
        if said and said != own:
            of_place["description"] = said
        return {"$ref": f"#/$defs/{self._name(model)}", **of_place}

    def _without_echo(self, node: dict[str, Any]) -> dict[str, Any]:
        """A reference that says nothing that the model doesn't say itself."""
        model = self._given.get(str(node.get("$ref", "")).rsplit("/", 1)[-1], {})
        echoes = "description" in node and node["description"] == prose(model.get("description"))
        return {name: value for name, value in node.items() if name != "description"} if echoes else node

    def _name(self, model: dict[str, Any]) -> str:
        name = next(each for each in _names(model["title"]) if self._known(each) in (None, model))
        if name not in self._given:
            self._models[name] = model
        return name

    def _known(self, name: str) -> dict[str, Any] | None:
        """The model that has a name already."""
        return self._inside(self._given[name]) if name in self._given else self._models.get(name)


_ONE = {"items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"}
_BY_NAME = {"properties", "patternProperties"}
_SEVERAL = {"anyOf", "oneOf", "allOf", "prefixItems"}
"""Keywords that hold schemas: one, some by name, or a list of them."""

_OF_PLACE = {"default", "x-scope", "deprecated", "x-deprecated", "x-alias-of"}
"""Keywords that belong to where a model is used, not to the model."""


def _is_model(node: Mapping[str, Any]) -> bool:
    return node.get("type") == "object" and "properties" in node and isinstance(node.get("title"), str)


def _names(title: str) -> Iterator[str]:
    yield title
    number = 2
    while True:
        yield f"{title}{number}"
        number += 1


def prose(text: str | None) -> str:
    """A docstring without what is for the authors of the class: its doctests.

    >>> prose("Does this.\\n\\n>>> this()\\n")
    'Does this.'
    """
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(text or ""))
    return "\n\n".join(each for each in paragraphs if each.strip() and not each.lstrip().startswith(">>>")).strip()
