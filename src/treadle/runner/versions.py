"""Which version of its data a materialization made, when the step didn't say it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from treadle.ir import Materialization
from treadle.runner.planning import Plan
from treadle.runner.running import Running
from treadle.store import StepReported

__all__ = ["versioned"]


def versioned(event: StepReported, running: Running, plan: Plan) -> StepReported:
    """The report of a materialization with its code version, the versions of what it was made from, and its own.

    Of the same code and the same inputs, the data is taken to be the same; what has no code version, or an input
    that isn't known, is new each time.
    """
    report = event.report
    assert isinstance(report, Materialization)
    assert report.asset is not None
    deps = plan.inputs.get(report.asset, frozenset())
    known = {**running.inputs, **running.written}
    inputs = {dep: known[dep] for dep in sorted(deps) if dep in known}
    code = plan.code_versions.get(report.asset)
    version = report.data_version
    if version is None:
        if code is not None and inputs and len(inputs) == len(deps):
            said = json.dumps([code, [[str(key), inputs[key]] for key in sorted(inputs)]])
            version = hashlib.sha256(said.encode()).hexdigest()[:16]
        else:
            version = f"{event.run_id}.{event.attempt}"
    running.written[report.asset] = version
    return replace(event, report=replace(report, data_version=version), code_version=code, inputs=inputs)
