"""The routes of the API, a module for each thing that they are about."""

from __future__ import annotations

__all__: list[str] = []
