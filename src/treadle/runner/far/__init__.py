"""Steps that run beyond this machine: what every launcher is asked, what drives it, and the far side.

Here, the step's own process is only the driver (`driving`): it hands the step to an executor (`contract`), copies
what it prints, and ends it when it is ended itself. There, `treadle step run` runs the step under a keeper
(`keeping`), and writes its events as marked lines into its output.
"""

from __future__ import annotations

__all__: list[str] = []
