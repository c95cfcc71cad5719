"""Policies in a project: read from files and packages, judged over its graph, and told at the lines that are at fault."""

from treadle.project.policing.presence import BASELINE, FILE, GROUP, WAIVERS, has_rules

__all__ = ["BASELINE", "FILE", "GROUP", "WAIVERS", "has_rules"]
