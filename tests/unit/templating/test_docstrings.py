"""The text below a field documents it."""

from typing import Annotated

from pydantic import Field

from treadle import Component, Definitions
from treadle.components.descriptors.schema import attributes_schema
from treadle.components.model import Attributes
from treadle.templating.docstrings import field_docs


class Machine(Attributes):
    """What machines have in common."""

    threads: int = 2
    """How many it weaves with;
    more are faster."""
    colour: str = "grey"
    """What it looks like."""


class Loom(Machine):
    """A machine that weaves."""

    colour: str = "red"
    width: Annotated[int, Field(description="In its field.")] = 1
    """Below its field."""
    parts: Machine | None = None


def test_inherited():
    """
    A field is documented where it was declared last, also when that is in a parent, or nowhere.
    """
    assert {"threads": "How many it weaves with;\nmore are faster.", "width": "Below its field."} == field_docs(Loom)


def test_schema():
    """
    The schema holds what is below a field, unless the field has a description of its own.
    """
    properties = attributes_schema(Loom)["properties"]

    assert ["How many it weaves with;\nmore are faster.", None, "In its field."] == [
        properties[name].get("description") for name in ("threads", "colour", "width")
    ]


def test_in_a_function():
    """
    A class that is made in a function has documented fields like any other.
    """

    class Mill(Component):
        """Grinds."""

        stones: int
        """Of which kind."""

        def build_defs(self, context):
            return Definitions()

    assert {"stones": "Of which kind."} == field_docs(Mill)


def test_without_source():
    """
    A class that isn't in any file has no documented fields.
    """
    namespace = {"Attributes": Attributes, "__name__": "nowhere"}
    exec('class Made(Attributes):\n    a: int = 1\n    """Text."""\n', namespace)

    assert {} == field_docs(namespace["Made"])
