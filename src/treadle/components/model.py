"""What every model of YAML attributes has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema

from treadle.components.deprecations import Deprecation, check_fields
from treadle.schemas.formats import FORMATS, check_alone
from treadle.templating.models import names_of

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["STRICT", "Attributes", "CommandLine", "Instance", "Written", "check_alone", "record_schema", "text_format"]

STRICT = ConfigDict(
    extra="forbid",
    frozen=True,
    arbitrary_types_allowed=True,
    populate_by_name=True,
    defer_build=True,  # a command uses a few of these models; building all costs as much as the rest of a start
)
"""Unknown names are mistakes, and nothing changes afterwards.

Docstrings below fields document them. They are read when a descriptor or a message needs them: pydantic would read
the source of every model, whenever it is imported.
"""


class Attributes(BaseModel):
    """A part of a component's attributes: a mapping in YAML that has fields of its own.

    >>> class Destination(Attributes):
    ...     path: str
    ...     overwrite: bool = False
    >>> Destination(path="out").overwrite
    False
    """

    model_config = STRICT

    deprecations: ClassVar[tuple[Deprecation, ...]] = ()
    """What was called otherwise once, or written otherwise: `RenamedField("sql_file", to="path", since="1.2")`."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a class whose deprecations contradict its fields."""
        if "deprecations" in vars(cls):
            check_fields(cls, (name for names in names_of(cls).values() for name in names))


def record_schema(*names: str) -> dict[str, Any]:
    """The JSON Schema of a field that takes records of these classes: only a template gives one.

    >>> record_schema("AutomationCondition")["x-record"]
    ['AutomationCondition']
    """
    return {"title": "Template", "type": "string", "pattern": r"\{\{[\s\S]*\}\}", "x-record": list(names)}


def text_format(format: str, *examples: str) -> WithJsonSchema:
    """Says in the JSON Schema of a text what it has to look like: `asset-key`, `cron`…"""
    shown = {"examples": list(examples)} if examples else {}
    return WithJsonSchema({"type": "string", "format": format, **shown})


def _check_words(text: str) -> str:
    FORMATS["command-line"](text)
    return text


CommandLine = Annotated[str, AfterValidator(_check_words), text_format("command-line")]
"""Words as a shell splits them."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Annotates a record that only a template gives.

    >>> from treadle.ir import BackfillPolicy
    >>> class Filling(Attributes):
    ...     policy: Annotated[BackfillPolicy, Instance()]
    >>> Filling(policy=BackfillPolicy()).policy
    BackfillPolicy(max_partitions_per_run=None)
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        # pydantic's InstanceOf also learns to make the record from a mapping, which takes longer than the rest.
        return core_schema.is_instance_schema(source)


@dataclass(frozen=True, slots=True)
class Written:
    """Annotates a field that YAML may write in more ways than one: as what, and what makes the field's value of it.

    >>> class Words(Attributes):
    ...     words: Annotated[list[str], Written(list[str] | str, lambda value: value.split() if isinstance(value, str) else value)]
    >>> Words.model_validate({"words": "a b"}).words
    ['a', 'b']
    """

    written: Any
    read: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.read, handler.generate_schema(self.written))
