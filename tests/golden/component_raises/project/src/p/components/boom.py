"""A type that fails."""

from treadle import Component, Definitions


class Boom(Component):
    """Fails."""

    def build_defs(self, context):
        return helper()


def helper():
    return {}["missing"]
