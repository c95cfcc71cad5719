"""Runs as OpenLineage events.

What happens in a run leaves a note in the store with it (`noting`). Whoever comes next, the command that ran it or a
scheduler, makes the event that a note is about (`events`, `facets`, `columns`) and sends it (`sending`), in order; a
note stays until its event has arrived.
"""

from __future__ import annotations

__all__: list[str] = []
