"""Automation conditions: which assets are to be materialized now, and why.

`evaluate` is pure: what is known (`View`, which `view_of` reads from a store) and what the last evaluation left go
in, what to request and what to remember come out.
"""

from treadle.runner.automation.evaluating import Evaluation, evaluate
from treadle.runner.automation.explaining import Explanation, as_lines
from treadle.runner.automation.keys import LISTED, Keys
from treadle.runner.automation.view import View
from treadle.runner.automation.viewing import view_of

__all__ = ["LISTED", "Evaluation", "Explanation", "Keys", "View", "as_lines", "evaluate", "view_of"]
