"""What takes steps to other systems, one module a system; none knows another.

An adapter sees the IR and the contract of `treadle.runner.far`, and is imported when a step's compute profile asks
for it.
"""

from __future__ import annotations

__all__: list[str] = []
