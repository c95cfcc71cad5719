from treadle import Component


class Abstract(Component):
    """It doesn't say what it builds."""


class Plain:
    """It is no component."""
