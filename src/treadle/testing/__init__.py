"""What authors of component types test with, in pytest or anything else.

`build` makes one component of a type, in a project that exists only for it; `project` makes a whole
project to load, check and run; `expect_mistake` says which mistake has to be told, and where;
`run_step` runs a step for real, here and now, and keeps what it reports.

>>> from treadle.testing import build, expect_mistake
>>> built = build("treadle.Function", {"execution": ".report.write", "assets": [{"key": "report"}]},
...               files={"report.py": "def write(context): context.log('written')"})
>>> built.assets["report"].group
'default'
>>> built.run_step().logs
('written',)
>>> with expect_mistake("TRD205", at="attributes.assets.0"):
...     build("treadle.Function", {"execution": ".report.write", "assets": [{"group": "marts"}]})
"""

from treadle.testing.building import Built, MistakesError, build
from treadle.testing.expecting import expect_mistake
from treadle.testing.sandbox import Sandbox, project
from treadle.testing.steps import StepRun, run_step

__all__ = ["Built", "MistakesError", "Sandbox", "StepRun", "build", "expect_mistake", "project", "run_step"]
