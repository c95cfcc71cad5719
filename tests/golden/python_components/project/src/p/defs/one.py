from treadle import Asset, Component, Definitions, asset, component, component_instance
from p.components.keyed import Keyed


@asset
def loose():
    """Beside a Definitions."""


defs = Definitions(assets=[Asset(key="in_definitions")])


@component_instance
def first(context):
    return Keyed(key=context.name.replace("[", "_").replace("]", ""))


@component
def second():
    return Keyed(key="second", after="sub/two.py[third]")
