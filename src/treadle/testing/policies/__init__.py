"""Tests of policies, written as tables in YAML: `policies.test.yaml` beside a `policies.yaml`.

`find_tables` reads them, `judge_table` judges each case by itself, and tells what is otherwise than it expects.
"""

from treadle.testing.policies.finding import Case, Found, Place, Table, find_tables, place_of
from treadle.testing.policies.judging import Judged, judge_table

__all__ = ["Case", "Found", "Judged", "Place", "Table", "find_tables", "judge_table", "place_of"]
