"""What a change of the repository does to the asset graph."""

from treadle.project.comparing.comparison import compare
from treadle.project.comparing.records import Changed, Comparison, FieldChange, Finding, Part, Renamed, Stale
from treadle.project.comparing.revisions import Side, compare_revisions

__all__ = [
    "Changed",
    "Comparison",
    "FieldChange",
    "Finding",
    "Part",
    "Renamed",
    "Side",
    "Stale",
    "compare",
    "compare_revisions",
]
