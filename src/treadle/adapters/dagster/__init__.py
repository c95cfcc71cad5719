"""The asset graph as a Dagster code location: a frozen graph, and one file that makes definitions of it.

Nothing here imports Dagster. What `exported/definitions.py` does with the graph, it does in Dagster's own environment.
"""

from __future__ import annotations

from treadle.adapters.dagster.exporting import Export, exported
from treadle.adapters.dagster.leaving import LeftOut
from treadle.adapters.dagster.writing import FILES, may_be_written, write

__all__ = ["FILES", "Export", "LeftOut", "exported", "may_be_written", "write"]
