"""What editors ask: completion, documentation, diagnostics, definitions, quick fixes; and the schema they use."""

__all__: list[str] = []
