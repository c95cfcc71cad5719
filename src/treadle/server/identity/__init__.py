"""Who asks a server, what they may do, and what is kept of what they did."""

from __future__ import annotations

__all__: list[str] = []
