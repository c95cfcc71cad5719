"""The HTTP API of a project: what `treadle serve` and `treadle dev` answer with.

The process of the server imports no code of the project: a child process loads it, and tells the facts. Importing
this package is free; FastAPI is imported where a server starts.
"""

from __future__ import annotations

__all__: list[str] = []
