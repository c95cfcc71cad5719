"""Tests written in YAML: `defs.test.yaml` beside a `defs.yaml` says what its components have to declare.

`find_tests` reads them, `run_tests` makes each of them in a process of its own, `coverage` says
which attributes of the types no test gives.
"""

from treadle.testing.suite.coverage import TypeCoverage, coverage
from treadle.testing.suite.finding import FILE_NAMES, Found, Test, find_tests
from treadle.testing.suite.outcome import Outcome
from treadle.testing.suite.processes import run_tests

__all__ = ["FILE_NAMES", "Found", "Outcome", "Test", "TypeCoverage", "coverage", "find_tests", "run_tests"]
