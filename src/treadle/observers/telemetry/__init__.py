"""Runs as OpenTelemetry's traces, metrics and logs.

The runner only writes lines into a pipe (`telling`); another process makes spans of them and sends these
(`process`), so that a collector that is slow or down costs a run nothing. The ids of spans follow from the run's
(`identity`): whoever goes on with a run goes on with its trace.
"""

from __future__ import annotations

__all__: list[str] = []
