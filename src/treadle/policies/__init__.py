"""Rules over the asset graph: what they require, where they hold, and who breaks them."""

from treadle.policies.records import Binding, Policy, Rule, Waiver

__all__ = ["Binding", "Policy", "Rule", "Waiver"]
