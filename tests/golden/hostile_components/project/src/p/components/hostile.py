import sys
from abc import abstractmethod

from treadle import Component


class Exits(Component):
    """Ends the process."""

    def build_defs(self, context):
        sys.exit(0)


class Unspeakable(Component):
    """Raises what can't say what it is."""

    def build_defs(self, context):
        class RiddleError(Exception):
            def __str__(self):
                raise RuntimeError

        raise RiddleError


class Chained(Component):
    """Raises because of something else."""

    def build_defs(self, context):
        try:
            return {}["looms"]
        except KeyError as error:
            raise RuntimeError("no looms\x07") from error


class Abstract(Component):
    """A base class of other types."""

    @abstractmethod
    def pattern(self): ...
