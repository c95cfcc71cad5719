"""Runs as OpenTelemetry's traces, metrics and logs.

The runner only writes lines (`telling`) into a pipe (`sender`); another process (`process`) makes records of them
(`exporting`), keeps these (`outgoing`) and sends them (`posting`), so that a collector that is slow or down costs a run
nothing. The ids of spans follow from the run's
(`identity`): whoever goes on with a run goes on with its trace.
"""

from __future__ import annotations

__all__: list[str] = []
