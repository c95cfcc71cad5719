"""YAML text becomes values with positions; what is wrong with it becomes diagnostics.

YAML 1.2 core schema: `no`, `on` and dates are text, `012` is twelve. Nothing here knows what the
documents mean.
"""

from __future__ import annotations

from treadle.documents.parse import parse_yaml, read_yaml
from treadle.documents.record import KEY, Document, NodePath

__all__ = ["KEY", "Document", "NodePath", "parse_yaml", "read_yaml"]
