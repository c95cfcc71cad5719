"""Notebooks that write assets: read, checked against their parameters, executed, and kept as evidence."""

__all__: list[str] = []
