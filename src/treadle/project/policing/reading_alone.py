"""What is wrong with the rules themselves, as far as reading them tells it: nothing is built, and no Python is run."""

from __future__ import annotations

from treadle.errors import Diagnostic
from treadle.policies.rulebook import read_policies
from treadle.project.policing.gathering import gather
from treadle.project.settings import Settings

__all__ = ["mistakes_in_rules"]

_IN_EXPRESSIONS = "TRD904"


def mistakes_in_rules(settings: Settings) -> tuple[Diagnostic, ...]:
    """Mistakes in the files of policies and waivers; whether bindings fit is for those to say who know all policies."""
    rules = gather(settings, imports=False)
    book = read_policies(rules.policies)
    return (*rules.diagnostics, *(each for each in book.diagnostics if each.code == _IN_EXPRESSIONS))
