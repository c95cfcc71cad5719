"""A graph as plain values, in one format with a number: what one process tells another of a project."""

from treadle.ir.facts.reading import FactsError, definitions_from
from treadle.ir.facts.writing import FORMAT, asset_facts, check_facts, facts_of, starter_facts

__all__ = [
    "FORMAT",
    "FactsError",
    "asset_facts",
    "check_facts",
    "definitions_from",
    "facts_of",
    "starter_facts",
]
